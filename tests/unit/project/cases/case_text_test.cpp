#include "project/cases/case_text.h"

#include <gtest/gtest.h>

#include "cases_fixture.h"

namespace musubi {
namespace {

using testing::case_with;
using testing::whole_case;

Json parsed(const char* text) {
    auto json = parse_json(text);
    EXPECT_TRUE(json) << text;
    return json ? *json : Json{};
}

// The whole case with one member in place of its own.
Json with(std::string_view member, Json value) {
    Json out = to_json(whole_case());
    out.set(member, std::move(value));
    return out;
}

std::string refusal_of(const Json& json) {
    const auto read = read_case(json);
    if (read) return "read";
    EXPECT_FALSE(read.error().detail.empty());
    return read.error().where;
}

TEST(CaseText, IsReadAsItWasWritten) {
    for (const CaseText& text : {whole_case(), case_with("bare", "A bare case")}) {
        const Json json = to_json(text);
        const auto read = read_case(json);
        ASSERT_TRUE(read) << to_text(read.error());
        EXPECT_EQ(to_text(to_json(*read)), to_text(json));
    }
}

TEST(CaseText, HasEachThingInItsPlace) {
    const auto read = read_case(to_json(whole_case()));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->interview[3], "全戸に聞いた");
    EXPECT_EQ(read->interview[2], "");
    EXPECT_EQ(read->hurdles[1].way, "");
    EXPECT_EQ(read->found[0].lower, -5.25);
    EXPECT_EQ(read->fiscal_year, 2023);
    EXPECT_EQ(read->money.yearly, 800.5);
    EXPECT_EQ(read->people[1].tier, "outside");
}

TEST(CaseText, LeavesOutWhatWasNotSaid) {
    EXPECT_EQ(to_text(to_json(case_with("bare", "題"))),
              R"({"id":"urn:ngsi-ld:Case:bare","kind":"success","title":"題",)"
              R"("challenge":"safety","outcome":"go"})");
}

Json without(std::string_view name) {
    const Json whole = to_json(whole_case());
    Json json;
    for (const JsonMember& member : whole.object()) {
        if (member.name != name) json.set(member.name, member.value);
    }
    return json;
}

TEST(CaseText, RefusesNamingThePlace) {
    EXPECT_EQ(refusal_of(with("kind", "triumph")), "/kind");
    EXPECT_EQ(refusal_of(with("challenge", 3)), "/challenge");
    EXPECT_EQ(refusal_of(with("outcome", "won")), "/outcome");
    EXPECT_EQ(refusal_of(with("title", "")), "/title");
    EXPECT_EQ(refusal_of(with("id", "no uri")), "/id");
    EXPECT_EQ(refusal_of(with("colour", "red")), "/colour");
    EXPECT_EQ(refusal_of(with("functions", parsed(R"(["wifi-halow","warp"])"))), "/functions/1");
    EXPECT_EQ(refusal_of(with("functions", parsed(R"(["three-d","three-d"])"))), "/functions/1");
    EXPECT_EQ(refusal_of(with("fiscalYear", 2023.5)), "/fiscalYear");
    EXPECT_EQ(refusal_of(with("fiscalYear", 20230)), "/fiscalYear");
    EXPECT_EQ(refusal_of(with("townCode", "1820")), "/townCode");
    EXPECT_EQ(refusal_of(with("townCode", "1820x")), "/townCode");
    EXPECT_EQ(refusal_of(with("interview", parsed(R"({"luck":"x"})"))), "/interview/luck");
    EXPECT_EQ(refusal_of(with("interview", parsed(R"({"talks":[]})"))), "/interview/talks");
    EXPECT_EQ(refusal_of(with("interview", parsed(R"([])"))), "/interview");
    EXPECT_EQ(refusal_of(with("hurdles", parsed(R"([{"hurdle":"a"},{"way":"b"}])"))),
              "/hurdles/1/hurdle");
    EXPECT_EQ(refusal_of(with("hurdles", "電波")), "/hurdles");
    EXPECT_EQ(refusal_of(with("learnt", parsed(R"(["a",1])"))), "/learnt/1");
    EXPECT_EQ(refusal_of(with("people", parsed(R"([{"role":"a","tier":"moon"}])"))),
              "/people/0/tier");
    EXPECT_EQ(refusal_of(with("money", parsed(R"({"yearly":-1})"))), "/money/yearly");
    EXPECT_EQ(refusal_of(with("money", parsed(R"({"setUp":"1"})"))), "/money/setUp");
    EXPECT_EQ(refusal_of(Json{"text"}), "");
    for (const char* needed : {"id", "kind", "title", "outcome"}) {
        EXPECT_EQ(refusal_of(without(needed)), std::string{"/"} + needed);
    }
}

// What a project leaves that named no issue.
TEST(CaseText, MayBeOfNoChallenge) {
    const auto text = read_case(without("challenge"));
    ASSERT_TRUE(text) << to_text(text.error());
    EXPECT_EQ(text->challenge, "");
    EXPECT_EQ(to_json(*text).find("challenge"), nullptr);
}

TEST(CaseText, RefusesAFindingThatCanNotBe) {
    const auto found = [](const char* numbers) {
        return with("found", parsed((std::string{R"([{"measure":"m","unit":"h","method":"did",)"} +
                                     numbers + "}]")
                                        .c_str()));
    };
    EXPECT_EQ(refusal_of(found(R"("estimate":1,"lower":0,"upper":2)")), "read");
    EXPECT_EQ(refusal_of(found(R"("estimate":3,"lower":0,"upper":2)")), "/found/0/estimate");
    EXPECT_EQ(refusal_of(found(R"("estimate":1,"lower":2,"upper":0)")), "/found/0/estimate");
    EXPECT_EQ(refusal_of(found(R"("estimate":1,"lower":0)")), "/found/0/upper");
    EXPECT_EQ(refusal_of(found(R"("estimate":"1","lower":0,"upper":2)")), "/found/0/estimate");
    EXPECT_EQ(refusal_of(found(R"("estimate":1,"lower":0,"upper":2,"better":"left")")),
              "/found/0/better");
}

TEST(CaseText, RefusesWhatIsTooLong) {
    Json::Array many(51, Json{"x"});
    EXPECT_EQ(refusal_of(with("learnt", many)), "/learnt");
    Json::Array long_ones(20, Json{std::string(4000, 'x')});
    const auto read = read_case(with("learnt", long_ones));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::TooLarge);
}

TEST(CaseFinding, IsToldFromNothingWhereZeroIsOutside) {
    EXPECT_TRUE((CaseFinding{"m", 1, 0.5, 2, "h", "its", ""}.is_told_from_nothing()));
    EXPECT_TRUE((CaseFinding{"m", -1, -2, -0.5, "h", "its", ""}.is_told_from_nothing()));
    EXPECT_FALSE((CaseFinding{"m", 1, 0, 2, "h", "its", ""}.is_told_from_nothing()));
    EXPECT_FALSE((CaseFinding{"m", 0, -1, 1, "h", "its", ""}.is_told_from_nothing()));
}

}  // namespace
}  // namespace musubi

#include "project/loop/loop_document.h"

#include "loop_world.h"

namespace musubi::testing {
namespace {

Error refused(const std::string& text) {
    const auto document = read_loop_document(json_of(text));
    EXPECT_FALSE(document) << text;
    return document ? Error{} : document.error();
}

std::string model(const std::string& arrows) {
    return R"({"LogicModel": {"m": {"ofIssue": "urn:ngsi-ld:Issue:i",
        "nodes": [{"id": "a", "kind": "input", "words": "x"}, {"id": "b", "kind": "output", "words": "x"},
                  {"id": "c", "kind": "outcome", "words": "x"}],
        "arrows": )" +
           arrows + "}}}";
}

std::string arrow(const std::string& from, const std::string& to) {
    return R"({"from": ")" + from + R"(", "to": ")" + to + R"(", "assumption": "x"})";
}

std::string artefact(const std::string& more) {
    return R"({"Artefact": {"a": {"ofProject": "urn:ngsi-ld:Project:p", "title": "x",
        "on": "2026-06-01", "text": "x", )" +
           more + "}}}";
}

const std::string kPeople = R"("people": [{"name": "山田", "organisation": "総務課"}])";

TEST(LoopDocument, HoldsThingsInTheOrderInWhichTheyReferToEachOther) {
    const auto document = read_loop_document(json_of(river_project()));
    ASSERT_TRUE(document) << to_text(document.error());
    ASSERT_EQ(document->things.size(), 4U);
    EXPECT_EQ(document->things[0].id(), "urn:ngsi-ld:Issue:flood");
    EXPECT_EQ(document->things[3].id(), "urn:ngsi-ld:Stage:pilot");
}

TEST(LoopDocument, NamesThePlaceOfWhatItRefuses) {
    EXPECT_EQ(refused(R"({"Isue": {}})").where, "/Isue");
    EXPECT_EQ(refused(R"({"Issue": {"Flood": {}}})").where, "/Issue/Flood");
    EXPECT_EQ(refused(R"({"Issue": {"f": {"title": "x"}}})").where, "/Issue/f/challenge");
    EXPECT_EQ(refused(R"({"Issue": {"f": {"title": "x", "challenge": "rain"}}})").where,
              "/Issue/f/challenge");
    EXPECT_EQ(refused(R"({"Issue": {"f": {"title": "x", "colour": "red"}}})").where,
              "/Issue/f/colour");
    EXPECT_EQ(refused(R"({"Issue": {"f": {"title": "x\ny"}}})").where, "/Issue/f/title");
    EXPECT_EQ(refused("{}").where, "");
    const std::string issue =
        R"("Issue": {"f": {"title": "x", "challenge": "safety", "role": "living",
           "description": "x"}}})";
    EXPECT_EQ(refused(R"({"revisions": {"urn:ngsi-ld:Issue:g": ""}, )" + issue).where,
              "/revisions/urn:ngsi-ld:Issue:g");
    EXPECT_EQ(refused(R"({"revisions": {"urn:ngsi-ld:Issue:f": "abc"}, )" + issue).where,
              "/revisions/urn:ngsi-ld:Issue:f");
    EXPECT_EQ(refused(R"({"revisions": [], )" + issue).where, "/revisions");
    EXPECT_EQ(refused(artefact(kPeople + R"(, "slot": "plan.reason", "sha256": "abc")")).where,
              "/Artefact/a/sha256");
    EXPECT_EQ(refused(artefact(R"("people": [{"name": "x"}], "slot": "plan.reason")")).where,
              "/Artefact/a/people/0/organisation");
}

TEST(LoopDocument, RefusesALogicModelThatRunsInACircle) {
    EXPECT_TRUE(read_loop_document(json_of(
        model("[" + arrow("a", "b") + "," + arrow("b", "c") + "," + arrow("a", "c") + "]"))));
    const Error circle =
        refused(model("[" + arrow("a", "b") + "," + arrow("b", "c") + "," + arrow("c", "a") + "]"));
    EXPECT_EQ(circle.where, "/LogicModel/m/arrows/2/to");
    EXPECT_NE(circle.detail.find("輪"), std::string::npos);
    EXPECT_EQ(refused(model("[" + arrow("a", "a") + "]")).where, "/LogicModel/m/arrows/0/to");
    EXPECT_EQ(refused(model("[" + arrow("a", "z") + "]")).where, "/LogicModel/m/arrows/0/to");
}

TEST(LoopDocument, AHearingSaysWhatTheyObjectedToOrWhoSaidThereIsNothing) {
    const std::string head = kPeople + R"(, "slot": "factor.residents", "asked": )";
    EXPECT_EQ(refused(artefact(kPeople + R"(, "slot": "factor.residents")")).where,
              "/Artefact/a/asked");
    EXPECT_EQ(refused(artefact(head + R"([{"who": "下町の人"}])")).where,
              "/Artefact/a/asked/0/objection");
    EXPECT_TRUE(read_loop_document(
        json_of(artefact(head + R"([{"who": "下町の人", "objection": "音がうるさい"}])"))));
    EXPECT_TRUE(read_loop_document(
        json_of(artefact(head + R"([{"who": "下町の人", "noneBy": "区長 佐藤"}])"))));
}

TEST(LoopDocument, EachSlotOfEvidenceSaysWhatItIsAbout) {
    EXPECT_EQ(refused(artefact(R"("people": [], "slot": "plan.reason")")).where,
              "/Artefact/a/people");
    EXPECT_EQ(refused(artefact(kPeople + R"(, "slot": "plan.points")")).where,
              "/Artefact/a/points");
    EXPECT_EQ(refused(artefact(kPeople + R"(, "slot": "pilot.hurdles")")).where,
              "/Artefact/a/hurdles");
    EXPECT_EQ(refused(artefact(kPeople + R"(, "slot": "plan.means",
        "means": [{"kind": "people", "words": "x"}, {"kind": "money", "words": "x"}])"))
                  .where,
              "/Artefact/a/means");
}

TEST(LoopDocument, DaysSharesAndLevelsAreWithinTheirBounds) {
    const auto stage = [](const std::string& more) {
        return R"({"Stage": {"s": {"ofProject": "urn:ngsi-ld:Project:p", "kind": "pilot", )" +
               more + "}}}";
    };
    EXPECT_EQ(refused(stage(R"("from": "2026-06-02", "to": "2026-06-01")")).where, "/Stage/s/to");
    EXPECT_EQ(refused(stage(R"("from": "2026-02-30", "to": "2026-06-01")")).where, "/Stage/s/from");
    const std::string days = R"("from": "2026-06-01", "to": "2026-06-30", )";
    EXPECT_EQ(refused(stage(days + R"("estimator": "interrupted-series")")).where,
              "/Stage/s/baselineFrom");
    EXPECT_EQ(
        refused(stage(days + R"("estimator": "differences", "baselineFrom": "2026-01-01")")).where,
        "/Stage/s/comparison");
    EXPECT_EQ(
        refused(stage(days + R"("maturity": [{"of": "talent", "level": 6, "why": "x"}])")).where,
        "/Stage/s/maturity/0/level");
    EXPECT_EQ(refused(stage(days + R"("maturity": [{"of": "talent", "level": 3, "why": "x"},
                                                  {"of": "talent", "level": 4, "why": "x"}])"))
                  .where,
              "/Stage/s/maturity/1/of");
    const auto town_code = [](const std::string& code) {
        return R"({"Project": {"p": {"title": "x", "owner": "結川町", "townCode": ")" + code +
               "\"}}}";
    };
    EXPECT_EQ(refused(town_code("abc")).where, "/Project/p/townCode");
    EXPECT_EQ(refused(town_code("182079")).where, "/Project/p/townCode") << "with a check digit";
    EXPECT_TRUE(read_loop_document(json_of(town_code("18207"))));
    EXPECT_EQ(refused(R"({"Participant": {"p": {"ofProject": "urn:ngsi-ld:Project:p", "name": "x",
        "organisation": "x", "role": "x", "tier": "core", "share": 1.1, "from": "2026-06-01"}}})")
                  .where,
              "/Participant/p/share");
}

std::string issue(const std::string& title, const std::string& description = "x") {
    return R"({"Issue": {"f": {"title": ")" + title +
           R"(", "challenge": "safety", "role": "living", "description": ")" + description +
           R"("}}})";
}

std::string times(std::size_t count, const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
}

TEST(LoopDocument, ATextThatShowsNothingIsNone) {
    for (const char* blank : {" ", "　", "\\n\\t", "\\u0085", "\\u00a0", "\\u2003", "\\u200b",
                              "\\ufeff", "\\u3164", "\\u2800", " \\u3000\\u200d "}) {
        const std::string text = std::string{blank};
        EXPECT_EQ(refused(issue("x", text)).where, "/Issue/f/description") << blank;
        EXPECT_EQ(refused(R"({"why": ")" + text + R"(", "Issue": {}})").where, "/why") << blank;
        EXPECT_EQ(refused(artefact(R"("slot": "plan.reason", "people": [{"name": ")" + text +
                                   R"(", "organisation": "総務課"}])"))
                      .where,
                  "/Artefact/a/people/0/name")
            << blank;
    }
    EXPECT_TRUE(read_loop_document(json_of(issue("　見守り ", "一行目\\n二行目"))));
}

TEST(LoopDocument, WhoSaidThereIsNothingHasAName) {
    const std::string head = kPeople + R"(, "slot": "factor.residents", "asked": [{"who": )";
    for (const char* none : {" ", "　", "-", "―", "？？"}) {
        const std::string name = "\"" + std::string{none} + "\"";
        EXPECT_EQ(refused(artefact(head + R"("下町の人", "noneBy": )" + name + "}]")).where,
                  "/Artefact/a/asked/0/noneBy")
            << none;
        EXPECT_EQ(refused(artefact(head + name + R"(, "objection": "音"}])")).where,
                  "/Artefact/a/asked/0/who")
            << none;
    }
    EXPECT_TRUE(read_loop_document(json_of(artefact(head + R"("3班", "noneBy": "李"}])"))));
}

TEST(LoopDocument, LengthsAreCountedInCharactersAsTheSchemaSays) {
    EXPECT_TRUE(read_loop_document(json_of(issue(times(200, "あ"), times(4'000, "𠮷")))));
    EXPECT_EQ(refused(issue(times(201, "あ"))).where, "/Issue/f/title");
    EXPECT_EQ(refused(issue("x", times(4'001, "𠮷"))).where, "/Issue/f/description");
}

TEST(LoopDocument, NothingIsExpectedTwiceOrOfItself) {
    const auto stage = [](const std::string& expectations, const std::string& more = "") {
        return R"({"Stage": {"s": {"ofProject": "urn:ngsi-ld:Project:p", "kind": "pilot",
            "from": "2026-06-01", "to": "2026-06-30", "baselineFrom": "2026-01-01",
            "expectations": [)" +
               expectations + "]" + more + "}}}";
    };
    const auto of = [](const std::string& group, const std::string& threshold) {
        return R"({"measure": "m", "group": ")" + group + R"(", "better": "up", "threshold": )" +
               threshold + "}";
    };
    EXPECT_TRUE(read_loop_document(json_of(stage(of("a", "1") + "," + of("b", "1")))));
    EXPECT_EQ(refused(stage(of("a", "1") + "," + of("a", "2"))).where,
              "/Stage/s/expectations/1/measure");
    EXPECT_EQ(refused(stage(of("a", "1"), R"(, "estimator": "differences",
                                            "comparison": ["b", "a"])"))
                  .where,
              "/Stage/s/expectations/0/group");
}

// What each member's schema allows, and what lies just beyond.
TEST(LoopDocument, TheBoundsOfTheSchemasAreThoseOfTheProgram) {
    const Json stage = loop_schema(*loop_kind_of_type("Stage"));
    const Json* looks = stage.find("properties")->find("looks");
    EXPECT_EQ(looks->find("minimum")->number(), 1);
    EXPECT_EQ(looks->find("maximum")->number(), 50);
    const Json project = loop_schema(*loop_kind_of_type("Project"));
    const Json* year = project.find("properties")->find("fiscalYear");
    EXPECT_EQ(year->find("maximum")->number(), 1'000'000);
    EXPECT_EQ(*project.find("properties")->find("layers")->find("uniqueItems"), Json{true});
    EXPECT_EQ(*project.find("properties")->find("uses")->find("uniqueItems"), Json{true});
    const auto with = [](const std::string& more) {
        return R"({"Project": {"p": {"title": "x", "owner": "x")" + more + "}}}";
    };
    EXPECT_TRUE(read_loop_document(json_of(with(R"(, "fiscalYear": 1000000)"))));
    EXPECT_EQ(refused(with(R"(, "fiscalYear": 1000001)")).where, "/Project/p/fiscalYear");
    EXPECT_EQ(refused(with(R"(, "fiscalYear": -1)")).where, "/Project/p/fiscalYear");
    const std::string use = R"({"function": "ai-engine", "measures": ["m"]})";
    EXPECT_EQ(refused(with(R"(, "uses": [)" + use + "," + use + "]")).where, "/Project/p/uses/1");
}

TEST(LoopDocument, ASchemaSaysWhatTheProgramChecks) {
    for (const LoopKind& kind : loop_kinds()) {
        const Json schema = loop_schema(kind);
        EXPECT_EQ(*schema.find("additionalProperties"), Json{false}) << kind.type;
        EXPECT_FALSE(schema.find("properties")->object().empty()) << kind.type;
        for (const Json& name : schema.find("required")->array()) {
            EXPECT_NE(schema.find("properties")->find(name.string()), nullptr) << name.string();
        }
    }
}

}  // namespace
}  // namespace musubi::testing

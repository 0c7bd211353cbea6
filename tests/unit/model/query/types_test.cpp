#include <gtest/gtest.h>

#include "unit/model/query/sample.h"

namespace musubi {
namespace {

struct TypesRow {
    std::string_view selection;
    std::string_view types;  ///< one letter each
    bool expected;
};
constexpr TypesRow kTypesRows[] = {
    {"A", "A", true},        {"A", "B", false},           {"A,B", "B", true},
    {"A|B", "C", false},     {"A;B", "A", false},         {"A;B", "AB", true},
    {"(A;B),C", "A", false}, {"(A;B),C", "C", true},      {"(A;B)|C", "ABD", true},
    {"A;(B|C)", "AC", true}, {"A;(B|C)", "A", false},     {"A;B,C", "C", true},
    {" A , B ", "B", true},  {"((A));(B,C)", "AC", true},
};

TEST(TypeSelection, SelectsAsTheClauseSays) {
    for (const auto& row : kTypesRows) {
        const auto selection = parse_type_selection(row.selection, *core_context());
        ASSERT_TRUE(selection) << row.selection;
        std::vector<std::string> types;
        for (const char c : row.types) types.push_back(sample::expanded(std::string(1, c)));
        EXPECT_EQ(matches(*selection, types), row.expected) << row.selection << " " << row.types;
    }
}

TEST(TypeSelection, TakesFullIris) {
    const auto selection = parse_type_selection("https://example.org/T,urn:x:U", *core_context());
    ASSERT_TRUE(selection);
    EXPECT_TRUE(matches(*selection, {"https://example.org/T"}));
    EXPECT_TRUE(matches(*selection, {"urn:x:U"}));
}

TEST(TypeSelection, HasOneShapeHoweverItsGroupsWereWritten) {
    EXPECT_EQ(parse_type_selection("(A,B)|(C,(D))", *core_context())->children.size(), 4U);
    EXPECT_EQ(parse_type_selection("((A))", *core_context())->kind, TypeSelection::Kind::Type);
}

TEST(TypeSelection, RefusesWhatIsMalformed) {
    for (const char* text : {"", ",", "A,", ",A", "A;;B", "(A", "A)", "()", "A B", "\xff"}) {
        const auto selection = parse_type_selection(text, *core_context());
        ASSERT_FALSE(selection) << text;
        EXPECT_EQ(selection.error().code, ErrorCode::BadRequest) << text;
    }
}

TEST(TypeSelection, IsBounded) {
    const auto code = [](const std::string& text) {
        return parse_type_selection(text, *core_context()).error().code;
    };
    EXPECT_EQ(code(std::string(60'000, '(')), ErrorCode::TooComplexQuery);
    EXPECT_EQ(code(std::string(1U << 20U, 'A')), ErrorCode::TooComplexQuery);
    std::string many = "A";
    for (int i = 1; i < kMaxQueryTerms; ++i) many += ",A";
    EXPECT_TRUE(parse_type_selection(many, *core_context()));
    EXPECT_EQ(code(many + ",A"), ErrorCode::TooComplexQuery);
}

TEST(EntityQuery, AsksForEverythingAtOnce) {
    const Entity gauge = sample::gauge();
    EXPECT_TRUE(matches(EntityQuery{}, gauge));
    EntityQuery query;
    query.ids = {"urn:x:1", gauge.id};
    query.types = *parse_type_selection("FloodMonitoring", *core_context());
    query.attrs = {sample::expanded("nothing"), sample::expanded("status")};
    query.q = *parse_q("currentLevel>4", *core_context());
    query.id_pattern = *Pattern::parse(":fukui:");
    query.geo = *parse_geo_query("near;maxDistance==2000", "Point", sample::json("[136.2,36.05]"),
                                 "", *core_context());
    EXPECT_TRUE(matches(query, gauge));

    const auto fails_with = [&](const auto& change) {
        EntityQuery other = query;
        change(other);
        return !matches(other, gauge);
    };
    EXPECT_TRUE(fails_with([](EntityQuery& q) { q.ids = {"urn:x:1"}; }));
    EXPECT_TRUE(fails_with(
        [](EntityQuery& q) { q.types = *parse_type_selection("Alert", *core_context()); }));
    EXPECT_TRUE(fails_with([](EntityQuery& q) { q.attrs = {sample::expanded("nothing")}; }));
    EXPECT_TRUE(
        fails_with([](EntityQuery& q) { q.q = *parse_q("currentLevel>9", *core_context()); }));
    EXPECT_TRUE(fails_with([](EntityQuery& q) { q.id_pattern = *Pattern::parse("^fukui"); }));
    EXPECT_TRUE(fails_with([](EntityQuery& q) { q.geo->property = "elsewhere"; }));
}

}  // namespace
}  // namespace musubi

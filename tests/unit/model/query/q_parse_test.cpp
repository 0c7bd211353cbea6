#include <gtest/gtest.h>

#include <chrono>

#include "unit/model/query/sample.h"

namespace musubi {
namespace {

Result<QueryNode> parsed(std::string_view q) { return parse_q(q, *core_context()); }

struct Fault {
    std::string_view q;
    std::string_view where;
};
constexpr Fault kFaults[] = {
    {"", "byte 0"},
    {"()", "byte 1"},
    {"a;", "byte 2"},
    {";a", "byte 0"},
    {"a||b", "byte 2"},
    {"(a", "byte 2"},
    {"a)", "byte 1"},
    {"a==", "byte 3"},
    {"a==;b", "byte 3"},
    {"a=1", "byte 1"},
    {"a===1", "byte 3"},
    {"a b", "byte 2"},
    {"1a", "byte 0"},
    {"a.", "byte 2"},
    {"a..b", "byte 2"},
    {"a[", "byte 2"},
    {"a[]", "byte 2"},
    {"a[b", "byte 3"},
    {"a[b.]", "byte 4"},
    {"a[b][c]", "byte 4"},
    {"a.observedAt[b]", "byte 15"},
    {R"(a=="open)", "byte 3"},
    {R"(a=="\x")", "byte 3"},
    {"a==007", "byte 3"},
    {"a==1.", "byte 3"},
    {"a==.5", "byte 3"},
    {"a==+5", "byte 3"},
    {"a==1e999", "byte 3"},
    {"a==1,", "byte 5"},
    {"a==1..", "byte 6"},
    {"a==1..2..3", "byte 7"},
    {"a==1..2,3", "byte 7"},
    {R"(a==1.."b")", "byte 3"},
    {"a==true..false", "byte 3"},
    {"a>1,2", "byte 3"},
    {"a>1..2", "byte 3"},
    {"a>true", "byte 2"},
    {"a>urn:x:y", "byte 2"},
    {"a>word", "byte 2"},
    {"a==wo/rd", "byte 3"},
    {"a==2021-13-01", "byte 3"},
    {"a==2021-08-14T08:50:00", "byte 3"},
    {"a==25:00:00Z", "byte 3"},
    {"a~=", "byte 3"},
    {"a~=(", "byte 3"},
    {R"(a~="[")", "byte 3"},
    {R"(a~="(a)\1")", "byte 3"},
    {R"(a~="x)", "byte 3"},
    {"<a", "byte 0"},
    {"<a>", "byte 0"},
    {"!a", "byte 0"},
    {"a\n", "byte 1"},
    {"urn:", "byte 4"},
};

TEST(QParse, RefusesWhatTheGrammarDoesNotHaveAndSaysWhere) {
    for (const auto& [q, where] : kFaults) {
        const auto query = parsed(q);
        ASSERT_FALSE(query) << q;
        EXPECT_EQ(query.error().code, ErrorCode::BadRequest) << q;
        EXPECT_EQ(query.error().where, where) << q << ": " << query.error().detail;
    }
}

TEST(QParse, RefusesBrokenUtf8) {
    EXPECT_EQ(parsed("a==\"\xff\"").error().code, ErrorCode::BadRequest);
    EXPECT_EQ(parsed("\xc3").error().code, ErrorCode::BadRequest);
}

TEST(QParse, BoundsTermsDepthAndSize) {
    std::string terms = "a";
    for (int i = 1; i < kMaxQueryTerms; ++i) terms += ";a";
    EXPECT_TRUE(parsed(terms));
    EXPECT_EQ(parsed(terms + ";a").error().code, ErrorCode::TooComplexQuery);

    std::string values = "a==1";
    for (int i = 1; i < kMaxQueryTerms; ++i) values += ",1";
    EXPECT_TRUE(parsed(values));
    EXPECT_EQ(parsed(values + ",1").error().code, ErrorCode::TooComplexQuery);

    std::string patterns = "a~=x";
    for (int i = 1; i < kMaxQueryPatterns; ++i) patterns += ";a~=x";
    EXPECT_TRUE(parsed(patterns));
    EXPECT_EQ(parsed(patterns + ";a~=x").error().code, ErrorCode::TooComplexQuery);

    const auto nested = [](std::size_t depth) {
        return std::string(depth, '(') + "a" + std::string(depth, ')');
    };
    EXPECT_TRUE(parsed(nested(kMaxQueryDepth)));
    EXPECT_EQ(parsed(nested(kMaxQueryDepth + 1)).error().code, ErrorCode::TooComplexQuery);
    EXPECT_EQ(parsed(nested(20'000)).error().code, ErrorCode::TooComplexQuery);

    std::string path = "a";
    for (int i = 1; i < 17; ++i) path += ".a";
    EXPECT_EQ(parsed(path).error().code, ErrorCode::TooComplexQuery);
    EXPECT_EQ(parsed("a[" + path + "]").error().code, ErrorCode::TooComplexQuery);

    EXPECT_EQ(parsed(std::string(1U << 20U, 'a')).error().code, ErrorCode::TooComplexQuery);
    EXPECT_EQ(parsed(std::string(1U << 20U, '(')).error().code, ErrorCode::TooComplexQuery);
    EXPECT_FALSE(parsed("a==\"" + std::string(60'000, '\\')));
}

TEST(QParse, TakesApartGroupsOfOneKind) {
    EXPECT_EQ(to_text(*parsed("(a;b);(c;(d))")), to_text(*parsed("a;b;c;d")));
    EXPECT_EQ(parsed("(a;b);(c;(d))")->children.size(), 4U);
    EXPECT_EQ(parsed("((a))")->kind, QueryNode::Kind::Comparison);
    EXPECT_EQ(parsed("a;b|c")->kind, QueryNode::Kind::Or);
}

TEST(QParse, ListsWhatAnIndexCanAnswer) {
    const auto query =
        parsed(R"(a>4;b=="x","y";(c==1|d==2);e.f==3;g[h]==4;i!=5;j==1..2;k;l~=x;m.observedAt>5)"
               ";n==true;o==2021-08-14T00:00:00Z");
    ASSERT_TRUE(query) << to_text(query.error());
    std::string found;
    for (const QueryNode* term : indexable_terms(*query)) found += term->path.names[0].back();
    EXPECT_EQ(found, "abj");
    EXPECT_EQ(indexable_terms(*parsed("a>4")).size(), 1U);
    EXPECT_TRUE(indexable_terms(*parsed("a>4|b>4")).empty());
}

TEST(Pattern, AnswersInLinearTimeWhateverThePattern) {
    const std::string hostile(100'000, 'a');
    for (const char* text : {"(a+)+$", "(a|aa)+b", "^(a*)*b$", "(.*)(.*)(.*)(.*)(.*)[^a]"}) {
        const auto pattern = Pattern::parse(text);
        ASSERT_TRUE(pattern) << text;
        const auto start = std::chrono::steady_clock::now();
        (void)pattern->found_in(hostile + "!");
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{5}) << text;
    }
}

TEST(Pattern, RefusesWhatIsTooLargeOrBroken) {
    EXPECT_EQ(Pattern::parse("((a{0,500}){0,500}){0,500}").error().code, ErrorCode::BadRequest);
    EXPECT_EQ(Pattern::parse("(((a{100}){10}){10}b){9}").error().code, ErrorCode::BadRequest);
    EXPECT_EQ(Pattern::parse(std::string(513, 'a')).error().code, ErrorCode::TooComplexQuery);
    EXPECT_TRUE(Pattern::parse(std::string(512, 'a')));
    EXPECT_EQ(Pattern::parse("\\p{Han}{1000}|\\p{L}{1000}|\\pN{1000}").error().code,
              ErrorCode::TooComplexQuery);
    EXPECT_FALSE(Pattern::parse(""));
    EXPECT_FALSE(Pattern::parse("\xff"));
    EXPECT_FALSE(Pattern::parse(std::string(512, '(')));
    EXPECT_EQ(parsed("a~=" + std::string(513, 'a')).error().code, ErrorCode::TooComplexQuery);
}

}  // namespace
}  // namespace musubi

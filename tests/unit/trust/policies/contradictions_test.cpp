#include "trust/policies/contradictions.h"

#include <gtest/gtest.h>

namespace musubi::testing {
namespace {

// What is said of a text with the permission `cats` and one prohibition, `no`.
std::size_t warnings(const std::string& permission, const std::string& prohibition) {
    const std::string text =
        "[policies]\nversion = \"1\"\n[[permission]]\nid = \"cats\"\naction = [\"read\"]\n" +
        permission + "[[prohibition]]\nid = \"no\"\naction = [\"read\", \"modify\"]\n" +
        prohibition;
    const auto set = parse_policies(text, "p.toml", *core_context());
    EXPECT_TRUE(set) << to_text(set.error());
    return set ? find_contradictions(*set).size() : 99;
}

TEST(PolicyContradictions, AreToldWhereAProhibitionTakesAllOfAPermission) {
    EXPECT_EQ(warnings("type = [\"Cat\"]\n", "type = [\"Cat\"]\n"), 1U);
    EXPECT_EQ(warnings("type = [\"Cat\"]\n", ""), 1U);
    EXPECT_EQ(warnings("type = [\"Cat\"]\nrole = [\"reader\"]\n",
                       "type = [\"Cat\", \"Dog\"]\nrole = [\"reader\", \"member\"]\n"),
              1U);
    EXPECT_EQ(warnings("type = [\"Cat\"]\nattrs = [\"name\"]\nq = \"a==1\"\n",
                       "attrs = [\"name\", \"age\"]\nq = \"a==1\"\n"),
              1U);
    EXPECT_EQ(warnings("from = 2026-05-01T00:00:00+09:00\n", "from = 2026-04-01T00:00:00+09:00\n"),
              1U);
}

TEST(PolicyContradictions, AreNoneWhereSomethingIsLeft) {
    EXPECT_EQ(warnings("type = [\"Cat\", \"Dog\"]\n", "type = [\"Cat\"]\n"), 0U);
    EXPECT_EQ(warnings("", "type = [\"Cat\"]\n"), 0U);
    EXPECT_EQ(warnings("type = [\"Cat\"]\n", "type = [\"Cat\"]\nattrs = [\"name\"]\n"), 0U);
    EXPECT_EQ(warnings("type = [\"Cat\"]\n", "type = [\"Cat\"]\nrole = [\"reader\"]\n"), 0U);
    EXPECT_EQ(warnings("type = [\"Cat\"]\n", "type = [\"Cat\"]\nq = \"a==1\"\n"), 0U);
    EXPECT_EQ(warnings("type = [\"Cat\"]\n", "type = [\"Cat\"]\nidPattern = \"^urn:x\"\n"), 0U);
    EXPECT_EQ(warnings("", "hours = \"22:00-05:00\"\n"), 0U);
    EXPECT_EQ(
        warnings("until = 2027-04-01T00:00:00+09:00\n", "until = 2026-04-01T00:00:00+09:00\n"), 0U);
}

TEST(PolicyContradictions, NameBothInBothLanguages) {
    const auto set = parse_policies(
        "[policies]\nversion = \"1\"\n[[permission]]\nid = \"a\"\naction = [\"delete\"]\n"
        "[[prohibition]]\nid = \"b\"\naction = [\"delete\"]\n",
        "p.toml", *core_context());
    ASSERT_TRUE(set);
    const auto found = find_contradictions(*set);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].policies, (std::vector<std::string>{"a", "b"}));
    EXPECT_NE(found[0].ja.find("「a」の delete は働きません"), std::string::npos);
    EXPECT_NE(found[0].en.find("'a' does nothing for delete"), std::string::npos);
}

}  // namespace
}  // namespace musubi::testing

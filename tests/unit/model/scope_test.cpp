#include "model/scope.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

TEST(ScopeQuery, FollowsTheHierarchy) {
    const auto holds = [](std::string_view query, std::vector<std::string> scopes) {
        const auto parsed = parse_scope_query(query);
        EXPECT_TRUE(parsed) << query;
        return matches(*parsed, scopes);
    };
    EXPECT_TRUE(holds("/a/b", {"/a/b"}));
    EXPECT_TRUE(holds("/a/b", {"a/b"}));
    EXPECT_FALSE(holds("/a", {"/a/b"}));
    EXPECT_FALSE(holds("/a/b", {"/a"}));
    EXPECT_TRUE(holds("/a/#", {"/a/b/c"}));
    EXPECT_TRUE(holds("/a/#", {"/a"}));
    EXPECT_FALSE(holds("/a/#", {"/ab"}));
    EXPECT_TRUE(holds("/#", {"/ab"}));
    EXPECT_FALSE(holds("/#", {}));
    EXPECT_TRUE(holds("/a/+/c", {"/a/b/c"}));
    EXPECT_FALSE(holds("/a/+", {"/a"}));
    EXPECT_TRUE(holds("/x,/a", {"/a"}));
    EXPECT_FALSE(holds("/x;/a", {"/a"}));
    EXPECT_TRUE(holds("(/x,/a);/b", {"/a", "/b"}));
    for (const std::string_view bad : {"", "/", "/a//b", "/a/#/b", "/a,", "(/a", "/a)"}) {
        EXPECT_FALSE(parse_scope_query(bad)) << bad;
    }
}

}  // namespace
}  // namespace musubi

#include "model/context_url.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

// The examples of RFC 3986, 5.4, with its base.
TEST(ResolveReference, FollowsTheExamplesOfTheStandard) {
    constexpr std::string_view kBase = "http://a/b/c/d;p?q";
    const auto at = [&](std::string_view reference) { return resolve_reference(kBase, reference); };
    EXPECT_EQ(at("g"), "http://a/b/c/g");
    EXPECT_EQ(at("./g"), "http://a/b/c/g");
    EXPECT_EQ(at("g/"), "http://a/b/c/g/");
    EXPECT_EQ(at("/g"), "http://a/g");
    EXPECT_EQ(at("//g"), "http://g");
    EXPECT_EQ(at("?y"), "http://a/b/c/d;p?y");
    EXPECT_EQ(at("g?y"), "http://a/b/c/g?y");
    EXPECT_EQ(at("#s"), "http://a/b/c/d;p?q#s");
    EXPECT_EQ(at("g?y#s"), "http://a/b/c/g?y#s");
    EXPECT_EQ(at(""), "http://a/b/c/d;p?q");
    EXPECT_EQ(at("."), "http://a/b/c/");
    EXPECT_EQ(at(".."), "http://a/b/");
    EXPECT_EQ(at("../g"), "http://a/b/g");
    EXPECT_EQ(at("../../g"), "http://a/g");
    EXPECT_EQ(at("../../../g"), "http://a/g");
    EXPECT_EQ(at("g?y/../x"), "http://a/b/c/g?y/../x");
    EXPECT_EQ(at("urn:x:y"), "urn:x:y");
    EXPECT_EQ(resolve_reference("http://a", "g"), "http://a/g");
    EXPECT_EQ(resolve_reference("", "g"), "g");
}

}  // namespace
}  // namespace musubi

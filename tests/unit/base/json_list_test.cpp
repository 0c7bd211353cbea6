#include "base/json_list.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

TEST(JsonList, ReadsAnElementWhenItIsAskedFor) {
    std::string text = R"([{"id":"urn:a","level":{"value":1.5}},{"id":7},"x",{"id":"水"}])";
    const auto list = JsonList::parse(text);
    ASSERT_TRUE(list);
    text.assign(text.size(), ' ');  // it holds what it needs
    ASSERT_EQ(list->size(), 4U);
    EXPECT_EQ(list->text(0, "id"), "urn:a");
    EXPECT_EQ(list->text(0, "level"), "");
    EXPECT_EQ(list->text(0, "none"), "");
    EXPECT_EQ(list->text(1, "id"), "");
    EXPECT_EQ(list->text(2, "id"), "");
    EXPECT_EQ(list->text(3, "id"), "水");
    EXPECT_EQ(*list->read(0), *parse_json(R"({"id":"urn:a","level":{"value":1.5}})"));
    EXPECT_EQ(*list->read(2), Json{"x"});
}

TEST(JsonList, OfAnObjectHasItAlone) {
    const auto list = JsonList::parse(R"({"id":"urn:a"})");
    ASSERT_TRUE(list);
    EXPECT_EQ(list->size(), 1U);
    EXPECT_EQ(list->text(0, "id"), "urn:a");
    EXPECT_EQ(JsonList{}.size(), 0U);
    EXPECT_EQ(JsonList::parse("[]")->size(), 0U);
}

TEST(JsonList, RefusesWhatIsNoListAndTellsAMemberTwiceOfItsElement) {
    EXPECT_EQ(JsonList::parse("3").error().code, ErrorCode::BadRequest);
    EXPECT_EQ(JsonList::parse("[{]").error().code, ErrorCode::BadRequest);
    EXPECT_EQ(JsonList::parse(R"([1)", {.max_bytes = 1}).error().code, ErrorCode::TooLarge);
    EXPECT_EQ(JsonList::parse("[[[1]]]", {.max_depth = 2}).error().code, ErrorCode::TooLarge);
    const auto list = JsonList::parse(R"([{"a":{"b":1,"b":2}},{"a":1}])");
    ASSERT_TRUE(list);
    EXPECT_EQ(list->read(0).error().where, "/a/b");
    EXPECT_TRUE(list->read(1));
}

}  // namespace
}  // namespace musubi

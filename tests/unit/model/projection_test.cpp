#include "model/projection.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

TEST(Projection, ReadsMembersAndThoseOfLinkedEntities) {
    const auto read = parse_projection("id,level|at{name,over{name}}", *core_context());
    ASSERT_TRUE(read) << to_text(read.error());
    ASSERT_EQ(read->size(), 3U);
    EXPECT_EQ((*read)[0].name, "id");
    EXPECT_EQ((*read)[1].name, core_context()->expand("level"));
    EXPECT_EQ(depth_of(*read), 2U);
    const ProjectedMember* at = find(*read, core_context()->expand("at"));
    ASSERT_NE(at, nullptr);
    EXPECT_EQ(at->linked.size(), 2U);
    EXPECT_EQ(find(*read, "type"), nullptr);
}

TEST(Projection, RefusesWhatIsNoListOfNames) {
    for (const std::string_view text :
         {"", ",", "a,", "a,,b", "a{b", "a{{b}", "a{}", "a}", "{a}", "a b", "a;b", "1a", "a{b}c"}) {
        const auto read = parse_projection(text, *core_context());
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, ErrorCode::BadRequest) << text;
        EXPECT_TRUE(read.error().where.starts_with("byte ")) << text;
    }
}

TEST(Projection, IsBounded) {
    std::string deep;
    for (int i = 0; i < 11; ++i) deep += "a{";
    EXPECT_FALSE(parse_projection(deep + "a" + std::string(11, '}'), *core_context()));
    std::string wide = "a";
    for (std::size_t i = 0; i < kMaxProjectedMembers; ++i) wide += ",a";
    const auto read = parse_projection(wide, *core_context());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::TooComplexQuery);
}

}  // namespace
}  // namespace musubi

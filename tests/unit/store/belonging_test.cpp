#include "store/belonging.h"

#include <gtest/gtest.h>

namespace musubi::testing {
namespace {

FormerBelonging former(std::uint64_t end, bool gone = false) {
    return {.was = {{"urn:test:Cat"}, {"/north"}}, .end = {end, 2}, .gone = gone};
}

TEST(Belonging, IsReadAsItWasWritten) {
    const auto read = decode_belonging("urn:a", encode_belonging({former(3), former(7, true)}));
    ASSERT_TRUE(read && read->size() == 2U);
    EXPECT_EQ(read->front().was.types, std::vector<std::string>{"urn:test:Cat"});
    EXPECT_EQ(read->front().was.scopes, std::vector<std::string>{"/north"});
    EXPECT_EQ(read->back().end, (InstanceId{7, 2}));
    EXPECT_FALSE(read->front().gone);
    EXPECT_TRUE(read->back().gone);
}

TEST(Belonging, AMalformedRecordIsNone) {
    const std::string bytes = encode_belonging({former(3), former(7, true)});
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_belonging("urn:a", bytes.substr(0, size))) << size;
    }
    EXPECT_FALSE(decode_belonging("urn:a", bytes + "x"));
}

TEST(Belonging, KeepsOfFormerLivesTheEndAlone) {
    std::vector<FormerBelonging> all;
    for (const auto& [end, gone] : {std::pair{1U, false}, {2U, true}, {3U, false}, {4U, true}}) {
        add_belonging(all, former(end, gone));
    }
    ASSERT_EQ(all.size(), 3U);  // the end of the life before, and the last life whole
    EXPECT_TRUE(all.front().gone);
    EXPECT_TRUE(all.front().was.types.empty());
    EXPECT_EQ(all.front().end.sequence, 2U);
    add_belonging(all, former(5));
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all.front().end.sequence, 4U);
}

TEST(Belonging, OfOneLifeHasABound) {
    std::vector<FormerBelonging> all;
    for (std::uint64_t end = 1; end <= 1'000; ++end) {
        add_belonging(all, former(end));
        ASSERT_LE(all.size(), kMostBelongings);
    }
    EXPECT_EQ(all.back().end.sequence, 1'000U);
    EXPECT_TRUE(all.front().gone);  // what was before is as of a former life
    EXPECT_FALSE(all.at(1).gone);
}

}  // namespace
}  // namespace musubi::testing

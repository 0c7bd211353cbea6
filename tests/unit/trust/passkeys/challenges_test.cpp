#include "trust/passkeys/challenges.h"

#include <gtest/gtest.h>

#include "base/clock.h"

namespace musubi::testing {
namespace {

class ChallengesOfServer : public ::testing::Test {
protected:
    std::string begin(const std::string& address = "a", const std::string& person = {}) {
        Ceremony ceremony;
        ceremony.person = person;
        return challenges.begin(ceremony, {address, clock.monotonic()}, random);
    }
    std::optional<Ceremony> take(const std::string& challenge) {
        return challenges.take(challenge, clock.monotonic());
    }
    ManualClock clock{Time{0}};
    SeededRandom random{1};
    Challenges challenges;
};

TEST_F(ChallengesOfServer, AreGoodOnceForWhatTheyWereMade) {
    const std::string challenge = begin("a", "yamada");
    EXPECT_EQ(challenge.size(), Challenges::kBytes);
    EXPECT_NE(challenge, begin());
    const auto taken = take(challenge);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->person, "yamada");
    EXPECT_FALSE(take(challenge)) << "replayed";
    EXPECT_FALSE(take({}));
    EXPECT_FALSE(take(std::string(32, 'x')));
}

TEST_F(ChallengesOfServer, EndAfterTheirTime) {
    const std::string first = begin();
    clock.advance(Challenges::kLasts - seconds(1));
    EXPECT_TRUE(take(first));
    const std::string second = begin();
    clock.advance(Challenges::kLasts);
    EXPECT_FALSE(take(second)) << "expired";
    const std::string third = begin();
    clock.jump_to(Time{hours(1000).us});  // the wall clock has no say
    EXPECT_TRUE(take(third));
}

TEST_F(ChallengesOfServer, AreBoundedByAddressAndInAll) {
    const std::string other = begin("b");
    const std::string first = begin("a");
    const std::string second = begin("a");
    for (std::size_t i = 1; i < Challenges::kMaxOfAddress; ++i) static_cast<void>(begin("a"));
    EXPECT_EQ(challenges.size(), Challenges::kMaxOfAddress + 1);
    EXPECT_FALSE(take(first)) << "the oldest of the address went";
    EXPECT_TRUE(take(second));
    EXPECT_TRUE(take(other)) << "another address is not touched";
    for (std::size_t i = 0; i < 2 * Challenges::kMax; ++i) {
        static_cast<void>(begin(std::to_string(i)));
    }
    EXPECT_EQ(challenges.size(), Challenges::kMax);
    clock.advance(Challenges::kLasts);
    static_cast<void>(begin());
    EXPECT_EQ(challenges.size(), 1U) << "what is over goes";
}

}  // namespace
}  // namespace musubi::testing

#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace musubi {
namespace {

Result<int> half(int n) {
    if (n % 2 != 0) return Error{ErrorCode::BadRequest, "odd", std::to_string(n)};
    return n / 2;
}

Result<int> quarter(int n, int& passed) {
    const int first = TRY(half(n));
    ++passed;
    const int second = TRY(half(first));
    ++passed;
    return second;
}

Result<void> check(int n) {
    TRY(half(n));
    return {};
}

TEST(Try, GivesTheValueOrLeavesWithTheError) {
    int passed = 0;
    EXPECT_EQ(*quarter(8, passed), 2);
    EXPECT_EQ(passed, 2);
    const auto failed = quarter(6, passed);
    ASSERT_FALSE(failed);
    EXPECT_EQ(passed, 3);
    EXPECT_EQ(to_text(failed.error()), "odd (3)");
    EXPECT_TRUE(check(2));
    EXPECT_EQ(check(1).error().where, "1");
}

TEST(Try, MovesWhatCanOnlyBeMoved) {
    const auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(5); };
    const auto use = [&]() -> Result<int> {
        const std::unique_ptr<int> taken = TRY(make());
        return *taken;
    };
    EXPECT_EQ(*use(), 5);
}

TEST(Error, HasAName) {
    EXPECT_EQ(name_of(ErrorCode::NoTenant), "NoTenant");
    EXPECT_EQ(to_text(Error{ErrorCode::Io, "disk"}), "disk");
    EXPECT_EQ(half(3).value_or(7), 7);
    EXPECT_EQ(half(4).value_or(7), 2);
}

}  // namespace
}  // namespace musubi

#include "project/finance/philox.h"

#include <gtest/gtest.h>

#include <cmath>

namespace musubi::testing {
namespace {

// The known answers that are published with the generator (Random123, kat_vectors).
TEST(Philox, GivesThePublishedAnswers) {
    const auto at = [](Philox::Block counter, Philox::Key key) { return Philox{key}.at(counter); };
    EXPECT_EQ(at({0, 0, 0, 0}, {0, 0}),
              (Philox::Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(at({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}),
              (Philox::Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(at({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              (Philox::Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, UnitsAreStrictlyBetweenNothingAndOne) {
    const Philox chance{std::uint64_t{7}};
    double sum = 0;
    double products = 0;
    constexpr int kDraws = 100'000;
    for (int i = 0; i < kDraws; ++i) {
        const auto [a, b] = chance.units(static_cast<std::uint64_t>(i), 3);
        ASSERT_GT(a, 0);
        ASSERT_LT(a, 1);
        ASSERT_GT(b, 0);
        ASSERT_LT(b, 1);
        sum += a;
        products += (a - 0.5) * (b - 0.5);
    }
    EXPECT_NEAR(sum / kDraws, 0.5, 3 * std::sqrt(1.0 / 12 / kDraws));
    EXPECT_NEAR(products / kDraws, 0, 3.0 / 12 / std::sqrt(kDraws));
}

}  // namespace
}  // namespace musubi::testing

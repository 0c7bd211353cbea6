#include "history/decimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.h"

namespace musubi {
namespace {

void expect_decimal(double value, std::int64_t units, int scale) {
    const auto d = to_decimal(value);
    ASSERT_TRUE(d) << value;
    EXPECT_EQ(d->units, units) << value;
    EXPECT_EQ(d->scale, scale) << value;
}

TEST(Decimal, HasTheLeastScale) {
    expect_decimal(0, 0, 0);
    expect_decimal(1.48, 148, 2);
    expect_decimal(-0.1, -1, 1);
    expect_decimal(6.0, 6, 0);
    expect_decimal(0.3, 3, 1);
    expect_decimal(1e-9, 1, 9);
    expect_decimal(135.123456789, 135'123'456'789, 9);
    expect_decimal(9007199254740991.0, 9007199254740991, 0);
    expect_decimal(-9007199254740991.0, -9007199254740991, 0);
    expect_decimal(900719925474099.1, 9007199254740991, 1);
}

TEST(Decimal, IsNoneForOtherNumbers) {
    for (const double value : {-0.0, 1.0 / 3, 0.1 + 0.2, 1e-10, 1e16, 9007199254740992.0, 1e300,
                               5e-324, std::numeric_limits<double>::infinity(),
                               -std::numeric_limits<double>::infinity(), std::nan("")}) {
        EXPECT_FALSE(to_decimal(value)) << value;
    }
    EXPECT_FALSE(to_decimal(Json{std::int64_t{1} << 53}));
    EXPECT_FALSE(to_decimal(Json{INT64_MIN}));
    EXPECT_FALSE(to_decimal(Json{"1"}));
    EXPECT_FALSE(to_decimal(Json{true}));
}

TEST(Decimal, IsFoundForEveryDecimal) {
    SeededRandom random{3};
    for (int i = 0; i < 300'000; ++i) {
        const int scale = static_cast<int>(random.next() % 10);
        auto units = static_cast<std::int64_t>(random.next() >> (11 + random.next() % 53));
        if (random.next() % 2 == 0) units = -units;
        const double value = to_double({units, scale});
        if (units == 0) continue;
        const auto found = to_decimal(value);
        ASSERT_TRUE(found) << units << " / 10^" << scale;
        EXPECT_EQ(to_double(*found), value);
        EXPECT_LE(found->scale, scale);
        // Below 2^51 no other decimal has this double.
        if (std::abs(units) < (std::int64_t{1} << 51)) {
            EXPECT_EQ(found->units * kPowersOfTen[static_cast<std::size_t>(scale - found->scale)],
                      units);
            EXPECT_EQ(units_at(value, scale), units);
        }
    }
}

TEST(Decimal, BecomesAnIntegerWhereItIsWhole) {
    EXPECT_TRUE(to_json({300, 2}).is_integer());
    EXPECT_EQ(to_json({300, 2}).integer(), 3);
    EXPECT_EQ(to_text(to_json({305, 2})), "3.05");
}

}  // namespace
}  // namespace musubi

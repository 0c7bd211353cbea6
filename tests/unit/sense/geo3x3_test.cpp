#include "sense/table/geo3x3.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

// The examples of the definition: Tokyo tower, and a cell of the western half.
TEST(Geo3x3, DecodesTheExamplesOfItsDefinition) {
    const auto tokyo = decode_geo3x3("E3793653391822", Geo3x3Rows::FromNorth);
    ASSERT_TRUE(tokyo);
    EXPECT_NEAR(tokyo->lat, 35.658633790016204, 1e-9);
    EXPECT_NEAR(tokyo->lon, 139.74546563023935, 1e-9);
    const auto west = decode_geo3x3("W28644", Geo3x3Rows::FromNorth);
    ASSERT_TRUE(west);
    EXPECT_NEAR(west->lat, 40.0, 1e-9);
    EXPECT_NEAR(west->lon, -86.2962962962963, 1e-9);
}

TEST(Geo3x3, TheFormerCodingCountsFromTheSouth) {
    const auto bridge = decode_geo3x3("E913873569978769", Geo3x3Rows::FromSouth);  // 九十九橋
    ASSERT_TRUE(bridge);
    EXPECT_NEAR(bridge->lat, 36.06306, 1e-5);
    EXPECT_NEAR(bridge->lon, 136.21139, 1e-5);
    const auto wrong = decode_geo3x3("E913873569978769", Geo3x3Rows::FromNorth);
    ASSERT_TRUE(wrong);
    EXPECT_NEAR(wrong->lat, -36.06306, 1e-5);
}

TEST(Geo3x3, AZeroEndsTheCode) {
    const auto plain = decode_geo3x3("E13847", Geo3x3Rows::FromNorth);
    const auto padded = decode_geo3x3("E1384700", Geo3x3Rows::FromNorth);
    ASSERT_TRUE(plain && padded);
    EXPECT_EQ(plain->lat, padded->lat);
    EXPECT_EQ(plain->lon, padded->lon);
}

TEST(Geo3x3, RefusesWhatIsNoCode) {
    for (const char* code : {"", "E", "E1", "X37", "37", "E3a", "E3 7", "E0000", "e37"}) {
        EXPECT_FALSE(decode_geo3x3(code, Geo3x3Rows::FromNorth)) << code;
    }
    EXPECT_FALSE(decode_geo3x3("E" + std::string(60, '5'), Geo3x3Rows::FromNorth));
}

}  // namespace
}  // namespace musubi

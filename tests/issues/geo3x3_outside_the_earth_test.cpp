#include <gtest/gtest.h>

#include <string>

#include "sense/table/geo3x3.h"

namespace musubi {
namespace {

// A code of many digits at an edge of the earth was read as 180.00000000000003 degrees.
TEST(Geo3x3, APlaceOfTheLastCellIsOnTheEarth) {
    for (std::size_t digits = 2; digits < 40; ++digits) {
        for (const char* half : {"E", "W"}) {
            for (const char cell : {'1', '3', '7', '9'}) {
                for (const Geo3x3Rows rows : {Geo3x3Rows::FromNorth, Geo3x3Rows::FromSouth}) {
                    const auto place = decode_geo3x3(half + std::string(digits, cell), rows);
                    ASSERT_TRUE(place);
                    EXPECT_TRUE(place->lon >= -180 && place->lon <= 180) << digits << cell;
                    EXPECT_TRUE(place->lat >= -90 && place->lat <= 90) << digits << cell;
                }
            }
        }
    }
}

}  // namespace
}  // namespace musubi

#include "sense/source/synthetic_river.h"

#include <gtest/gtest.h>

#include "test_feed.h"

namespace musubi {
namespace {

using test::project;
using test::read_text;

struct Town {
    SyntheticRiver river;
    std::vector<double> standby{2.10, 2.60, 2.90, 3.40, 2.50, 1.50,
                                1.70, 2.10, 2.60, 1.20, 1.60, 2.00};
    std::vector<double> alert{2.70, 3.30, 3.80, 4.40, 3.20, 2.00,
                              2.30, 2.80, 3.40, 1.70, 2.10, 2.60};
    std::vector<double> danger{3.60, 4.40, 5.10, 5.80, 4.20, 2.80,
                               3.20, 3.90, 4.60, 2.40, 3.00, 3.50};
};

Town yuigawa(std::uint64_t seed = 20240601) {
    auto stations = read_stations(read_text(project() + "/packs/river/feeds/yuigawa.csv"));
    EXPECT_TRUE(stations);
    EXPECT_EQ(stations->size(), 12U);
    return Town{SyntheticRiver{*stations, seed}};
}

constexpr double kSecond = 1.0 / 900;  // of a cycle of 15 minutes

TEST(SyntheticRiver, SameSeedSameLevels) {
    const Town a = yuigawa();
    const Town b = yuigawa();
    const Town c = yuigawa(7);
    int different = 0;
    for (int i = -500; i < 500; ++i) {
        const double at = i * 0.013;
        EXPECT_EQ(a.river.level(3, at), b.river.level(3, at));
        different += a.river.level(3, at) != c.river.level(3, at) ? 1 : 0;
    }
    EXPECT_GT(different, 500);
}

// Whoever starts it sees something within a minute: a station in 水防団待機, soon in はん濫注意.
TEST(SyntheticRiver, RisesWithinTheFirstMinute) {
    const Town town = yuigawa();
    EXPECT_LT(town.river.level(0, 0), town.standby[0]) << "calm at the beginning";
    EXPECT_GT(town.river.level(0, 60 * kSecond), town.standby[0]);
    EXPECT_GT(town.river.level(0, 90 * kSecond), town.alert[0]);
    EXPECT_GT(town.river.level(0, 130 * kSecond), town.danger[0]);
    EXPECT_LT(town.river.level(0, 500 * kSecond), town.standby[0]) << "and falls again";
}

TEST(SyntheticRiver, CrossesEachThresholdNowAndThenAndComesBack) {
    const Town town = yuigawa();
    for (std::size_t i = 0; i < 12; ++i) {
        int standby = 0;
        int danger = 0;
        for (int cycle = 0; cycle < 100; ++cycle) {
            double highest = 0;
            double lowest = 100;
            for (int step = 0; step < 90; ++step) {
                const double level = town.river.level(i, cycle + step / 90.0);
                highest = std::max(highest, level);
                lowest = std::min(lowest, level);
            }
            standby += highest > town.standby[i] ? 1 : 0;
            danger += highest > town.danger[i] ? 1 : 0;
            EXPECT_LT(lowest, town.standby[i]) << "station " << i << " cycle " << cycle;
        }
        EXPECT_GT(standby, 50) << "station " << i;
        EXPECT_GT(danger, 3) << "station " << i;
        EXPECT_LT(danger, 40) << "station " << i;
    }
}

TEST(SyntheticRiver, OneSensorFallsSilentNowAndThen) {
    const Town town = yuigawa();
    int silent = 0;
    for (int cycle = 0; cycle < 300; ++cycle) {
        int stations = 0;
        for (std::size_t i = 0; i < 12; ++i) stations += town.river.is_silent(i, cycle + 0.5);
        EXPECT_LE(stations, 1);
        silent += stations;
        for (std::size_t i = 0; i < 12; ++i) EXPECT_FALSE(town.river.is_silent(i, cycle + 0.1));
    }
    EXPECT_GT(silent, 60);
    EXPECT_LT(silent, 140);
}

TEST(SyntheticRiver, TableOfStationsIsChecked) {
    EXPECT_FALSE(read_stations(""));
    EXPECT_FALSE(read_stations("id,base\n"));
    const auto bad = read_stations("id,spread\n1,20\n2,0\n");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().where, "line 3");
    EXPECT_FALSE(read_stations("id\n\"1\n"));
}

}  // namespace
}  // namespace musubi

#include "cli/effect_table.h"

#include <gtest/gtest.h>

#include <cmath>

namespace musubi {
namespace {

const EffectColumns kColumns{"town", "year", "trips", "bus", {"old"}};

TEST(EffectTable, ReadsWhatSpreadsheetsWrite) {
    const auto table = read_effect_table(
        "\xEF\xBB\xBF"
        "year\ttown\ttrips\told\tbus\r\n2020\t\"A\t1\"\t1,234\t30\t0\r\n\r\n2021\tB\t-\t\t1\r\n",
        kColumns);
    ASSERT_TRUE(table) << to_text(table.error());
    ASSERT_EQ(table->readings.size(), 2U);
    EXPECT_EQ(table->readings[0].unit, "A\t1");
    EXPECT_EQ(table->readings[0].value, 1234);
    EXPECT_FALSE(table->readings[0].treated);
    EXPECT_TRUE(std::isnan(table->readings[1].value));  // which a panel refuses by its place
    EXPECT_TRUE(table->readings[1].treated);
    EXPECT_EQ(table->predictors[0][0], 30);
}

TEST(EffectTable, NamesTheLineAndWhatIsThere) {
    const auto missing = read_effect_table("town,year,count,bus,old\n", kColumns);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().where, "line 1");
    EXPECT_NE(missing.error().detail.find("town, year, count"), std::string::npos);
    const auto open = read_effect_table("town,year,trips,bus,old\n\"A,2020,1,0,1\n", kColumns);
    ASSERT_FALSE(open);
    EXPECT_EQ(open.error().where, "line 2");
    for (const char* text : {"", "\n\n", "\xEF\xBB\xBF"})
        EXPECT_FALSE(read_effect_table(text, kColumns));
    EXPECT_FALSE(read_effect_table(std::string(100'000, 'x'), kColumns));
}

TEST(EffectTable, TakesPredictorsBeforeTheProjectAlone) {
    const auto table = read_effect_table(
        "town,year,trips,bus,old\nA,2020,1,0,10\nA,2021,1,0,20\nA,2022,1,0,90\n"
        "B,2020,1,0,5\nB,2021,1,0,\nB,2022,1,1,99\n",
        kColumns);
    ASSERT_TRUE(table);
    const EffectPanel panel = make_panel(table->readings, plan_of(table->readings).value()).value();
    const auto predictors = table->predictors_of(panel);
    ASSERT_TRUE(predictors);
    EXPECT_EQ((*predictors)[0].values, (std::vector<double>{15, 5}));
}

}  // namespace
}  // namespace musubi

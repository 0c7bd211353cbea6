#include "project/towns/municipality_statistics.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

using Row = std::vector<std::string_view>;
const Row kCodes{"SSDSE-A-2023", "Prefecture", "Municipality", "A1101", "D2203"};
const Row kYears{"", "", "年度", "2020", "2019"};
const Row kNames{"地域コード", "都道府県", "市区町村", "総人口", "経常収支比率"};
const Row kSabae{"R18207", "福井県", "鯖江市", "68302", "88.9"};
const Row kEchizen{"R18423", "福井県", "越前町", "20118", "-"};

Result<StatisticsEdition> read(const std::vector<Row>& rows) {
    StatisticsReader reader{"a.csv"};
    std::uint64_t line = 0;
    for (const Row& row : rows) TRY(reader.take(row, ++line));
    return std::move(reader).finish();
}

std::string refusal_of(const std::vector<Row>& rows) {
    const auto edition = read(rows);
    if (edition) return "read";
    EXPECT_EQ(edition.error().code, ErrorCode::BadRequest);
    return to_text(edition.error());
}

TEST(StatisticsReader, ReadsCodesYearsNamesAndMissingValues) {
    const auto edition = read({kCodes, kYears, kNames, kEchizen, kSabae});
    ASSERT_TRUE(edition) << to_text(edition.error());
    EXPECT_EQ(edition->name, "SSDSE-A-2023");
    EXPECT_EQ(edition->year, 2023);
    ASSERT_EQ(edition->columns.size(), 2U);
    EXPECT_EQ(edition->columns[1].code, "D2203");
    EXPECT_EQ(edition->columns[1].name, "経常収支比率");
    EXPECT_EQ(edition->columns[1].year, 2019);
    ASSERT_EQ(edition->municipalities.size(), 2U);
    EXPECT_EQ(edition->municipalities[0].code, "18207");  // by code, not as they came
    EXPECT_EQ(edition->municipalities[0].name, "鯖江市");
    EXPECT_EQ(edition->municipalities[0].values[1], 88.9);
    EXPECT_EQ(edition->municipalities[1].values[1], std::nullopt);
    EXPECT_EQ(edition->missing, 1U);
    EXPECT_EQ(statistics_credit(edition->name), "独立行政法人統計センター SSDSE-A-2023");
}

TEST(StatisticsReader, TakesMoreOrFewerHeaderLinesAndColumnsElsewhere) {
    const auto without_names = read({kCodes, kYears, kSabae});
    ASSERT_TRUE(without_names);
    EXPECT_EQ(without_names->columns[0].name, "A1101");
    const auto without_years = read({kCodes, kNames, kSabae});
    ASSERT_TRUE(without_years);
    EXPECT_EQ(without_years->columns[0].year, 0);
    const auto titled = read({{"教育用標準データセット"}, kNames, {""}, kYears, kCodes, kSabae});
    ASSERT_TRUE(titled) << to_text(titled.error());
    EXPECT_EQ(titled->columns[0].name, "総人口");
    EXPECT_EQ(titled->columns[0].year, 2020);
    const auto moved = read({{"SSDSE-2020A", "A1101", "Municipality", "Prefecture"},
                             {"18207", "68302", "鯖江市", "福井県"}});
    ASSERT_TRUE(moved) << to_text(moved.error());
    EXPECT_EQ(moved->name, "SSDSE-A-2020");
    EXPECT_EQ(moved->municipalities[0].prefecture, "福井県");
    EXPECT_EQ(moved->municipalities[0].values[0], 68302);
}

TEST(StatisticsReader, RefusesWhatIsNoKnownEditionNamingWhatWasFound) {
    Row codes = kCodes;
    for (const char* other : {"SSDSE-B-2023", "SSDSE-A-2017", "SSDSE-A-2027", "SSDSE-2020B"}) {
        codes[0] = other;
        const std::string said = refusal_of({codes, kYears, kNames, kSabae});
        EXPECT_NE(said.find("found " + std::string{other}), std::string::npos) << said;
        EXPECT_NE(said.find("expected SSDSE-A-2018 … SSDSE-A-2026"), std::string::npos) << said;
        EXPECT_NE(said.find("この版は知りません"), std::string::npos) << said;
        EXPECT_NE(said.find("a.csv:1"), std::string::npos) << said;
    }
    EXPECT_NE(refusal_of({kNames, kSabae}).find("a table without a name"), std::string::npos);
    EXPECT_NE(refusal_of({kSabae}).find("expected SSDSE-A"), std::string::npos);
    EXPECT_NE(refusal_of({}).find("expected SSDSE-A"), std::string::npos);
    EXPECT_NE(refusal_of(std::vector<Row>(9, Row{"title"})).find("no header"), std::string::npos);
}

TEST(StatisticsReader, RefusesRowsThatDoNotFitNamingTheLine) {
    const std::vector<std::pair<Row, std::string>> wrong{
        {{"R18207", "福井県", "鯖江市", "68302"}, "the row has 4 columns, the header 5"},
        {{"R18207", "福井県", "鯖江市", "many", "88.9"}, "the value of A1101 is no number"},
        {{"R18207", "福井県", "鯖江市", "1e999", "88.9"}, "the value of A1101 is no number"},
        {{"R18207", "福井県", "鯖江市", "nan", "88.9"}, "the value of A1101 is no number"},
        {{"合計", "", "", "1", "2"}, "does not begin with an area code"}};
    for (const auto& [row, words] : wrong) {
        const std::string said = refusal_of({kCodes, kYears, kNames, kEchizen, row});
        EXPECT_NE(said.find(words), std::string::npos) << said;
        EXPECT_NE(said.find("a.csv:5"), std::string::npos) << said;
    }
    EXPECT_NE(refusal_of({kCodes, kSabae, kSabae}).find("two rows of the area code 18207"),
              std::string::npos);
    EXPECT_NE(refusal_of({{"SSDSE-A-2023", "p", "m", "A1101", "A1101"}, kSabae})
                  .find("two columns A1101"),
              std::string::npos);
    EXPECT_NE(refusal_of({kCodes, kYears, kNames}).find("no municipality"), std::string::npos);
}

TEST(StatisticsReader, IsBounded) {
    StatisticsReader reader{"a.csv"};
    ASSERT_TRUE(reader.take(kCodes, 1));
    for (std::size_t i = 0; i < StatisticsReader::kMaxMunicipalities; ++i) {
        const std::string code = std::to_string(10000 + i);
        ASSERT_TRUE(reader.take(Row{code, "p", "m", "1", "2"}, i + 2));
    }
    const auto more = reader.take(Row{"99999", "p", "m", "1", "2"}, 9999);
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().code, ErrorCode::TooLarge);
    StatisticsReader wide{"a.csv"};
    EXPECT_FALSE(wide.take(Row(StatisticsReader::kMaxColumns + 1, "A1101"), 1));
}

}  // namespace
}  // namespace musubi

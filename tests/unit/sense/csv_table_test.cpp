#include "sense/table/csv_table.h"

#include <gtest/gtest.h>

#include "test_feed.h"

namespace musubi {
namespace {

constexpr const char* kFeed = R"([feed]
name = "test"
[[source]]
name = "levels"
kind = "file"
path = "x.csv"
missing = ["---", "*"]
[source.entity]
id = "urn:ngsi-ld:FloodMonitoring:test:{id}"
type = "FloodMonitoring"
[source.time]
column = "日時"
[[source.attribute]]
name = "currentLevel"
column = "水位"
as = "number"
)";

/// Reads a text; each row becomes "id=value@time", "missing", or the key of its refusal.
class Reader {
public:
    explicit Reader(const std::string& more = {}) {
        auto feed = parse_feed(kFeed + more, "test.toml");
        EXPECT_TRUE(feed) << to_text(feed.error());
        feed_ = *feed;
        auto mapper = RowMapper::compile(feed_.sources.at(0), *core_context());
        EXPECT_TRUE(mapper);
        mapper_.emplace(*mapper);
        table_.emplace(feed_.sources.at(0), *mapper_);
    }
    std::vector<std::string> read(const std::string& text) {
        RecordSplitter splitter{0, 1, ','};
        splitter.add(text);
        table_->look_at(text);
        std::vector<std::string> out;
        Reading reading;
        while (const auto record = splitter.next(true)) {
            const RowResult result =
                table_->take(*record, *parse_time("2030-01-01T00:00:00Z"), reading);
            if (result.kind == RowResult::Kind::Taken) out.push_back(shown(reading));
            if (result.kind == RowResult::Kind::Missing) out.emplace_back("missing");
            if (result.kind == RowResult::Kind::Refused) {
                out.emplace_back(words_of(result.why.reason).key);
                detail = result.why.detail;
            }
        }
        return out;
    }
    static std::string shown(const Reading& reading) {
        const Attribute& level = reading.attributes.at(0);
        return reading.id.substr(reading.id.rfind(':') + 1) + "=" + to_text(level.value) + "@" +
               to_iso(*level.observed_at).substr(5, 11);
    }
    std::string detail;
    [[nodiscard]] const CsvTable& table() const { return *table_; }

private:
    FeedConfig feed_;
    std::optional<RowMapper> mapper_;
    std::optional<CsvTable> table_;
};

using Rows = std::vector<std::string>;
const std::string kRiverHeader = "日時,水位,id\n";

TEST(CsvTable, ByteOrderMarkAndMissingMarkers) {
    Reader reader;
    EXPECT_EQ(reader.read("\xEF\xBB\xBF" + kRiverHeader +
                          "2021-08-14T08:40,1.48,91\n2021-08-14T08:40,*,30\n"
                          "2021-08-14T08:40,--- ,30\n2021-08-14T08:40,,30\n\n"
                          "2021-08-14T24:00,0.5,1"),
              (Rows{"91=1.48@08-13T23:40", "missing", "missing", "missing", "1=0.5@08-14T15:00"}));
}

TEST(CsvTable, MergeMarksGoAndTheRowsOfBothSidesStay) {
    Reader reader;
    EXPECT_EQ(
        reader.read(kRiverHeader +
                    "<<<<<<< HEAD\n2021-08-14T08:40,1,1\n=======\n2021-08-14T08:50,2,1\n"
                    ">>>>>>> 4de1a22e\n"),
        (Rows{"merge-mark", "1=1@08-13T23:40", "merge-mark", "1=2@08-13T23:50", "merge-mark"}));
}

TEST(CsvTable, Cp932IsFoundOut) {
    // 日時,水位,id in cp932
    const std::string header = "\x93\xFA\x8E\x9E,\x90\x85\x88\xCA,id\r\n";
    Reader reader;
    EXPECT_EQ(reader.read(header + "2021/08/14 8:40,1.5,7\r\n"), (Rows{"7=1.5@08-13T23:40"}));
}

TEST(CsvTable, BytesThatAreNoTextAreRefused) {
    Reader reader;
    EXPECT_EQ(reader.read(kRiverHeader + "2021-08-14T08:40,1,\xFF\xFE\n" +
                          std::string("2021-08-14T08:40,1,\0a\n", 22) + "2021-08-14T08:40,1,5\n"),
              (Rows{"bad-encoding", "nul-byte", "5=1@08-13T23:40"}));
}

TEST(CsvTable, AHeaderInTheMiddleMayChangeTheOrder) {
    Reader reader;
    EXPECT_EQ(reader.read(kRiverHeader + "2021-08-14T08:40,1.5,7\n" + kRiverHeader +
                          "2021-08-14T08:50,1.6,7\nid,日時,備考,水位\n8,2021-08-14T09:00,x,1.7\n"),
              (Rows{"7=1.5@08-13T23:40", "7=1.6@08-13T23:50", "8=1.7@08-14T00:00"}));
    EXPECT_EQ(reader.table().header_line(), 5U);
}

TEST(CsvTable, ASegmentWithoutANeededColumnIsLeftOutUntilAGoodHeaderComes) {
    Reader reader;
    EXPECT_EQ(reader.read("日時,流量,id\n2021-08-14T08:40,1.5,7\n2021-08-14T08:40,1.5,8\n" +
                          kRiverHeader + "2021-08-14T08:50,1.6,7\n"),
              (Rows{"wrong-shape", "7=1.6@08-13T23:50"}));
    EXPECT_EQ(reader.detail, "水位");
    EXPECT_FALSE(reader.table().out_of_shape());
    EXPECT_EQ(reader.read("日時,流量,id\n2021-08-14T08:40,1.5,7\n"), (Rows{"wrong-shape"}));
    EXPECT_TRUE(reader.table().out_of_shape());
    EXPECT_EQ(reader.table().left_out(), 1U);
}

TEST(CsvTable, RowsOfTheWrongWidthAreRefused) {
    Reader reader;
    EXPECT_EQ(reader.read(kRiverHeader + "2021-08-14T08:40,1.5\n2021-08-14T08:40,1,234,7\n"
                                         "2021-08-14T08:40,1.5,7,,\n"),
              (Rows{"too-few-columns", "too-many-columns", "7=1.5@08-13T23:40"}));
}

TEST(CsvTable, SaysWhatIsWrongWithARow) {
    Reader reader;
    EXPECT_EQ(reader.read(kRiverHeader + "yesterday,1.5,7\n2021-08-14T08:40,high,7\n"
                                         "2021-08-14T08:40,1.5,\n2031-08-14T08:40,1.5,7\n"),
              (Rows{"bad-time", "bad-number", "no-key", "ahead"}));
    EXPECT_EQ(reader.read("2021-08-14T08:40,1e999,7\n"), (Rows{"bad-number"}));
    EXPECT_EQ(reader.detail, "水位: 1e999");
}

TEST(CsvTable, BoundsOfAValue) {
    Reader reader{"min = -1\nmax = 9\ndivide = 100\n"};
    EXPECT_EQ(reader.read(kRiverHeader + "2021-08-14T08:40,123,7\n2021-08-14T08:40,901,7\n"
                                         "2021-08-14T08:40,-101,7\n"),
              (Rows{"7=1.23@08-13T23:40", "out-of-range", "out-of-range"}));
}

}  // namespace
}  // namespace musubi

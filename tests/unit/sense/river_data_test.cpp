#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <map>
#include <set>

#include "sense/table/csv_table.h"
#include "test_feed.h"

namespace musubi {
namespace {

using test::project;
using test::read_text;
using test::river_context;
using test::river_data;

struct Tally {
    std::uint64_t rows = 0;
    std::uint64_t taken = 0;
    std::uint64_t missing = 0;
    std::map<std::string, std::uint64_t> refused;
};

void read_all(const std::string& text, CsvTable& table, Tally& tally,
              const std::function<void(const Reading&)>& see) {
    RecordSplitter splitter{0, 1, ','};
    Reading reading;
    for (std::size_t at = 0; at <= text.size(); at += 65'536) {
        splitter.add(std::string_view{text}.substr(at, 65'536));
        while (const auto record = splitter.next(at + 65'536 >= text.size())) {
            ++tally.rows;
            const RowResult result = table.take(*record, Time{INT64_MAX}, reading);
            if (result.kind == RowResult::Kind::Taken) {
                ++tally.taken;
                see(reading);
            }
            tally.missing += result.kind == RowResult::Kind::Missing ? 1 : 0;
            if (result.kind == RowResult::Kind::Refused) {
                ++tally.refused[std::string{words_of(result.why.reason).key}];
            }
        }
    }
}

// What stands in the published files, counted by other means: 357,573 rows, of which 842 have no
// level and 891 a star; twice three marks of a merge conflict.
TEST(RiverData, IsReadWhole) {
    if (river_data().empty()) GTEST_SKIP() << "needs MUSUBI_TEST_DATA/river";
    const FeedConfig feed = *load_feed(project() + "/packs/river/feeds/fukui.toml", river_data());
    const SourceConfig& levels = feed.sources.at(1);
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{river_data()}) {
        if (entry.path().filename().string().starts_with("20")) names.insert(entry.path());
    }
    std::vector<std::string> texts;
    for (const std::string& name : names) texts.push_back(read_text(name));

    Tally tally;
    std::set<std::pair<std::string, std::int64_t>> moments;
    auto mapper = RowMapper::compile(levels, *river_context());
    ASSERT_TRUE(mapper) << to_text(mapper.error());
    for (const std::string& text : texts) {
        CsvTable table{levels, *mapper};
        read_all(text, table, tally, [&](const Reading& reading) {
            moments.emplace(reading.id, reading.attributes.at(0).observed_at->us);
        });
    }
    EXPECT_EQ(tally.taken, 355'840);
    EXPECT_EQ(tally.missing, 1'733);
    EXPECT_EQ(tally.refused, (std::map<std::string, std::uint64_t>{{"merge-mark", 6}}));
    RecordProperty("distinct", static_cast<int>(moments.size()));
    std::cout << "rows " << tally.rows << ", taken " << tally.taken << ", distinct "
              << moments.size() << "\n";

    Tally again;
    const auto begin = std::chrono::steady_clock::now();
    for (const std::string& text : texts) {
        CsvTable table{levels, *mapper};
        read_all(text, table, again, [](const Reading&) {});
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::cout << static_cast<double>(again.rows) / took.count() / 1e6 << " million rows/s\n";
}

}  // namespace
}  // namespace musubi

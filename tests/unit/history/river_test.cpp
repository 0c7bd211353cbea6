#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/random.h"
#include "history/aggregate.h"
#include "history/tail.h"
#include "unit/history/river_data.h"

namespace musubi {
namespace {

constexpr std::size_t kCommitReadings = 1'000;

// What a series of an import or of live readings is kept as.
struct Kept {
    SeriesTail tail;
    std::vector<std::string> chunks;
    std::vector<Point> points;  // all that went in
};

class RiverLevels : public ::testing::Test {
protected:
    void SetUp() override {
        const auto data = test::find_test_data();
        if (!data || !std::filesystem::exists(*data / "river")) {
            const char* ci = std::getenv("CI");
            if (ci != nullptr && std::string_view{ci} == "true") FAIL() << "needs the river data";
            GTEST_SKIP() << "needs the river data (MUSUBI_TEST_DATA)";
        }
        readings_ = test::read_river(*data / "river");
        ASSERT_GT(readings_.size(), 300'000U);
    }

    void keep(const test::RiverReading& r, Time recorded, InstanceId instance) {
        const std::string detail = "Property\x1fMTR\x1fobserved";
        Kept& kept = series_[r.station];
        const Json value{r.level};
        if (kept.tail.contains(r.at, value, detail)) return;
        Point point{r.at, recorded, instance, false, value, detail};
        kept.tail.append(point, pool_);
        kept.points.push_back(std::move(point));
        if (kept.tail.full()) kept.chunks.push_back(kept.tail.take_chunk());
    }

    void import_all() {
        SeededRandom random{20210814};
        Time now{1'790'000'000'000'000};
        for (std::size_t i = 0; i < readings_.size(); ++i) {
            if (i % kCommitReadings == 0) {
                now = now + microseconds(static_cast<std::int64_t>(4'000 + random.next() % 9'000));
            }
            keep(readings_[i], now,
                 {7 + i / kCommitReadings, static_cast<std::uint32_t>(i % kCommitReadings)});
        }
    }

    // One reading a commit, others' commits between; heard of milliseconds to minutes later.
    void live_all() {
        SeededRandom random{20230713};
        std::uint64_t sequence = 7;
        for (const auto& r : readings_) {
            const auto delay = std::int64_t{1'000} << (random.next() % 17);
            const Time recorded =
                r.at + microseconds(delay + static_cast<std::int64_t>(
                                                random.next() % static_cast<std::uint64_t>(delay)));
            sequence += 1 + random.next() % 3;
            keep(r, recorded, {sequence, static_cast<std::uint32_t>(random.next() % 11)});
        }
    }

    // Bytes a reading in full chunks, and each point as it went in.
    double checked_bytes_per_reading(const char* name) {
        std::size_t bytes = 0;
        std::size_t count = 0;
        for (const auto& [station, kept] : series_) {
            std::vector<Point> back;
            for (const std::string& chunk : kept.chunks) {
                auto points = decode_chunk(chunk);
                EXPECT_TRUE(points);
                if (!points) return 1e9;
                for (Point& p : *points) back.push_back(std::move(p));
                bytes += chunk.size();
            }
            count += back.size();
            kept.tail.append_points(back);
            EXPECT_TRUE(back == kept.points) << "station " << station;
        }
        const double each = static_cast<double>(bytes) / static_cast<double>(count);
        std::printf("[ figure   ] %s: %.3f bytes a reading (%zu readings in full chunks)\n", name,
                    each, count);
        return each;
    }

    std::vector<test::RiverReading> readings_;
    std::map<int, Kept> series_;
    DetailPool pool_;
};

TEST_F(RiverLevels, TakeFewBytesAfterAnImport) {
    import_all();
    EXPECT_LE(checked_bytes_per_reading("import"), 1.6);
}

TEST_F(RiverLevels, TakeFewBytesEachOnesOwnCommitMicrosecondsApart) {
    live_all();
    EXPECT_LE(checked_bytes_per_reading("live"), 6.0);
}

TEST_F(RiverLevels, AggregateTheSameFromChunksAndFromPoints) {
    import_all();
    const std::vector<AggregateMethod> methods{AggregateMethod::TotalCount, AggregateMethod::Sum,
                                               AggregateMethod::Average,    AggregateMethod::Min,
                                               AggregateMethod::Max,        AggregateMethod::StdDev,
                                               AggregateMethod::SumSquares};
    const Time from = *parse_time("2021-08-14T00:00:00+09:00");
    const Time to = from + days(25);
    std::size_t periods = 0;
    for (const auto& [station, kept] : series_) {
        auto by_point = Aggregator::create(methods, from, to, hours(1));
        auto by_chunk = Aggregator::create(methods, from, to, hours(1));
        for (const Point& p : kept.points) by_point->add(p.at, p.value);
        std::vector<Time> at;
        std::vector<double> values;
        kept.tail.append_numbers(at, values);
        for (std::size_t i = kept.chunks.size(); i-- > 0;) {
            if (by_chunk->add_whole(*read_summary(kept.chunks[i]))) continue;
            ASSERT_TRUE(decode_numbers(kept.chunks[i], at, values));
        }
        by_chunk->add_numbers(at, values);
        const auto expected = by_point->finish();
        const auto got = by_chunk->finish();
        ASSERT_EQ(expected->size(), got->size());
        for (std::size_t i = 0; i < got->size(); ++i) {
            EXPECT_EQ((*expected)[i].from, (*got)[i].from);
            EXPECT_TRUE((*expected)[i].results == (*got)[i].results) << station << ", " << i;
        }
        periods += got->size();
    }
    EXPECT_GT(periods, 10'000U);
}

}  // namespace
}  // namespace musubi

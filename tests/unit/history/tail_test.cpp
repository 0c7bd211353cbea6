#include "history/tail.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace musubi {
namespace {

Point reading(std::int64_t minute, Json value, std::uint64_t sequence) {
    return {.at = Time{} + minutes(minute),
            .recorded = Time{} + minutes(minute) + seconds(3),
            .instance = {sequence, 0},
            .deleted = false,
            .value = std::move(value),
            .detail = "Property, MTR, observed"};
}
const std::string kDetail = "Property, MTR, observed";

TEST(SeriesTail, GivesBackItsPointsInOrder) {
    DetailPool pool;
    SeriesTail tail;
    std::vector<Point> points{reading(30, Json{1.5}, 1), reading(10, Json{"*"}, 2),
                              reading(20, Json{INT64_MAX}, 3), reading(20, Json{}, 4)};
    points[1].detail = "another";
    points[3].deleted = true;
    for (const Point& p : points) tail.append(p, pool);

    std::vector<Point> back;
    tail.append_points(back);
    std::vector<Time> at;
    std::vector<double> values;
    tail.append_numbers(at, values);

    EXPECT_TRUE(back == points);
    EXPECT_EQ(tail.first_instance(), (InstanceId{1, 0}));
    EXPECT_EQ(tail.last_instance(), (InstanceId{4, 0}));
    EXPECT_EQ(tail.last_at(), points[0].at);
    EXPECT_EQ(at, (std::vector<Time>{points[0].at, points[2].at}));
    EXPECT_EQ(values, (std::vector<double>{1.5, 9223372036854775807.0}));
    EXPECT_TRUE(*decode_chunk(tail.encode()) == points);
}

TEST(SeriesTail, KnowsARepeatedReading) {
    DetailPool pool;
    SeriesTail tail;
    EXPECT_FALSE(tail.contains(Time{}, Json{1}, kDetail));
    for (std::int64_t i = 0; i < 100; ++i) {
        tail.append(
            reading(i * 10, Json{static_cast<double>(i) / 2}, static_cast<std::uint64_t>(i + 1)),
            pool);
    }
    EXPECT_TRUE(tail.contains(Time{} + minutes(500), Json{25}, kDetail));
    EXPECT_FALSE(tail.contains(Time{} + minutes(500), Json{26}, kDetail));
    EXPECT_FALSE(tail.contains(Time{} + minutes(500), Json{25}, "other"));
    EXPECT_FALSE(tail.contains(Time{} + minutes(501), Json{25}, kDetail));
    EXPECT_FALSE(tail.contains(Time{} + minutes(10'000), Json{25}, kDetail));

    tail.append(reading(500, Json{"late"}, 200), pool);  // a correction, out of order
    EXPECT_TRUE(tail.contains(Time{} + minutes(500), Json{"late"}, kDetail));
    EXPECT_TRUE(tail.contains(Time{} + minutes(500), Json{25}, kDetail));

    Point deletion = reading(500, Json{}, 201);
    deletion.deleted = true;
    tail.append(deletion, pool);
    EXPECT_FALSE(tail.contains(Time{} + minutes(500), Json{25}, kDetail));
    EXPECT_TRUE(tail.contains(Time{} + minutes(490), Json{24.5}, kDetail));
}

TEST(SeriesTail, GivesAChunkWhenFull) {
    DetailPool pool;
    SeriesTail tail;
    std::vector<Point> points;
    SeededRandom random{4};
    for (std::size_t i = 0; i < kChunkPoints + 40; ++i) {
        EXPECT_EQ(tail.full(), i >= kChunkPoints);
        points.push_back(reading(static_cast<std::int64_t>(random.next() % 5'000),
                                 i % 50 == 49 ? Json{"*"} : Json{i % 7 == 0 ? 0.5 : 3.0}, i + 1));
        if (i % 60 == 0) points.back().detail = "rare " + std::to_string(i);
        tail.append(points.back(), pool);
    }
    const auto chunk = decode_chunk(tail.take_chunk());
    ASSERT_TRUE(chunk);
    EXPECT_TRUE(*chunk == std::vector<Point>(points.begin(), points.begin() + kChunkPoints));
    EXPECT_EQ(tail.size(), 40U);
    EXPECT_FALSE(tail.full());
    std::vector<Point> rest;
    tail.append_points(rest);
    EXPECT_TRUE(rest == std::vector<Point>(points.begin() + kChunkPoints, points.end()));

    EXPECT_TRUE(*decode_chunk(tail.take_chunk()) == rest);  // a partial one, on demand
    EXPECT_TRUE(tail.empty());
    tail.append(points.front(), pool);
    EXPECT_EQ(tail.size(), 1U);
}

TEST(SeriesTail, IsFullOfTextToo) {
    DetailPool pool;
    SeriesTail tail;
    const std::string large(1U << 20U, 'x');
    for (std::uint64_t i = 1; i <= 4; ++i) {
        EXPECT_FALSE(tail.full());
        tail.append(reading(static_cast<std::int64_t>(i), Json{large}, i), pool);
    }
    EXPECT_TRUE(tail.full());
    EXPECT_TRUE(decode_chunk(tail.take_chunk()));
    EXPECT_FALSE(tail.full());
}

TEST(SeriesTail, IsCheapWhereThereAreMany) {
    EXPECT_LE(sizeof(SeriesTail), 100U);
    DetailPool pool;
    SeriesTail tail;
    for (std::uint64_t i = 1; i <= 4; ++i) {
        tail.append(reading(static_cast<std::int64_t>(i), Json{1.5}, i), pool);
    }
    EXPECT_LE(tail.memory(), 100U + 4 * 40);
    for (std::uint64_t i = 5; i <= 500; ++i) {
        tail.append(reading(static_cast<std::int64_t>(i), Json{1.5}, i), pool);
    }
    EXPECT_LE(tail.memory(), 100U + 500 * 50);  // grows by a quarter at a time
}

TEST(DetailPool, SharesUpToItsLimit) {
    DetailPool pool;
    const auto first = pool.share("a");
    EXPECT_EQ(first, pool.share("a"));
    for (std::size_t i = 0; i < 2 * DetailPool::kMaxEntries; ++i) {
        EXPECT_EQ(*pool.share(std::to_string(i)), std::to_string(i));
    }
    EXPECT_EQ(first, pool.share("a"));
    EXPECT_NE(pool.share("8191"), pool.share("8191"));
}

}  // namespace
}  // namespace musubi

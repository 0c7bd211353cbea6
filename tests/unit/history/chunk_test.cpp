#include "history/chunk.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "base/random.h"
#include "history/crc32c.h"

namespace musubi {
namespace {

std::vector<Point> river(std::size_t count) {
    std::vector<Point> points;
    for (std::size_t i = 0; i < count; ++i) {
        const auto n = static_cast<std::int64_t>(i);
        points.push_back({.at = {1'628'900'000'000'000 + n * 600'000'000},
                          .recorded = {1'790'000'000'000'000 + n / 10 * 7'001},
                          .instance = {40 + i / 10, static_cast<std::uint32_t>(i % 10 * 97)},
                          .deleted = false,
                          .value = Json{static_cast<double>(148 + n % 7) / 100},
                          .detail = "MTR"});
    }
    return points;
}

// Equal to the last bit of each number.
void expect_same(const std::vector<Point>& a, const std::vector<Point>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].at, b[i].at) << i;
        EXPECT_EQ(a[i].recorded, b[i].recorded) << i;
        EXPECT_EQ(a[i].instance, b[i].instance) << i;
        EXPECT_EQ(a[i].deleted, b[i].deleted) << i;
        EXPECT_EQ(a[i].detail, b[i].detail) << i;
        if (a[i].value.is_number() && !(a[i].value.is_integer() && b[i].value.is_integer())) {
            ASSERT_TRUE(b[i].value.is_number()) << i;
            EXPECT_EQ(std::bit_cast<std::uint64_t>(a[i].value.number()),
                      std::bit_cast<std::uint64_t>(b[i].value.number()))
                << i;
        } else {
            EXPECT_TRUE(a[i].value == b[i].value) << i;
        }
    }
}

void expect_chunk_round_trip(const std::vector<Point>& points) {
    const auto back = decode_chunk(encode_chunk(points));
    ASSERT_TRUE(back) << to_text(back.error());
    expect_same(points, *back);
}

TEST(Chunk, GivesBackARiver) {
    expect_chunk_round_trip(river(1));
    expect_chunk_round_trip(river(2));
    expect_chunk_round_trip(river(512));
}

TEST(Chunk, IsSmall) { EXPECT_LE(encode_chunk(river(512)).size(), 512U * 3 / 8 + 80); }

TEST(Chunk, SaysWhatIsInIt) {
    auto points = river(100);
    auto summary = read_summary(encode_chunk(points));
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->count, 100U);
    EXPECT_EQ(summary->first_at, points.front().at);
    EXPECT_EQ(summary->last_at, points.back().at);
    EXPECT_EQ(summary->first, points.front().instance);
    EXPECT_EQ(summary->last, points.back().instance);
    EXPECT_TRUE(summary->in_order);
    EXPECT_TRUE(summary->numeric);
    EXPECT_EQ(summary->scale, 2);
    EXPECT_EQ(summary->min, 148);
    EXPECT_EQ(summary->max, 154);
    EXPECT_EQ(summary->sum, 14 * (148 + 149 + 150 + 151 + 152 + 153 + 154) + 148 + 149);

    std::swap(points[3].at, points[60].at);
    points[7].deleted = true;
    summary = read_summary(encode_chunk(points));
    EXPECT_FALSE(summary->in_order);
    EXPECT_FALSE(summary->numeric);
    points[7].deleted = false;
    points[7].value = Json{"*"};
    EXPECT_FALSE(read_summary(encode_chunk(points))->numeric);
}

TEST(Chunk, GivesBackEachKindOfNumber) {
    const std::vector<Json> values{Json{0},
                                   Json{-0.0},
                                   Json{1.0 / 3},
                                   Json{0.1 + 0.2},
                                   Json{INT64_MAX},
                                   Json{INT64_MIN},
                                   Json{(std::int64_t{1} << 53) + 1},
                                   Json{1e300},
                                   Json{5e-324},
                                   Json{std::nan("")},
                                   Json{std::numeric_limits<double>::infinity()},
                                   Json{123456789.123456789},
                                   Json{1e-9},
                                   Json{9007199254740991.0},
                                   Json{1.5}};
    auto points = river(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) points[i].value = values[i];
    expect_chunk_round_trip(points);
    for (const Json& value : values) {
        for (Point& p : points) p.value = value;
        expect_chunk_round_trip(points);
    }
}

TEST(Chunk, GivesBackValuesThatAreNoNumbers) {
    auto points = river(60);
    points[0].value = Json{"missing"};
    points[1].value = Json{};
    points[2].value = Json{true};
    points[30].value = *parse_json(R"({"type":"Point","coordinates":[136.2,35.9]})");
    points[31].value = *parse_json(R"([1,"二",[{}]])");
    points[59].value = Json{"missing"};
    points[40].deleted = true;
    points[40].value = Json{};
    points[41].detail = "other";
    expect_chunk_round_trip(points);
    for (Point& p : points) p.value = Json{"calm"};
    expect_chunk_round_trip(points);
    EXPECT_LE(encode_chunk(points).size(), 200U);
}

TEST(Chunk, KeepsNumbersPackedAroundAFewOthers) {
    auto points = river(512);
    const std::size_t without = encode_chunk(points).size();
    points[100].value = Json{"*"};
    points[300].value = Json{"*"};
    points[400].value = Json{1.0 / 3};
    EXPECT_LE(encode_chunk(points).size(), without + 80);
}

TEST(Chunk, GivesNumbersAlone) {
    auto points = river(100);
    points[0].value = Json{"*"};
    points[50].deleted = true;
    points[60].value = Json{1.0 / 3};
    points[70].value = Json{INT64_MAX};
    const std::string chunk = encode_chunk(points);
    std::vector<Time> at{Time{1}};
    std::vector<double> values{1};

    ASSERT_TRUE(decode_numbers(chunk, at, values));

    ASSERT_EQ(at.size(), 99U);
    ASSERT_EQ(values.size(), 99U);
    std::size_t next = 1;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (i == 0 || i == 50) continue;
        EXPECT_EQ(at[next], points[i].at);
        EXPECT_EQ(values[next], points[i].value.number());
        ++next;
    }
}

TEST(Chunk, KeepsTheMomentOfRecordingOncePerCommit) {
    auto points = river(512);
    for (std::size_t i = 0; i < points.size(); ++i) {
        points[i].instance.sequence = 40;
        points[i].instance.ordinal = static_cast<std::uint32_t>(i);
        points[i].recorded = points[0].recorded;
    }
    EXPECT_LE(encode_chunk(points).size(), 512U * 3 / 8 + 70);
    points[200].recorded.us += 1;  // not what a store writes, but nothing may be lost
    expect_chunk_round_trip(points);
}

Json random_value(Random& random, std::uint64_t kind) {
    switch (kind) {
        case 0:
            return Json{static_cast<double>(static_cast<std::int64_t>(random.next() % 2000) - 900) /
                        100};
        case 1: return Json{static_cast<std::int64_t>(random.next() >> (random.next() % 64))};
        case 2:
            return Json{
                std::ldexp(next_unit(random) - 0.5, static_cast<int>(random.next() % 200) - 100)};
        case 3:
            return Json{
                std::string(random.next() % 30, static_cast<char>('a' + random.next() % 3))};
        case 4: return Json{random.next() % 2 == 0};
        case 5: return Json{static_cast<double>(random.next() % 1'000'000'000) / 1e9};
        case 6: return *parse_json(R"({"a":[1,2.5,"x"],"b":null})");
        default: return Json{};
    }
}

std::vector<Point> nasty_series(Random& random) {
    const std::uint64_t kinds = 1 + random.next() % 8;
    const std::uint64_t main_kind = random.next() % 8;
    const std::uint64_t rarity = 1 + random.next() % 100;
    const auto time_width = random.next() % 64;
    std::vector<Point> points(1 + random.next() % 700);
    InstanceId instance{random.next() >> (random.next() % 64), 0};
    Time recorded{static_cast<std::int64_t>(random.next() >> (random.next() % 64))};
    for (Point& p : points) {
        if (random.next() % 3 == 0 && instance.sequence < UINT64_MAX - 1'000'000) {
            instance = {
                instance.sequence + 1 + (random.next() % 9 == 0 ? random.next() % 1'000 : 0),
                static_cast<std::uint32_t>(random.next() % 1'000)};
            recorded.us = static_cast<std::int64_t>(random.next() >> (random.next() % 64));
        } else {
            instance.ordinal += 1 + static_cast<std::uint32_t>(random.next() % 100);
        }
        const bool rare = random.next() % rarity == 0;
        p = {.at = {static_cast<std::int64_t>(random.next() >> time_width)},
             .recorded = recorded,
             .instance = instance,
             .deleted = rare && random.next() % 4 == 0,
             .value = random_value(random, rare ? random.next() % kinds : main_kind),
             .detail = std::string(rare ? random.next() % 5 : 3, 'd')};
    }
    return points;
}

TEST(Chunk, GivesBackNastySeries) {
    SeededRandom random{11};
    for (int round = 0; round < 600; ++round) {
        const auto points = nasty_series(random);
        const std::string chunk = encode_chunk(points);
        const auto back = decode_chunk(chunk);
        ASSERT_TRUE(back) << round << ": " << to_text(back.error());
        expect_same(points, *back);
        std::vector<Time> at;
        std::vector<double> values;
        ASSERT_TRUE(decode_numbers(chunk, at, values));
        std::size_t next = 0;
        for (const Point& p : points) {
            if (p.deleted || !p.value.is_number()) continue;
            ASSERT_LT(next, at.size());
            EXPECT_EQ(at[next], p.at);
            EXPECT_EQ(values[next++], p.value.number());
        }
        EXPECT_EQ(next, at.size());
        if (::testing::Test::HasFailure()) FAIL() << "in round " << round;
    }
}

void expect_corrupt(std::string_view chunk) {
    std::vector<Time> at;
    std::vector<double> values;
    const auto summary = read_summary(chunk);
    const auto points = decode_chunk(chunk);
    const auto numbers = decode_numbers(chunk, at, values);
    ASSERT_FALSE(summary);
    ASSERT_FALSE(points);
    ASSERT_FALSE(numbers);
    EXPECT_EQ(summary.error().code, ErrorCode::Corrupt);
    EXPECT_EQ(points.error().code, ErrorCode::Corrupt);
    EXPECT_EQ(numbers.error().code, ErrorCode::Corrupt);
    EXPECT_TRUE(at.empty());
}

TEST(Chunk, NoticesEveryFlippedBitAndEveryCut) {
    const std::string chunk = encode_chunk(river(50));
    for (std::size_t bit = 0; bit < chunk.size() * 8; ++bit) {
        std::string broken = chunk;
        broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ (1 << (bit % 8)));
        expect_corrupt(broken);
    }
    for (std::size_t size = 0; size < chunk.size(); ++size) expect_corrupt(chunk.substr(0, size));
}

std::string with_checksum(std::string body) {
    const std::uint32_t crc = crc32c(body);
    for (unsigned i = 0; i < 4; ++i) body += static_cast<char>(crc >> (8U * i));
    return body;
}

// Broken bytes under a checksum that fits must still not crash, nor make up points without end.
TEST(Chunk, SurvivesBrokenBytesThatTheChecksumDoesNotShow) {
    SeededRandom random{12};
    for (int round = 0; round < 20'000; ++round) {
        auto points = river(1 + random.next() % 40);
        points[0].value = Json{"text"};
        std::string body = encode_chunk(points);
        body.resize(body.size() - 4);
        for (std::uint64_t n = random.next() % 4 + 1; n > 0; --n) {
            body[random.next() % body.size()] = static_cast<char>(random.next());
        }
        if (random.next() % 8 == 0) body.resize(random.next() % body.size());
        const auto back = decode_chunk(with_checksum(body));
        if (back) {
            EXPECT_LE(back->size(), kMaxChunkPoints);
        } else {
            EXPECT_EQ(back.error().code, ErrorCode::Corrupt);
        }
    }
}

TEST(Chunk, RefusesAnotherVersion) {
    std::string body = encode_chunk(river(5));
    body.resize(body.size() - 4);
    body[0] = 2;
    expect_corrupt(with_checksum(body));
}

}  // namespace
}  // namespace musubi

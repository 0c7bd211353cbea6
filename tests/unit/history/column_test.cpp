#include "history/column.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace musubi {
namespace {

using Numbers = std::vector<std::int64_t>;

std::string encoded(const Numbers& numbers) {
    std::string bytes;
    put_column(bytes, numbers);
    return bytes;
}

void expect_column_round_trip(const Numbers& numbers) {
    const std::string bytes = encoded(numbers);
    Numbers back(numbers.size(), 42);
    ChunkReader in{bytes};
    get_column(in, back);
    EXPECT_TRUE(in.ok());
    EXPECT_EQ(in.left(), 0U);
    EXPECT_EQ(back, numbers);
}

TEST(Column, GivesBackExtremes) {
    expect_column_round_trip({});
    expect_column_round_trip({INT64_MIN});
    expect_column_round_trip({0, 0});
    expect_column_round_trip({INT64_MIN, INT64_MAX});
    expect_column_round_trip({INT64_MAX, INT64_MIN, 0, -1, INT64_MIN, INT64_MAX, 1});
    expect_column_round_trip({0, INT64_MIN, 0, INT64_MIN});
    expect_column_round_trip({-5, INT64_MAX - 5, -5});
}

// Every width of noise, around every level, with and without a unit, a slope and outliers.
TEST(Column, GivesBackWhateverWentIn) {
    SeededRandom random{7};
    for (int round = 0; round < 3'000; ++round) {
        const auto width = static_cast<unsigned>(random.next() % 65);
        const std::uint64_t mask = width == 64 ? ~0ULL : (1ULL << width) - 1;
        const std::uint64_t unit = random.next() % 3 == 0 ? random.next() % 1'000'000 + 1 : 1;
        const std::uint64_t slope =
            random.next() % 2 == 0 ? random.next() >> (random.next() % 64) : 0;
        const std::uint64_t level = random.next() >> (random.next() % 64);
        const std::uint64_t outliers = 1 + random.next() % 60;
        Numbers numbers(1 + random.next() % 600);
        std::uint64_t i = 0;
        for (std::int64_t& n : numbers) {
            std::uint64_t word = level + slope * i++ + (random.next() & mask) * unit;
            if (random.next() % outliers == 0) word = random.next();
            n = static_cast<std::int64_t>(word);
        }
        expect_column_round_trip(numbers);
    }
}

TEST(Column, GivesBackALongOne) {
    SeededRandom random{8};
    Numbers numbers(65'535);
    for (std::int64_t& n : numbers) n = static_cast<std::int64_t>(random.next() % 1'000);
    expect_column_round_trip(numbers);
}

TEST(Column, TakesAFewBytesForASlope) {
    Numbers numbers;
    for (int i = 0; i < 512; ++i) numbers.push_back(1'628'900'000'000'000 + i * 600'000'000LL);
    EXPECT_LE(encoded(numbers).size(), 20U);
}

TEST(Column, IsNotWidenedByAGap) {
    Numbers numbers;
    for (int i = 0; i < 512; ++i) {
        numbers.push_back(i * 600'000'000LL + (i > 200 ? 86'400'000'000LL * 365 : 0));
    }
    EXPECT_LE(encoded(numbers).size(), 30U);
}

TEST(Column, PacksSmallStepsInFewBits) {
    SeededRandom random{9};
    Numbers numbers;
    std::int64_t level = 123'456;
    for (int i = 0; i < 512; ++i) {
        level += static_cast<std::int64_t>(random.next() % 4) - 1;
        numbers.push_back(level);
    }
    EXPECT_LE(encoded(numbers).size(), 512U * 2 / 8 + 12);
}

TEST(Column, FailsWhereItIsCutOff) {
    SeededRandom random{10};
    Numbers numbers;
    for (int i = 0; i < 300; ++i) {
        numbers.push_back(static_cast<std::int64_t>(random.next() % (i % 50 == 0 ? 1'000'000 : 9)));
    }
    const std::string bytes = encoded(numbers);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        ChunkReader in{std::string_view{bytes}.substr(0, size)};
        Numbers back(numbers.size());
        get_column(in, back);
        EXPECT_FALSE(in.ok()) << size;
    }
}

}  // namespace
}  // namespace musubi

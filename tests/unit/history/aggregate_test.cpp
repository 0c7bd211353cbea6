#include "history/aggregate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "history/wide_sum.h"

namespace musubi {
namespace {

constexpr Time kFrom{1'628'900'000'000'000};
const std::vector<AggregateMethod> kAll{AggregateMethod::TotalCount, AggregateMethod::DistinctCount,
                                        AggregateMethod::Sum,        AggregateMethod::Average,
                                        AggregateMethod::Min,        AggregateMethod::Max,
                                        AggregateMethod::StdDev,     AggregateMethod::SumSquares};

// The results of one period over all values, as JSON text in the order of kAll.
std::string all_of(const std::vector<Json>& values) {
    auto aggregator = Aggregator::create(kAll, kFrom, kFrom + hours(1), {});
    for (const Json& v : values) aggregator->add(kFrom, v);
    const auto buckets = aggregator->finish();
    return to_text(Json{buckets->at(0).results});
}

TEST(Aggregate, KnowsItsMethodsByName) {
    for (const AggregateMethod method : kAll) {
        EXPECT_EQ(*parse_aggregate_method(name_of(method)), method);
    }
    const auto unknown = parse_aggregate_method("median");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ErrorCode::BadRequest);
    EXPECT_NE(unknown.error().detail.find("totalCount"), std::string::npos);
}

// GS CIM 009, table 4.5.19.1-1.
TEST(Aggregate, ComputesWhatEachKindOfValueAllows) {
    EXPECT_EQ(all_of({Json{0.1}, Json{0.2}, Json{0.3}, Json{0.2}}),
              "[4,3,0.8,0.2,0.1,0.3,0.07071067811865475,0.18]");
    EXPECT_EQ(all_of({Json{true}, Json{false}, Json{true}, Json{true}}),
              "[4,2,3,0.75,0,1,0.4330127018922193,3]");
    EXPECT_EQ(all_of({Json{"b"}, Json{"a"}, Json{"川"}, Json{"a"}}),
              R"([4,3,null,null,"a","川",null,null])");
    EXPECT_EQ(all_of({*parse_json("[1,2]"), *parse_json("[]"), *parse_json("[1.0,2]")}),
              "[3,2,4,1.3333333333333333,0,2,null,null]");
    EXPECT_EQ(all_of({*parse_json(R"({"a":1,"b":2})"), *parse_json(R"({"b":2,"a":1.0})"), Json{}}),
              "[3,2,null,null,null,null,null,null]");
}

TEST(Aggregate, ComputesWithTheNumbersOfAMixture) {
    EXPECT_EQ(all_of({Json{"*"}, Json{1}, Json{"*"}, Json{3}, Json{true}}), "[5,4,4,2,1,3,1,10]");
    EXPECT_EQ(all_of({Json{"*"}, Json{true}, Json{"x"}}), "[3,3,null,null,null,null,null,null]");
}

TEST(Aggregate, SumsExactlyInAnyOrder) {
    SeededRandom random{5};
    std::vector<Json> values;
    for (int i = 0; i < 2'000; ++i) {
        const int scale = static_cast<int>(random.next() % 10);
        const auto units = static_cast<std::int64_t>(random.next() >> (12 + random.next() % 40));
        values.push_back(to_json({random.next() % 2 == 0 ? units : -units, scale}));
    }
    const std::string once = all_of(values);
    for (int round = 0; round < 20; ++round) {
        for (std::size_t i = values.size(); i-- > 1;) {
            std::swap(values[i], values[random.next() % (i + 1)]);
        }
        EXPECT_EQ(all_of(values), once);
    }
    // A cancelling pair leaves nothing behind.
    values = {Json{9e15}, Json{0.1}, Json{-9e15}};
    EXPECT_EQ(all_of(values).substr(0, 8), "[3,3,0.1");
}

// A value of nine places makes the sum a long integer; when it has gone again, nothing of it shows.
TEST(Aggregate, RoundsASumOnlyOnce) {
    SeededRandom random{15};
    for (int round = 0; round < 1'000; ++round) {
        const Json value = to_json({static_cast<std::int64_t>(random.next() >> 14U), 2});
        auto aggregator = Aggregator::create({AggregateMethod::Sum}, kFrom, kFrom + hours(1), {});
        for (const Json& v : {value, Json{1e-9}, Json{-1e-9}}) aggregator->add(kFrom, v);
        EXPECT_EQ(to_text(aggregator->finish()->at(0).results[0]), to_text(value));
    }
}

TEST(Aggregate, TakesSpreadExactlyFarFromZero) {
    // With sums of squares in doubles this would come out as 0 or worse.
    auto aggregator = Aggregator::create({AggregateMethod::StdDev}, kFrom, kFrom + hours(1), {});
    for (int i = 0; i < 1'000; ++i) {
        aggregator->add(kFrom, Json{i % 2 == 0 ? 90071992.01 : 90071992.03});
    }
    EXPECT_EQ(aggregator->finish()->at(0).results[0].number(), 0.01);
}

TEST(Aggregate, TakesOtherDoublesToo) {
    std::vector<double> numbers{1.0 / 3, 2.0 / 3, 0.25, 1e-12, 7};
    double sum = 0;
    for (const double n : numbers) sum += n;
    const double mean = sum / 5;
    double distances = 0;
    double squares = 0;
    for (const double n : numbers) {
        distances += (n - mean) * (n - mean);
        squares += n * n;
    }
    auto aggregator = Aggregator::create(kAll, kFrom, kFrom + hours(1), {});
    for (const double n : numbers) aggregator->add(kFrom, Json{n});
    const auto results = aggregator->finish()->at(0).results;
    EXPECT_DOUBLE_EQ(results[2].number(), sum);
    EXPECT_DOUBLE_EQ(results[3].number(), mean);
    EXPECT_EQ(results[4].number(), 1e-12);
    EXPECT_EQ(results[5].number(), 7);
    EXPECT_DOUBLE_EQ(results[6].number(), std::sqrt(distances / 5));
    EXPECT_DOUBLE_EQ(results[7].number(), squares);
}

TEST(Aggregate, SumsLargeIntegersExactly) {
    EXPECT_EQ(all_of({Json{9007199254740991}, Json{9007199254740991}, Json{1}}).substr(0, 23),
              "[3,2,18014398509481983,");
}

TEST(Aggregate, CutsTimeIntoPeriodsFromTheStart) {
    auto aggregator =
        Aggregator::create({AggregateMethod::Sum}, kFrom, kFrom + minutes(150), hours(1));
    aggregator->add(kFrom - microseconds(1), Json{1000});
    aggregator->add(kFrom, Json{1});
    aggregator->add(kFrom + hours(1) - microseconds(1), Json{2});
    aggregator->add(kFrom + hours(2), Json{4});
    aggregator->add(kFrom + minutes(150), Json{1000});
    const auto buckets = *aggregator->finish();
    ASSERT_EQ(buckets.size(), 2U);
    EXPECT_EQ(buckets[0].from, kFrom);
    EXPECT_EQ(buckets[0].to, kFrom + hours(1));
    EXPECT_EQ(buckets[0].count, 2U);
    EXPECT_EQ(buckets[0].results[0].integer(), 3);
    EXPECT_EQ(buckets[1].from, kFrom + hours(2));
    EXPECT_EQ(buckets[1].to, kFrom + minutes(150));
    EXPECT_EQ(buckets[1].results[0].integer(), 4);
}

TEST(Aggregate, SpansAllOfTime) {
    auto aggregator =
        Aggregator::create({AggregateMethod::TotalCount}, {INT64_MIN}, {INT64_MAX}, {});
    aggregator->add({INT64_MIN}, Json{1});
    aggregator->add({INT64_MAX - 1}, Json{1});
    aggregator->add({INT64_MAX}, Json{1});
    const auto buckets = *aggregator->finish();
    ASSERT_EQ(buckets.size(), 1U);
    EXPECT_EQ(buckets[0].count, 2U);
    EXPECT_EQ(buckets[0].to, Time{INT64_MAX});
}

TEST(Aggregate, RefusesWhatMakesNoSenseOrTooMuch) {
    const std::vector<AggregateMethod> sum{AggregateMethod::Sum};
    EXPECT_EQ(Aggregator::create({}, kFrom, kFrom + hours(1), {}).error().code,
              ErrorCode::BadRequest);
    EXPECT_EQ(Aggregator::create(sum, kFrom, kFrom, {}).error().code, ErrorCode::BadRequest);
    EXPECT_EQ(Aggregator::create(sum, kFrom, kFrom + hours(1), {-1}).error().code,
              ErrorCode::BadRequest);
    const Time end = kFrom + seconds(Aggregator::kMaxPeriods);
    EXPECT_TRUE(Aggregator::create(sum, kFrom, end, seconds(1)));
    const auto too_many = Aggregator::create(sum, kFrom, end + microseconds(1), seconds(1));
    ASSERT_FALSE(too_many);
    EXPECT_EQ(too_many.error().code, ErrorCode::TooComplexQuery);
    EXPECT_FALSE(Aggregator::create(sum, {INT64_MIN}, {INT64_MAX}, {1}));
}

TEST(Aggregate, StopsAtItsLimits) {
    auto values = Aggregator::create({AggregateMethod::DistinctCount}, kFrom, kFrom + hours(1), {});
    for (std::size_t i = 0; i < Aggregator::kMaxDistinct; ++i) {
        values->add(kFrom, Json{static_cast<std::int64_t>(i)});
    }
    EXPECT_EQ(values->finish()->at(0).results[0].integer(), 1'000'000);
    values->add(kFrom, Json{-1});
    ASSERT_FALSE(values->finish());
    EXPECT_EQ(values->finish().error().code, ErrorCode::TooComplexQuery);

    auto texts = Aggregator::create({AggregateMethod::Min}, kFrom, kFrom + hours(1), minutes(1));
    for (int i = 0; i < 60; ++i) {
        texts->add(kFrom + minutes(i), Json{std::string(1U << 20U, 'x')});
    }
    EXPECT_FALSE(texts->finish());
}

TEST(Aggregate, TakesWholeChunksOnlyWhereThatIsTheSame) {
    ChunkSummary summary{.count = 3,
                         .first_at = kFrom + minutes(1),
                         .last_at = kFrom + minutes(50),
                         .numeric = true,
                         .scale = 1,
                         .sum = 60,
                         .min = 10,
                         .max = 30};
    const auto hourly = [](AggregateMethod method) {
        return *Aggregator::create({method}, kFrom, kFrom + hours(2), hours(1));
    };
    auto mean = hourly(AggregateMethod::Average);
    EXPECT_TRUE(mean.add_whole(summary));
    mean.add(kFrom, Json{6});
    EXPECT_EQ(mean.finish()->at(0).results[0].number(), 3.0);
    auto least = hourly(AggregateMethod::Min);
    EXPECT_TRUE(least.add_whole(summary));
    EXPECT_EQ(least.finish()->at(0).results[0].number(), 1.0);

    EXPECT_FALSE(hourly(AggregateMethod::StdDev).add_whole(summary));
    EXPECT_FALSE(hourly(AggregateMethod::DistinctCount).add_whole(summary));
    summary.last_at = kFrom + hours(1);
    EXPECT_FALSE(hourly(AggregateMethod::Sum).add_whole(summary));
    summary.last_at = kFrom + minutes(50);
    summary.numeric = false;
    EXPECT_FALSE(hourly(AggregateMethod::Sum).add_whole(summary));
    summary.first_at = summary.last_at = kFrom + hours(2);
    auto outside = hourly(AggregateMethod::Sum);
    EXPECT_TRUE(outside.add_whole(summary));
    EXPECT_TRUE(outside.finish()->empty());
}

TEST(WideSum, KeepsTheLawsOfArithmetic) {
    SeededRandom random{6};
    for (int round = 0; round < 10'000; ++round) {
        const auto a = static_cast<__int128>(random.next() >> 2U) << (random.next() % 62);
        const auto b = static_cast<__int128>(random.next() >> 2U) << (random.next() % 61);
        // (a + b)^2 - (a - b)^2 == 4ab, checked as: the difference, divided by 4 and a part of b.
        WideSum difference = WideSum::square_of(a + b);
        difference.subtract(WideSum::square_of(a - b));
        WideSum product = WideSum::square_of(a);
        product.add(WideSum::square_of(b));
        product.multiply(2);
        WideSum other = WideSum::square_of(a + b);
        other.add(WideSum::square_of(b - a));
        product.subtract(other);  // 2a^2 + 2b^2 == (a+b)^2 + (a-b)^2
        EXPECT_TRUE(product.is_zero());
        EXPECT_EQ(difference.divide(4), 0U);
        const double expected = static_cast<double>(a) * static_cast<double>(b);
        EXPECT_NEAR(difference.to_double() / std::max(expected, 1.0), expected > 0 ? 1 : 0, 1e-14);
    }
}

}  // namespace
}  // namespace musubi

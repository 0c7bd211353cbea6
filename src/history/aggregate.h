#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "history/chunk.h"

namespace musubi {

/// The aggregations of GS CIM 009 v1.9.1, 4.5.19.1.
enum class AggregateMethod {
    TotalCount,
    DistinctCount,
    Sum,
    Average,
    Min,
    Max,
    StdDev,
    SumSquares
};
/// `totalCount`, `distinctCount`, `sum`, `avg`, `min`, `max`, `stddev`, `sumsq`. Fails: BadRequest.
Result<AggregateMethod> parse_aggregate_method(std::string_view name);
[[nodiscard]] std::string_view name_of(AggregateMethod method);

/// One period [from, to) and what the points in it give, as the table of 4.5.19.1 has it: numbers
/// have every method (the standard deviation is that of the population); booleans count as 0 and 1;
/// of arrays it is their sizes that are summed, averaged and compared; texts (times and URIs are
/// texts here) have a first and a last in the order of code points; everything can be counted.
/// What has no meaning gives null. Where a period holds numbers and other values, the numbers alone
/// are computed with; other mixtures are only counted.
struct AggregateBucket {
    Time from;
    Time to;  ///< the last period ends with the range asked for
    std::uint64_t count = 0;
    std::vector<Json> results;  ///< in the order of the methods asked for
};

/// Gathers points, or whole chunks by their summary, into periods. Sums, means, deviations and
/// squares of decimals are exact up to the last rounding, so the order of arrival does not count,
/// nor whether a chunk was added whole; what other numbers add is taken in the order of arrival.
class Aggregator {
public:
    static constexpr std::uint64_t kMaxPeriods = 100'000;
    /// Distinct values, of all periods together.
    static constexpr std::size_t kMaxDistinct = 1'000'000;
    /// Bytes of texts kept for distinctCount, min and max, of all periods together.
    static constexpr std::size_t kMaxTextBytes = 64U << 20U;

    /// `period` of zero: one bucket from `from` to `to`. Periods start at `from`; points outside
    /// of [from, to) are left out. Fails: BadRequest where `from` is not before `to`, the period is
    /// negative or no method is named; TooComplexQuery for more than kMaxPeriods.
    static Result<Aggregator> create(std::vector<AggregateMethod> methods, Time from, Time to,
                                     Duration period);
    Aggregator(Aggregator&&) noexcept;
    Aggregator& operator=(Aggregator&&) noexcept;
    ~Aggregator();

    void add(Time at, const Json& value);
    /// Requires as many values as times.
    void add_numbers(std::span<const Time> at, std::span<const double> values);
    /// Takes a chunk without unpacking it, where it is numeric, all of it falls into one period and
    /// no method needs single values (distinctCount, stddev, sumsq). Returns whether it did; true
    /// also where nothing of the chunk is within the range, so that there is nothing to take.
    bool add_whole(const ChunkSummary& summary);
    /// Periods with at least one point, in order. Fails: TooComplexQuery where kMaxDistinct or
    /// kMaxTextBytes was passed.
    [[nodiscard]] Result<std::vector<AggregateBucket>> finish() const;

private:
    struct State;
    explicit Aggregator(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace musubi

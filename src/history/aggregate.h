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

/// One period [from, to) and what the points in it give. A method that has no meaning for the
/// values (the sum of texts) gives null; 4.5.19.1 table says which has (e.g. for strings min is
/// the first in order, for booleans sum counts the true ones, for arrays the sum of sizes).
struct AggregateBucket {
    Time from;
    Time to;
    std::uint64_t count = 0;
    std::vector<Json> results;  ///< in the order of the methods asked for
};

/// Gathers points, or whole chunks by their summary, into periods. Sums of decimals are exact, so
/// the order of arrival does not count; other sums are taken in the order of arrival.
class Aggregator {
public:
    /// `period` of zero: one bucket from `from` to `to`. Periods start at `from`.
    Aggregator(std::vector<AggregateMethod> methods, Time from, Time to, Duration period);
    Aggregator(Aggregator&&) noexcept;
    Aggregator& operator=(Aggregator&&) noexcept;
    ~Aggregator();

    void add(Time at, const Json& value);
    void add_numbers(std::span<const Time> at, std::span<const double> values);
    /// Takes a chunk without unpacking it, where all of it falls into one period and no method
    /// needs single values (distinctCount, stddev, sumsq). Returns whether it did.
    bool add_whole(const ChunkSummary& summary);
    /// Periods with at least one point, in order.
    [[nodiscard]] std::vector<AggregateBucket> finish() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace musubi

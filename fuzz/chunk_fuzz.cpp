// Chunks from broken disks: decoding must end in points or in Corrupt, and what it gives must
// survive being written again.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "history/aggregate.h"
#include "history/chunk.h"
#include "history/crc32c.h"

namespace {

using namespace musubi;

// Equal, or at least written the same: a NaN is not equal to itself.
bool same(const Point& a, const Point& b) {
    return a.at == b.at && a.recorded == b.recorded && a.instance == b.instance &&
           a.deleted == b.deleted && a.detail == b.detail &&
           (a.value == b.value || to_text(a.value) == to_text(b.value));
}

void require(bool fact) {
    if (!fact) std::abort();
}

void check(const std::string& chunk) {
    const auto summary = read_summary(chunk);
    std::vector<Time> at;
    std::vector<double> values;
    const auto numbers = decode_numbers(chunk, at, values);
    require(at.size() == values.size());
    const auto points = decode_chunk(chunk);
    if (!points) return;
    require(summary.has_value() && numbers.has_value() && summary->count == points->size());
    if (points->size() > 2'000) return;  // one input must not take long
    const auto again = decode_chunk(encode_chunk(*points));
    require(again.has_value() && again->size() == points->size());
    for (std::size_t i = 0; i < points->size(); ++i) require(same((*points)[i], (*again)[i]));

    auto aggregator = Aggregator::create(
        {AggregateMethod::TotalCount, AggregateMethod::DistinctCount, AggregateMethod::Average,
         AggregateMethod::Min, AggregateMethod::StdDev, AggregateMethod::SumSquares},
        Time{INT64_MIN}, Time{INT64_MAX}, Duration{});
    require(aggregator.has_value());
    for (const Point& p : *points) aggregator->add(p.at, p.value);
    aggregator->add_numbers(at, values);
    aggregator->add_whole(*summary);
    require(aggregator->finish().has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string bytes(reinterpret_cast<const char*>(data), size);
    check(bytes);
    // The same under a checksum that fits, or the decoder behind it would never be reached.
    const std::uint32_t crc = crc32c(bytes);
    for (unsigned i = 0; i < 4; ++i) bytes += static_cast<char>(crc >> (8U * i));
    check(bytes);
    return 0;
}

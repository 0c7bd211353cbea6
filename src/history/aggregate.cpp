#include "history/aggregate.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <optional>
#include <string>
#include <unordered_set>

#include "history/tally.h"

namespace musubi {

namespace aggregate {

// What the values of a period are, as far as computing goes.
enum class Kind : std::uint8_t { None, Number, Boolean, Array, Text, Other, Mixed };

// What only some periods need.
struct Rare {
    std::optional<std::string> min_text;
    std::optional<std::string> max_text;
    std::unordered_set<std::uint64_t> distinct_numbers;  // bits of the doubles
    std::unordered_set<std::string> distinct_values;
};

struct Bucket {
    explicit Bucket(std::size_t period) : index{period} {}
    std::size_t index;
    std::uint64_t count = 0;
    Kind kind = Kind::None;
    double min = 0;  // of the tally's numbers
    double max = 0;
    Tally tally;
    std::unique_ptr<Rare> rare;

    Rare& rarely() {
        if (!rare) rare = std::make_unique<Rare>();
        return *rare;
    }
    // Whether a value of this kind is computed with, after what came before it.
    bool admit(Kind next) {
        if (kind == next) return true;
        if (kind == Kind::None || next == Kind::Number) {
            if (kind != Kind::None) tally = {};
            kind = next;
            return true;
        }
        if (kind != Kind::Number) kind = Kind::Mixed;
        return false;
    }
    void widen(double low, double high) {
        min = tally.count() == 0 ? low : std::min(min, low);
        max = tally.count() == 0 ? high : std::max(max, high);
    }
};

}  // namespace aggregate

namespace {

using aggregate::Bucket;
using aggregate::Kind;
using aggregate::Rare;

struct MethodName {
    AggregateMethod method;
    std::string_view name;
};
constexpr std::array<MethodName, 8> kMethodNames{{
    {AggregateMethod::TotalCount, "totalCount"},
    {AggregateMethod::DistinctCount, "distinctCount"},
    {AggregateMethod::Sum, "sum"},
    {AggregateMethod::Average, "avg"},
    {AggregateMethod::Min, "min"},
    {AggregateMethod::Max, "max"},
    {AggregateMethod::StdDev, "stddev"},
    {AggregateMethod::SumSquares, "sumsq"},
}};

Kind kind_of(const Json& value) {
    if (value.is_number()) return Kind::Number;
    if (value.is_bool()) return Kind::Boolean;
    if (value.is_array()) return Kind::Array;
    if (value.is_string()) return Kind::Text;
    return Kind::Other;
}

// JSON text that is the same for values that are equal: members sorted, 1.0 written as 1.
void append_canonical(std::string& out, const Json& value) {
    if (value.is_array()) {
        out += '[';
        for (const Json& item : value.array()) {
            append_canonical(out, item);
            out += ',';
        }
        out += ']';
    } else if (value.is_object()) {
        std::vector<const JsonMember*> members;
        for (const JsonMember& m : value.object()) members.push_back(&m);
        std::sort(members.begin(), members.end(),
                  [](const auto* a, const auto* b) { return a->name < b->name; });
        out += '{';
        for (const JsonMember* m : members) {
            append_json_string(out, m->name);
            out += ':';
            append_canonical(out, m->value);
            out += ',';
        }
        out += '}';
    } else if (const auto decimal = to_decimal(value)) {
        append_json(out, to_json(*decimal));
    } else {
        append_json(out, value.is_number() && value.number() == 0 ? Json{0} : value);
    }
}

Json number_json(double value) {
    const auto decimal = to_decimal(value);
    return decimal ? to_json(*decimal) : Json{value};
}

Json result_of(const Bucket& bucket, AggregateMethod method) {
    const bool computes =
        bucket.kind == Kind::Number || bucket.kind == Kind::Boolean || bucket.kind == Kind::Array;
    switch (method) {
        case AggregateMethod::TotalCount: return Json{static_cast<std::int64_t>(bucket.count)};
        case AggregateMethod::DistinctCount: {
            if (!bucket.rare) return Json{0};
            return Json{static_cast<std::int64_t>(bucket.rare->distinct_numbers.size() +
                                                  bucket.rare->distinct_values.size())};
        }
        case AggregateMethod::Sum: return computes ? bucket.tally.sum() : Json{};
        case AggregateMethod::Average: return computes ? Json{bucket.tally.mean()} : Json{};
        case AggregateMethod::Min:
            if (bucket.kind == Kind::Text) return Json{bucket.rare->min_text.value_or("")};
            return computes ? number_json(bucket.min) : Json{};
        case AggregateMethod::Max:
            if (bucket.kind == Kind::Text) return Json{bucket.rare->max_text.value_or("")};
            return computes ? number_json(bucket.max) : Json{};
        case AggregateMethod::StdDev:
        case AggregateMethod::SumSquares:
            // The table gives arrays neither.
            if (!computes || bucket.kind == Kind::Array) return Json{};
            return Json{method == AggregateMethod::StdDev ? bucket.tally.deviation()
                                                          : bucket.tally.sum_of_squares()};
    }
    return Json{};
}

}  // namespace

Result<AggregateMethod> parse_aggregate_method(std::string_view name) {
    for (const MethodName& m : kMethodNames) {
        if (m.name == name) return m.method;
    }
    std::string known;
    for (const MethodName& m : kMethodNames)
        known += (known.empty() ? "" : ", ") + std::string(m.name);
    return Error{ErrorCode::BadRequest,
                 "'" + std::string(name) + "' is no aggregation method; those are: " + known,
                 "aggrMethods"};
}

std::string_view name_of(AggregateMethod method) {
    return kMethodNames[static_cast<std::size_t>(method)].name;
}

struct Aggregator::State {
    std::vector<AggregateMethod> methods;
    Time from;
    Time to;
    std::uint64_t period = 0;  // microseconds; the whole range where none was given
    bool squares = false;
    bool distinct = false;
    bool extremes = false;
    int scale = 0;                     // of the last decimal: the next one mostly has it too
    std::vector<std::uint32_t> slots;  // for each period: its bucket + 1, or 0
    std::vector<Bucket> buckets;
    std::size_t distinct_count = 0;
    std::size_t text_bytes = 0;

    [[nodiscard]] bool needs(AggregateMethod method) const {
        return std::find(methods.begin(), methods.end(), method) != methods.end();
    }
    [[nodiscard]] bool within_limits() const {
        return distinct_count <= kMaxDistinct && text_bytes <= kMaxTextBytes;
    }
    [[nodiscard]] std::size_t period_of(Time at) const {
        return (static_cast<std::uint64_t>(at.us) - static_cast<std::uint64_t>(from.us)) / period;
    }
    Bucket& bucket_at(std::size_t index) {
        if (slots[index] == 0) {
            buckets.emplace_back(index);
            slots[index] = static_cast<std::uint32_t>(buckets.size());
        }
        return buckets[slots[index] - 1];
    }
    [[nodiscard]] Time start_of(std::size_t index) const {
        return {static_cast<std::int64_t>(static_cast<std::uint64_t>(from.us) + index * period)};
    }
    [[nodiscard]] Time end_of(std::size_t index) const {
        const std::uint64_t left =
            static_cast<std::uint64_t>(to.us) - static_cast<std::uint64_t>(start_of(index).us);
        return left <= period ? to : start_of(index + 1);
    }
    void add_number(Bucket& bucket, double number);
    void add_text(Bucket& bucket, const std::string& text);
    void add_value(Bucket& bucket, const Json& value);
    void note_distinct(Bucket& bucket, double number);
    void note_distinct(Bucket& bucket, const Json& value);
};

void Aggregator::State::add_number(Bucket& bucket, double number) {
    bucket.widen(number, number);
    if (const auto units = units_at(number, scale)) {
        bucket.tally.add({*units, scale}, squares);
    } else if (const auto decimal = to_decimal(number)) {
        scale = decimal->scale;
        bucket.tally.add(*decimal, squares);
    } else if (number == 0) {  // -0.0
        bucket.tally.add({0, 0}, squares);
    } else {
        bucket.tally.add_inexact(number);
    }
}

void Aggregator::State::add_text(Bucket& bucket, const std::string& text) {
    if (!extremes || !within_limits()) return;
    Rare& rare = bucket.rarely();
    const auto keep = [&](std::optional<std::string>& place) {
        text_bytes += text.size();
        text_bytes -= place ? place->size() : 0;
        place = text;
    };
    if (!rare.min_text || text < *rare.min_text) keep(rare.min_text);
    if (!rare.max_text || text > *rare.max_text) keep(rare.max_text);
}

void Aggregator::State::note_distinct(Bucket& bucket, double number) {
    if (!distinct || !within_limits()) return;
    const auto bits = std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number);
    if (bucket.rarely().distinct_numbers.insert(bits).second) ++distinct_count;
}

void Aggregator::State::note_distinct(Bucket& bucket, const Json& value) {
    if (!distinct || !within_limits()) return;
    std::string text;
    append_canonical(text, value);
    const std::size_t bytes = text.size();
    if (!bucket.rarely().distinct_values.insert(std::move(text)).second) return;
    ++distinct_count;
    text_bytes += bytes;
}

void Aggregator::State::add_value(Bucket& bucket, const Json& value) {
    ++bucket.count;
    const Kind kind = kind_of(value);
    // An integer beyond 2^53 has no double of its own: as text it is told from its neighbours.
    if (kind == Kind::Number && (!value.is_integer() || to_decimal(value))) {
        note_distinct(bucket, value.number());
    } else {
        note_distinct(bucket, value);
    }
    if (!bucket.admit(kind)) return;
    switch (kind) {
        case Kind::Number: add_number(bucket, value.number()); break;
        case Kind::Text: add_text(bucket, value.string()); break;
        case Kind::Boolean: add_number(bucket, value.boolean() ? 1 : 0); break;
        case Kind::Array: add_number(bucket, static_cast<double>(value.array().size())); break;
        default: break;
    }
}

Aggregator::Aggregator(std::unique_ptr<State> state) : state_{std::move(state)} {}
Aggregator::Aggregator(Aggregator&&) noexcept = default;
Aggregator& Aggregator::operator=(Aggregator&&) noexcept = default;
Aggregator::~Aggregator() = default;

Result<Aggregator> Aggregator::create(std::vector<AggregateMethod> methods, Time from, Time to,
                                      Duration period) {
    if (methods.empty()) {
        return Error{ErrorCode::BadRequest, "name at least one aggregation method", "aggrMethods"};
    }
    if (from >= to) {
        return Error{ErrorCode::BadRequest, "the range of time to aggregate is empty", "timeAt"};
    }
    if (period.us < 0) {
        return Error{ErrorCode::BadRequest, "a period can not be negative", "aggrPeriodDuration"};
    }
    const std::uint64_t range =
        static_cast<std::uint64_t>(to.us) - static_cast<std::uint64_t>(from.us);
    const std::uint64_t length = period.us == 0 ? range : static_cast<std::uint64_t>(period.us);
    const std::uint64_t periods = (range - 1) / length + 1;
    if (periods > kMaxPeriods) {
        return Error{ErrorCode::TooComplexQuery,
                     "this range has " + std::to_string(periods) + " periods, more than " +
                         std::to_string(kMaxPeriods) +
                         "; ask for longer periods or a shorter range",
                     "aggrPeriodDuration"};
    }
    auto state = std::make_unique<State>();
    state->methods = std::move(methods);
    state->from = from;
    state->to = to;
    state->period = length;
    state->squares =
        state->needs(AggregateMethod::StdDev) || state->needs(AggregateMethod::SumSquares);
    state->distinct = state->needs(AggregateMethod::DistinctCount);
    state->extremes = state->needs(AggregateMethod::Min) || state->needs(AggregateMethod::Max);
    state->slots.resize(periods);
    return Aggregator{std::move(state)};
}

void Aggregator::add(Time at, const Json& value) {
    if (at < state_->from || at >= state_->to) return;
    state_->add_value(state_->bucket_at(state_->period_of(at)), value);
}

void Aggregator::add_numbers(std::span<const Time> at, std::span<const double> values) {
    assert(at.size() == values.size());
    State& s = *state_;
    Bucket* bucket = nullptr;
    Time start;
    Time end;
    for (std::size_t i = 0; i < at.size(); ++i) {
        if (at[i] < s.from || at[i] >= s.to) continue;
        if (bucket == nullptr || at[i] < start || at[i] >= end) {
            const std::size_t index = s.period_of(at[i]);
            bucket = &s.bucket_at(index);
            start = s.start_of(index);
            end = s.end_of(index);
        }
        ++bucket->count;
        s.note_distinct(*bucket, values[i]);
        if (bucket->admit(Kind::Number)) s.add_number(*bucket, values[i]);
    }
}

bool Aggregator::add_whole(const ChunkSummary& summary) {
    State& s = *state_;
    if (summary.last_at < s.from || summary.first_at >= s.to) return true;
    if (!summary.numeric || s.squares || s.distinct) return false;
    if (summary.first_at < s.from || summary.last_at >= s.to) return false;
    const std::size_t index = s.period_of(summary.first_at);
    if (s.period_of(summary.last_at) != index) return false;
    Bucket& bucket = s.bucket_at(index);
    bucket.count += summary.count;
    bucket.admit(Kind::Number);
    bucket.widen(to_double(Decimal{summary.min, summary.scale}),
                 to_double(Decimal{summary.max, summary.scale}));
    bucket.tally.add_whole(summary.count, summary.sum, summary.scale);
    return true;
}

Result<std::vector<AggregateBucket>> Aggregator::finish() const {
    const State& s = *state_;
    if (!s.within_limits()) {
        return Error{ErrorCode::TooComplexQuery,
                     "more distinct or longer values than can be aggregated at once (" +
                         std::to_string(kMaxDistinct) + " values, " +
                         std::to_string(kMaxTextBytes >> 20U) +
                         " MiB of text); ask for a shorter range"};
    }
    std::vector<AggregateBucket> result;
    for (std::size_t index = 0; index < s.slots.size(); ++index) {
        if (s.slots[index] == 0) continue;
        const Bucket& bucket = s.buckets[s.slots[index] - 1];
        AggregateBucket out{s.start_of(index), s.end_of(index), bucket.count, {}};
        for (const AggregateMethod method : s.methods) {
            out.results.push_back(result_of(bucket, method));
        }
        result.push_back(std::move(out));
    }
    return result;
}

}  // namespace musubi

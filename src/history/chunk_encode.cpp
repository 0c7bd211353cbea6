#include <algorithm>
#include <bit>
#include <cassert>
#include <optional>
#include <unordered_map>

#include "history/bytes.h"
#include "history/chunk.h"
#include "history/chunk_format.h"
#include "history/column.h"
#include "history/crc32c.h"

namespace musubi {
namespace {

using namespace chunk_format;

// Differences wrap: decode adds them up the same way.
std::int64_t minus(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

// Distinct texts, numbered in the order of their first use.
struct Dictionary {
    std::vector<std::string_view> texts;
    Numbers indexes;

    void add(std::string_view text) {
        if (!indexes.empty() && texts[static_cast<std::size_t>(indexes.back())] == text) {
            indexes.push_back(indexes.back());
            return;
        }
        const auto [found, is_new] = places_.try_emplace(text, texts.size());
        if (is_new) texts.push_back(text);
        indexes.push_back(static_cast<std::int64_t>(found->second));
    }

private:
    std::unordered_map<std::string_view, std::size_t> places_;
};

struct Values {
    int scale = 0;
    Numbers units;  // for each point; where it is no number, that of the one before
    Numbers others;
    Numbers deleted;
    bool any_numbers = false;
};

// A decimal of a least scale, on the chunk's scale.
std::optional<std::int64_t> on_scale(const Decimal& d, int scale) {
    if (d.scale > scale) return std::nullopt;
    std::int64_t units = 0;
    const std::int64_t factor = kPowersOfTen[static_cast<std::size_t>(scale - d.scale)];
    if (__builtin_mul_overflow(d.units, factor, &units)) return std::nullopt;
    if (units <= -kMaxUnits || units >= kMaxUnits) return std::nullopt;
    return units;
}

// The scale that makes the numbers small and leaves few out: a digit costs some three bits for
// each number kept, a number left out costs about a hundred.
int best_scale(const std::vector<std::optional<Decimal>>& decimals) {
    constexpr std::size_t kDigitCost = 3;
    constexpr std::size_t kOtherCost = 100;
    std::array<bool, kMaxScale + 1> present{};
    for (const auto& d : decimals) {
        if (d) present[static_cast<std::size_t>(d->scale)] = true;
    }
    int best = 0;
    std::size_t best_cost = SIZE_MAX;
    for (int scale = 0; scale <= kMaxScale; ++scale) {
        if (!present[static_cast<std::size_t>(scale)]) continue;
        std::size_t cost = 0;
        for (const auto& d : decimals) {
            const bool kept = d && on_scale(*d, scale);
            cost += kept ? kDigitCost * static_cast<std::size_t>(scale) : kOtherCost;
        }
        if (cost >= best_cost) continue;
        best = scale;
        best_cost = cost;
    }
    return best;
}

Values split_values(std::span<const Point> points) {
    std::vector<std::optional<Decimal>> decimals;
    decimals.reserve(points.size());
    for (const Point& p : points) decimals.push_back(to_decimal(p.value));
    Values values;
    values.scale = best_scale(decimals);
    values.units.reserve(points.size());
    std::int64_t before = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto units = decimals[i] ? on_scale(*decimals[i], values.scale) : std::nullopt;
        if (units && !values.any_numbers) {
            std::fill(values.units.begin(), values.units.end(), *units);
            values.any_numbers = true;
        }
        before = units.value_or(before);
        values.units.push_back(before);
        if (!units) values.others.push_back(static_cast<std::int64_t>(i));
        if (points[i].deleted) values.deleted.push_back(static_cast<std::int64_t>(i));
    }
    return values;
}

ChunkSummary summarize(std::span<const Point> points, const Values& values) {
    ChunkSummary s;
    s.count = static_cast<std::uint32_t>(points.size());
    s.first_at = s.last_at = points[0].at;
    s.first = s.last = points[0].instance;
    s.scale = values.scale;
    s.min = s.max = values.units[0];
    s.numeric = values.others.empty() && values.deleted.empty();
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (i > 0 && points[i].at < points[i - 1].at) s.in_order = false;
        s.first_at = std::min(s.first_at, points[i].at);
        s.last_at = std::max(s.last_at, points[i].at);
        s.first = std::min(s.first, points[i].instance);
        s.last = std::max(s.last, points[i].instance);
        s.min = std::min(s.min, values.units[i]);
        s.max = std::max(s.max, values.units[i]);
        if (__builtin_add_overflow(s.sum, values.units[i], &s.sum)) s.numeric = false;
    }
    return s;
}

void put_summary(std::string& out, const ChunkSummary& s, const Values& values) {
    unsigned flags = 0;
    if (s.in_order) flags |= InOrder;
    if (s.numeric) flags |= Numeric;
    if (values.any_numbers) flags |= AnyNumbers;
    if (!values.others.empty()) flags |= AnyOthers;
    if (!values.deleted.empty()) flags |= AnyDeleted;
    out += static_cast<char>(kVersion);
    out += static_cast<char>(flags);
    put_varint(out, s.count);
    put_signed(out, s.first_at.us);
    put_varint(out, static_cast<std::uint64_t>(minus(s.last_at.us, s.first_at.us)));
    put_varint(out, s.first.sequence);
    put_varint(out, s.first.ordinal);
    put_varint(out, s.last.sequence - s.first.sequence);
    put_varint(out, s.last.ordinal);
    out += static_cast<char>(s.scale);
    if (!s.numeric) return;
    put_signed(out, s.sum);
    put_signed(out, s.min);
    put_signed(out, s.max);
}

void put_list(std::string& out, const Numbers& places) {
    if (places.empty()) return;
    put_varint(out, places.size());
    put_column(out, places);
}

// Kind, then bytes: what a value is in the dictionary.
std::string other_bytes(const Json& value) {
    std::string bytes;
    if (value.is_integer()) {
        bytes += static_cast<char>(OtherKind::Integer);
        put_signed(bytes, value.integer());
    } else if (value.is_number()) {
        bytes += static_cast<char>(OtherKind::Double);
        const auto bits = std::bit_cast<std::uint64_t>(value.number());
        for (int i = 0; i < 8; ++i) bytes += static_cast<char>(bits >> (8U * i));
    } else {
        bytes += static_cast<char>(OtherKind::JsonText);
        append_json(bytes, value);
    }
    return bytes;
}

void put_others(std::string& out, std::span<const Point> points, const Numbers& places) {
    if (places.empty()) return;
    std::vector<std::string> texts;
    texts.reserve(places.size());
    for (const std::int64_t place : places) {
        texts.push_back(other_bytes(points[static_cast<std::size_t>(place)].value));
    }
    Dictionary dictionary;
    for (const std::string& text : texts) dictionary.add(text);
    put_varint(out, dictionary.texts.size());
    for (const std::string_view text : dictionary.texts) {
        out += text[0];
        put_text(out, text.substr(1));
    }
    put_column(out, dictionary.indexes);
}

// Of two columns the one with fewer bytes, after a byte that says which.
void put_shorter(std::string& out, const Numbers& first, const Numbers& second) {
    std::string a;
    std::string b;
    put_column(a, first);
    put_column(b, second);
    out +=
        static_cast<char>(a.size() <= b.size() ? RecordedFrom::FirstTime : RecordedFrom::EventTime);
    out += a.size() <= b.size() ? a : b;
}

void put_groups(std::string& out, std::span<const Point> points, const ChunkSummary& s) {
    Numbers sizes;
    Numbers sequences;
    Numbers from_first;
    Numbers from_event;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Point& p = points[i];
        if (i > 0 && p.instance.sequence == points[i - 1].instance.sequence &&
            p.recorded == points[i - 1].recorded) {
            ++sizes.back();
            continue;
        }
        sizes.push_back(1);
        sequences.push_back(static_cast<std::int64_t>(p.instance.sequence - s.first.sequence));
        from_first.push_back(minus(p.recorded.us, s.first_at.us));
        from_event.push_back(minus(p.recorded.us, p.at.us));
    }
    put_varint(out, sizes.size());
    put_column(out, sizes);
    put_column(out, sequences);
    put_shorter(out, from_first, from_event);
}

// In a bulk import the places of one series' points go round like a clock: so many in a commit,
// then the next one. The length of such a round, as the points show it; 0 where they do not.
std::uint64_t round_length(std::span<const Point> points) {
    Numbers steps;
    for (std::size_t i = 1; i < points.size(); ++i) {
        if (points[i].instance.sequence != points[i - 1].instance.sequence) continue;
        steps.push_back(std::int64_t{points[i].instance.ordinal} -
                        std::int64_t{points[i - 1].instance.ordinal});
    }
    if (steps.size() < 2) return 0;
    const auto median = [](Numbers& of) {
        const auto middle = of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2);
        std::nth_element(of.begin(), middle, of.end());
        return *middle;
    };
    const std::int64_t step = median(steps);
    Numbers rounds;
    for (std::size_t i = 1; i < points.size(); ++i) {
        const std::uint64_t commits = points[i].instance.sequence - points[i - 1].instance.sequence;
        if (commits != 1) continue;
        rounds.push_back(step + std::int64_t{points[i - 1].instance.ordinal} -
                         std::int64_t{points[i].instance.ordinal});
    }
    if (rounds.empty()) return 0;
    return static_cast<std::uint64_t>(std::max<std::int64_t>(median(rounds), 0));
}

void put_ordinals(std::string& out, std::span<const Point> points, const ChunkSummary& s) {
    const auto column = [&](std::uint64_t round) {
        Numbers numbers;
        numbers.reserve(points.size());
        for (const Point& p : points) {
            numbers.push_back(static_cast<std::int64_t>(
                p.instance.ordinal + round * (p.instance.sequence - s.first.sequence)));
        }
        std::string text;
        put_varint(text, round);
        put_column(text, numbers);
        return text;
    };
    std::string best = column(0);
    if (const std::uint64_t round = round_length(points); round > 0) {
        std::string other = column(round);
        if (other.size() < best.size()) best = std::move(other);
    }
    out += best;
}

void put_details(std::string& out, std::span<const Point> points) {
    Dictionary dictionary;
    dictionary.indexes.reserve(points.size());
    for (const Point& p : points) dictionary.add(p.detail);
    put_varint(out, dictionary.texts.size());
    for (const std::string_view text : dictionary.texts) put_text(out, text);
    if (dictionary.texts.size() > 1) put_column(out, dictionary.indexes);
}

}  // namespace

std::string encode_chunk(std::span<const Point> points) {
    assert(!points.empty() && points.size() <= kMaxChunkPoints);
    const Values values = split_values(points);
    const ChunkSummary summary = summarize(points, values);
    Numbers times;
    times.reserve(points.size());
    for (const Point& p : points) times.push_back(minus(p.at.us, summary.first_at.us));

    std::string out;
    put_summary(out, summary, values);
    put_column(out, times);
    if (values.any_numbers) put_column(out, values.units);
    put_list(out, values.others);
    put_list(out, values.deleted);
    put_others(out, points, values.others);
    put_groups(out, points, summary);
    put_ordinals(out, points, summary);
    put_details(out, points);
    const std::uint32_t crc = crc32c(out);
    for (int i = 0; i < 4; ++i) out += static_cast<char>(crc >> (8U * i));
    return out;
}

}  // namespace musubi

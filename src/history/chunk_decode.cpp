#include <algorithm>
#include <bit>

#include "history/bytes.h"
#include "history/chunk.h"
#include "history/chunk_format.h"
#include "history/column.h"
#include "history/crc32c.h"

namespace musubi {
namespace {

using namespace chunk_format;

Error corrupt(std::string_view what) {
    return {ErrorCode::Corrupt,
            "a chunk of history is damaged: " + std::string(what) + "; restore it from a backup"};
}

std::int64_t plus(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

// What stands before the columns.
struct Head {
    unsigned flags = 0;
    ChunkSummary summary;
    [[nodiscard]] bool has(Flag flag) const { return (flags & flag) != 0; }
};

Result<std::string_view> checked_body(std::string_view chunk) {
    if (chunk.size() < kCrcSize + 2) return corrupt("it is cut off");
    const std::string_view body = chunk.substr(0, chunk.size() - kCrcSize);
    std::uint32_t crc = 0;
    for (unsigned i = 0; i < kCrcSize; ++i) {
        crc |= std::uint32_t{static_cast<unsigned char>(chunk[body.size() + i])} << (8U * i);
    }
    if (crc32c(body) != crc) return corrupt("its checksum does not fit");
    if (static_cast<std::uint8_t>(body[0]) != kVersion) {
        return corrupt("its version is not one that this release knows");
    }
    return body;
}

Result<Head> read_head(ChunkReader& in) {
    Head head;
    ChunkSummary& s = head.summary;
    in.byte();  // the version, checked
    head.flags = in.byte();
    const std::uint64_t count = in.varint();
    s.first_at.us = in.signed_varint();
    s.last_at.us = plus(s.first_at.us, static_cast<std::int64_t>(in.varint()));
    s.first.sequence = in.varint();
    const std::uint64_t first_ordinal = in.varint();
    s.last.sequence = s.first.sequence + in.varint();
    const std::uint64_t last_ordinal = in.varint();
    s.scale = in.byte();
    s.in_order = head.has(InOrder);
    s.numeric = head.has(Numeric);
    if (s.numeric) {
        s.sum = in.signed_varint();
        s.min = in.signed_varint();
        s.max = in.signed_varint();
    }
    if (!in.ok()) return corrupt("its head is cut off");
    if (head.flags > AllFlags || count == 0 || count > kMaxChunkPoints || s.scale > kMaxScale ||
        s.last_at < s.first_at || first_ordinal > UINT32_MAX || last_ordinal > UINT32_MAX) {
        return corrupt("its head makes no sense");
    }
    if (!head.has(AnyNumbers) && !head.has(AnyOthers)) return corrupt("it has no values");
    if (s.numeric && (!head.has(AnyNumbers) || head.has(AnyOthers) || head.has(AnyDeleted))) {
        return corrupt("its flags contradict each other");
    }
    s.count = static_cast<std::uint32_t>(count);
    s.first.ordinal = static_cast<std::uint32_t>(first_ordinal);
    s.last.ordinal = static_cast<std::uint32_t>(last_ordinal);
    return head;
}

// Places in rising order, below `count`; empty where the flag is not set.
Result<Numbers> read_list(ChunkReader& in, bool present, std::size_t count) {
    Numbers places;
    if (!present) return places;
    const std::uint64_t size = in.varint();
    if (!in.ok() || size == 0 || size > count) return corrupt("a list is longer than the chunk");
    places.resize(size);
    get_column(in, places);
    if (!in.ok()) return corrupt("a list is cut off");
    std::int64_t before = -1;
    for (const std::int64_t place : places) {
        if (place <= before || place >= static_cast<std::int64_t>(count)) {
            return corrupt("a list points outside of the chunk");
        }
        before = place;
    }
    return places;
}

Result<void> read_indexes(ChunkReader& in, std::span<std::int64_t> indexes, std::size_t below) {
    get_column(in, indexes);
    if (!in.ok()) return corrupt("a column of indexes is cut off");
    for (const std::int64_t index : indexes) {
        if (index < 0 || static_cast<std::uint64_t>(index) >= below) {
            return corrupt("an index points outside of its dictionary");
        }
    }
    return {};
}

// Counts the bytes of texts that points will hold beyond the distinct ones, before they are copied.
class RepeatBudget {
public:
    // One more use of a text; `uses` is how often it was used before.
    bool take(std::size_t& uses, std::size_t bytes) {
        if (uses++ > 0) used_ += bytes;
        return used_ <= kMaxRepeatedText;
    }

private:
    std::size_t used_ = 0;
};

// The values that are no packed numbers: the distinct ones, and which of them stands where.
struct Others {
    struct Entry {
        OtherKind kind = OtherKind::JsonText;
        std::string_view bytes;
    };
    std::vector<Entry> entries;
    Numbers indexes;  // one for each place
};

Result<Others> read_dictionary(ChunkReader& in, std::size_t places) {
    Others others;
    if (places == 0) return others;
    const std::uint64_t count = in.varint();
    if (count == 0 || count > places) return corrupt("its dictionary of values is broken");
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto kind = static_cast<OtherKind>(in.byte());
        others.entries.push_back({kind, in.text()});
        if (!in.ok()) return corrupt("a value is cut off");
    }
    others.indexes.resize(places);
    TRY(read_indexes(in, others.indexes, others.entries.size()));
    return others;
}

Result<Json> read_other(const Others::Entry& entry) {
    const auto [kind, bytes] = entry;
    ChunkReader in{bytes};
    if (kind == OtherKind::JsonText) {
        auto value = parse_json(bytes, {.max_bytes = bytes.size()});
        if (!value) return corrupt("a value is not JSON");
        return value;
    }
    if (kind == OtherKind::Integer) {
        const std::int64_t n = in.signed_varint();
        if (!in.ok() || in.left() > 0) return corrupt("an integer is cut off");
        return Json{n};
    }
    if (kind != OtherKind::Double || bytes.size() != 8) return corrupt("a value of no known kind");
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < 8; ++i) bits |= std::uint64_t{in.byte()} << (8U * i);
    return Json{std::bit_cast<double>(bits)};
}

Result<void> set_others(const Others& others, const Numbers& places, RepeatBudget& budget,
                        std::vector<Point>& points) {
    std::vector<Json> values;
    values.reserve(others.entries.size());
    for (const auto& entry : others.entries) values.push_back(TRY(read_other(entry)));
    std::vector<std::size_t> uses(values.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto index = static_cast<std::size_t>(others.indexes[i]);
        if (!budget.take(uses[index], others.entries[index].bytes.size())) {
            return corrupt("its values are too large");
        }
        points[static_cast<std::size_t>(places[i])].value = values[index];
    }
    return {};
}

Result<void> read_groups(ChunkReader& in, const ChunkSummary& s, std::vector<Point>& points) {
    const std::uint64_t count = in.varint();
    if (!in.ok() || count == 0 || count > points.size()) return corrupt("its groups are broken");
    Numbers sizes(count);
    Numbers sequences(count);
    Numbers recorded(count);
    get_column(in, sizes);
    get_column(in, sequences);
    const std::uint8_t from = in.byte();
    get_column(in, recorded);
    if (!in.ok() || from > static_cast<std::uint8_t>(RecordedFrom::EventTime)) {
        return corrupt("its groups are cut off");
    }
    std::size_t next = 0;
    for (std::size_t g = 0; g < count; ++g) {
        if (sizes[g] < 1 || static_cast<std::uint64_t>(sizes[g]) > points.size() - next) {
            return corrupt("its groups do not fit its points");
        }
        const bool event = from == static_cast<std::uint8_t>(RecordedFrom::EventTime);
        const Time base = event ? points[next].at : s.first_at;
        for (std::int64_t i = 0; i < sizes[g]; ++i, ++next) {
            points[next].recorded.us = plus(base.us, recorded[g]);
            points[next].instance.sequence =
                s.first.sequence + static_cast<std::uint64_t>(sequences[g]);
        }
    }
    if (next != points.size()) return corrupt("its groups do not fit its points");
    return {};
}

Result<void> read_ordinals(ChunkReader& in, const ChunkSummary& s, std::vector<Point>& points) {
    const std::uint64_t round = in.varint();
    Numbers ordinals(points.size());
    get_column(in, ordinals);
    if (!in.ok()) return corrupt("its places in commits are cut off");
    for (std::size_t i = 0; i < points.size(); ++i) {
        InstanceId& instance = points[i].instance;
        const std::uint64_t ordinal = static_cast<std::uint64_t>(ordinals[i]) -
                                      round * (instance.sequence - s.first.sequence);
        if (ordinal > UINT32_MAX) return corrupt("a place in a commit is out of range");
        instance.ordinal = static_cast<std::uint32_t>(ordinal);
    }
    return {};
}

Result<void> read_details(ChunkReader& in, RepeatBudget& budget, std::vector<Point>& points) {
    const std::uint64_t count = in.varint();
    if (!in.ok() || count == 0 || count > points.size()) return corrupt("its details are broken");
    std::vector<std::string_view> details;
    for (std::uint64_t i = 0; i < count; ++i) {
        details.push_back(in.text());
        if (!in.ok()) return corrupt("a detail is cut off");
    }
    std::vector<std::size_t> uses(details.size());
    Numbers indexes(points.size());
    if (count > 1) TRY(read_indexes(in, indexes, details.size()));
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto index = static_cast<std::size_t>(indexes[i]);
        const std::string_view detail = details[index];
        if (!budget.take(uses[index], detail.size())) return corrupt("its details are too large");
        points[i].detail = detail;
    }
    return {};
}

// The columns that decode_numbers needs.
struct Front {
    Head head;
    Numbers times;
    Numbers units;  // empty where there are no numbers
    Numbers others;
    Numbers deleted;
    Others dictionary;
};

Result<Front> read_front(ChunkReader& in) {
    Front front{.head = TRY(read_head(in)),
                .times = {},
                .units = {},
                .others = {},
                .deleted = {},
                .dictionary = {}};
    const std::size_t count = front.head.summary.count;
    front.times.resize(count);
    get_column(in, front.times);
    if (front.head.has(AnyNumbers)) {
        front.units.resize(count);
        get_column(in, front.units);
    }
    if (!in.ok()) return corrupt("its columns are cut off");
    front.others = TRY(read_list(in, front.head.has(AnyOthers), count));
    front.deleted = TRY(read_list(in, front.head.has(AnyDeleted), count));
    if (front.units.empty() && front.others.size() != count) return corrupt("values are missing");
    front.dictionary = TRY(read_dictionary(in, front.others.size()));
    return front;
}

// The numbers of all points; then those that have none, and deleted ones, are taken out.
Result<void> append_mixed(const Front& front, std::vector<double> numbers, std::vector<Time>& at,
                          std::vector<double>& values) {
    std::vector<bool> kept(front.times.size(), true);
    for (std::size_t i = 0; i < front.others.size(); ++i) {
        const auto place = static_cast<std::size_t>(front.others[i]);
        const auto& entry =
            front.dictionary.entries[static_cast<std::size_t>(front.dictionary.indexes[i])];
        if (entry.kind == OtherKind::JsonText) {
            kept[place] = false;
        } else {
            numbers[place] = TRY(read_other(entry)).number();
        }
    }
    for (const std::int64_t place : front.deleted) kept[static_cast<std::size_t>(place)] = false;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        if (!kept[i]) continue;
        at.push_back({plus(front.head.summary.first_at.us, front.times[i])});
        values.push_back(numbers[i]);
    }
    return {};
}

}  // namespace

Result<ChunkSummary> read_summary(std::string_view chunk) {
    ChunkReader in{TRY(checked_body(chunk))};
    return TRY(read_head(in)).summary;
}

Result<std::vector<Point>> decode_chunk(std::string_view chunk) {
    ChunkReader in{TRY(checked_body(chunk))};
    const Front front = TRY(read_front(in));
    const ChunkSummary& s = front.head.summary;
    std::vector<Point> points(s.count);
    for (std::size_t i = 0; i < points.size(); ++i) {
        points[i].at.us = plus(s.first_at.us, front.times[i]);
        if (!front.units.empty()) points[i].value = to_json(Decimal{front.units[i], s.scale});
    }
    for (const std::int64_t place : front.deleted) {
        points[static_cast<std::size_t>(place)].deleted = true;
    }
    RepeatBudget budget;
    TRY(set_others(front.dictionary, front.others, budget, points));
    TRY(read_groups(in, s, points));
    TRY(read_ordinals(in, s, points));
    TRY(read_details(in, budget, points));
    if (in.left() > 0) return corrupt("there is more of it than there should be");
    return points;
}

Result<void> decode_numbers(std::string_view chunk, std::vector<Time>& at,
                            std::vector<double>& values) {
    ChunkReader in{TRY(checked_body(chunk))};
    const Front front = TRY(read_front(in));
    const std::int64_t first = front.head.summary.first_at.us;
    const auto power =
        static_cast<double>(kPowersOfTen[static_cast<std::size_t>(front.head.summary.scale)]);
    const std::size_t count = front.times.size();
    if (!front.others.empty() || !front.deleted.empty()) {
        std::vector<double> numbers(count);
        for (std::size_t i = 0; i < front.units.size(); ++i) {
            numbers[i] = static_cast<double>(front.units[i]) / power;
        }
        return append_mixed(front, std::move(numbers), at, values);
    }
    const std::size_t start = at.size();
    at.resize(start + count);
    for (std::size_t i = 0; i < count; ++i) at[start + i].us = plus(first, front.times[i]);
    const std::size_t value_start = values.size();
    values.resize(value_start + count);
    for (std::size_t i = 0; i < count; ++i) {
        values[value_start + i] = static_cast<double>(front.units[i]) / power;
    }
    return {};
}

}  // namespace musubi

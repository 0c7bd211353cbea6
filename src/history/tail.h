#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "history/chunk.h"

namespace musubi {

using SharedDetail = std::shared_ptr<const std::string>;

/// Lets equal details of many series share their bytes. Not for several threads at once; what it
/// hands out may be read from any.
class DetailPool {
public:
    /// What comes after so many distinct ones is not shared.
    static constexpr std::size_t kMaxEntries = 4'096;
    [[nodiscard]] SharedDetail share(std::string_view detail);

private:
    std::unordered_map<std::string_view, SharedDetail> entries_;
};

/// The open end of a series, not yet full enough for a chunk: in memory, in instance order.
class SeriesTail {
public:
    /// So many bytes of details and of values that are no numbers fill it as well.
    static constexpr std::size_t kMaxText = 4U << 20U;

    SeriesTail() = default;

    /// In its place by instance, from wherever it comes: fast where that is near the end. Requires
    /// that the instance is not held yet, and that fewer than kMaxChunkPoints points are.
    void append(const Point& point, DetailPool& pool);

    /// Puts `now` into the place of the point with that id, or takes it out where there is none.
    /// Returns whether it was there. `now` has the same id.
    bool rewrite(InstanceId instance, const std::optional<Point>& now, DetailPool& pool);

    /// True where the newest of the points with this event time, or one before it back to the last
    /// deletion at that time, has an equal value and the same detail: a repeated reading.
    [[nodiscard]] bool contains(Time at, const Json& value, std::string_view detail) const;

    [[nodiscard]] std::size_t size() const { return slots_.size(); }
    [[nodiscard]] bool empty() const { return slots_.empty(); }
    [[nodiscard]] bool full() const { return size() >= kChunkPoints || text_bytes_ >= kMaxText; }
    /// Requires that it is not empty.
    [[nodiscard]] InstanceId first_instance() const { return instance_of(slots_.front()); }
    [[nodiscard]] InstanceId last_instance() const { return instance_of(slots_.back()); }
    /// The greatest event time held. Requires that it is not empty.
    [[nodiscard]] Time last_at() const;

    /// Appended, in instance order.
    void append_points(std::vector<Point>& points) const;
    /// As decode_numbers: event times and numbers, without deletions and other values.
    void append_numbers(std::vector<Time>& at, std::vector<double>& values) const;

    /// The first min(kChunkPoints, size()) points as a chunk; leaves them in. Requires that it is
    /// not empty.
    [[nodiscard]] std::string encode() const;
    /// Forgets the first min(kChunkPoints, size()) points: for after their chunk is durable.
    void drop_chunk();
    /// encode and drop_chunk in one.
    [[nodiscard]] std::string take_chunk();

    /// An estimate of its bytes, itself included; shared details are not counted.
    [[nodiscard]] std::size_t memory() const;

private:
    enum class ValueKind : std::uint8_t { Double, Integer, Other };
    struct Slot {
        std::int64_t at;
        std::int64_t recorded;
        std::uint64_t sequence;
        std::uint64_t value;  // bits of a double or an integer, or an index into others
        std::uint32_t ordinal;
        std::uint16_t detail;  // 0: first_detail_; else an index into details, from 1
        ValueKind kind;
        bool deleted;
    };
    static_assert(sizeof(Slot) == 40);
    // What most series have none of.
    struct Rare {
        std::vector<SharedDetail> details;
        std::vector<Json> others;
    };

    static InstanceId instance_of(const Slot& slot) { return {slot.sequence, slot.ordinal}; }
    [[nodiscard]] const std::string& detail_of(const Slot& slot) const;
    [[nodiscard]] Json value_of(const Slot& slot) const;
    [[nodiscard]] Point point_of(const Slot& slot) const;
    Rare& rarely();
    std::uint16_t keep_detail(const SharedDetail& detail);
    std::uint64_t keep_other(Json value);
    void push(const Slot& slot);
    [[nodiscard]] std::size_t chunk_size() const;

    std::vector<Slot> slots_;
    SharedDetail first_detail_;
    std::unique_ptr<Rare> rare_;
    std::size_t text_bytes_ = 0;
    bool in_order_ = true;  // event times never go back
};

}  // namespace musubi

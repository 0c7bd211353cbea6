#include "history/tail.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace musubi {

SharedDetail DetailPool::share(std::string_view detail) {
    const auto found = entries_.find(detail);
    if (found != entries_.end()) return found->second;
    auto shared = std::make_shared<const std::string>(detail);
    if (entries_.size() < kMaxEntries) entries_.emplace(*shared, shared);
    return shared;
}

const std::string& SeriesTail::detail_of(const Slot& slot) const {
    return slot.detail == 0 ? *first_detail_ : *rare_->details[slot.detail - 1U];
}

Json SeriesTail::value_of(const Slot& slot) const {
    switch (slot.kind) {
        case ValueKind::Double: return Json{std::bit_cast<double>(slot.value)};
        case ValueKind::Integer: return Json{static_cast<std::int64_t>(slot.value)};
        case ValueKind::Other: break;
    }
    return rare_->others[slot.value];
}

Point SeriesTail::point_of(const Slot& slot) const {
    return {.at = {slot.at},
            .recorded = {slot.recorded},
            .instance = instance_of(slot),
            .deleted = slot.deleted,
            .value = value_of(slot),
            .detail = detail_of(slot)};
}

SeriesTail::Rare& SeriesTail::rarely() {
    if (!rare_) rare_ = std::make_unique<Rare>();
    return *rare_;
}

std::uint16_t SeriesTail::keep_detail(const SharedDetail& detail) {
    auto& details = rarely().details;
    for (std::size_t i = details.size(); i-- > 0;) {
        if (*details[i] == *detail) return static_cast<std::uint16_t>(i + 1);
    }
    details.push_back(detail);
    return static_cast<std::uint16_t>(details.size());
}

std::uint64_t SeriesTail::keep_other(Json value) {
    text_bytes_ += value.is_string() ? value.string().size() : to_text(value).size();
    rarely().others.push_back(std::move(value));
    return rare_->others.size() - 1;
}

void SeriesTail::push(const Slot& slot) {
    // Nearly always the end: a state joins when it is superseded, after readings that came late.
    auto place = slots_.end();
    while (place != slots_.begin() && instance_of(slot) < instance_of(*std::prev(place))) --place;
    if ((place != slots_.begin() && slot.at < std::prev(place)->at) ||
        (place != slots_.end() && place->at < slot.at)) {
        in_order_ = false;
    }
    const std::ptrdiff_t index = place - slots_.begin();
    // By a quarter, not by doubling: most tails are short, and there are many.
    if (slots_.size() == slots_.capacity()) {
        slots_.reserve(slots_.size() + std::max<std::size_t>(2, slots_.size() / 4));
    }
    slots_.insert(slots_.begin() + index, slot);
}

void SeriesTail::append(const Point& point, DetailPool& pool) {
    assert(slots_.size() < kMaxChunkPoints);
    Slot slot{.at = point.at.us,
              .recorded = point.recorded.us,
              .sequence = point.instance.sequence,
              .value = 0,
              .ordinal = point.instance.ordinal,
              .detail = 0,
              .kind = ValueKind::Other,
              .deleted = point.deleted};
    text_bytes_ += point.detail.size();
    if (!first_detail_) first_detail_ = pool.share(point.detail);
    if (*first_detail_ != point.detail) slot.detail = keep_detail(pool.share(point.detail));
    if (point.value.is_integer()) {
        slot.kind = ValueKind::Integer;
        slot.value = static_cast<std::uint64_t>(point.value.integer());
    } else if (point.value.is_number()) {
        slot.kind = ValueKind::Double;
        slot.value = std::bit_cast<std::uint64_t>(point.value.number());
    } else {
        slot.value = keep_other(point.value);
    }
    push(slot);
}

bool SeriesTail::rewrite(InstanceId instance, const std::optional<Point>& now, DetailPool& pool) {
    const auto holds = [&](const Slot& slot) { return instance_of(slot) == instance; };
    if (std::none_of(slots_.begin(), slots_.end(), holds)) return false;
    std::vector<Point> points;
    append_points(points);
    *this = SeriesTail{};
    for (const Point& point : points) {
        if (point.instance != instance) {
            append(point, pool);
        } else if (now) {
            append(*now, pool);
        }
    }
    return true;
}

bool SeriesTail::contains(Time at, const Json& value, std::string_view detail) const {
    std::size_t end = slots_.size();
    if (in_order_) {
        const auto after = std::upper_bound(slots_.begin(), slots_.end(), at.us,
                                            [](std::int64_t t, const Slot& s) { return t < s.at; });
        end = static_cast<std::size_t>(after - slots_.begin());
    }
    for (std::size_t i = end; i-- > 0;) {
        const Slot& slot = slots_[i];
        if (slot.at != at.us) {
            if (in_order_) return false;
            continue;
        }
        if (slot.deleted) return false;
        if (detail_of(slot) == detail && value_of(slot) == value) return true;
    }
    return false;
}

Time SeriesTail::last_at() const {
    if (in_order_) return {slots_.back().at};
    const auto latest = std::max_element(slots_.begin(), slots_.end(),
                                         [](const Slot& a, const Slot& b) { return a.at < b.at; });
    return {latest->at};
}

void SeriesTail::append_points(std::vector<Point>& points) const {
    points.reserve(points.size() + slots_.size());
    for (const Slot& slot : slots_) points.push_back(point_of(slot));
}

void SeriesTail::append_numbers(std::vector<Time>& at, std::vector<double>& values) const {
    for (const Slot& slot : slots_) {
        if (slot.deleted || slot.kind == ValueKind::Other) continue;
        at.push_back({slot.at});
        values.push_back(value_of(slot).number());
    }
}

std::size_t SeriesTail::chunk_size() const { return std::min(slots_.size(), kChunkPoints); }

std::string SeriesTail::encode() const {
    assert(!slots_.empty());
    std::vector<Point> points;
    points.reserve(chunk_size());
    for (std::size_t i = 0; i < chunk_size(); ++i) points.push_back(point_of(slots_[i]));
    return encode_chunk(points);
}

void SeriesTail::drop_chunk() {
    const std::vector<Slot> rest(slots_.begin() + static_cast<std::ptrdiff_t>(chunk_size()),
                                 slots_.end());
    const std::unique_ptr<Rare> old = std::move(rare_);
    slots_ = {};
    text_bytes_ = 0;
    in_order_ = true;
    for (Slot slot : rest) {
        text_bytes_ +=
            slot.detail == 0 ? first_detail_->size() : old->details[slot.detail - 1U]->size();
        if (slot.detail != 0) slot.detail = keep_detail(old->details[slot.detail - 1U]);
        if (slot.kind == ValueKind::Other) {
            slot.value = keep_other(std::move(old->others[slot.value]));
        }
        push(slot);
    }
}

std::string SeriesTail::take_chunk() {
    std::string chunk = encode();
    drop_chunk();
    return chunk;
}

std::size_t SeriesTail::memory() const {
    std::size_t bytes = sizeof(*this) + slots_.capacity() * sizeof(Slot);
    if (rare_) {
        bytes += sizeof(Rare) + rare_->details.capacity() * sizeof(SharedDetail) +
                 rare_->others.capacity() * sizeof(Json) + text_bytes_;
    }
    return bytes;
}

}  // namespace musubi

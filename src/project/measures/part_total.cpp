#include "project/measures/part_total.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace musubi {
namespace {

bool takes_texts(PartKind kind) {
    return kind == PartKind::Count || kind == PartKind::Arrived || kind == PartKind::Distinct ||
           kind == PartKind::Entities;
}
bool follows_entities(PartKind kind) {
    return kind == PartKind::TimeBeyond || kind == PartKind::Change || kind == PartKind::Rate ||
           kind == PartKind::Entities;
}
bool keeps_values(PartKind kind) {
    return kind == PartKind::Quantile || kind == PartKind::Min || kind == PartKind::Max ||
           kind == PartKind::Distinct;
}
bool has_bound(PartKind kind) { return kind == PartKind::Share || kind == PartKind::TimeBeyond; }

constexpr double kHour = 3'600e6;  // microseconds

}  // namespace

void PartTotal::add(std::uint32_t entity, const MeasuredReading& reading,
                    std::optional<double> bound) {
    const PartKind kind = part_->kind;
    if (kind == PartKind::Expected || kind == PartKind::Members)
        return;  // of entities, not of readings
    if (has_bound(kind) && !bound) return;
    if (!reading.is_number && !takes_texts(kind)) {
        // What is no number ends what lasted until then.
        const double unknown = std::numeric_limits<double>::quiet_NaN();
        if (kind == PartKind::TimeBeyond)
            follow(entity, {.at = reading.at, .number = unknown}, *bound);
        return;
    }
    if (period_.covers(reading.at)) {
        ++count_;
        if (kind == PartKind::Arrived || part_->counts_due) schedule(entity, reading.at);
        if (counts_entities_) entities_.insert(entity);
        if (kind == PartKind::Sum || kind == PartKind::Mean) sum_.add(reading.number);
        if (keeps_values(kind) && reading.is_number) ++values_[reading.number];
        if (kind == PartKind::Distinct && !reading.is_number) texts_.insert(reading.text);
        if (kind == PartKind::Share && part_->bound.is_beyond(reading.number, *bound)) ++beyond_;
    } else if (kind != PartKind::TimeBeyond) {
        return;
    }
    if (follows_entities(kind)) follow(entity, reading, bound.value_or(0));
}

void PartTotal::schedule(std::uint32_t entity, Time at) {
    const auto [due, is_first] = next_due_.try_emplace(entity, at);
    if (!is_first && at < due->second - Duration{part_->every.us / 2}) return;
    due->second = std::max(due->second, at) + part_->every;
    ++arrived_;
}

// How long what was read last stood beyond the bound, until the next reading or `until`.
std::int64_t PartTotal::lasted(const Track& track, Time until) const {
    if (!part_->bound.is_beyond(track.last, track.bound)) return 0;
    const Time from = std::max(track.last_at, period_.from);
    const Time to = std::min({until, track.last_at + part_->hold, period_.to});
    return std::max<std::int64_t>(to.us - from.us, 0);
}

void PartTotal::follow(std::uint32_t entity, const MeasuredReading& reading, double bound) {
    const auto [at, is_new] = tracks_.try_emplace(entity);
    Track& track = at->second;
    if (is_new) {
        track.first_at = reading.at;
        track.first = reading.number;
    } else if (part_->kind == PartKind::TimeBeyond) {
        beyond_us_ += lasted(track, reading.at);
    }
    track.last_at = reading.at;
    track.last = reading.number;
    track.bound = bound;
}

std::optional<double> PartTotal::quantile() const {
    const double place = part_->quantile * static_cast<double>(count_ - 1);
    const auto below = static_cast<std::uint64_t>(std::floor(place));
    std::uint64_t passed = 0;
    for (auto at = values_.begin(); at != values_.end(); ++at) {
        passed += at->second;
        if (passed <= below) continue;
        const double low = at->first;
        const double high =
            passed > below + 1 || std::next(at) == values_.end() ? low : std::next(at)->first;
        return low + (place - static_cast<double>(below)) * (high - low);
    }
    return std::nullopt;
}

std::optional<double> PartTotal::change() const {
    ExactSum sum;
    std::size_t entities = 0;
    for (const auto& [entity, track] : tracks_) {
        if (track.last_at == track.first_at) continue;  // one reading tells of no change
        sum.add(track.last);
        sum.subtract(track.first);
        ++entities;
    }
    if (entities == 0) return std::nullopt;
    return sum.rounded() / static_cast<double>(entities);
}

std::optional<double> PartTotal::rate() const {
    ExactSum sum;
    std::int64_t time = 0;
    for (const auto& [entity, track] : tracks_) {
        sum.add(track.last);
        sum.subtract(track.first);
        time += track.last_at.us - track.first_at.us;
    }
    if (time == 0) return std::nullopt;
    return sum.rounded() / (static_cast<double>(time) / kHour);
}

double PartTotal::hours_beyond(Time as_of) const {
    std::int64_t time = beyond_us_;
    for (const auto& [entity, track] : tracks_) time += lasted(track, as_of);
    return static_cast<double>(time) / kHour;
}

void PartTotal::join(std::optional<Time> first) {
    ++members_;
    if (!first) return;
    if (*first < period_.from) {
        ++heard_before_;
    } else if (*first < period_.to) {
        heard_since_.push_back(*first);
    }
}

// Of an entity that was heard before, one for each whole interval; of another its first one, and
// one at each interval from it.
std::uint64_t PartTotal::due(Time as_of) const {
    const std::int64_t every = part_->every.us;
    const Time end = std::min(as_of, period_.to);
    const std::int64_t span = std::max<std::int64_t>(end.us - period_.from.us, 0);
    std::uint64_t due = static_cast<std::uint64_t>(span / every) * heard_before_;
    const std::int64_t last = std::min(end.us, period_.to.us - 1);
    for (const Time first : heard_since_) {
        if (first.us <= last) due += static_cast<std::uint64_t>((last - first.us) / every) + 1;
    }
    return due;
}

// Entities that had a first reading by then.
std::uint64_t PartTotal::heard(Time as_of) const {
    return heard_before_ + static_cast<std::uint64_t>(
                               std::count_if(heard_since_.begin(), heard_since_.end(),
                                             [as_of](Time first) { return first <= as_of; }));
}

PartTotal::Came PartTotal::came(Time as_of) const {
    if (part_->counts_due) return {.came = arrived_, .due = due(as_of)};
    return {.came = entities_.size(), .due = heard(as_of)};
}

std::optional<double> PartTotal::value(Time as_of) const {
    const auto count = static_cast<double>(count_);
    switch (part_->kind) {
        case PartKind::Count: return count;
        case PartKind::Arrived: return static_cast<double>(arrived_);
        case PartKind::Entities: return static_cast<double>(tracks_.size());
        case PartKind::Members: return static_cast<double>(members_);
        case PartKind::Expected: return static_cast<double>(due(as_of));
        case PartKind::Distinct: return static_cast<double>(values_.size() + texts_.size());
        default: break;
    }
    if (count_ == 0 && (part_->kind != PartKind::TimeBeyond || tracks_.empty())) return {};
    switch (part_->kind) {
        case PartKind::Sum: return sum_.rounded();
        case PartKind::Mean: return sum_.rounded() / count;
        case PartKind::Min: return values_.begin()->first;
        case PartKind::Max: return values_.rbegin()->first;
        case PartKind::Quantile: return quantile();
        case PartKind::Share: return static_cast<double>(beyond_) / count;
        case PartKind::TimeBeyond: return hours_beyond(as_of);
        case PartKind::Change: return change();
        case PartKind::Rate: return rate();
        default: return {};
    }
}

}  // namespace musubi

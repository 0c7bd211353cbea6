// Who belongs to the measures that are kept up, and since when they are heard.
#include <algorithm>
#include <set>

#include "project/measures/live_measures.h"

namespace musubi {

// Whom it belongs to now, and its newest readings.
std::map<std::string, LiveMeasures::Followed, std::less<>> LiveMeasures::look_at(
    const Entity& entity) const {
    std::map<std::string, Followed, std::less<>> out;
    if (leaves_out_ && leaves_out_(entity.types)) return out;
    for (const std::string& type : entity.types) {
        const auto found = by_type_.find(type);
        if (found == by_type_.end()) continue;
        for (const PartPlace place : found->second) {
            const Measure& measure = set_->measures[place.measure];
            const MeasurePart& part = measure.parts[place.part];
            if (!belongs(part, entity)) continue;
            const Attribute* present = entity.find(part.attribute);
            Followed& followed = out[part.attribute];
            followed.members.push_back({.of = place,
                                        .group = group_of(measure, entity),
                                        .each = each_of(measure, entity),
                                        .against = held_against(part, entity)});
            if (present != nullptr) {
                followed.last = to_reading(time_of(*present), present->value, present->unit_code);
            }
        }
    }
    return out;
}

bool LiveMeasures::asks_for_first(const Followed& followed) const {
    return std::any_of(followed.members.begin(), followed.members.end(), [&](const Member& member) {
        return asks_first(set_->measures[member.of.measure], part_of(member));
    });
}

void LiveMeasures::see(Followed& followed, std::optional<ReadingTimes> times) {
    if (!times) return;
    followed.earliest = std::min(followed.earliest, times->first);
    followed.newest = std::max(followed.newest, times->last);
}

Result<void> LiveMeasures::adopt(const Entity& entity) {
    auto attributes = look_at(entity);
    if (attributes.empty()) return {};
    for (auto& [name, followed] : attributes) {
        const auto times = TRY(find_times_(entity.id, name));
        if (!times) continue;
        see(followed, times);
        if (asks_for_first(followed)) followed.first = times->first;
        newest_ = std::max(newest_, times->last);
        for (const Member& member : followed.members) {
            Time& fresh_after = measures_[member.of.measure].fresh_after;
            fresh_after = std::max(fresh_after, times->last);
        }
    }
    watched_[numbers_.of(entity.id)] = {entity.id, std::move(attributes)};
    return {};
}

bool LiveMeasures::may_change_members(const EntityChange& entity) const {
    if (entity.kind != ChangeKind::Updated || entity.types_changed) return true;
    return std::any_of(entity.attributes.begin(), entity.attributes.end(),
                       [&](const AttributeChange& a) {
                           const std::string_view name = a.name;
                           return name == iri::kScope || !a.before || !a.after ||
                                  looked_at_.contains(std::string{name});
                       });
}

// Where somebody joins or leaves a measure, or is of another group, it is gathered anew, and what
// was computed of the periods since its first reading as well.
Result<void> LiveMeasures::look_again(const std::string& id, const Entity* entity) {
    const std::uint32_t number = numbers_.of(id);
    auto now =
        entity != nullptr ? look_at(*entity) : std::map<std::string, Followed, std::less<>>{};
    auto& was = watched_[number].attributes;
    std::set<std::pair<std::uint32_t, std::string>> changed;  // measures, by which attribute
    const auto compare = [&](const auto& some, const auto& others) {
        for (const auto& [name, followed] : some) {
            const auto other = others.find(name);
            for (const Member& member : followed.members) {
                const bool same =
                    other != others.end() &&
                    std::find(other->second.members.begin(), other->second.members.end(), member) !=
                        other->second.members.end();
                if (!same) changed.emplace(member.of.measure, name);
            }
        }
    };
    compare(now, was);
    compare(was, now);
    for (auto& [name, followed] : now) {
        // The newest reading is told by the changes, which may be behind the state that was found.
        const auto former = was.find(name);
        if (former != was.end()) {
            followed.last = former->second.last;
            see(followed, ReadingTimes{former->second.earliest, former->second.newest});
        }
        if (former != was.end() && (asks_for_first(former->second) || !asks_for_first(followed))) {
            followed.first = former->second.first;
            continue;
        }
        const auto times = TRY(find_times_(id, name));
        see(followed, times);
        if (times && asks_for_first(followed)) followed.first = times->first;
    }
    for (const auto& [measure, name] : changed) {
        forget(measure);
        touch_since(measure, (now.contains(name) ? now : was).at(name).earliest);
    }
    if (now.empty()) {
        watched_.erase(number);
    } else {
        watched_[number] = {id, std::move(now)};
    }
    return {};
}

// Readings are due from the first one on: where another one is the first, all between is another.
void LiveMeasures::begins_at(Followed& followed, std::optional<Time> first) {
    if (first == followed.first || !asks_for_first(followed)) return;
    const Time now = std::max(newest_, first ? *first : *followed.first);
    const Time was = std::exchange(followed.first, first).value_or(now);
    const auto [from, to] = std::minmax({first.value_or(now), was});
    for (const Member& member : followed.members) {
        if (asks_first(set_->measures[member.of.measure], part_of(member)))
            began_otherwise(member, from, to);
    }
}

void LiveMeasures::began_otherwise(const Member& member, Time from, Time to) {
    const std::uint32_t measure = member.of.measure;
    const PeriodKind kind = set_->measures[measure].period;
    const Period first = period_for(set_->measures[measure], part_of(member), from);
    Period period = period_for(set_->measures[measure], part_of(member), to);
    for (auto& [begin, kept] : measures_[measure].periods) {
        if (begin < first.from || begin > period.from) continue;
        kept.dirty = true;
        kept.touched = true;
    }
    for (std::size_t n = 0; n < kMostChanged && first.from <= period.from; ++n) {
        if (period.from <= newest_) touch_unkept(measure, period.from);
        period = period_at(kind, Time{period.from.us - 1});
    }
}

void LiveMeasures::forget(std::uint32_t measure) {
    OfMeasure& of = measures_[measure];
    for (const auto& [from, kept] : of.periods) {
        touched_elsewhere_.insert({measure, kept.totals.period()});
    }
    of.periods.clear();
    of.fresh_after = std::max(of.fresh_after, newest_);
}

}  // namespace musubi

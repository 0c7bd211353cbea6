#include "project/measures/live_measures.h"

#include <algorithm>

namespace musubi {
namespace {

Time time_of(const Attribute& attribute) {
    return attribute.observed_at.value_or(attribute.modified_at);
}

}  // namespace

LiveMeasures::LiveMeasures(MeasureSetPtr set, FindEntity find, FindFirst find_first,
                           LeavesOut leaves_out)
    : set_{std::move(set)},
      find_{std::move(find)},
      find_first_{std::move(find_first)},
      leaves_out_{std::move(leaves_out)},
      measures_(set_->measures.size()) {
    for (std::uint32_t m = 0; m < set_->measures.size(); ++m) {
        const auto& parts = set_->measures[m].parts;
        for (std::uint32_t p = 0; p < parts.size(); ++p) {
            by_type_[parts[p].type].push_back({m, p});
            looked_at_.insert(parts[p].looks_at.begin(), parts[p].looks_at.end());
        }
    }
}

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
            if (!matches(part.who, entity)) continue;
            const Attribute* present = entity.find(part.attribute);
            Followed& followed = out[part.attribute];
            followed.members.push_back({place, group_of(measure, entity),
                                        present != nullptr ? present->unit_code : std::string{},
                                        bound_of(part, entity)});
            if (present != nullptr) {
                followed.last = to_reading(time_of(*present), present->value);
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

Result<void> LiveMeasures::adopt(const Entity& entity) {
    auto attributes = look_at(entity);
    if (attributes.empty()) return {};
    for (auto& [name, followed] : attributes) {
        if (asks_for_first(followed)) followed.first = TRY(find_first_(entity.id, name));
        if (!followed.last) continue;
        newest_ = std::max(newest_, followed.last->at);
        for (const Member& member : followed.members) {
            Time& fresh_after = measures_[member.of.measure].fresh_after;
            fresh_after = std::max(fresh_after, followed.last->at);
        }
    }
    watched_[numbers_.of(entity.id)] = {entity.id, std::move(attributes)};
    return {};
}

Result<void> LiveMeasures::take(const Change& change, TenantId tenant) {
    taken_ = change.sequence;
    for (const EntityChange& entity : change.entities) {
        if (entity.tenant == tenant) TRY(take_entity(change, entity));
    }
    return {};
}

bool LiveMeasures::may_change_members(const EntityChange& entity) const {
    if (entity.kind != ChangeKind::Updated || entity.types_changed) return true;
    return std::any_of(
        entity.attributes.begin(), entity.attributes.end(), [&](const AttributeChange& a) {
            const std::string_view name = a.name;
            // Another unit of the readings counts as well.
            const bool unit = a.before && a.after && a.before->unit_code != a.after->unit_code;
            return unit || name == iri::kScope || !a.before || !a.after ||
                   looked_at_.contains(std::string{name});
        });
}

Result<void> LiveMeasures::take_entity(const Change& change, const EntityChange& entity) {
    const bool ours = std::any_of(entity.types.begin(), entity.types.end(),
                                  [&](const std::string& type) { return by_type_.contains(type); });
    const auto known = numbers_.find(entity.id);
    if (!ours && (!known || !watched_.contains(*known))) return {};
    const std::uint32_t number = numbers_.of(entity.id);
    if (may_change_members(entity)) {
        EntityPtr now = entity.after;
        if (!now && entity.kind != ChangeKind::Deleted) now = TRY(find_(entity.id));
        TRY(look_again(entity.id, now.get()));
    }
    const auto watched = watched_.find(number);
    if (watched == watched_.end()) return {};
    for (const AttributeChange& attribute : entity.attributes) {
        const auto followed = watched->second.attributes.find(std::string_view{attribute.name});
        if (followed == watched->second.attributes.end()) continue;
        if (!attribute.dataset_id.empty()) continue;
        if (attribute.rewrite != Rewrite::None) {
            TRY(take_rewrite(change, watched->second, number, followed->second, attribute));
        } else if (attribute.after) {
            take_reading(change, number, followed->second, attribute);
        } else {  // a deletion is no reading, but history tells of it
            const Time gone = attribute.gone_at.value_or(change.at);
            begins_at(followed->second, std::min(followed->second.first.value_or(gone), gone));
        }
    }
    return {};
}

// Where somebody joins or leaves a measure, or is of another group, it is gathered anew.
Result<void> LiveMeasures::look_again(const std::string& id, const Entity* entity) {
    const std::uint32_t number = numbers_.of(id);
    auto now =
        entity != nullptr ? look_at(*entity) : std::map<std::string, Followed, std::less<>>{};
    auto& was = watched_[number].attributes;
    std::vector<std::uint32_t> changed;
    const auto compare = [&](const auto& some, const auto& others) {
        for (const auto& [name, followed] : some) {
            const auto other = others.find(name);
            for (const Member& member : followed.members) {
                const bool same =
                    other != others.end() &&
                    std::find(other->second.members.begin(), other->second.members.end(), member) !=
                        other->second.members.end();
                if (!same) changed.push_back(member.of.measure);
            }
        }
    };
    compare(now, was);
    compare(was, now);
    for (const std::uint32_t measure : changed) forget(measure);
    for (auto& [name, followed] : now) {
        // The newest reading is told by the changes, which may be behind the state that was found.
        const auto former = was.find(name);
        if (former != was.end()) followed.last = former->second.last;
        if (!asks_for_first(followed)) continue;
        followed.first = former != was.end() && asks_for_first(former->second)
                             ? former->second.first
                             : TRY(find_first_(id, name));
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
            began_otherwise(member.of.measure, from, to);
    }
}

void LiveMeasures::began_otherwise(std::uint32_t measure, Time from, Time to) {
    for (auto& [begin, kept] : measures_[measure].periods) {
        const Period& period = kept.totals.period();
        if (period.to <= from || to < period.from) continue;
        kept.dirty = true;
        kept.touched = true;
    }
    const PeriodKind kind = set_->measures[measure].period;
    Period period = period_at(kind, to);
    for (std::size_t n = 0; n < kMostChanged && from < period.to; ++n) {
        touch_unkept(measure, period.from);
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

Result<void> LiveMeasures::take_rewrite(const Change& change, const Watched& watched,
                                        std::uint32_t number, Followed& followed,
                                        const AttributeChange& attribute) {
    for (const AttributePtr& state : {attribute.before, attribute.after}) {
        if (state) disturb(change, number, followed, attribute, time_of(*state));
    }
    if (attribute.rewrite == Rewrite::Purged) {
        for (const Member& member : followed.members) forget(member.of.measure);
    }
    // The newest one may be another now.
    const EntityPtr entity = TRY(find_(watched.id));
    const Attribute* present = entity ? entity->find(attribute.name) : nullptr;
    followed.last.reset();
    if (present != nullptr) followed.last = to_reading(time_of(*present), present->value);
    if (!asks_for_first(followed)) return {};
    const auto first = TRY(find_first_(watched.id, std::string{std::string_view{attribute.name}}));
    if (attribute.rewrite == Rewrite::Purged) {
        followed.first = first;  // what was computed before it was purged stands
    } else {
        begins_at(followed, first);
    }
    return {};
}

void LiveMeasures::take_reading(const Change& change, std::uint32_t number, Followed& followed,
                                const AttributeChange& attribute) {
    const MeasuredReading reading = to_reading(time_of(*attribute.after), attribute.after->value);
    newest_ = std::max(newest_, reading.at);
    begins_at(followed, std::min(followed.first.value_or(reading.at), reading.at));
    const bool in_order = !attribute.late && (!followed.last || reading.at > followed.last->at);
    if (in_order) {
        append(change, number, followed, attribute, reading);
    } else {
        disturb(change, number, followed, attribute, reading.at);
    }
    // What is set again with an earlier time is not the newest.
    const bool newest = !followed.last || reading.at >= followed.last->at;
    if (!attribute.late && newest) followed.last = reading;
}

bool LiveMeasures::has_gathered(Kept& kept, const Change& change, std::uint32_t number,
                                const AttributeChange& attribute) {
    if (kept.gathered_at == 0) return false;
    if (change.sequence > kept.gathered_at) {
        kept.gathered.clear();
        kept.gathered_at = 0;
        return false;
    }
    const auto mark = kept.gathered.find({number, std::string{std::string_view{attribute.name}}});
    return mark != kept.gathered.end() && attribute.instance <= mark->second;
}

void LiveMeasures::touch_unkept(std::uint32_t measure, Time at) {
    const Period period = period_at(set_->measures[measure].period, at);
    if (measures_[measure].periods.contains(period.from)) return;
    touched_elsewhere_.insert({measure, period});
}

void LiveMeasures::append(const Change& change, std::uint32_t number, const Followed& followed,
                          const AttributeChange& attribute, const MeasuredReading& reading) {
    for (const Member& member : followed.members) {
        Kept* kept = kept_for(member.of.measure, reading.at);
        carry_over(change, number, member, attribute, reading.at);
        if (kept == nullptr) {
            touch_unkept(member.of.measure, reading.at);
            continue;
        }
        if (has_gathered(*kept, change, number, attribute)) continue;
        kept->touched = true;
        if (kept->dirty) continue;
        kept->totals.add(member.group, member.of.part, number, reading, member.bound);
    }
}

// A value that lasts may last into a later period that others have begun already.
void LiveMeasures::carry_over(const Change& change, std::uint32_t number, const Member& member,
                              const AttributeChange& attribute, Time at) {
    const MeasurePart& part = part_of(member);
    if (part.kind != PartKind::TimeBeyond) return;
    for (auto& [from, kept] : measures_[member.of.measure].periods) {
        const bool reached = at < from && reach_of(part, kept.totals.period()).covers(at);
        if (!reached || has_gathered(kept, change, number, attribute)) continue;
        kept.dirty = true;
        kept.touched = true;
    }
    const Period own = period_at(set_->measures[member.of.measure].period, at);
    if (!own.covers(at + part.hold)) touch_unkept(member.of.measure, at + part.hold);
}

// What is not in order changes its own period, and with what lasts into the next that one too.
void LiveMeasures::disturb(const Change& change, std::uint32_t number, const Followed& followed,
                           const AttributeChange& attribute, Time at) {
    for (const Member& member : followed.members) {
        auto& periods = measures_[member.of.measure].periods;
        const Period own = period_at(set_->measures[member.of.measure].period, at);
        const auto kept = periods.find(own.from);
        if (kept != periods.end() && !has_gathered(kept->second, change, number, attribute)) {
            kept->second.dirty = true;
            kept->second.touched = true;
        }
        touch_unkept(member.of.measure, at);
        carry_over(change, number, member, attribute, at);
    }
}

// Of a period that is no longer kept up not all is seen from then on.
void LiveMeasures::bound_periods(OfMeasure& of) {
    while (of.periods.size() > kPeriods) {
        of.fresh_after = std::max(of.fresh_after, of.periods.begin()->first);
        of.periods.erase(of.periods.begin());
    }
}

LiveMeasures::Kept* LiveMeasures::kept_for(std::uint32_t measure, Time at) {
    auto& periods = measures_[measure].periods;
    if (!periods.empty() && std::prev(periods.end())->second.totals.period().covers(at)) {
        return &std::prev(periods.end())->second;  // nearly always
    }
    const Period period = period_at(set_->measures[measure].period, at);
    const auto found = periods.find(period.from);
    if (found != periods.end()) return &found->second;
    if (period.from <= measures_[measure].fresh_after) return nullptr;
    return begin_period(measure, period);
}

// All who belong to it are there from the beginning, with what lasts into it.
LiveMeasures::Kept* LiveMeasures::begin_period(std::uint32_t measure, const Period& period) {
    auto& periods = measures_[measure].periods;
    MeasureTotals totals{set_->measures[measure], period};
    for (const auto& [number, watched] : watched_) {
        for (const auto& [name, followed] : watched.attributes) {
            for (const Member& member : followed.members) {
                if (member.of.measure != measure) continue;
                totals.join(member.group, member.of.part,
                            {watched.id, member.unit, followed.first});
                const MeasurePart& part = set_->measures[measure].parts[member.of.part];
                if (followed.last && reach_of(part, period).covers(followed.last->at)) {
                    totals.add(member.group, member.of.part, number, *followed.last, member.bound);
                }
            }
        }
    }
    periods.emplace(period.from, Kept{.totals = std::move(totals)});
    bound_periods(measures_[measure]);
    const auto placed = periods.find(period.from);
    return placed == periods.end() ? nullptr : &placed->second;
}

std::optional<std::vector<MeasureValue>> LiveMeasures::values(std::size_t measure,
                                                              const Period& period,
                                                              Time as_of) const {
    const auto found = measures_[measure].periods.find(period.from);
    if (found == measures_[measure].periods.end() || found->second.dirty) return std::nullopt;
    return found->second.totals.values(as_of);
}

Result<std::vector<MeasureValue>> LiveMeasures::gather(const Store& store, const Caller& caller,
                                                       std::size_t measure, const Period& period,
                                                       Time as_of) {
    std::map<std::pair<std::uint32_t, std::string>, InstanceId> gathered;
    GatherNotes notes;
    notes.numbers = &numbers_;
    notes.leaves_out = leaves_out_;
    notes.seen = [&](std::uint32_t entity, const std::string& attribute, InstanceId newest) {
        gathered[{entity, attribute}] = newest;
    };
    MeasureTotals totals =
        TRY(gather_measure(store, caller, set_->measures[measure], period, notes));
    std::vector<MeasureValue> values = totals.values(as_of);
    auto& periods = measures_[measure].periods;
    periods.insert_or_assign(period.from, Kept{.totals = std::move(totals),
                                               .dirty = false,
                                               .gathered_at = store.sequence(),
                                               .gathered = std::move(gathered)});
    bound_periods(measures_[measure]);
    return values;
}

std::vector<LiveMeasures::Touched> LiveMeasures::take_touched() {
    std::set<Touched> all = std::exchange(touched_elsewhere_, {});
    for (std::size_t m = 0; m < measures_.size(); ++m) {
        for (auto& [from, kept] : measures_[m].periods) {
            if (std::exchange(kept.touched, false)) all.insert({m, kept.totals.period()});
        }
    }
    return {all.begin(), all.end()};
}

}  // namespace musubi

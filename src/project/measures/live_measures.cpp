#include "project/measures/live_measures.h"

#include <algorithm>

namespace musubi {
LiveMeasures::LiveMeasures(MeasureSetPtr set, FindEntity find, FindTimes find_times,
                           LeavesOut leaves_out)
    : set_{std::move(set)},
      find_{std::move(find)},
      find_times_{std::move(find_times)},
      leaves_out_{std::move(leaves_out)},
      measures_(set_->measures.size()) {
    for (std::uint32_t m = 0; m < set_->measures.size(); ++m) {
        const auto& parts = set_->measures[m].parts;
        for (std::uint32_t p = 0; p < parts.size(); ++p) {
            by_type_[parts[p].type].push_back({m, p});
            looked_at_.insert(parts[p].looks_at.begin(), parts[p].looks_at.end());
            measures_[m].looks_back |= parts[p].ago > 0;
        }
    }
}

Result<void> LiveMeasures::take(const Change& change, TenantId tenant) {
    taken_ = change.sequence;
    for (const EntityChange& entity : change.entities) {
        if (entity.tenant == tenant) TRY(take_entity(change, entity));
    }
    return {};
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
    if (present != nullptr) {
        followed.last = to_reading(time_of(*present), present->value, present->unit_code);
        see(followed, ReadingTimes{followed.last->at, followed.last->at});
    }
    if (!asks_for_first(followed)) return {};
    const auto times = TRY(find_times_(watched.id, std::string{std::string_view{attribute.name}}));
    const auto first = times ? std::optional{times->first} : std::nullopt;
    if (attribute.rewrite == Rewrite::Purged) {
        followed.first = first;  // what was computed before it was purged stands
    } else {
        begins_at(followed, first);
    }
    return {};
}

void LiveMeasures::take_reading(const Change& change, std::uint32_t number, Followed& followed,
                                const AttributeChange& attribute) {
    const MeasuredReading reading =
        to_reading(time_of(*attribute.after), attribute.after->value, attribute.after->unit_code);
    newest_ = std::max(newest_, reading.at);
    begins_at(followed, std::min(followed.first.value_or(reading.at), reading.at));
    const bool in_order = !attribute.late && reading.at > followed.newest;
    see(followed, ReadingTimes{reading.at, reading.at});
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

// What it holds was not all seen: it is gathered, not begun.
void LiveMeasures::touch_unkept(std::uint32_t measure, Time at) {
    OfMeasure& of = measures_[measure];
    const Period period = period_at(set_->measures[measure].period, at);
    if (of.periods.contains(period.from)) return;
    touched_elsewhere_.insert({measure, period});
    of.fresh_after = std::max(of.fresh_after, period.from);
}

void LiveMeasures::touch_since(std::uint32_t measure, Time first) {
    if (newest_ < first) return;
    const PeriodKind kind = set_->measures[measure].period;
    Period period = period_at(kind, newest_);
    for (std::size_t n = 0; n < kMostChanged && period.to > first; ++n) {
        touch_unkept(measure, period.from);
        period = period_at(kind, Time{period.from.us - 1});
    }
}

void LiveMeasures::append(const Change& change, std::uint32_t number, const Followed& followed,
                          const AttributeChange& attribute, const MeasuredReading& reading) {
    for (const Member& member : followed.members) {
        if (part_of(member).ago > 0) {
            disturb_period(change, number, member, attribute, reading.at);
            continue;
        }
        Kept* kept = kept_for(member.of.measure, reading.at);
        carry_over(change, number, member, attribute, reading.at);
        if (kept == nullptr) {
            touch_unkept(member.of.measure, reading.at);
            continue;
        }
        if (has_gathered(*kept, change, number, attribute)) continue;
        kept->touched = true;
        if (kept->dirty) continue;
        kept->totals.add(place_of(member), {number, watched_.at(number).id}, reading,
                         member.against);
    }
}

// A value that lasts may last into a later period that others have begun already.
void LiveMeasures::carry_over(const Change& change, std::uint32_t number, const Member& member,
                              const AttributeChange& attribute, Time at) {
    const MeasurePart& part = part_of(member);
    if (part.kind != PartKind::TimeBeyond) return;
    for (auto& [from, kept] : measures_[member.of.measure].periods) {
        const bool reached =
            at < from &&
            reach_of(set_->measures[member.of.measure], part, kept.totals.period()).covers(at);
        if (!reached || has_gathered(kept, change, number, attribute)) continue;
        kept.dirty = true;
        kept.touched = true;
    }
    const Period own = period_at(set_->measures[member.of.measure].period, at);
    if (!own.covers(at + part.hold)) touch_unkept(member.of.measure, at + part.hold);
}

// A reading is for a period that has to be gathered anew, if it has begun.
void LiveMeasures::disturb_period(const Change& change, std::uint32_t number, const Member& member,
                                  const AttributeChange& attribute, Time at) {
    auto& periods = measures_[member.of.measure].periods;
    const Period own = period_for(set_->measures[member.of.measure], part_of(member), at);
    const auto kept = periods.find(own.from);
    if (kept != periods.end() && !has_gathered(kept->second, change, number, attribute)) {
        kept->second.dirty = true;
        kept->second.touched = true;
    }
    // One that nothing has been read of yet is not begun by what came before it.
    if (own.from <= newest_) touch_unkept(member.of.measure, own.from);
}

// What is not in order changes its own period, and with what lasts into the next that one too.
void LiveMeasures::disturb(const Change& change, std::uint32_t number, const Followed& followed,
                           const AttributeChange& attribute, Time at) {
    for (const Member& member : followed.members) {
        disturb_period(change, number, member, attribute, at);
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
    if (measures_[measure].looks_back) return nullptr;  // what came before is in the store
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
                const MeasurePlace place = place_of(member);
                totals.join(place, {followed.first});
                const MeasurePart& part = part_of(member);
                if (followed.last &&
                    reach_of(set_->measures[measure], part, period).covers(followed.last->at)) {
                    totals.add(place, {number, watched.id}, *followed.last, member.against);
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

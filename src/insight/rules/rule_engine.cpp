#include "insight/rules/rule_engine.h"

#include <algorithm>
#include <cmath>

namespace musubi {
namespace {

constexpr std::int64_t kNever = INT64_MIN / 2;

std::optional<double> number_of(const AttributePtr& attribute) {
    if (!attribute || !attribute->value.is_number()) return std::nullopt;
    return attribute->value.number();
}

/// Longitude and latitude of a GeoJSON point.
std::optional<std::pair<double, double>> point_of(const AttributePtr& attribute) {
    if (!attribute || attribute->kind != AttributeKind::GeoProperty) return std::nullopt;
    const Json* type = attribute->value.find("type");
    const Json* at = attribute->value.find("coordinates");
    if (type == nullptr || !type->is_string() || type->string() != "Point" || at == nullptr ||
        !at->is_array() || at->array().size() < 2 || !at->array()[0].is_number() ||
        !at->array()[1].is_number()) {
        return std::nullopt;
    }
    const std::pair place{at->array()[0].number(), at->array()[1].number()};
    if (!(std::abs(place.first) <= 180 && std::abs(place.second) <= 90)) return std::nullopt;
    return place;
}

std::optional<Time> event_time(const AttributeChange& change) {
    return change.after ? change.after->observed_at : std::nullopt;
}

}  // namespace

// ---- which entities ----------------------------------------------------------------------------

bool RuleEngine::knows(std::string_view id) const { return by_id_.find(id) != by_id_.end(); }

std::optional<std::uint32_t> RuleEngine::track(const TypeRules& type, std::string_view id) {
    const auto known = by_id_.find(id);
    if (known != by_id_.end()) return known->second;
    if (by_id_.size() >= kMaxTracked) return std::nullopt;
    std::uint32_t index = 0;
    if (free_.empty()) {
        index = static_cast<std::uint32_t>(tracked_.size());
        tracked_.emplace_back(type, std::string{id});
        feed_index_.push_back(0);
    } else {
        index = free_.back();
        free_.pop_back();
        const std::uint32_t generation = tracked_[index].generation + 1;
        tracked_[index] = Tracked{type, std::string{id}};
        tracked_[index].generation = generation;
    }
    by_id_.emplace(id, index);
    feed_index_[index] = feed_of(tracked_[index]);
    tracked_[index].view_dirty = true;
    mark(index);
    return index;
}

void RuleEngine::drop(std::uint32_t index, Time at) {
    Tracked& t = tracked_[index];
    for (std::size_t g = 0; g < t.groups.size(); ++g) {
        if (t.groups[g].alert.empty()) continue;
        for (const std::size_t rule : t.type->groups[g].rules) {
            t.latches[rule] = Latch{};
            t.calls[rule] = Call{};
        }
        decide(index, g, at);
    }
    forget_silence(index, at);
    if (t.lon) neighbourhood_.changed();
    gone_.push_back(t.id);
    by_id_.erase(t.id);
    t.alive = false;
    std::erase(dirty_, index);
    free_.push_back(index);
}

void RuleEngine::mark(std::uint32_t index) {
    if (tracked_[index].state_dirty) return;
    tracked_[index].state_dirty = true;
    dirty_.push_back(index);
}

// ---- a change ----------------------------------------------------------------------------------

std::pair<RuleEngine::Role, std::uint32_t> RuleEngine::role_of(const TypeRules& type,
                                                               const std::string& name) const {
    for (std::uint32_t i = 0; i < type.numbers.size(); ++i) {
        if (type.numbers[i].name == name)
            return {i < type.readings ? Role::Reading : Role::Number, i};
    }
    if (name == rules_->names.station_name) return {Role::Name, 0};
    if (name == rules_->names.location) return {Role::Location, 0};
    if (name == rules_->names.synthetic) return {Role::Synthetic, 0};
    const auto queried = std::find(type.queried.begin(), type.queried.end(), name);
    return {queried != type.queried.end() ? Role::Queried : Role::None, 0};
}

void RuleEngine::gather(const EntityChange& entity, std::vector<Item>& items) {
    const TypeRules* type = rules_->find(entity.types);
    if (type == nullptr) return;
    const auto index = track(*type, entity.id);
    if (!index) return;
    for (const AttributeChange& change : entity.attributes) {
        if (change.late || !change.dataset_id.empty()) continue;
        const auto [role, slot] = role_of(*tracked_[*index].type, change.name);
        if (role == Role::None) continue;
        items.push_back({change.instance.ordinal, *index, role, slot, &change});
    }
}

void RuleEngine::take(const Change& change, bool replay) {
    items_.clear();
    for (const EntityChange& entity : change.entities) {
        const auto known = by_id_.find(entity.id);
        if (entity.kind != ChangeKind::Deleted) {
            gather(entity, items_);
        } else if (known != by_id_.end()) {
            drop(known->second, replay ? newest_ : change.at);
        }
    }
    // A feed's batch holds the readings entity by entity; they count in the order they came.
    if (change.entities.size() > 1) {
        std::sort(items_.begin(), items_.end(),
                  [](const Item& a, const Item& b) { return a.ordinal < b.ordinal; });
    }
    for (auto from = items_.cbegin(); from != items_.cend();) {
        const auto same = [&](const Item& item) {
            return item.entity == from->entity &&
                   event_time(*item.change) == event_time(*from->change);
        };
        const auto to = std::find_if_not(from, items_.cend(), same);
        apply({from, to}, change.at, replay);
        from = to;
    }
    trim_timers();
}

Time RuleEngine::time_of(std::span<const Item> items, Time recorded, bool replay) const {
    if (const auto observed = event_time(*items.front().change)) return *observed;
    if (replay && newest_.us > kNever) return newest_;
    return recorded;
}

void RuleEngine::apply(std::span<const Item> items, Time recorded, bool replay) {
    const std::uint32_t index = items.front().entity;
    const bool observed = event_time(*items.front().change).has_value();
    const bool speaks_of_now = std::any_of(items.begin(), items.end(), [&](const Item& item) {
        return item.role == Role::Queried
                   ? observed
                   : item.role == Role::Reading && number_of(item.change->after);
    });
    Time at = time_of(items, recorded, replay);
    if (speaks_of_now) {
        if (at > newest_) {
            if (replay) pass(at);
            newest_ = at;
        }
        settle(index, at);
    }
    Tracked& t = tracked_[index];
    fresh_.clear();
    for (const Item& item : items) {
        const bool queried =
            !t.type->queried.empty() && std::find(t.type->queried.begin(), t.type->queried.end(),
                                                  item.change->name) != t.type->queried.end();
        if (queried) set_queried(t, *item.change);
        if (queried) t.view_dirty = true;
        if (item.role != Role::Reading) {
            set_datum(t, item);
        } else if (set_reading(t, item, at)) {
            fresh_.push_back(item.slot);
            heard(index, item.slot, at);
        }
    }
    mark(index);
    if (!speaks_of_now) {
        // A threshold changed: what the last reading says of it is as old as that reading.
        const auto read = std::find_if(t.numbers.begin(), t.numbers.end(),
                                       [](const TrackedNumber& n) { return n.at.has_value(); });
        if (read != t.numbers.end()) at = *read->at;
    }
    judge(index, at, fresh_);
}

bool RuleEngine::set_reading(Tracked& t, const Item& item, Time at) {
    const std::optional<double> value = number_of(item.change->after);
    if (!value) return false;
    TrackedNumber& number = t.numbers[item.slot];
    // A second value of the same moment corrects the first; what is older says nothing of now.
    if (number.at && at < *number.at) return false;
    const bool fresh = !number.at || at > *number.at;
    number.value = *value;
    number.at = at;
    if (number.unit != item.change->after->unit_code) number.unit = item.change->after->unit_code;
    if (fresh && t.type->numbers[item.slot].has_gauge) t.gauges[item.slot].add(at, *value);
    return fresh;
}

void RuleEngine::set_datum(Tracked& t, const Item& item) {
    const AttributePtr& after = item.change->after;
    t.view_dirty = true;
    switch (item.role) {
        case Role::Number:
            t.numbers[item.slot].value =
                number_of(after).value_or(std::numeric_limits<double>::quiet_NaN());
            break;
        case Role::Name:
            t.name = after && after->value.is_string() ? after->value.string() : "";
            break;
        case Role::Synthetic:
            t.synthetic = after && after->value.is_bool() && after->value.boolean();
            break;
        case Role::Location: {
            const auto point = point_of(after);
            t.lon = point ? std::optional{point->first} : std::nullopt;
            t.lat = point ? std::optional{point->second} : std::nullopt;
            neighbourhood_.changed();
            break;
        }
        default: break;
    }
}

void RuleEngine::set_queried(Tracked& t, const AttributeChange& change) {
    Attributes& queried = t.queried.attributes;
    const std::size_t place = t.queried.place_of(change.name);
    if (!change.after) {
        erase_if(queried, [&](const Attribute& a) { return a.name == change.name; });
    } else if (place < queried.size()) {
        queried.put(place, change.after);
    } else {
        queried.push_back(change.after);
    }
}

// ---- taking up and keeping ---------------------------------------------------------------------

Result<void> RuleEngine::load(std::string_view id, std::string_view view, std::string_view state) {
    ByteReader in{view};
    static_cast<void>(in.number());
    const std::string type_name{in.text()};
    static const TypeRules kNoRules;
    const TypeRules* type = rules_->find({type_name});
    std::vector<std::string> orphans;
    if (type == nullptr) {
        Tracked nobody{kNoRules, std::string{id}};
        if (!state.empty()) TRY(nobody.read_state(state, orphans));
        gone_.emplace_back(id);
    } else if (const auto index = track(*type, id)) {
        Tracked& t = tracked_[*index];
        TRY(t.read_view(view));
        if (!state.empty()) TRY(t.read_state(state, orphans));
        for (const TrackedNumber& n : t.numbers) {
            if (n.at) newest_ = std::max(newest_, *n.at);
        }
        t.view_dirty = t.state_dirty = false;
        std::erase(dirty_, *index);
    }
    for (std::string& alert : orphans) {
        AlertEvent event{.kind = AlertEvent::Kind::Close, .alert = std::move(alert)};
        event.source = id;
        event.at = event.clock = newest_;
        events_.push_back(std::move(event));
    }
    return {};
}

void RuleEngine::adopt(const Entity& entity, std::uint64_t sequence, Time now) {
    const TypeRules* type = rules_->find(entity.types);
    if (type == nullptr || knows(entity.id)) return;
    Change change;
    change.at = now;
    EntityChange& made = change.entities.emplace_back();
    made.id = entity.id;
    made.types = entity.types;
    for (std::size_t i = 0; i < entity.attributes.size(); ++i) {
        const Attribute& a = entity.attributes[i];
        if (a.instance.sequence > sequence) continue;  // it comes with its own change
        made.attributes.push_back({.name = a.name,
                                   .dataset_id = a.dataset_id,
                                   .before = {},
                                   .after = entity.attributes.shared(i)});
        made.attributes.back().instance = a.instance;
    }
    // The data first, then the readings, so that thresholds are known when they are judged.
    std::stable_partition(made.attributes.begin(), made.attributes.end(),
                          [](const AttributeChange& c) { return !c.after->observed_at; });
    if (!made.attributes.empty()) take(change, false);
}

std::vector<RuleEngine::Kept> RuleEngine::dirty_entities() const {
    std::vector<Kept> out;
    out.reserve(dirty_.size() + gone_.size());
    for (const std::string& id : gone_) {
        out.push_back({.id = id, .view = std::nullopt, .state = std::nullopt, .gone = true});
    }
    for (const std::uint32_t index : dirty_) {
        const Tracked& t = tracked_[index];
        Kept& kept = out.emplace_back();
        kept.id = t.id;
        if (t.view_dirty) kept.view = t.view_bytes();
        kept.state = t.state_bytes();
    }
    return out;
}

void RuleEngine::end_keeping() {
    for (const std::uint32_t index : dirty_) {
        tracked_[index].view_dirty = tracked_[index].state_dirty = false;
    }
    for (const std::uint32_t feed : dirty_feeds_) feeds_[feed].dirty = false;
    dirty_.clear();
    dirty_feeds_.clear();
    gone_.clear();
}

std::vector<AlertEvent> RuleEngine::take_events() { return std::exchange(events_, {}); }

void RuleEngine::rename(const std::string& asked, const std::string& given) {
    for (const std::uint32_t index : dirty_) {
        for (GroupState& group : tracked_[index].groups) {
            if (group.alert == asked) group.alert = given;
        }
        for (SilenceState& silence : tracked_[index].silences) {
            if (silence.alert == asked) silence.alert = given;
        }
    }
    for (const std::uint32_t feed : dirty_feeds_) {
        for (FeedSilence& silence : feeds_[feed].silences) {
            if (silence.alert == asked) silence.alert = given;
        }
    }
}

}  // namespace musubi

#include "broker/subscriptions/matcher.h"

#include <algorithm>

namespace musubi {
namespace {

bool is_triggered(const NotificationTriggers& triggers, const AttributeChange& change) {
    if (change.late) return false;
    if (!change.after) return triggers.attribute_deleted;
    return change.before ? triggers.attribute_updated : triggers.attribute_created;
}

bool is_triggered(const Subscription& s, const EntityChange& change) {
    const auto watched = [&](const AttributeChange& a) { return s.watches(a.name); };
    const bool concerns = s.watched.empty() ||
                          std::any_of(change.attributes.begin(), change.attributes.end(), watched);
    if (!concerns) return false;
    if (change.kind == ChangeKind::Created && s.triggers.entity_created) return true;
    if (change.kind == ChangeKind::Deleted && change.types.empty()) {
        return false;  // it was gone before: only its history was purged
    }
    if (change.kind == ChangeKind::Deleted && s.triggers.entity_deleted) return true;
    return std::any_of(
        change.attributes.begin(), change.attributes.end(),
        [&](const AttributeChange& a) { return watched(a) && is_triggered(s.triggers, a); });
}

void lay_over(Entity& state, const AttributeChange& change) {
    const std::size_t place = state.place_of(change.name, change.dataset_id);
    const bool is_there = place < state.attributes.size();
    if (!change.after) {
        if (is_there) state.attributes.erase(place);
    } else if (is_there) {
        state.attributes.put(place, change.after);
    } else {
        state.attributes.push_back(change.after);
    }
}

// A deletion is recorded with the attributes that the entity had, not with its own times: it was
// made with the first of them, and changed last with the last.
void add_times(Entity& state) {
    for (const Attribute& a : state.attributes) {
        const bool first = state.created_at == Time{} || a.created_at < state.created_at;
        if (first) state.created_at = a.created_at;
        state.modified_at = std::max(state.modified_at, a.modified_at);
    }
}

}  // namespace

EntityPtr state_of(const EntityChange& change, const EntityPtr& present) {
    if (change.after) return change.after;
    auto state = std::make_shared<Entity>();
    if (present && change.kind != ChangeKind::Deleted) *state = *present;
    state->id = change.id;
    state->types = change.types;
    for (const AttributeChange& a : change.attributes) {
        if (change.kind == ChangeKind::Deleted) {
            if (a.before) state->attributes.push_back(a.before);
        } else if (!a.late) {
            lay_over(*state, a);
        }
    }
    if (change.kind == ChangeKind::Deleted) add_times(*state);
    return state;
}

bool is_due(const Subscription& s, const Change& change, const EntityChange& entity,
            const Entity& state, const LinkedEntities& linked) {
    if (!s.active || s.periodic() || change.sequence < s.since || s.expired(change.at))
        return false;
    if (!is_triggered(s, entity)) return false;
    if (!s.selects(entity.id, entity.types)) return false;
    if (s.q && !matches(*s.q, state, linked)) return false;
    return !s.geo || matches(*s.geo, state);
}

}  // namespace musubi

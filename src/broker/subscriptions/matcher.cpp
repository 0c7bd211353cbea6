#include "broker/subscriptions/matcher.h"

#include <algorithm>

namespace musubi {
namespace {

bool is_listed(const std::vector<std::string>& names, const std::string& name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

bool is_triggered(const NotificationTriggers& triggers, const AttributeChange& change) {
    if (change.late) return false;
    if (!change.after) return triggers.attribute_deleted;
    return change.before ? triggers.attribute_updated : triggers.attribute_created;
}

bool is_triggered(const Subscription& s, const EntityChange& change) {
    const auto watched = [&](const AttributeChange& a) { return is_listed(s.watched, a.name); };
    if (change.kind == ChangeKind::Deleted) {
        if (change.types.empty()) return false;  // it was gone before: only its history was purged
        const bool concerns = s.watched.empty() || std::any_of(change.attributes.begin(),
                                                               change.attributes.end(), watched);
        return s.triggers.entity_deleted && concerns;
    }
    if (change.kind == ChangeKind::Created && s.triggers.entity_created &&
        (s.watched.empty() ||
         std::any_of(change.attributes.begin(), change.attributes.end(), watched))) {
        return true;
    }
    return std::any_of(
        change.attributes.begin(), change.attributes.end(),
        [&](const AttributeChange& a) { return watched(a) && is_triggered(s.triggers, a); });
}

void lay_over(Entity& state, const AttributeChange& change) {
    Attribute* present = state.find(change.name, change.dataset_id);
    if (change.after) {
        if (present != nullptr) {
            *present = *change.after;
        } else {
            state.attributes.push_back(*change.after);
        }
    } else if (present != nullptr) {
        state.attributes.erase(state.attributes.begin() + (present - state.attributes.data()));
    }
}

Attribute null_of(const AttributeChange& change) {
    Attribute out;
    out.name = change.name;
    out.dataset_id = change.dataset_id;
    out.kind = change.before ? change.before->kind : AttributeKind::Property;
    out.value = Json{iri::kNull};
    if (out.kind == AttributeKind::LanguageProperty) {
        out.value = Json{};
        out.value.set("@none", Json{iri::kNull});
    }
    return out;
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
            if (a.before) state->attributes.push_back(*a.before);
        } else if (!a.late) {
            lay_over(*state, a);
        }
    }
    return state;
}

bool is_due(const Subscription& s, const Change& change, const EntityChange& entity,
            const Entity& state) {
    if (!s.active || change.sequence < s.since || s.expired(change.at)) return false;
    if (!is_triggered(s, entity)) return false;
    const auto selects = [&](const EntitySelector& selector) {
        return selector.matches(entity.id, entity.types);
    };
    if (!s.entities.empty() && std::none_of(s.entities.begin(), s.entities.end(), selects)) {
        return false;
    }
    if (s.q && !matches(*s.q, state)) return false;
    return !s.geo || matches(*s.geo, state);
}

std::optional<Entity> with_deleted(const Subscription& s, const EntityChange& change,
                                   const Entity& state) {
    std::optional<Entity> out;
    if (!s.triggers.attribute_deleted || change.kind == ChangeKind::Deleted) return out;
    for (const AttributeChange& a : change.attributes) {
        if (a.after || a.late || state.find(a.name, a.dataset_id) != nullptr) continue;
        if (!out) out = state;
        out->attributes.push_back(null_of(a));
    }
    return out;
}

}  // namespace musubi

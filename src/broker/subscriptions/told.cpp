#include "broker/subscriptions/told.h"

#include <algorithm>

namespace musubi {
namespace {

// The members of the core context that hold what was before, by kind (5.2.14).
std::string_view previous_name(AttributeKind kind) {
    switch (kind) {
        case AttributeKind::Relationship: return "https://uri.etsi.org/ngsi-ld/hasPreviousObject";
        case AttributeKind::LanguageProperty:
            return "https://uri.etsi.org/ngsi-ld/hasPreviousLanguageMap";
        case AttributeKind::JsonProperty: return "https://uri.etsi.org/ngsi-ld/hasPreviousJson";
        case AttributeKind::VocabProperty: return "https://uri.etsi.org/ngsi-ld/hasPreviousVocab";
        case AttributeKind::ListProperty:
            return "https://uri.etsi.org/ngsi-ld/hasPreviousValueList";
        case AttributeKind::ListRelationship:
            return "https://uri.etsi.org/ngsi-ld/hasPreviousObjectList";
        case AttributeKind::Property:
        case AttributeKind::GeoProperty: break;
    }
    return "https://uri.etsi.org/ngsi-ld/hasPreviousValue";
}

void add_previous(Attribute& now, const Attribute& before) {
    Json value = before.value;
    if (before.kind == AttributeKind::ListRelationship && before.value.is_array()) {
        Json::Array objects;
        for (const Json& uri : before.value.array()) {
            Json object;
            object.set("object", uri);
            objects.push_back(std::move(object));
        }
        value = Json{std::move(objects)};
    }
    now.extra.set(std::string(previous_name(before.kind)), std::move(value));
}

// An instance that was deleted.
Attribute null_of(const Subscription& s, Time at, const AttributeChange& deleted) {
    const NotificationParams& params = s.notification;
    Attribute out;
    out.name = deleted.name;
    out.dataset_id = deleted.dataset_id;
    out.kind = deleted.before ? deleted.before->kind : AttributeKind::Property;
    out.value = Json{iri::kNull};
    if (out.kind == AttributeKind::LanguageProperty) {
        out.value = Json{};
        out.value.set("@none", Json{iri::kNull});
    }
    if (params.sys_attrs) {
        if (deleted.before) out.created_at = deleted.before->created_at;
        if (deleted.before) out.modified_at = deleted.before->modified_at;
        out.extra.set("https://uri.etsi.org/ngsi-ld/deletedAt", to_iso(at));
    }
    if (params.show_changes && deleted.before) add_previous(out, *deleted.before);
    return out;
}

bool has_any(const Entity& entity, std::string_view name) {
    return std::any_of(entity.attributes.begin(), entity.attributes.end(),
                       [&](const Attribute& a) { return a.name == name; });
}

// Where all instances of an attribute are gone, that is told once, as of the attribute.
void add_null(Entity& out, Attribute gone, bool some_are_left) {
    if (some_are_left) {
        out.attributes.push_back(std::move(gone));
        return;
    }
    for (std::size_t i = 0; i < out.attributes.size(); ++i) {
        if (out.attributes[i].name != gone.name) continue;
        Attribute& other = out.attributes.own(i);
        if (gone.dataset_id.empty()) other = std::move(gone);
        other.dataset_id.clear();
        return;
    }
    out.attributes.push_back(std::move(gone));
}

Entity head_of(const Entity& state) {
    Entity out;
    out.id = state.id;
    out.types = state.types;
    out.created_at = state.created_at;
    out.modified_at = state.modified_at;
    return out;
}

bool shows_deleted(const Subscription& s, const EntityChange& entity, const AttributeChange& a) {
    if (a.after || a.late) return false;
    if (s.triggers.attribute_deleted) {
        return entity.kind != ChangeKind::Deleted || s.watches(a.name);
    }
    return entity.kind == ChangeKind::Deleted && s.notification.show_changes;
}

void keep_datasets(const Subscription& s, Entity& out) {
    if (s.dataset_ids.empty()) return;
    erase_if(out.attributes, [&](const Attribute& a) {
        const std::string_view id = a.dataset_id.empty() ? std::string_view{"@none"} : a.dataset_id;
        return std::find(s.dataset_ids.begin(), s.dataset_ids.end(), id) == s.dataset_ids.end();
    });
}

bool has(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// 4.21
void project(const NotificationParams& params, Entity& out) {
    const auto gone = [&](std::string_view name) {
        return has(params.omit, name) || (!params.pick.empty() && !has(params.pick, name));
    };
    if (!params.attributes.empty() && params.join != Join::None) {
        erase_if(out.attributes,
                 [&](const Attribute& a) { return !has(params.attributes, a.name); });
    }
    if (params.pick.empty() && params.omit.empty()) return;
    if (gone("id")) out.id.clear();
    if (gone("type")) out.types.clear();
    if (gone("scope")) out.scopes.clear();
    erase_if(out.attributes, [&](const Attribute& a) { return gone(a.name); });
}

bool is_shaped(const Subscription& s) {
    const NotificationParams& params = s.notification;
    return !s.dataset_ids.empty() || !params.pick.empty() || !params.omit.empty() ||
           (!params.attributes.empty() && params.join != Join::None);
}

}  // namespace

std::optional<Entity> told_of(const Subscription& s, Time at, const EntityChange& entity,
                              const Entity& state) {
    const bool deleted = entity.kind == ChangeKind::Deleted;
    const bool plain =
        !deleted && !is_shaped(s) && !s.notification.show_changes && !s.triggers.attribute_deleted;
    if (plain) return std::nullopt;
    Entity out = deleted ? head_of(state) : state;
    for (const AttributeChange& a : entity.attributes) {
        const std::size_t shown = out.place_of(a.name, a.dataset_id);
        const bool is_shown = shown < out.attributes.size();
        if (shows_deleted(s, entity, a)) {
            if (!is_shown) {
                add_null(out, null_of(s, at, a), !deleted && has_any(state, a.name));
            }
        } else if (s.notification.show_changes && is_shown && a.before && !a.late) {
            add_previous(out.attributes.own(shown), *a.before);
        }
    }
    keep_datasets(s, out);
    project(s.notification, out);
    return out;
}

std::optional<Entity> told_of(const Subscription& s, const Entity& state) {
    if (!is_shaped(s)) return std::nullopt;
    Entity out = state;
    keep_datasets(s, out);
    project(s.notification, out);
    return out;
}

}  // namespace musubi

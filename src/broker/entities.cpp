#include "broker/entities.h"

#include <algorithm>

#include "broker/own_part.h"

namespace musubi {
namespace {

bool is_device(const Transaction& tx) { return tx.caller().role == Role::Device; }

// Sets one instance; a device's late reading joins history, and what is there already with its
// event time changes nothing.
Result<void> set_attribute(Transaction& tx, EntityEdit& edit,
                           std::shared_ptr<Attribute> attribute) {
    const Attribute* present = attribute->observed_at
                                   ? edit.state().find(attribute->name, attribute->dataset_id)
                                   : nullptr;
    if (present == nullptr) {
        edit.set(std::move(attribute));
        return {};
    }
    if (same_content(*present, *attribute)) return {};
    const bool late = present->observed_at && *attribute->observed_at < *present->observed_at;
    if (!late || !is_device(tx)) {
        edit.set(std::move(attribute));
        return {};
    }
    if (!TRY(tx.is_known(edit, *attribute))) edit.add_late(std::move(*attribute));
    return {};
}
Result<void> set_attribute(Transaction& tx, EntityEdit& edit, Attribute attribute) {
    return set_attribute(tx, edit, std::make_shared<Attribute>(std::move(attribute)));
}

std::vector<std::pair<std::string, std::string>> instances_of(const Entity& entity,
                                                              std::string_view name) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const Attribute& a : entity.attributes) {
        if (name.empty() || a.name == name) out.emplace_back(a.name, a.dataset_id);
    }
    return out;
}

Error no_attribute(std::string_view name) {
    return {ErrorCode::NotFound, "the entity has no such attribute", std::string(name)};
}

// RFC 7396 on a value; "urn:ngsi-ld:null" in the place of null (5.5.12).
Json merge_value(const Json& present, const Json& patch) {
    if (!patch.is_object()) return patch;
    Json merged = present.is_object() ? present : Json{Json::Object{}};
    for (const JsonMember& member : patch.object()) {
        const bool remove = member.value.is_string() && member.value.string() == iri::kNull;
        if (remove) {
            std::erase_if(merged.object(),
                          [&](const JsonMember& m) { return m.name == member.name; });
            continue;
        }
        const Json* before = merged.find(member.name);
        merged.set(member.name, merge_value(before != nullptr ? *before : Json{}, member.value));
    }
    return merged;
}

// What an attribute carries beside its value; NGSI-LD Null in the place of one removes it.
void merge_extra(Attribute& merged, const Json& patch) {
    if (!patch.is_object()) return;
    for (const JsonMember& m : patch.object()) {
        const bool remove = m.value.is_string() && m.value.string() == iri::kNull;
        if (!remove) {
            merged.extra.set(m.name, m.value);
        } else if (m.name == "https://uri.etsi.org/ngsi-ld/observedAt") {
            merged.observed_at.reset();
        } else if (m.name == "https://uri.etsi.org/ngsi-ld/expiresAt") {
            merged.expires_at.reset();
        } else if (m.name == "https://uri.etsi.org/ngsi-ld/unitCode") {
            merged.unit_code.clear();
        } else if (merged.extra.is_object()) {
            std::erase_if(merged.extra.object(), [&](const auto& e) { return e.name == m.name; });
        }
    }
}

}  // namespace

Attribute merge_attribute(const Attribute& present, const Attribute& patch, bool deep) {
    Attribute merged = present;
    if (!patch.value.is_null()) {
        merged.kind = patch.kind;
        const bool same_kind = present.kind == patch.kind;
        merged.value = deep && same_kind ? merge_value(present.value, patch.value) : patch.value;
    }
    if (!patch.unit_code.empty()) merged.unit_code = patch.unit_code;
    if (patch.observed_at) {
        merged.observed_at = patch.observed_at;
        merged.observed_fraction = patch.observed_fraction;
    }
    if (patch.expires_at) merged.expires_at = patch.expires_at;
    merge_extra(merged, patch.extra);
    for (const Attribute& sub : patch.sub) {
        const auto found = std::find_if(merged.sub.begin(), merged.sub.end(), [&](const auto& s) {
            return s.name == sub.name && s.dataset_id == sub.dataset_id;
        });
        const auto place = static_cast<std::size_t>(found - merged.sub.begin());
        if (asks_for_deletion(sub)) {
            if (place < merged.sub.size()) merged.sub.erase(place);
        } else if (place == merged.sub.size()) {
            merged.sub.push_back(sub);
        } else {
            auto both = std::make_shared<Attribute>(merge_attribute(*found, sub, deep));
            both->modified_at = Time{};  // stamped anew
            merged.sub.put(place, std::move(both));
        }
    }
    return merged;
}

namespace {

void remove_all(EntityEdit& edit, std::string_view name) {
    for (const auto& [present, dataset] : instances_of(edit.state(), name)) {
        edit.remove(present, dataset);
    }
}

// The instances that are not among `kept` go.
void remove_others(const Transaction& tx, EntityEdit& edit, const Attributes& kept) {
    const OwnPart own{tx, edit};
    std::vector<std::pair<std::string, std::string>> gone;
    for (const Attribute& present : edit.state().attributes) {
        if (!own.has(present.name)) continue;
        const bool stays = std::any_of(kept.begin(), kept.end(), [&](const Attribute& a) {
            return a.name == present.name && a.dataset_id == present.dataset_id;
        });
        if (!stays) gone.emplace_back(present.name, present.dataset_id);
    }
    for (const auto& [name, dataset] : gone) edit.remove(name, dataset);
}

void add_types(EntityEdit& edit, const std::vector<std::string>& more) {
    std::vector<std::string> types = edit.state().types;
    types.insert(types.end(), more.begin(), more.end());
    edit.set_types(std::move(types));
}

enum class Scopes { Replace, Add, Keep };

// Types, scopes (4.18) and expiresAt.
void set_core_members(EntityEdit& edit, const Entity& fragment, Scopes how) {
    if (!fragment.types.empty()) add_types(edit, fragment.types);
    if (!fragment.scopes.empty() && how != Scopes::Keep) {
        std::vector<std::string> scopes =
            how == Scopes::Add ? edit.state().scopes : std::vector<std::string>{};
        for (const std::string& scope : fragment.scopes) {
            if (std::find(scopes.begin(), scopes.end(), scope) == scopes.end()) {
                scopes.push_back(scope);
            }
        }
        edit.set_scopes(std::move(scopes));
    }
    if (fragment.unscoped && how == Scopes::Replace) edit.set_scopes({});
    if (fragment.expires_at || fragment.lasts) edit.set_expiry(fragment.expires_at);
}

}  // namespace

bool asks_for_deletion(const Attribute& attribute) {
    const Json& value = attribute.value;
    return value.is_string() && value.string() == iri::kNull;
}

Result<void> create_entity(Transaction& tx, Entity entity) {
    entity.guardian.clear();
    TRY(tx.create(std::move(entity)));
    return {};
}

Result<void> replace_entity(Transaction& tx, Entity entity) {
    EntityEdit* edit = TRY(tx.edit(entity.id));
    TRY(edit->may_set(entity.attributes));
    if (!entity.types.empty()) edit->set_types(std::move(entity.types));
    edit->set_scopes(std::move(entity.scopes));
    edit->set_expiry(entity.expires_at);
    remove_others(tx, *edit, entity.attributes);
    for (std::size_t i = 0; i < entity.attributes.size(); ++i) {
        TRY(set_attribute(tx, *edit, entity.attributes.take(i)));
    }
    return {};
}

Result<void> merge_entity(Transaction& tx, const Entity& patch) {
    EntityEdit* edit = TRY(tx.edit(patch.id));
    TRY(edit->may_set(patch.attributes));
    set_core_members(*edit, patch, Scopes::Replace);
    for (const Attribute& a : patch.attributes) {
        const Attribute* present = edit->state().find(a.name, a.dataset_id);
        if (asks_for_deletion(a)) {
            edit->remove(a.name, a.dataset_id);
        } else if (present == nullptr) {
            edit->set(a);
        } else {
            TRY(set_attribute(tx, *edit, merge_attribute(*present, a, true)));
        }
    }
    return {};
}

Result<UpdateResult> update_attributes(Transaction& tx, const Entity& fragment) {
    EntityEdit* edit = TRY(tx.edit(fragment.id));
    TRY(edit->may_set(fragment.attributes));
    UpdateResult result;
    const bool no_scope = !fragment.scopes.empty() && edit->state().scopes.empty();
    if (no_scope) result.not_updated.push_back({"scope", "the entity has no scope"});
    set_core_members(*edit, fragment, no_scope ? Scopes::Keep : Scopes::Replace);
    for (const Attribute& a : fragment.attributes) {
        if (!asks_for_deletion(a)) {
            TRY(set_attribute(tx, *edit, a));  // one that is not there is added
        } else if (!edit->remove(a.name, a.dataset_id)) {
            result.not_updated.push_back({a.name, "the entity has no such attribute"});
            continue;
        }
        result.updated.push_back(a.name);
    }
    return result;
}

Result<UpdateResult> append_attributes(Transaction& tx, const Entity& fragment,
                                       Overwrite overwrite) {
    EntityEdit* edit = TRY(tx.edit(fragment.id));
    TRY(edit->may_set(fragment.attributes));
    UpdateResult result;
    set_core_members(*edit, fragment, overwrite == Overwrite::Yes ? Scopes::Replace : Scopes::Add);
    for (const Attribute& a : fragment.attributes) {
        const bool present = edit->state().find(a.name, a.dataset_id) != nullptr;
        if (present && overwrite == Overwrite::No) {
            result.not_updated.push_back({a.name, "it exists, and overwriting was not asked for"});
            continue;
        }
        TRY(set_attribute(tx, *edit, a));
        result.updated.push_back(a.name);
    }
    return result;
}

Result<void> patch_attribute(Transaction& tx, std::string_view id, const Attribute& patch,
                             bool typed) {
    EntityEdit* edit = TRY(tx.edit(id));
    TRY(may_change(tx, *edit, patch.name));
    const Attribute* present = edit->state().find(patch.name, patch.dataset_id);
    if (present == nullptr) return no_attribute(patch.name);
    if (asks_for_deletion(patch)) {
        edit->remove(patch.name, patch.dataset_id);
        return {};
    }
    if (typed && present->kind != patch.kind) {
        return Error{ErrorCode::BadRequest, "a partial update can not change the attribute's type",
                     patch.name};
    }
    return set_attribute(tx, *edit, merge_attribute(*present, patch, false));
}

Result<void> replace_attribute(Transaction& tx, std::string_view id, const Attributes& instances) {
    EntityEdit* edit = TRY(tx.edit(id));
    const std::string& name = instances.front().name;
    TRY(may_change(tx, *edit, name));
    if (instances_of(edit->state(), name).empty()) return no_attribute(name);
    for (const Attribute& a : instances) {
        if (edit->state().find(name, a.dataset_id) == nullptr) return no_attribute(name);
    }
    for (const Attribute& a : instances) TRY(set_attribute(tx, *edit, a));
    return {};
}

Result<void> delete_scopes(Transaction& tx, std::string_view id) {
    EntityEdit* edit = TRY(tx.edit(id));
    if (edit->state().scopes.empty()) return no_attribute("scope");
    edit->set_scopes({});
    return {};
}

Result<void> delete_attribute(Transaction& tx, std::string_view id, std::string_view name,
                              std::string_view dataset_id, bool all_datasets) {
    EntityEdit* edit = TRY(tx.edit(id));
    if (name == iri::kScope && !edit->state().scopes.empty()) {
        edit->set_scopes({});
        return {};
    }
    TRY(may_change(tx, *edit, name));
    if (all_datasets) {
        if (instances_of(edit->state(), name).empty()) return no_attribute(name);
        remove_all(*edit, name);
        return {};
    }
    if (!edit->remove(name, dataset_id)) return no_attribute(name);
    return {};
}

Result<void> delete_entity(Transaction& tx, std::string_view id) { return tx.erase(id); }

Result<bool> upsert_entity(Transaction& tx, Entity entity, UpsertMode mode) {
    auto edit = tx.edit(entity.id);
    if (!edit) {
        if (edit.error().code != ErrorCode::NotFound) return std::move(edit).error();
        TRY(create_entity(tx, std::move(entity)));
        return true;
    }
    if (mode == UpsertMode::Replace && !is_device(tx)) {
        TRY(replace_entity(tx, std::move(entity)));
    } else {
        TRY(append_attributes(tx, entity, Overwrite::Yes));
    }
    return false;
}

}  // namespace musubi

#include "model/ngsild/writer.h"

#include <algorithm>
#include <unordered_map>

#include "model/ngsild/language.h"
#include "model/ngsild/members.h"
#include "model/ngsild/names.h"

namespace musubi::ngsild {
namespace {

// Members whose values are no names: they are written as they are.
bool is_literal(std::string_view name) {
    constexpr std::string_view kPrevious = "https://uri.etsi.org/ngsi-ld/hasPrevious";
    return name == kEntityIdSealed || name == "https://uri.etsi.org/ngsi-ld/deletedAt" ||
           name == "https://uri.etsi.org/ngsi-ld/entity" ||
           name == "https://uri.etsi.org/ngsi-ld/entityList" ||
           (name.starts_with(kPrevious) && !name.ends_with("Vocab"));
}

// The version each kind came with, and the kind that comes closest before (4.3.6.8).
AttributeKind kind_for(AttributeKind kind, int version) {
    constexpr int kLanguageSince = 104;
    constexpr int kOthersSince = 108;
    switch (kind) {
        case AttributeKind::LanguageProperty:
            return version < kLanguageSince ? AttributeKind::Property : kind;
        case AttributeKind::JsonProperty:
        case AttributeKind::VocabProperty:
        case AttributeKind::ListProperty:
            return version < kOthersSince ? AttributeKind::Property : kind;
        case AttributeKind::ListRelationship:
            return version < kOthersSince ? AttributeKind::Relationship : kind;
        default: return kind;
    }
}

}  // namespace

bool is_reshaped(const Attribute& attribute, int version) {
    return kind_for(attribute.kind, version) != attribute.kind ||
           std::any_of(attribute.sub.begin(), attribute.sub.end(),
                       [&](const Attribute& sub) { return is_reshaped(sub, version); });
}

void Writer::entity(const Entity& entity) {
    id_ = entity.id;
    out_ += '{';
    head(entity);
    attributes(entity.attributes, true);
    out_ += '}';
}

void Writer::properties(const Entity& entity) {
    id_ = entity.id;
    types_and_scopes(entity);
    attributes(entity.attributes, true);
}

bool Writer::shows(std::string_view member) const {
    if (!pick_->empty() && find(*pick_, member) == nullptr) return false;
    if (omit_->empty()) return true;
    const ProjectedMember* left_out = find(*omit_, member);
    // With braces it is the linked entity that something is left out of.
    return left_out == nullptr || !left_out->linked.empty();
}

bool Writer::shows_anything(const Entity& entity) const {
    const bool times = !pick_->empty() && (shows("createdAt") || shows("modifiedAt") ||
                                           (entity.expires_at && shows("expiresAt")));
    return times || shows("id") || shows("type") || (!entity.scopes.empty() && shows("scope")) ||
           std::any_of(entity.attributes.begin(), entity.attributes.end(),
                       [&](const Attribute& a) { return shown(a, true); });
}

void Writer::head(const Entity& entity) {
    if (options_.context_member && outer_ == nullptr) {
        append_member_name(out_, "@context");
        append_json(out_, context_.source());
    }
    if (!entity.id.empty() && shows("id")) {
        append_member_name(out_, "id");
        append_json_string(out_, entity.id);
    }
    types_and_scopes(entity);
}

void Writer::types_and_scopes(const Entity& entity) {
    if (!entity.types.empty() && shows("type")) {
        append_member_name(out_, "type");
        if (entity.types.size() > 1) out_ += '[';
        for (const std::string& type : entity.types) {
            if (&type != entity.types.data()) out_ += ',';
            std::string whole;
            append_json_string(out_, readable_name(type, whole));
        }
        if (entity.types.size() > 1) out_ += ']';
    }
    if (!entity.scopes.empty() && shows("scope")) {
        append_member_name(out_, "scope");
        if (entity.scopes.size() > 1) out_ += '[';
        for (const std::string& scope : entity.scopes) {
            if (&scope != entity.scopes.data()) out_ += ',';
            append_json_string(out_, scope);
        }
        if (entity.scopes.size() > 1) out_ += ']';
    }
    times(entity.created_at, entity.modified_at, entity.expires_at, true);
}

bool Writer::shown(const Attribute& attribute, bool top) const {
    if (!top) return true;
    const auto lists = [](const std::vector<std::string>& names, std::string_view name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (!options_.attrs.empty() && outer_ == nullptr && !lists(options_.attrs, attribute.name)) {
        return false;
    }
    if (!options_.datasets.empty() &&
        !lists(options_.datasets,
               attribute.dataset_id.empty() ? "@none" : std::string_view{attribute.dataset_id})) {
        return false;
    }
    return (pick_->empty() && omit_->empty()) || shows(attribute.name);
}

// Instances of one attribute need not stand together, so each name is looked for in the rest;
// beyond a few, by hash, so that a large entity costs no more than its size.
void Writer::attributes(const Attributes& all, bool top) {
    constexpr std::size_t kFew = 48;
    if (all.size() > kFew) return many_attributes(all, top);
    std::vector<const Attribute*> group;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Attribute& first = all[i];
        const auto same = [&](const Attribute& other) { return other.name == first.name; };
        const auto here = all.begin() + static_cast<std::ptrdiff_t>(i);
        const auto same_shown = [&](const Attribute& other) {
            return same(other) && shown(other, top);
        };
        if (!shown(first, top) || std::any_of(all.begin(), here, same_shown)) continue;
        name(first.name);
        const auto next = std::find_if(here + 1, all.end(), same_shown);
        if (next == all.end()) {
            const Attribute* one = &first;
            instances({&one, 1});
            continue;
        }
        group.assign(1, &first);
        for (auto at = next; at != all.end(); at = std::find_if(at + 1, all.end(), same_shown)) {
            group.push_back(&*at);
        }
        instances(group);
    }
}

void Writer::many_attributes(const Attributes& all, bool top) {
    std::unordered_map<std::string_view, std::vector<const Attribute*>> groups;
    groups.reserve(all.size());
    for (const Attribute& a : all) {
        if (shown(a, top)) groups[a.name].push_back(&a);
    }
    for (const Attribute& a : all) {
        const auto group = groups.find(a.name);
        if (group == groups.end() || group->second.front() != &a) continue;
        name(a.name);
        instances(group->second);
    }
}

void Writer::instances(std::span<const Attribute* const> all) {
    if (all.size() == 1) return instance(*all.front());
    if (options_.format == Format::Simplified) return simplified_datasets(all);
    out_ += '[';
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i > 0) out_ += ',';
        // Bare values would read as one array value.
        reified(*all[i]);
    }
    out_ += ']';
}

void Writer::instance(const Attribute& a) {
    if (options_.format == Format::Simplified) return simplified(a);
    if (options_.format == Format::Concise && fits_bare(a)) return value(a);
    reified(a);
}

void Writer::reified(const Attribute& a) {
    const JsonMember* text = chosen(a);
    const AttributeKind kind =
        text != nullptr ? AttributeKind::Property : kind_for(a.kind, options_.version);
    out_ += '{';
    if (options_.format == Format::Normalized || needs_type(a)) {
        out_.append("\"type\":\"").append(kind_name(kind)).append("\",");
    }
    out_.append(1, '"').append(value_name(kind)).append("\":");
    value(a);
    if (joins(a)) linked_members(a);
    if (text != nullptr) member(",\"lang\":", text->name);
    if (!a.unit_code.empty()) member(",\"unitCode\":", a.unit_code);
    if (a.observed_at) {
        out_ += ",\"observedAt\":\"";
        append_iso(out_, *a.observed_at);
        // As it was written: whoever compares texts finds the same one.
        if (a.observed_fraction && a.observed_at->us % 1'000'000 == 0) {
            out_.insert(out_.size() - 1, ".000");
        }
        out_ += '"';
    }
    if (!a.dataset_id.empty()) member(",\"datasetId\":", a.dataset_id);
    extra(a);
    times(a.created_at, a.modified_at, a.expires_at, false);
    attributes(a.sub, false);
    out_ += '}';
}

void Writer::simplified(const Attribute& a) {
    if (joins(a)) return linked_values(a);
    const AttributeKind kind = kind_for(a.kind, options_.version);
    const bool wrapped = kind == AttributeKind::JsonProperty ||
                         kind == AttributeKind::VocabProperty ||
                         (kind == AttributeKind::LanguageProperty && chosen(a) == nullptr);
    if (wrapped) {
        out_ += '{';
        append_member_name(out_, value_name(kind));
    }
    value(a);
    if (wrapped) out_ += '}';
}

// 4.5.4: {"dataset": {"@none": ..., "urn:...": ...}}.
void Writer::simplified_datasets(std::span<const Attribute* const> all) {
    out_ += "{\"dataset\":{";
    for (const Attribute* a : all) {
        append_member_name(out_, a->dataset_id.empty() ? "@none" : std::string_view{a->dataset_id});
        simplified(*a);
    }
    out_ += "}}";
}

bool Writer::fits_bare(const Attribute& a) const {
    if (options_.sys_attrs || a.observed_at || !a.unit_code.empty() || !a.dataset_id.empty() ||
        !a.sub.empty() || !a.extra.is_null()) {
        return false;
    }
    if (a.kind == AttributeKind::GeoProperty) return is_geometry(a.value);
    if (a.kind != AttributeKind::Property || a.value.is_object()) return false;
    return !a.value.is_array() || !are_instances(a.value);
}

bool Writer::needs_type(const Attribute& a) const {
    if (a.kind == AttributeKind::Property) return is_geometry(a.value);
    return a.kind == AttributeKind::GeoProperty && !is_geometry(a.value);
}

const JsonMember* Writer::chosen(const Attribute& a) const {
    if (options_.lang.empty() || a.kind != AttributeKind::LanguageProperty ||
        !a.value.is_object()) {
        return nullptr;
    }
    return choose_language(a.value.object(), options_.lang);
}

void Writer::value(const Attribute& a) {
    if (const JsonMember* text = chosen(a)) return append_json(out_, text->value);
    if (a.kind == AttributeKind::VocabProperty) return terms(a.value);
    const bool objects = a.kind == AttributeKind::ListRelationship && a.value.is_array() &&
                         options_.format != Format::Simplified &&
                         kind_for(a.kind, options_.version) == a.kind;
    if (!objects) return append_json(out_, a.value);
    out_ += '[';
    for (const Json& object : a.value.array()) {
        if (&object != a.value.array().data()) out_ += ',';
        out_ += "{\"object\":";
        append_json(out_, object);
        out_ += '}';
    }
    out_ += ']';
}

void Writer::extra(const Attribute& a) {
    if (!a.extra.is_object()) return;
    for (const JsonMember& m : a.extra.object()) {
        // The core context has these words only within ngsildproof (4.5.2.2).
        if (m.name == kEntityIdSealed || m.name == kEntityTypeSealed) {
            append_member_name(out_, std::string_view{m.name}.substr(iri::kNgsiLd.size()));
        } else {
            name(m.name);
        }
        if (is_literal(m.name)) {
            append_json(out_, m.value);
        } else {
            terms(m.value);
        }
    }
}

void Writer::times(Time created, Time modified, std::optional<Time> expires, bool top) {
    const auto wanted = [&](std::string_view label) {
        if (!top || pick_->empty()) return options_.sys_attrs && (!top || shows(label));
        return shows(label);
    };
    if (created != Time{} && wanted("createdAt")) time("createdAt", created);
    if (modified != Time{} && wanted("modifiedAt")) time("modifiedAt", modified);
    if (expires && wanted("expiresAt")) time("expiresAt", *expires);
}

void Writer::time(std::string_view label, Time time) {
    append_member_name(out_, label);
    out_ += '"';
    append_iso(out_, time);
    out_ += '"';
}

void Writer::name(std::string_view iri) {
    std::string whole;
    const std::string_view shown = readable_name(iri, whole);
    if (shown.data() == iri.data()) return append_member_name(out_, iri);
    if (out_.back() != '{') out_ += ',';
    out_.append(1, '"').append(shown).append("\":");  // a name has nothing to escape
}

// The compact name; or the IRI, where a reader would refuse the name (4.6.2).
std::string_view Writer::readable_name(std::string_view iri, std::string& whole) const {
    const CompactName parts = context_.compact_parts(iri);
    if (parts.prefix.empty()) return is_name(parts.name) ? parts.name : iri;
    whole.append(parts.prefix).append(":").append(parts.name);
    return is_name(whole) ? std::string_view{whole} : iri;
}

void Writer::member(std::string_view label, std::string_view text) {
    out_ += label;
    append_json_string(out_, text);
}

void Writer::term(std::string_view iri) {
    const CompactName parts = context_.compact_parts(iri);
    if (parts.prefix.empty()) return append_json_string(out_, parts.name);
    append_json_string(out_, std::string(parts.prefix).append(":").append(parts.name));
}

void Writer::terms(const Json& iris) {
    if (iris.is_string()) return term(iris.string());
    if (!iris.is_array()) return append_json(out_, iris);
    out_ += '[';
    for (const Json& iri : iris.array()) {
        if (&iri != iris.array().data()) out_ += ',';
        iri.is_string() ? term(iri.string()) : append_json(out_, iri);
    }
    out_ += ']';
}

}  // namespace musubi::ngsild

namespace musubi {

void write_entity(std::string& out, const Entity& entity, const Context& context,
                  const WriteOptions& options) {
    ngsild::Writer{out, context, options}.entity(entity);
}

bool shows_anything(const Entity& entity, const WriteOptions& options) {
    if (options.pick.empty() && options.omit.empty()) return true;
    std::string unused;
    return ngsild::Writer{unused, *core_context(), options}.shows_anything(entity);
}

bool is_reshaped(const Entity& entity, const WriteOptions& options) {
    if (options.version == WriteOptions::kNativeVersion) return false;
    return std::any_of(entity.attributes.begin(), entity.attributes.end(),
                       [&](const Attribute& a) { return ngsild::is_reshaped(a, options.version); });
}

void write_attribute(std::string& out, const std::vector<const Attribute*>& instances,
                     const Context& context, const WriteOptions& options) {
    ngsild::Writer{out, context, options}.instances(instances);
}

}  // namespace musubi

#include "model/ngsild/attribute_reader.h"

#include <algorithm>
#include <utility>

#include "model/ngsild/names.h"
#include "model/ngsild/values.h"

namespace musubi::ngsild {
namespace {

const Json* at(const std::array<const Json*, kMembers>& members, Member member) {
    return members[static_cast<std::size_t>(member)];
}

// What only an attribute's object has, and no value of its own accord.
constexpr std::array kMetadata{Member::ObservedAt,      Member::ExpiresAt,  Member::UnitCode,
                               Member::DatasetId,       Member::ObjectType, Member::ValueType,
                               Member::Output,          Member::Context,    Member::EntityIdSealed,
                               Member::EntityTypeSealed};

bool has_metadata(const std::array<const Json*, kMembers>& members) {
    return std::any_of(kMetadata.begin(), kMetadata.end(),
                       [&](Member m) { return at(members, m) != nullptr; });
}

// True where every member is an attribute by itself, or none is there at all.
bool has_only_attributes(const Json& json) {
    return std::all_of(json.object().begin(), json.object().end(), [](const JsonMember& m) {
        return m.value.is_array() ? are_instances(m.value) : is_instance(m.value);
    });
}

bool has_unit(AttributeKind kind) {
    return kind == AttributeKind::Property || kind == AttributeKind::GeoProperty ||
           kind == AttributeKind::ListProperty;
}

bool is_relationship(AttributeKind kind) {
    return kind == AttributeKind::Relationship || kind == AttributeKind::ListRelationship;
}

auto key_of(const Attribute& a) {
    return std::pair<std::string_view, std::string_view>{a.name, a.dataset_id};
}

// An attribute that says the same as an earlier one; nullptr where there is none. Few are compared
// one by one, many are sorted, so that a hostile document costs no more than its size.
const Attribute* find_twin(const Attributes& attributes) {
    constexpr std::size_t kFew = 24;
    if (attributes.size() <= kFew) {
        for (std::size_t i = 1; i < attributes.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (key_of(attributes[i]) == key_of(attributes[j])) return &attributes[i];
            }
        }
        return nullptr;
    }
    std::vector<const Attribute*> sorted;
    sorted.reserve(attributes.size());
    for (const Attribute& a : attributes) sorted.push_back(&a);
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* a, const auto* b) { return key_of(*a) < key_of(*b); });
    const auto twin =
        std::adjacent_find(sorted.begin(), sorted.end(),
                           [](const auto* a, const auto* b) { return key_of(*a) == key_of(*b); });
    return twin == sorted.end() ? nullptr : *twin;
}

}  // namespace

bool AttributeReader::is_null(const Json& json) const {
    return options_.nulls && json.is_string() && json.string() == iri::kNull;
}

Result<void> AttributeReader::check_name(std::string_view name, std::string_view expanded,
                                         const JsonPath& path) const {
    if (!is_name(name)) {
        return bad_request(path, quoted(name) +
                                     " can not be a name; use letters, digits and _, or a "
                                     "prefix and a name (4.6.2)");
    }
    if (expanded.starts_with('@')) {
        return bad_request(path, quoted(name) + " is a keyword, no attribute");
    }
    return {};
}

Result<void> AttributeReader::check_distinct(const Attributes& attributes,
                                             const JsonPath& path) const {
    const Attribute* twin = find_twin(attributes);
    if (twin == nullptr) return {};
    const std::string name = context_.compact(twin->name);
    return bad_request(JsonPath{&path, name},
                       twin->dataset_id.empty()
                           ? "two instances without datasetId; only one is the default (4.5.5)"
                           : "two instances with the datasetId " + quoted(twin->dataset_id));
}

Result<void> AttributeReader::read(Attributes& out, const Name& name, const Json& json,
                                   const JsonPath& path) const {
    if (!json.is_array() || !are_instances(json)) {
        Attribute& attribute = out.emplace_back();
        attribute.name = name;
        return read_instance(attribute, json, path);
    }
    out.reserve(out.size() + json.array().size());
    for (std::size_t i = 0; i < json.array().size(); ++i) {
        Attribute& attribute = out.emplace_back();
        attribute.name = name;
        const JsonPath place{&path, {}, static_cast<std::int64_t>(i)};
        TRY(read_instance(attribute, json.array()[i], place));
    }
    return {};
}

Result<void> AttributeReader::read_instance(Attribute& out, const Json& json,
                                            const JsonPath& path) const {
    if (!json.is_object()) {  // concise: the value alone (4.5.2.3)
        out.value = TRY(read_value(AttributeKind::Property, json, context_, options_, path));
        return {};
    }
    Members members{};
    for (const JsonMember& m : json.object()) {
        const Member member = member_of(m.name);
        if (member != Member::Sub) members[static_cast<std::size_t>(member)] = &m.value;
    }
    const Shape shape = TRY(shape_of(json, members, path));
    out.kind = shape.kind;
    if (shape.value == &json) {
        out.value = TRY(read_value(shape.kind, json, context_, options_, path));
        return {};
    }
    TRY(check_members(shape.kind, members, path));
    if (out.name == iri::kLocation && shape.kind != AttributeKind::GeoProperty &&
        shape.value != nullptr && !is_null(*shape.value) && !is_geometry(*shape.value)) {
        return bad_request(path, "location is a GeoProperty (4.7.1)");
    }
    if (shape.value != nullptr) {
        const JsonPath place{&path, value_name(shape.kind)};
        out.value = TRY(read_value(shape.kind, *shape.value, context_, options_, place));
    } else if (!options_.partial) {
        return bad_request(path, "a " + std::string(kind_name(shape.kind)) + " needs \"" +
                                     std::string(value_name(shape.kind)) + "\"");
    }
    TRY(read_metadata(out, members, path));
    if (options_.recorded) TRY(read_recorded(out, json, path));
    return read_subs(out, json, path);
}

Result<void> AttributeReader::read_recorded(Attribute& out, const Json& json,
                                            const JsonPath& path) {
    if (const Json* created = json.find("createdAt")) {
        out.created_at = TRY(ngsild::read_time(*created, {&path, "createdAt"}));
    }
    if (const Json* modified = json.find("modifiedAt")) {
        out.modified_at = TRY(ngsild::read_time(*modified, {&path, "modifiedAt"}));
    }
    return {};
}

Result<AttributeReader::Shape> AttributeReader::shape_by_type(const Json& json,
                                                              const Members& members,
                                                              const JsonPath& path) const {
    const Json& type = *at(members, Member::Type);
    const JsonPath place{&path, "type"};
    if (!type.is_string()) return bad_request(place, "the type of an attribute is a string");
    if (is_geometry(json)) return Shape{AttributeKind::GeoProperty, &json};
    auto kind = kind_named(type.string());
    if (!kind) kind = kind_named(context_.expand(type.string()));
    if (kind) return Shape{*kind, at(members, value_member(*kind))};
    return bad_request(place,
                       quoted(type.string()) +
                           " is no type of attribute; use Property, GeoProperty, Relationship, "
                           "LanguageProperty, JsonProperty, VocabProperty, ListProperty or "
                           "ListRelationship");
}

// The rules by which the type may be left out (4.5.2.3, 4.5.3.3, 4.5.18.3, 4.5.20 - 4.5.24).
Result<AttributeReader::Shape> AttributeReader::shape_of(const Json& json, const Members& members,
                                                         const JsonPath& path) const {
    if (at(members, Member::Type) != nullptr) return shape_by_type(json, members, path);
    if (const Json* value = at(members, Member::Value)) {
        return Shape{is_geometry(*value) ? AttributeKind::GeoProperty : AttributeKind::Property,
                     value};
    }
    for (const auto kind : {AttributeKind::Relationship, AttributeKind::LanguageProperty,
                            AttributeKind::JsonProperty, AttributeKind::VocabProperty,
                            AttributeKind::ListProperty, AttributeKind::ListRelationship}) {
        if (const Json* value = at(members, value_member(kind))) return Shape{kind, value};
    }
    if (has_metadata(members) || (options_.partial && has_only_attributes(json))) {
        return Shape{AttributeKind::Property, nullptr};
    }
    return Shape{AttributeKind::Property, &json};
}

Result<void> AttributeReader::check_members(AttributeKind kind, const Members& members,
                                            const JsonPath& path) const {
    const auto first = static_cast<std::size_t>(Member::Value);
    const auto last = static_cast<std::size_t>(Member::ObjectList);
    for (std::size_t i = first; i <= last; ++i) {
        if (members[i] != nullptr && static_cast<Member>(i) != value_member(kind)) {
            return bad_request(path, "a " + std::string(kind_name(kind)) + " has its value in \"" +
                                         std::string(value_name(kind)) +
                                         "\" alone; the value of another kind stands beside it");
        }
    }
    if (at(members, Member::Output) != nullptr) {
        return bad_request(path,
                           "entity, entityList and previous... are for answers; leave them out");
    }
    // An attribute has no context of its own (4.5.1, 5.5.7); one sent alone is a document.
    if (at(members, Member::Context) != nullptr && path.parent != nullptr) {
        return bad_request(path, "\"@context\" belongs to the document, not to an attribute");
    }
    return {};
}

Result<void> AttributeReader::read_time(std::optional<Time>& out, std::string_view name,
                                        Attribute& of, const JsonPath& path,
                                        const Json& json) const {
    if (is_null(json)) {
        of.extra.set(name, json);
        return {};
    }
    out = TRY(ngsild::read_time(json, path));
    return {};
}

Result<void> AttributeReader::read_unit_code(Attribute& out, const Json& json,
                                             const JsonPath& path) const {
    if (is_null(json)) {
        out.extra.set(kUnitCode, json);
        return {};
    }
    if (!json.is_string() || json.string().empty()) {
        return bad_request(path, "a UN/CEFACT code in quotes belongs here, such as \"MTR\"");
    }
    if (!has_unit(out.kind)) {
        return bad_request(path, "a " + std::string(kind_name(out.kind)) + " has no unit");
    }
    out.unit_code = json.string();
    return {};
}

Result<void> AttributeReader::read_metadata(Attribute& out, const Members& members,
                                            const JsonPath& path) const {
    if (const Json* json = at(members, Member::ObservedAt)) {
        TRY(read_time(out.observed_at, kObservedAt, out, {&path, "observedAt"}, *json));
        out.observed_fraction =
            out.observed_at && json->string().find_first_of(".,") != std::string::npos;
    }
    if (const Json* json = at(members, Member::ExpiresAt)) {
        TRY(read_time(out.expires_at, kExpiresAt, out, {&path, "expiresAt"}, *json));
    }
    if (const Json* json = at(members, Member::UnitCode)) {
        TRY(read_unit_code(out, *json, {&path, "unitCode"}));
    }
    if (const Json* json = at(members, Member::DatasetId)) {
        const JsonPath place{&path, "datasetId"};
        if (!json->is_string()) return bad_request(place, "a datasetId is a URI");
        if (json->string() == iri::kNull) {
            return bad_request(place, "a datasetId can not be deleted (5.5.8)");
        }
        const bool none = json->string() == "@none";  // the default one (4.5.5)
        if (!none && !is_uri(json->string())) {
            return bad_request(place, quoted(json->string()) + " is no URI");
        }
        if (!none) out.dataset_id = json->string();
    }
    TRY(read_types(out, members, path));
    return read_seal(out, members, path);
}

Result<void> AttributeReader::read_types(Attribute& out, const Members& members,
                                         const JsonPath& path) const {
    if (const Json* json = at(members, Member::ObjectType)) {
        const JsonPath place{&path, "objectType"};
        if (!is_relationship(out.kind)) {
            return bad_request(place, "only relationships have an objectType (4.5.23)");
        }
        out.extra.set(kObjectType, TRY(read_terms(*json, context_, place)));
    }
    if (const Json* json = at(members, Member::ValueType)) {
        const JsonPath place{&path, "valueType"};
        if (is_relationship(out.kind)) {
            return bad_request(place, "a relationship has no valueType");
        }
        if (out.kind == AttributeKind::LanguageProperty &&
            !(json->is_string() && json->string() == "langString")) {
            return bad_request(place, "the valueType of a LanguageProperty is langString (5.2.32)");
        }
        out.extra.set(kValueType, TRY(read_terms(*json, context_, place)));
    }
    return {};
}

// The seal of an entity: a property whose value is a W3C Data Integrity proof (4.5.2.2, C.11).
Result<void> AttributeReader::read_seal(Attribute& out, const Members& members,
                                        const JsonPath& path) const {
    const bool proof = out.name == kProof;
    if (proof && !out.value.is_object() && !is_null(out.value) && !out.value.is_null()) {
        return bad_request({&path, "value"}, "the value of ngsildproof is an object");
    }
    for (const Member member : {Member::EntityIdSealed, Member::EntityTypeSealed}) {
        const Json* json = at(members, member);
        if (json == nullptr) continue;
        const bool id = member == Member::EntityIdSealed;
        const JsonPath place{&path, id ? "entityIdSealed" : "entityTypeSealed"};
        if (!proof) return bad_request(place, "only ngsildproof has this member (4.5.2.2)");
        if (!json->is_string()) return bad_request(place, "a string belongs here");
        if (id) {
            out.extra.set(kEntityIdSealed, *json);
        } else {
            out.extra.set(kEntityTypeSealed, context_.expand(json->string()));
        }
    }
    return {};
}

Result<void> AttributeReader::read_subs(Attribute& out, const Json& json,
                                        const JsonPath& path) const {
    for (const JsonMember& m : json.object()) {
        if (member_of(m.name) != Member::Sub) continue;
        const JsonPath place{&path, m.name};
        const std::string name = context_.expand(m.name);
        TRY(check_name(m.name, name, place));
        if (member_meant(name) != Member::Sub) {
            return bad_request(place, quoted(m.name) + " is NGSI-LD's own; write its short name");
        }
        TRY(read(out.sub, name, m.value, place));
    }
    return check_distinct(out.sub, path);
}

}  // namespace musubi::ngsild

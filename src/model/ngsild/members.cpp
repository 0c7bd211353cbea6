#include "model/ngsild/members.h"

#include <algorithm>
#include <array>

#include "model/context.h"

namespace musubi::ngsild {
namespace {

struct Kind {
    std::string_view name;
    Member member;
    std::string_view member_name;
};

// In the order of AttributeKind.
constexpr std::array<Kind, 8> kKinds{{
    {"Property", Member::Value, "value"},
    {"GeoProperty", Member::Value, "value"},
    {"Relationship", Member::Object, "object"},
    {"LanguageProperty", Member::LanguageMap, "languageMap"},
    {"JsonProperty", Member::Json, "json"},
    {"VocabProperty", Member::Vocab, "vocab"},
    {"ListProperty", Member::ValueList, "valueList"},
    {"ListRelationship", Member::ObjectList, "objectList"},
}};

const Kind& entry(AttributeKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

bool is_geometry_type(std::string_view name) {
    constexpr std::array<std::string_view, 7> kTypes{
        "Point",   "MultiPoint",   "LineString",        "MultiLineString",
        "Polygon", "MultiPolygon", "GeometryCollection"};
    return std::find(kTypes.begin(), kTypes.end(), name) != kTypes.end();
}

}  // namespace

// By length first: most names are ruled out by that alone.
Member member_of(std::string_view name) noexcept {
    switch (name.size()) {
        case 4:
            if (name == "type") return Member::Type;
            if (name == "json") return Member::Json;
            break;
        case 5:
            if (name == "value") return Member::Value;
            if (name == "vocab") return Member::Vocab;
            if (name == "@type") return Member::Type;
            break;
        case 6:
            if (name == "object") return Member::Object;
            if (name == "entity") return Member::Output;
            break;
        case 8:
            if (name == "unitCode") return Member::UnitCode;
            if (name == "@context") return Member::Context;
            break;
        case 9:
            if (name == "datasetId") return Member::DatasetId;
            if (name == "valueList") return Member::ValueList;
            if (name == "valueType") return Member::ValueType;
            if (name == "createdAt" || name == "deletedAt") return Member::System;
            break;
        case 10:
            if (name == "observedAt") return Member::ObservedAt;
            if (name == "objectType") return Member::ObjectType;
            if (name == "objectList") return Member::ObjectList;
            if (name == "entityList") return Member::Output;
            if (name == "modifiedAt" || name == "instanceId") return Member::System;
            break;
        case 11:
            if (name == "languageMap") return Member::LanguageMap;
            break;
        case 13:
            if (name == "previousValue" || name == "previousVocab") return Member::Output;
            break;
        case 14:
            if (name == "entityIdSealed") return Member::EntityIdSealed;
            if (name == "previousObject") return Member::Output;
            break;
        case 16:
            if (name == "entityTypeSealed") return Member::EntityTypeSealed;
            break;
        default: break;
    }
    if (name == "previousJson" || name == "previousValueList" || name == "previousObjectList" ||
        name == "previousLanguageMap") {
        return Member::Output;
    }
    return Member::Sub;
}

Member member_meant(std::string_view expanded) {
    if (!expanded.starts_with(iri::kNgsiLd) || expanded.starts_with(iri::kDefaultVocabulary)) {
        return Member::Sub;
    }
    return member_of(core_context()->compact_parts(expanded).name);
}

Member value_member(AttributeKind kind) noexcept { return entry(kind).member; }
std::string_view value_name(AttributeKind kind) noexcept { return entry(kind).member_name; }
std::string_view kind_name(AttributeKind kind) noexcept { return entry(kind).name; }

std::optional<AttributeKind> kind_named(std::string_view name) noexcept {
    for (const std::string_view prefix : {iri::kNgsiLd, std::string_view{"ngsi-ld:"}}) {
        if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    }
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (kKinds[i].name == name) return static_cast<AttributeKind>(i);
    }
    return std::nullopt;
}

bool is_geometry(const Json& value) {
    const Json* type = value.find("type");
    return type != nullptr && type->is_string() && is_geometry_type(type->string()) &&
           (value.find("coordinates") != nullptr || value.find("geometries") != nullptr);
}

bool is_instance(const Json& item) {
    if (!item.is_object()) return false;
    return std::any_of(item.object().begin(), item.object().end(), [](const JsonMember& m) {
        const Member member = member_of(m.name);
        if (member == Member::Type) return m.value.is_string() && kind_named(m.value.string());
        return member >= Member::Value && member <= Member::ObjectList;
    });
}

bool are_instances(const Json& array) {
    const Json::Array& items = array.array();
    return !items.empty() && std::all_of(items.begin(), items.end(), is_instance);
}

}  // namespace musubi::ngsild

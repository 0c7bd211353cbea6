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

struct NamedMember {
    std::string_view name;
    Member member;
};

// The short ones first, as kByLength needs them.
constexpr std::array kNamed{
    NamedMember{"type", Member::Type},
    NamedMember{"json", Member::Json},
    NamedMember{"value", Member::Value},
    NamedMember{"vocab", Member::Vocab},
    NamedMember{"@type", Member::Type},
    NamedMember{"object", Member::Object},
    NamedMember{"entity", Member::Output},
    NamedMember{"unitCode", Member::UnitCode},
    NamedMember{"@context", Member::Context},
    NamedMember{"datasetId", Member::DatasetId},
    NamedMember{"valueList", Member::ValueList},
    NamedMember{"valueType", Member::ValueType},
    NamedMember{"createdAt", Member::System},
    NamedMember{"expiresAt", Member::ExpiresAt},
    NamedMember{"deletedAt", Member::System},
    NamedMember{"observedAt", Member::ObservedAt},
    NamedMember{"objectType", Member::ObjectType},
    NamedMember{"objectList", Member::ObjectList},
    NamedMember{"entityList", Member::Output},
    NamedMember{"modifiedAt", Member::System},
    NamedMember{"instanceId", Member::System},
    NamedMember{"languageMap", Member::LanguageMap},
    NamedMember{"previousJson", Member::Output},
    NamedMember{"previousValue", Member::Output},
    NamedMember{"previousVocab", Member::Output},
    NamedMember{"entityIdSealed", Member::EntityIdSealed},
    NamedMember{"previousObject", Member::Output},
    NamedMember{"entityTypeSealed", Member::EntityTypeSealed},
    NamedMember{"previousValueList", Member::Output},
    NamedMember{"previousObjectList", Member::Output},
    NamedMember{"previousLanguageMap", Member::Output},
};

struct Span {
    std::size_t first = 0;
    std::size_t last = 0;
};

// Where the names of each length stand in kNamed: most names are ruled out by that alone.
constexpr auto kByLength = [] {
    std::array<Span, kNamed.back().name.size() + 1> spans{};
    for (std::size_t i = 0; i < kNamed.size(); ++i) {
        Span& span = spans[kNamed[i].name.size()];
        if (span.last == 0) span.first = i;
        span.last = i + 1;
    }
    return spans;
}();

const Kind& entry(AttributeKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

bool is_geometry_type(std::string_view name) {
    constexpr std::array<std::string_view, 7> kTypes{
        "Point",   "MultiPoint",   "LineString",        "MultiLineString",
        "Polygon", "MultiPolygon", "GeometryCollection"};
    return std::find(kTypes.begin(), kTypes.end(), name) != kTypes.end();
}

}  // namespace

Member member_of(std::string_view name) noexcept {
    if (name.size() >= kByLength.size()) return Member::Sub;
    const Span span = kByLength[name.size()];
    for (std::size_t i = span.first; i < span.last; ++i) {
        if (kNamed[i].name == name) return kNamed[i].member;
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

#pragma once

#include <optional>
#include <string_view>

#include "model/entity.h"

namespace musubi::ngsild {

/// What a member of an attribute's object is for (GS CIM 009 v1.9.1, 4.5.2 - 4.5.24).
enum class Member {
    Type,
    Value,  // from here to ObjectList: what holds the value, one for each kind of attribute
    Object,
    LanguageMap,
    Json,
    Vocab,
    ValueList,
    ObjectList,
    ObservedAt,
    ExpiresAt,
    UnitCode,
    DatasetId,
    ObjectType,
    ValueType,
    EntityIdSealed,
    EntityTypeSealed,
    System,   ///< written by brokers only, and left aside when it comes back
    Output,   ///< belongs to answers and notifications; refused
    Context,  ///< "@context"
    Sub,      ///< everything else: a property or relationship of the attribute
};
inline constexpr std::size_t kMembers = static_cast<std::size_t>(Member::Sub);

[[nodiscard]] Member member_of(std::string_view name) noexcept;
/// The same for an expanded name: what its short form in the core context is for.
[[nodiscard]] Member member_meant(std::string_view expanded);
/// The member that holds the value of that kind, and its name.
[[nodiscard]] Member value_member(AttributeKind kind) noexcept;
[[nodiscard]] std::string_view value_name(AttributeKind kind) noexcept;
/// "Property", ...
[[nodiscard]] std::string_view kind_name(AttributeKind kind) noexcept;
/// The kind called so, by its short name or its IRI.
[[nodiscard]] std::optional<AttributeKind> kind_named(std::string_view name) noexcept;

/// True for an object that says it is a GeoJSON geometry; it need not be a sound one.
[[nodiscard]] bool is_geometry(const Json& value);
/// True for an object that is an attribute by what it has in it: a type, or the member of a value.
[[nodiscard]] bool is_instance(const Json& value);
/// True where `array` is the instances of one attribute rather than one array value (4.5.5).
[[nodiscard]] bool are_instances(const Json& array);

// What an attribute carries beside its value, by the names it has in Attribute::extra.
inline constexpr std::string_view kObjectType = "https://uri.etsi.org/ngsi-ld/hasObjectType";
inline constexpr std::string_view kValueType = "https://uri.etsi.org/ngsi-ld/hasValueType";
inline constexpr std::string_view kEntityIdSealed = "https://uri.etsi.org/ngsi-ld/entityIdSealed";
inline constexpr std::string_view kEntityTypeSealed =
    "https://uri.etsi.org/ngsi-ld/entityTypeSealed";
inline constexpr std::string_view kObservedAt = "https://uri.etsi.org/ngsi-ld/observedAt";
inline constexpr std::string_view kExpiresAt = "https://uri.etsi.org/ngsi-ld/expiresAt";
inline constexpr std::string_view kUnitCode = "https://uri.etsi.org/ngsi-ld/unitCode";
inline constexpr std::string_view kProof = "https://uri.etsi.org/ngsi-ld/ngsildproof";

}  // namespace musubi::ngsild

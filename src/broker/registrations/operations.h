#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

namespace musubi {

/// The operations that may be distributed to context sources (GS CIM 009 v1.9.1, 4.20). The order
/// is that of the table of names in operations.cpp; stored are the names.
enum class SourceOperation : std::uint8_t {
    CreateEntity,
    UpdateEntity,
    AppendAttrs,
    UpdateAttrs,
    DeleteAttrs,
    DeleteEntity,
    MergeEntity,
    ReplaceEntity,
    ReplaceAttrs,
    PurgeEntity,
    CreateBatch,
    UpsertBatch,
    UpdateBatch,
    DeleteBatch,
    MergeBatch,
    UpsertTemporal,
    AppendAttrsTemporal,
    DeleteAttrsTemporal,
    UpdateAttrInstanceTemporal,
    DeleteAttrInstanceTemporal,
    DeleteTemporal,
    RetrieveEntity,
    QueryEntity,
    QueryBatch,
    RetrieveTemporal,
    QueryTemporal,
    RetrieveEntityTypes,
    RetrieveEntityTypeDetails,
    RetrieveEntityTypeInfo,
    RetrieveAttrTypes,
    RetrieveAttrTypeDetails,
    RetrieveAttrTypeInfo,
    CreateSubscription,
    UpdateSubscription,
    RetrieveSubscription,
    QuerySubscription,
    DeleteSubscription,
    CreateEntityMapQueryEntity,
    CreateEntityMapQueryTemporal,
    RetrieveEntityMap,
    UpdateEntityMap,
    DeleteEntityMap,
    RetrieveContextSourceIdentity,
    CreateSnapshot,
    CloneSnapshot,
    RetrieveSnapshot,
    UpdateSnapshot,
    DeleteSnapshot,
    PurgeSnapshots,
};
inline constexpr std::size_t kSourceOperations =
    static_cast<std::size_t>(SourceOperation::PurgeSnapshots) + 1;
using SourceOperations = std::bitset<kSourceOperations>;

/// The operations that a name stands for: one, or the members of a group (federationOps,
/// associationOps, updateOps, retrieveOps, redirectionOps). Nothing where 4.20 has no such name.
[[nodiscard]] std::optional<SourceOperations> operations_named(std::string_view name);
/// True for what changes the evolution of an entity (5.6.11 - 5.6.16).
[[nodiscard]] constexpr bool writes_evolution(SourceOperation operation) {
    return SourceOperation::UpsertTemporal <= operation &&
           operation <= SourceOperation::DeleteTemporal;
}
/// "createEntity", ...
[[nodiscard]] std::string_view name_of(SourceOperation operation);

}  // namespace musubi

#include "broker/registrations/operations.h"

#include <array>
#include <initializer_list>

namespace musubi {
namespace {

using enum SourceOperation;

// In the order of the enumeration.
constexpr std::array<std::string_view, kSourceOperations> kNames{
    "createEntity",
    "updateEntity",
    "appendAttrs",
    "updateAttrs",
    "deleteAttrs",
    "deleteEntity",
    "mergeEntity",
    "replaceEntity",
    "replaceAttrs",
    "purgeEntity",
    "createBatch",
    "upsertBatch",
    "updateBatch",
    "deleteBatch",
    "mergeBatch",
    "upsertTemporal",
    "appendAttrsTemporal",
    "deleteAttrsTemporal",
    "updateAttrInstanceTemporal",
    "deleteAttrInstanceTemporal",
    "deleteTemporal",
    "retrieveEntity",
    "queryEntity",
    "queryBatch",
    "retrieveTemporal",
    "queryTemporal",
    "retrieveEntityTypes",
    "retrieveEntityTypeDetails",
    "retrieveEntityTypeInfo",
    "retrieveAttrTypes",
    "retrieveAttrTypeDetails",
    "retrieveAttrTypeInfo",
    "createSubscription",
    "updateSubscription",
    "retrieveSubscription",
    "querySubscription",
    "deleteSubscription",
    "createEntityMapQueryEntity",
    "createEntityMapQueryTemporal",
    "retrieveEntityMap",
    "updateEntityMap",
    "deleteEntityMap",
    "retrieveContextSourceIdentity",
    "createSnapshot",
    "cloneSnapshot",
    "retrieveSnapshot",
    "updateSnapshot",
    "deleteSnapshot",
    "purgeSnapshots",
};

SourceOperations set_of(std::initializer_list<SourceOperation> operations) {
    SourceOperations out;
    for (const SourceOperation operation : operations) {
        out.set(static_cast<std::size_t>(operation));
    }
    return out;
}

SourceOperations retrieve_group() { return set_of({RetrieveEntity, QueryEntity}); }

SourceOperations update_group() {
    return set_of({UpdateEntity, UpdateAttrs, ReplaceEntity, ReplaceAttrs});
}

// What federating and redirecting have in common: reading, types, maps and identity.
SourceOperations reading_group() {
    return set_of({RetrieveEntity, QueryEntity, RetrieveEntityTypes, RetrieveEntityTypeDetails,
                   RetrieveEntityTypeInfo, RetrieveAttrTypes, RetrieveAttrTypeDetails,
                   RetrieveAttrTypeInfo, RetrieveEntityMap, UpdateEntityMap, DeleteEntityMap,
                   CreateEntityMapQueryEntity, RetrieveContextSourceIdentity});
}

SourceOperations federation_group() {
    return reading_group() | set_of({QueryBatch, CreateSubscription, UpdateSubscription,
                                     RetrieveSubscription, QuerySubscription, DeleteSubscription});
}

SourceOperations redirection_group() {
    return reading_group() |
           set_of({CreateEntity, UpdateEntity, AppendAttrs, UpdateAttrs, DeleteAttrs, DeleteEntity,
                   MergeEntity, ReplaceEntity, ReplaceAttrs, PurgeEntity});
}

}  // namespace

std::optional<SourceOperations> operations_named(std::string_view name) {
    if (name == "federationOps" || name == "associationOps") return federation_group();
    if (name == "redirectionOps") return redirection_group();
    if (name == "retrieveOps") return retrieve_group();
    if (name == "updateOps") return update_group();
    // The name that versions before 1.8 had for it.
    if (name == "updateAttrsTemporal") return set_of({UpdateAttrInstanceTemporal});
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == name) return SourceOperations{}.set(i);
    }
    return std::nullopt;
}

std::string_view name_of(SourceOperation operation) {
    return kNames[static_cast<std::size_t>(operation)];
}

}  // namespace musubi

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/context.h"
#include "store/store.h"

namespace musubi {

// The operations on the temporal evolution of GS CIM 009 v1.9.1, 5.6.11 - 5.6.16, as functions
// within a transaction. There is one entity, whose present state is the newest instance of each
// attribute: what is added, corrected or deleted here shows there as well. All but
// remove_evolution leave what they are given as it was: a transaction may be run again.

/// What a temporal representation of an entity says (4.5.6).
struct Evolution {
    Entity head;                       ///< id, types; scopes that were given without a time
    std::vector<Attribute> instances;  ///< any number of one name and dataset, in any order
    std::vector<Attribute> scopes;     ///< instances of the scope that were given with a time
};

/// Reads it; attributes may be arrays of instances, one object or a concise value. A value of
/// NGSI-LD Null is a deletion (4.5.0). `whole`: id and type are required.
/// Fails: BadRequest, `where` is the JSON pointer.
Result<Evolution> read_evolution(const Json& json, const Context& context, bool whole);

/// An instance of the scope, a Property whose value is a scope or an array of them (4.18); NGSI-LD
/// Null or an empty array is a deletion. Fails: BadRequest.
Result<Attribute> read_scope_instance(const Json& json, const Context& context);

/// 5.6.11: creates the entity or adds to it; returns whether it was created. An instance with the
/// event time of one that is there takes its place. Fails: Forbidden, TooLarge, Io; Busy.
Result<bool> upsert_evolution(Transaction& tx, const Evolution& evolution);
/// 5.6.12. Fails: NotFound, Forbidden, TooLarge, Io; Busy.
Result<void> add_to_evolution(Transaction& tx, const Evolution& evolution);
/// 5.6.13: of the default instance, of one dataset, or of all of them.
/// Fails: NotFound, Forbidden, Io; Busy.
Result<void> remove_attribute_evolution(Transaction& tx, std::string_view id, std::string_view name,
                                        std::string_view dataset_id, bool all_datasets);
/// 5.6.14: members that `patch` does not have stay. `typed`: its kind was written, not inferred.
/// Fails: NotFound (entity, attribute or instance), Forbidden, BadRequest, TooLarge, Io; Busy.
Result<void> modify_instance(Transaction& tx, std::string_view id, InstanceId instance,
                             const Attribute& patch, bool typed);
/// 5.6.15: where it was the present state, the newest of the others is that now.
/// Fails: NotFound, Forbidden, Io; Busy.
Result<void> remove_instance(Transaction& tx, std::string_view id, std::string_view name,
                             InstanceId instance);
/// 5.6.16: the entity and all its history. Fails: NotFound, Forbidden, Io; Busy.
Result<void> remove_evolution(Transaction& tx, std::string_view id);

}  // namespace musubi

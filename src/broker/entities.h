#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace musubi {

// The operations on entities of GS CIM 009 v1.9.1, 5.6, as functions within a transaction. Names
// are expanded. An attribute whose value is NGSI-LD Null (4.5.0) asks for its deletion, where the
// operation allows that. A device's readings join history when they come late (see readings.h).

/// What an operation could not do to single attributes (UpdateResult, 5.2.18).
struct UpdateResult {
    struct NotUpdated {
        std::string name;
        std::string reason;
    };
    std::vector<std::string> updated;
    std::vector<NotUpdated> not_updated;
};

enum class Overwrite { Yes, No };

/// 5.6.1. Fails: AlreadyExists, Forbidden.
Result<void> create_entity(Transaction& tx, Entity entity);
/// 5.6.18: types and attributes become exactly those given. Fails: NotFound, Forbidden.
Result<void> replace_entity(Transaction& tx, Entity entity);
/// 5.6.17: RFC 7396 on attributes and their members. Fails: NotFound, Forbidden, BadRequest.
Result<void> merge_entity(Transaction& tx, const Entity& patch);
/// 5.6.2: sets attributes; those to be deleted that are not there are reported.
/// Fails: NotFound, Forbidden.
Result<UpdateResult> update_attributes(Transaction& tx, const Entity& fragment);
/// 5.6.3: adds, and overwrites unless told not to. Types are added. Fails: NotFound, Forbidden.
Result<UpdateResult> append_attributes(Transaction& tx, const Entity& fragment,
                                       Overwrite overwrite);
/// 5.6.4: members of one attribute instance. `patch` names it by name and dataset_id; `typed`: its
/// kind was written, not inferred. Fails: NotFound (entity or attribute), Forbidden, BadRequest
/// (another kind).
Result<void> patch_attribute(Transaction& tx, std::string_view id, const Attribute& patch,
                             bool typed);
/// 5.6.19: the instances given take the place of those with their datasets; others stay. Fails:
/// NotFound (entity, attribute, or an instance of a dataset), Forbidden.
Result<void> replace_attribute(Transaction& tx, std::string_view id, const Attributes& instances);
/// 5.6.5 of `scope`. Fails: NotFound, Forbidden.
Result<void> delete_scopes(Transaction& tx, std::string_view id);
/// 5.6.5. Fails: NotFound, Forbidden.
Result<void> delete_attribute(Transaction& tx, std::string_view id, std::string_view name,
                              std::string_view dataset_id, bool all_datasets);
/// 5.6.6. Fails: NotFound, Forbidden.
Result<void> delete_entity(Transaction& tx, std::string_view id);

enum class UpsertMode { Replace, Update };
/// 5.6.8: returns whether it was created. Fails: Forbidden.
Result<bool> upsert_entity(Transaction& tx, Entity entity, UpsertMode mode);

/// What `patch` says replaces what `present` says; the rest stays (5.6.4, 5.5.12). `deep`: members
/// of an object are merged as well.
[[nodiscard]] Attribute merge_attribute(const Attribute& present, const Attribute& patch,
                                        bool deep);
/// True where the value is NGSI-LD Null, which asks for deletion.
[[nodiscard]] bool asks_for_deletion(const Attribute& attribute);

}  // namespace musubi

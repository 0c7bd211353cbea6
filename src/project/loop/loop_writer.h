#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "project/loop/loop_document.h"
#include "store/store.h"
#include "store/transaction.h"

namespace musubi {

/// The guardian of the project loop: its entities are changed by its commands alone.
inline constexpr std::string_view kLoopGuardian = "projects";

/// The expanded name of a type or member of the loop: as the core context has it.
[[nodiscard]] std::string loop_iri(std::string_view name);
/// All entities of the loop of a type, of `project` where one is named (its id), in the order of
/// their ids; entities that somebody else made are passed over, however many there are.
/// Fails: TooLarge beyond kMaxLoopEntities, as Store::query.
Result<std::vector<EntityPtr>> loop_entities(const Store& store, const Caller& caller,
                                             std::string_view type,
                                             const std::string& project = {});
inline constexpr std::size_t kMaxLoopEntities = 10'000;
/// The first id that nobody else's entity has: TYPE:slug, TYPE:slug-x1, ... `is_free` says of each.
Result<std::string> free_loop_id(std::string_view type, std::string_view slug,
                                 const std::function<Result<bool>(const std::string&)>& is_free);

/// Writes the members of a thing, and takes away those it has no more; what the service itself
/// keeps in the entity stays. False in `fresh` where it was there before.
/// Fails: Conflict where somebody else's entity has its id; as Transaction::create, edit.
struct WrittenThing {
    EntityEdit* edit = nullptr;
    bool fresh = false;
};
Result<WrittenThing> write_loop_thing(Transaction& tx, const LoopThing& thing);

/// The members that people wrote, as they wrote them.
[[nodiscard]] Json loop_members_of(const Entity& entity, std::string_view type);
/// Which text of people's it is: the SHA-256 of those members as canonical JSON, in hex. What the
/// service keeps beside them does not change it. Fails: as canonical_json.
Result<std::string> loop_revision(const Entity& entity, std::string_view type);
/// The value of one member that is not a list of others, or null.
[[nodiscard]] const Json* loop_value(const Entity& entity, std::string_view name);
[[nodiscard]] std::string loop_text(const Entity& entity, std::string_view name);
/// For the interface: id, type, slug, all members (also those that the service keeps), when it was
/// made and changed.
[[nodiscard]] Json loop_view(const Entity& entity, std::string_view type);
/// A new entity of the loop, without members. Fails: as Transaction::create.
Result<EntityEdit*> create_loop_entity(Transaction& tx, std::string_view type,
                                       const std::string& id);
/// Sets a member that the service itself keeps.
void set_loop_reference(EntityEdit& edit, std::string_view name, const std::string& id);
void set_loop_value(EntityEdit& edit, std::string_view name, Json value);

}  // namespace musubi

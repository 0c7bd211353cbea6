#pragma once

#include <string>
#include <string_view>

#include "project/loop/loop_document.h"
#include "store/transaction.h"

namespace musubi {

/// The guardian of the project loop: its entities are changed by its commands alone.
inline constexpr std::string_view kLoopGuardian = "projects";

/// The expanded name of a type or member of the loop: of the core context's default vocabulary.
[[nodiscard]] std::string loop_iri(std::string_view name);

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

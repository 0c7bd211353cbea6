#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"
#include "trust/journal/canonical.h"
#include "trust/journal/journal.h"
#include "trust/policies/policies.h"

/// The one way in which accesses to personal data come into the journal (docs/journal.md).
namespace musubi {

/// What it is written with.
struct AccessJournal {
    const Store& store;
    const Policies& policies;
    Journal& journal;
};

/// One entity that somebody is about to get.
struct AccessedEntity {
    std::string_view id;
    const std::vector<std::string>* types = nullptr;  ///< expanded
    const Entity* shown = nullptr;  ///< what they get of it, where that is at hand
};
/// Whether what leaves is how it is, or how it was as well: whom it is about may have changed.
enum class AccessedTime { Present, History };
/// What leaves: these, which outlive it.
struct AccessedData {
    std::span<const AccessedEntity> entities;
    AccessedTime time = AccessedTime::Present;
};

/// What an entry of an access tells besides what leaves.
struct AccessEntry {
    JournalWho who;            ///< of the caller, who outlives it
    CanonicalMembers details;  ///< so far
};

/// An entry of the caller's: by which way, for which purpose and on which ground, with their role
/// and organisation of now. It is of the tenant that keeps the policies, also within a snapshot.
[[nodiscard]] AccessEntry access_entry(const Caller& caller, std::string_view way);

/// As much of an entity's id as an entry has room for.
[[nodiscard]] std::string_view shortened_id(std::string_view id);

/// Whether any of them is of a personal type: else there is nothing to write. Cheap.
[[nodiscard]] bool are_personal(const PolicySet& set, std::span<const AccessedEntity> entities);

/// Writes what leaves of personal data, before it does: `entry` with the entities of personal
/// types, their types, and the people whom they are about, also where the caller may not see that;
/// once for about a hundred of them. Nothing where none is. `set`: the policies in force of the
/// tenant that keeps them. Fails: Io, Corrupt: then nothing may leave.
Result<void> write_access(const AccessJournal& with, const PolicySet& set, const Caller& caller,
                          AccessEntry entry, const AccessedData& data);

}  // namespace musubi

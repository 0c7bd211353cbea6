#pragma once

#include <span>

#include "store/store.h"
#include "trust/access_journal.h"

namespace musubi {

/// Writes into the journal who is about to change which entities of personal types, how, for which
/// purpose and on which ground; a ChangeWitness (store/witness.h). Parts of this program as well,
/// but not what is copied into a snapshot: that was recorded as it was found. What an entity was of
/// is not known where its types have changed or all of its history goes; then it is recorded where
/// any type is personal. Nothing, and cheap, where none is. Fails: Io.
Result<void> record_changes(const AccessJournal& with, const Caller& caller, const Change& change);

/// Likewise who is about to change to whom data go by themselves: a record of one of these kinds
/// (subscriptions, registrations). Nothing where no type of the tenant is personal, and of what
/// this program does by itself. Fails: Io.
Result<void> record_senders(const AccessJournal& with, const Caller& caller,
                            std::span<const RecordChange> records,
                            std::span<const std::string_view> kinds);

}  // namespace musubi

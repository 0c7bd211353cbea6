#pragma once

#include "store/store.h"
#include "trust/journal/journal.h"
#include "trust/policies/policies.h"

namespace musubi {

/// What changes of personal data are recorded with.
struct ChangeJournal {
    const Store& store;
    const Policies& policies;
    Journal& journal;
};

/// Writes into the journal who is about to change which entities of personal types, how, for which
/// purpose and on which ground; a ChangeWitness (store/witness.h). Parts of this program as well,
/// but not what is copied into a snapshot: that was recorded as it was found. What an entity was of
/// is not known where its types have changed or all of its history goes; then it is recorded where
/// any type is personal. Nothing, and cheap, where none is. Fails: Io.
Result<void> record_changes(const ChangeJournal& with, const Caller& caller, const Change& change);

}  // namespace musubi

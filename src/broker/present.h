#pragma once

#include "store/store.h"

namespace musubi {

/// What "now" means for a tenant. Live: the wall clock. In a replay of the past: the newest event
/// time read so far, and nobody outside is told of anything.
struct Present {
    bool replay = false;
    Time at;
};

/// Fails: Io, Corrupt.
Result<Present> read_present(const Store& store, TenantId tenant, const Clock& clock);
/// The same within a command, of its tenant. Fails: likewise.
Result<Present> read_present(Transaction& transaction);
/// Keeps the present of a replay, with the readings that moved it.
void put_replay_present(Transaction& transaction, Time newest);
/// Back to the wall clock.
void end_replay(Transaction& transaction);

}  // namespace musubi

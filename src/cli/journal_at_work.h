#pragma once

#include <memory>
#include <string>

#include "trust/journal/journal.h"
#include "trust/journal/refusals.h"

namespace musubi {

/// What keeps the journal of a running server well: counts of refusals, and the end of its time.
class JournalUpkeep {
public:
    JournalUpkeep(Journal& journal, Refusals& refusals, const Clock& clock, Log& log);
    /// For who looks each second.
    void run(Duration keep);

private:
    Journal& journal_;
    Refusals& refusals_;
    const Clock& clock_;
    Log& log_;
    Duration due_;
};

}  // namespace musubi

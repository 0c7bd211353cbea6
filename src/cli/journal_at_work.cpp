#include "cli/journal_at_work.h"

namespace musubi {

JournalUpkeep::JournalUpkeep(Journal& journal, Refusals& refusals, const Clock& clock, Log& log)
    : journal_{journal},
      refusals_{refusals},
      clock_{clock},
      log_{log},
      due_{clock.monotonic() + minutes(1)} {}

void JournalUpkeep::run(Duration keep) {
    refusals_.flush();
    if (clock_.monotonic() < due_) return;
    due_ = clock_.monotonic() + hours(1);
    if (const auto done = journal_.apply_retention(keep); !done) {
        log_.error("journal", "old entries could not be removed",
                   {field("why", to_text(done.error()))});
    }
}

}  // namespace musubi

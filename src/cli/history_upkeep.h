#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "cli/config.h"
#include "store/store.h"

namespace musubi {

/// History past its span goes, once an hour.
class Retention {
public:
    Retention(Store& store, const Clock& clock, Log& log)
        : store_{store}, clock_{clock}, log_{log}, due_{clock.monotonic() + minutes(1)} {}
    void run(const Config& config) {
        if (config.retention.empty() || clock_.monotonic() < due_) return;
        due_ = clock_.monotonic() + hours(1);
        const auto removed = store_.apply_retention(config.retention);
        if (!removed) {
            log_.error("store", "retention failed", {field("why", to_text(removed.error()))});
        } else if (*removed > 0) {
            log_.info("store", "retention removed history", {field("points", *removed)});
        }
    }

private:
    Store& store_;
    const Clock& clock_;
    Log& log_;
    Duration due_;
};

}  // namespace musubi

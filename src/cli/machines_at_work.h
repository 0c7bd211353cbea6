#pragma once

#include "api/app.h"
#include "cli/config.h"
#include "trust/machines/access_tokens.h"
#include "trust/machines/machines.h"
#include "trust/machines/used_assertions.h"

namespace musubi {

/// The machines of the installation at work: who they are, their tokens, what they have shown.
class MachinesAtWork {
public:
    MachinesAtWork(const Config& config, const Clock& clock);
    /// Reads what is stored; `authority` knows of them from then on. Fails: Io, Corrupt.
    Result<void> load(Store& store, Authority& authority, Metrics& metrics);
    /// Assertions whose time is over go, and last uses are written, once a minute. For who looks
    /// each second.
    void sweep(Store& store, Log& log);
    /// The server listens: this is how it is called.
    void set_issuer(std::string issuer);

    [[nodiscard]] const MachineParts& parts() const { return parts_; }

private:
    const Clock& clock_;
    Duration sweep_due_{};
    Machines machines_;
    AccessTokens tokens_;
    UsedAssertions used_assertions_;
    Guarded<std::string> issuer_;
    MachineParts parts_;
};

}  // namespace musubi

#pragma once

#include "api/openid/openid_client.h"
#include "cli/config.h"

namespace musubi {

/// The providers of OpenID Connect at work: who is asked, what is linked, what has begun.
class OpenIdAtWork {
public:
    OpenIdAtWork(const People& people, const Clock& clock)
        : clock_{clock},
          links_{people},
          pendings_{clock},
          parts_{.clients = {}, .links = links_, .pendings = pendings_} {}
    /// Reads what is stored, and makes a client for each provider. Fails: Io, Corrupt.
    Result<void> load(const Config& config, Store& store, Log& log, Metrics& metrics);
    /// Links of people who are gone go, once a minute. For who looks each second.
    void sweep(Store& store, Log& log);
    /// Who waits for a provider is told; nobody is asked from then on.
    void stop();
    [[nodiscard]] OpenIdParts& parts() { return parts_; }

private:
    const Clock& clock_;
    Duration sweep_due_{};
    OpenIdLinks links_;
    OpenIdPendings pendings_;
    OpenIdParts parts_;
};

}  // namespace musubi

#include "cli/openid_at_work.h"

namespace musubi {

Result<void> OpenIdAtWork::load(const Config& config, Store& store, Log& log, Metrics& metrics) {
    TRY(links_.load(store));
    for (const OpenIdProvider& provider : config.openid) {
        parts_.clients.push_back(std::make_unique<OpenIdClient>(provider, clock_, log, metrics));
    }
    metrics.gauge("musubi_openid_pending", "Sign-ins at providers that have begun and not ended.",
                  [this] { return static_cast<double>(pendings_.size()); });
    return {};
}

void OpenIdAtWork::sweep(Store& store, Log& log) {
    if (clock_.monotonic() < sweep_due_) return;
    sweep_due_ = clock_.monotonic() + minutes(1);
    if (const auto done = links_.sweep(store); !done) {
        log.error("serve", "links of people who are gone could not be removed",
                  {field("why", to_text(done.error()))});
    }
}

void OpenIdAtWork::stop() {
    for (const auto& client : parts_.clients) client->stop();
}

}  // namespace musubi

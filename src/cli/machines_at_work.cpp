#include "cli/machines_at_work.h"

namespace musubi {

MachinesAtWork::MachinesAtWork(const Config& config, const Clock& clock)
    : clock_{clock},
      parts_{.machines = machines_,
             .tokens = tokens_,
             .used_assertions = used_assertions_,
             .issuer = issuer_,
             .asks_certificates = !config.tls.client_ca.empty()} {}

Result<void> MachinesAtWork::load(Store& store, Authority& authority, Metrics& metrics) {
    TRY(machines_.load(store, clock_));
    TRY(used_assertions_.load(store));
    authority.know_machines(machines_, tokens_, clock_);
    metrics.gauge("musubi_access_tokens", "Access tokens of machines that are kept.",
                  [this] { return static_cast<double>(tokens_.size()); });
    metrics.gauge("musubi_used_assertions", "Assertions of machines that are remembered.",
                  [this] { return static_cast<double>(used_assertions_.size()); });
    return {};
}

void MachinesAtWork::sweep(Store& store, Log& log) {
    if (clock_.monotonic() < sweep_due_) return;
    sweep_due_ = clock_.monotonic() + minutes(1);
    auto done = used_assertions_.sweep(store, clock_.now());
    if (done) done = machines_.sweep(store);
    if (done) return;
    log.error("serve", "what machines used could not be written down",
              {field("why", to_text(done.error()))});
}

void MachinesAtWork::set_issuer(std::string issuer) {
    while (issuer.ends_with('/')) issuer.pop_back();
    issuer_.with([&](std::string& kept) { kept = std::move(issuer); });
}

}  // namespace musubi

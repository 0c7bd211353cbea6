#include "cli/people_at_work.h"

namespace musubi {

PeopleAtWork::PeopleAtWork(const Config& config, const Clock& clock)
    : clock_{clock},
      sessions_{people_, config.sessions},
      hasher_{config.passwords},
      by_account_{clock, {}},
      by_address_{clock, kAddressRule},
      sign_in_{.hasher = hasher_,
               .worker = worker_,
               .by_account = by_account_,
               .by_address = by_address_,
               .behind_proxy = config.behind_proxy} {}

Result<void> PeopleAtWork::load(Store& store, Keys& keys, const Policies& policies,
                                Authority& authority, Metrics& metrics) {
    TRY(people_.load(store));
    TRY(sessions_.load(store));
    TRY(invitations_.load(store));
    keys.also_count(people_);
    people_.also_count(keys);
    people_.know_halts([&policies](TenantId tenant) { return policies.has_halts(tenant); });
    authority.know_people(people_, sessions_, clock_);
    metrics.gauge("musubi_password_computations", "Passwords that were computed.",
                  [this] { return static_cast<double>(hasher_.computations()); });
    return {};
}

Result<void> PeopleAtWork::load_signing_keys(Store& store, const std::string& data, Log& log) {
    const SealingSecret secret = data.empty()
                                     ? SealingSecret::generate()
                                     : TRY(SealingSecret::load_or_make(sealing_secret_file(data)));
    TRY(signing_keys_.load(store, secret));
    if (signing_keys_.unopened() > 0) {
        log.error("serve",
                  "signing keys of people can not be opened: put the sealing-secret of a backup "
                  "into the data folder, or have them replaced",
                  {field("keys", signing_keys_.unopened())});
    }
    return {};
}

void PeopleAtWork::sweep(Store& store, Log& log) {
    if (clock_.monotonic() < sweep_due_) return;
    sweep_due_ = clock_.monotonic() + minutes(1);
    auto done = sessions_.sweep(store, clock_.now());
    if (done) done = invitations_.sweep(store, clock_.now());
    if (done) return;
    log.error("serve", "sign-ins that are over could not be removed",
              {field("why", to_text(done.error()))});
}

}  // namespace musubi

#pragma once

#include "api/app.h"
#include "api/worker.h"
#include "cli/config.h"
#include "trust/people/attempt_limits.h"
#include "trust/people/invitations.h"
#include "trust/people/password.h"
#include "trust/people/sessions.h"
#include "trust/signing/signing_keys.h"

namespace musubi {

/// The people of the installation at work: who they are, who is signed in, and what signing in may
/// take of the machine.
class PeopleAtWork {
public:
    static constexpr int kPasswordsAtOnce = 2;
    static constexpr std::size_t kPasswordsWaiting = 32;  ///< beyond: 503
    /// Many people may share an address.
    static constexpr AttemptRule kAddressRule{.free = 30};

    PeopleAtWork(const Config& config, const Clock& clock);
    /// Reads what is stored; keys and people then know of each other, people of
    /// halts, and `authority` of both. All must outlive it.
    /// Fails: Io, Corrupt.
    Result<void> load(Store& store, Keys& keys, const Policies& policies, Authority& authority,
                      Metrics& metrics);
    /// Reads the keys by which people sign, and the secret that they are sealed with, from the data
    /// folder (empty: in memory). After `load`. Fails: Io, Corrupt, Conflict.
    Result<void> load_signing_keys(Store& store, const std::string& data, Log& log);
    /// Sign-ins and invitations that are over go, once a minute. For who looks each second.
    void sweep(Store& store, Log& log);
    /// Computes the passwords that wait, and none from then on. While those who wait are there.
    void stop() { worker_.stop(); }

    [[nodiscard]] const People& people() const { return people_; }
    [[nodiscard]] const Sessions& sessions() const { return sessions_; }
    [[nodiscard]] const Invitations& invitations() const { return invitations_; }
    [[nodiscard]] const SigningKeys& signing_keys() const { return signing_keys_; }
    [[nodiscard]] const SignInParts& sign_in() const { return sign_in_; }

private:
    const Clock& clock_;
    Duration sweep_due_{};
    People people_;
    Sessions sessions_;
    Invitations invitations_;
    SigningKeys signing_keys_;
    PasswordHasher hasher_;
    Worker worker_{kPasswordsAtOnce, kPasswordsWaiting};
    AttemptLimits by_account_;
    AttemptLimits by_address_;
    SignInParts sign_in_;
};

}  // namespace musubi

#pragma once

#include <functional>
#include <string>

#include "trust/people/sessions.h"
#include "trust/signing/signing_keys.h"

namespace musubi {

/// Somebody who signs, in a sign-in of the last minutes: the one way to a signature of a person.
class Signer {
public:
    /// Told of a key that was made for the first signature, within the same command, so that it is
    /// recorded. Fails: as it likes; then nothing is done.
    using Made = std::function<Result<void>(Transaction&, const PersonKey&)>;
    /// `keys` must outlive it. Fails: Forbidden where the sign-in is older (Sessions::is_fresh).
    static Result<Signer> of(const SigningKeys& keys, const Sessions& sessions,
                             const Session& session, Time now, Made made);

    /// "person:ID"
    [[nodiscard]] const std::string& subject() const { return subject_; }
    /// Signs the statement as of now, with the key in use, which is made where there is none.
    /// Fails: Forbidden (another's command), NotFound (the person is gone), Conflict (the key can
    /// not be opened here), BadRequest (as signed_text), Io, Corrupt.
    Result<PersonSignature> sign(Transaction& tx, const Statement& statement) const;

private:
    Signer(const SigningKeys& keys, std::string subject, Made made)
        : keys_{&keys}, subject_{std::move(subject)}, made_{std::move(made)} {}
    const SigningKeys* keys_;
    std::string subject_;
    Made made_;
};

/// Where a refusal says that one has to sign in again: its `instance`.
inline constexpr std::string_view kWhereSession = "/musubi/v1/session";
/// What is answered to a sign-in that is older than what was asked for needs.
[[nodiscard]] Error not_fresh();

}  // namespace musubi

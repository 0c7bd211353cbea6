#include "trust/signing/signer.h"

#include <algorithm>

#include "trust/people/grant.h"

namespace musubi {

Error not_fresh() {
    return {ErrorCode::Forbidden,
            "this needs a sign-in of the last minutes: sign in again, then repeat it",
            std::string(kWhereSession)};
}

Result<Signer> Signer::of(const SigningKeys& keys, const Sessions& sessions, const Session& session,
                          Time now, Made made) {
    if (!sessions.is_fresh(session, now)) return not_fresh();
    return Signer{keys, person_subject(session.person), std::move(made)};
}

Result<PersonSignature> Signer::sign(Transaction& tx, const Statement& statement) const {
    if (tx.caller().subject != subject_) {
        return Error{ErrorCode::Forbidden, "people sign in their own name alone"};
    }
    const std::string_view person = person_of(subject_);
    auto key = TRY(SigningKeys::in_use(tx, person));
    if (!key) {
        key = TRY(keys_->make(tx, person));
        if (made_) TRY(made_(tx, *key));
    }
    // A clock that was set back does not make a signature older than its key.
    PersonSignature signature{.subject = subject_,
                              .at = std::max(tx.now(), key->from),
                              .key = key->half.id(),
                              .signature = {}};
    const std::string text = TRY(signed_text(statement, signature));
    signature.signature = TRY(keys_->sign(tx, *key, text));
    return signature;
}

}  // namespace musubi

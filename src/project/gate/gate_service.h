#pragma once

#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "project/gate/gate_evidence.h"
#include "project/gate/stage_values.h"
#include "store/store.h"
#include "trust/people/people.h"
#include "trust/policies/policies.h"
#include "trust/signing/signer.h"

namespace musubi {

/// The server's own key, as far as evidence needs it.
struct EvidenceKey {
    PublicKey half;
    /// Signs bytes that begin with kEvidenceDomain: base64url.
    std::function<std::string(std::string_view text)> sign;
};

/// What gates work with; all of it outlives the service.
struct GateParts {
    Store& store;
    const Policies& policies;
    const People& people;
    const SigningKeys& signing_keys;
    const Clock& clock;
    EvidenceKey key;
    MeasureSetPtr measures;  ///< null: nothing is measured
};

/// Gates and their decisions: evidence is made when a gate is opened, kept, signed by the server
/// and bound to the one before of the project; people of different organisations sign the decision.
class GateService {
public:
    /// Of its records: the file as it was opened by gate, as it was decided by gate and decision.
    static constexpr std::string_view kEvidence = "gate-evidence";

    explicit GateService(GateParts parts) : parts_{std::move(parts)} {}

    /// Opens a gate of a stage that was entered: one look at it. Returns the gate.
    /// Fails: NotFound, Forbidden, Conflict (not entered, all looks are used, another gate of the
    /// project is open, a clock set back, the project changed meanwhile), TooLarge, Io; Busy where
    /// another gate is being opened, or after stop().
    Result<EntityPtr> open(const Caller& caller, std::string_view stage);
    /// What is being opened fails soon, and no gate is opened from then on: no look is spent.
    void stop() { stop_.request_stop(); }
    /// The evidence as one file, in the form of now; with the name of a decision, as that decided
    /// it, also where another one has overruled it since. Fails: NotFound (also where the decision
    /// never was in force), Io.
    Result<std::string> evidence(const Caller& caller, std::string_view gate,
                                 std::string_view decision = {}) const;

    struct Proposal {
        std::string outcome;
        std::string reason;
        std::string draft_number;
        std::string approval_number;
    };
    /// Proposes how the gate is decided. One that nobody signed is replaced; one that somebody
    /// signed, or that the independent body proposed, stands beside it. Returns the decision.
    /// Fails: NotFound, Forbidden, BadRequest, Conflict (decided already), Io.
    Result<EntityPtr> propose(const Caller& caller, std::string_view gate,
                              const Proposal& proposal);
    /// Signs a proposed decision. With the last signature that it needs it is in force: the stage
    /// passes, goes on or ends, and the file holds the decision. Returns the decision.
    /// Fails: NotFound, Forbidden (not somebody who decides, no organisation, as Signer::sign),
    /// Conflict (signed by them or their organisation, not open any more, it would overrule the
    /// independent body), Io.
    Result<EntityPtr> sign(const Caller& caller, std::string_view decision, const Signer& signer);
    /// What belongs to no evidence of a tenant: what is of a personal type.
    [[nodiscard]] LeavesOut leaves_out(const std::string& tenant) const;

private:
    struct Opening;
    Result<Opening> look_at(const Caller& caller, std::string_view stage) const;
    Result<void> commit_gate(const Opening& opening, const std::string& hash,
                             const std::string& text);
    Result<Json> sealed(Json file) const;
    Result<MeasureSetPtr> promised_by(const Caller& caller, const std::string& stage) const;
    Result<void> put_in_force(Transaction& tx, EntityEdit& decision);
    Result<DecisionSignature> signature_of(Transaction& tx, const Entity& decision,
                                           const Signer& signer) const;

    GateParts parts_;
    std::mutex opening_;  // held while evidence is computed
    std::stop_source stop_;
};

}  // namespace musubi

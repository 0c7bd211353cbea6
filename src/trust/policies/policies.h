#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "store/store.h"
#include "trust/policies/decider.h"
#include "trust/policies/halt.h"
#include "trust/policies/policy_version.h"
#include "trust/policies/use_counts.h"

namespace musubi {

class Signer;

/// The policies of the tenants: their versions, the uses that are halted, and what those in force
/// leave each caller. A projection of the records of kinds "policy" and "halt": a right taken away
/// is gone at the next request. Any thread.
class Policies final : public Projection {
public:
    static constexpr std::string_view kKind = "policy";    ///< of its records
    static constexpr std::string_view kHaltKind = "halt";  ///< likewise
    static constexpr std::size_t kMaxHalts = 1'000;        ///< of a tenant, lifted ones too
    static constexpr std::uint32_t kMaxVersions = 10'000;  ///< of a tenant
    static constexpr std::size_t kMaxCompiled = 10'000;    ///< kept ready, of all tenants
    static constexpr std::size_t kSigners = 2;

    /// Reads what is stored and follows it from then on. Both must outlive it. Fails: Io, Corrupt.
    Result<void> load(Store& store, const Clock& clock);

    /// What the policies of `caller.tenant` leave of `caller.access`: itself where none is in
    /// force, and for services. Compiled once for all that ask alike.
    [[nodiscard]] std::shared_ptr<const AccessFilter> bound(const Caller& caller) const;
    /// Counts one use, by this request, of each permission with a limit that lets the caller read
    /// these types (none: any). Fails: MustWait (it is written down first, where `may_wait`),
    /// Forbidden (others have used it up since the request came), Busy, Io.
    Result<void> count_use(const Caller& caller, TenantId tenant,
                           const std::vector<std::string>& types, bool may_wait);
    /// What a text would leave a caller with the access they have by role; what that holds until.
    struct Bound {
        std::shared_ptr<const AccessFilter> filter;
        std::optional<Time> until;
    };
    [[nodiscard]] static Bound bound_by(const PolicySet& set, const Caller& caller, Time now,
                                        const AskUsesLeft& left = nullptr);
    /// Whether any use is halted in a tenant.
    [[nodiscard]] bool has_halts(TenantId tenant) const;
    /// Those in force in a tenant; null: none.
    [[nodiscard]] std::shared_ptr<const PolicySet> in_force(TenantId tenant) const;

    /// Whether those in force say that twelve digits of one of these types (expanded) are something
    /// else than an Individual Number.
    [[nodiscard]] bool takes_twelve_digits(std::string_view tenant,
                                           const std::vector<std::string>& types) const;

    /// Proposes a text. Fails: Forbidden (may_decide; a person who does not sign), BadRequest with
    /// the line, TooLarge (kMaxVersions), Io; as Signer::sign.
    struct Proposal {
        std::string text;
        std::string note;
        std::string file;  ///< what the lines of errors are of
        /// Who proposes, as a person: they sign. Null: a key, which signs nothing.
        const Signer* signer = nullptr;
        /// Records it under its number, within the command; what it fails with stops it.
        std::function<Result<void>(const PolicyVersion&)> record = nullptr;
    };
    Result<PolicyVersion> propose(Store& store, const Caller& caller, const Proposal& proposal,
                                  const Context& context);
    /// A person signs; the second one puts it in force, and what was is a former one. Both
    /// signatures have to hold (docs/policies.md). `standing`: who signed before, as they are now;
    /// nothing where they have no role here any more: what they signed then counts no longer.
    /// Fails: NotFound, Forbidden (no person; may_decide), Conflict (signed by them before, not
    /// proposed any more, by somebody who would not decide now, a signature that does not hold),
    /// Io; as Signer::sign.
    using Standing = std::function<std::optional<Caller>(const std::string& subject)>;
    Result<PolicyVersion> sign(Store& store, const Caller& caller, std::uint32_t number,
                               const Signer& signer, const Standing& standing);
    /// A proposal is taken back. Fails: NotFound, Forbidden, Conflict, Io.
    Result<PolicyVersion> withdraw(Store& store, const Caller& caller, std::uint32_t number);
    /// The newest first. Fails: NoTenant, Io, Corrupt.
    Result<std::vector<PolicyVersion>> versions(const Store& store, const Caller& caller) const;
    /// Fails: NotFound, NoTenant, Io, Corrupt.
    Result<PolicyVersion> version(const Store& store, const Caller& caller,
                                  std::uint32_t number) const;

    /// The independent body halts a use; works from the reply on. Its id is given here. Fails:
    /// Forbidden, BadRequest, TooLarge, Io.
    Result<Halt> halt(Store& store, const Caller& caller, Halt halt);
    /// It lets it go on. Fails: Forbidden, NotFound, Conflict (lifted before), BadRequest (no
    /// reason), Io.
    Result<Halt> lift(Store& store, const Caller& caller, std::string_view id,
                      const std::string& why);
    /// The newest first, lifted ones too. Fails: NoTenant, Io, Corrupt.
    Result<std::vector<Halt>> halts(const Store& store, const Caller& caller) const;

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId tenant) override;

private:
    struct Ready {
        std::shared_ptr<const AccessFilter> base;
        Bound bound;
    };
    struct OfTenant {
        std::uint32_t number = 0;
        std::shared_ptr<const PolicySet> set;  // in force
        std::map<std::string, Policy> halted;  // by id of the halt
        /// Both together; null: neither is there.
        std::shared_ptr<const PolicySet> whole;
        std::shared_ptr<const std::vector<Policy>> limited;  // null: no permission has a limit
        std::unordered_map<std::string, Ready> ready;        // by what a caller is and states
    };
    struct Table {
        std::map<TenantId, OfTenant> tenants;
        std::size_t ready = 0;
    };
    void take(TenantId tenant, const PolicyVersion& version);
    void take(TenantId tenant, const Halt& halt);
    void renew(Table& table, OfTenant& own);
    void forget_ready(TenantId tenant);
    [[nodiscard]] AskUsesLeft left_to(TenantId tenant, const Caller& caller) const;

    const Store* store_ = nullptr;
    const Clock* clock_ = nullptr;
    std::atomic<bool> any_{false};      // of any tenant: asked at each request
    std::atomic<bool> limited_{false};  // likewise: whether any permission has a limit
    UseCounts counts_;
    mutable SharedGuarded<Table> table_;  // what is compiled is kept there as it is asked for
};

}  // namespace musubi

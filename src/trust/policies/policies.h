#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "store/store.h"
#include "trust/policies/policy_version.h"

namespace musubi {

class Signer;

/// The policies of the tenants: their versions, and what those in force leave each caller. A
/// projection of the records of kind "policy": a right taken away is gone at the next request.
/// Any thread.
class Policies final : public Projection {
public:
    static constexpr std::string_view kKind = "policy";    ///< of its records
    static constexpr std::uint32_t kMaxVersions = 10'000;  ///< of a tenant
    static constexpr std::size_t kMaxCompiled = 10'000;    ///< kept ready, of all tenants
    static constexpr std::size_t kSigners = 2;

    /// Reads what is stored and follows it from then on. Both must outlive it. Fails: Io, Corrupt.
    Result<void> load(Store& store, const Clock& clock);

    /// What the policies of `caller.tenant` leave of `caller.access`: itself where none is in
    /// force, and for services. Compiled once for all that ask alike.
    [[nodiscard]] std::shared_ptr<const AccessFilter> bound(const Caller& caller) const;
    /// What a text would leave a caller with the access they have by role; what that holds until.
    struct Bound {
        std::shared_ptr<const AccessFilter> filter;
        std::optional<Time> until;
    };
    [[nodiscard]] static Bound bound_by(const PolicySet& set, const Caller& caller, Time now);
    /// Those in force in a tenant; null: none.
    [[nodiscard]] std::shared_ptr<const PolicySet> in_force(TenantId tenant) const;
    /// Their number; 0: none.
    [[nodiscard]] std::uint32_t number_in_force(TenantId tenant) const;

    /// Proposes a text. Fails: Forbidden (may_decide_policies; a person who does not sign),
    /// BadRequest with the line, TooLarge (kMaxVersions), Io; as Signer::sign.
    struct Proposal {
        std::string text;
        std::string note;
        std::string file;  ///< what the lines of errors are of
        /// Who proposes, as a person: they sign. Null: a key, which signs nothing.
        const Signer* signer = nullptr;
    };
    Result<PolicyVersion> propose(Store& store, const Caller& caller, const Proposal& proposal,
                                  const Context& context);
    /// A person signs; the second one puts it in force, and what was is a former one. Both
    /// signatures have to hold (docs/policies.md).
    /// Fails: NotFound, Forbidden (no person, no role that decides), Conflict (signed by them
    /// before, not proposed any more, a signature that does not hold), Io; as Signer::sign.
    Result<PolicyVersion> sign(Store& store, const Caller& caller, std::uint32_t number,
                               const Signer& signer);
    /// A proposal is taken back. Fails: NotFound, Forbidden, Conflict, Io.
    Result<PolicyVersion> withdraw(Store& store, const Caller& caller, std::uint32_t number);
    /// The newest first. Fails: NoTenant, Io, Corrupt.
    Result<std::vector<PolicyVersion>> versions(const Store& store, const Caller& caller) const;
    /// Fails: NotFound, NoTenant, Io, Corrupt.
    Result<PolicyVersion> version(const Store& store, const Caller& caller,
                                  std::uint32_t number) const;

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId tenant) override;

private:
    struct Ready {
        std::shared_ptr<const AccessFilter> base;
        Bound bound;
    };
    struct OfTenant {
        std::uint32_t number = 0;
        std::shared_ptr<const PolicySet> set;
        std::unordered_map<std::string, Ready> ready;  // by what a caller is and states
    };
    struct Table {
        std::map<TenantId, OfTenant> tenants;
        std::size_t ready = 0;
    };
    void take(TenantId tenant, const PolicyVersion& version);

    const Store* store_ = nullptr;
    const Clock* clock_ = nullptr;
    std::atomic<bool> any_{false};        // of any tenant: asked at each request
    mutable SharedGuarded<Table> table_;  // what is compiled is kept there as it is asked for
};

/// Whether the role proposes and signs policies.
[[nodiscard]] bool decides_policies(Role role);
/// Fails: Forbidden where the caller's role does not.
Result<void> may_decide_policies(const Caller& caller);

}  // namespace musubi

#include "trust/policies/policies.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/tenants.h"
#include "trust/policies/compile.h"
#include "trust/policies/policy_signature.h"
#include "trust/signing/signer.h"

namespace musubi {
namespace {

constexpr std::string_view kCurrentKind = "policy-in-force";  // its number
constexpr std::string_view kCurrent = "number";
constexpr std::string_view kPerson = "person:";

std::string name_of(std::uint32_t number) { return fmt::format("{:010}", number); }

std::string key_of(const Caller& caller) {
    std::string key = caller.subject;
    for (const std::string* part :
         {&caller.organisation, &caller.assurance, &caller.purpose, &caller.ground}) {
        key += '\n';
        key += *part;
    }
    key += static_cast<char>('a' + static_cast<int>(caller.role));
    return key;
}

// The policies of a snapshot are those of the tenant it was taken of.
std::string_view owner_of(std::string_view tenant) {
    const auto inner = InnerTenant::parse(tenant);
    return inner ? inner->owner : tenant;
}

Result<PolicyVersion> stored_version(Transaction& tx, std::uint32_t number) {
    const auto bytes = TRY(tx.record(Policies::kKind, name_of(number)));
    if (!bytes) {
        return Error{ErrorCode::NotFound, "there is no such version of the policies",
                     std::to_string(number)};
    }
    return decode_policy_version(*bytes);
}

Result<PolicyVersion> proposed_version(Transaction& tx, std::uint32_t number) {
    PolicyVersion version = TRY(stored_version(tx, number));
    if (version.state == PolicyVersion::State::Proposed) return version;
    return Error{ErrorCode::Conflict, "this version is " +
                                          std::string(musubi::name_of(version.state)) +
                                          "; propose its text again to put it in force"};
}

void put(Transaction& tx, const PolicyVersion& version) {
    tx.put_record(Policies::kKind, name_of(version.number), encode(version));
}

Result<void> end_former(Transaction& tx) {
    const auto bytes = TRY(tx.record(kCurrentKind, kCurrent));
    if (!bytes) return {};
    const auto stored = TRY(tx.record(Policies::kKind, *bytes));
    if (!stored) return Error{ErrorCode::Corrupt, "the policies in force are not there", *bytes};
    PolicyVersion former = TRY(decode_policy_version(*stored));
    former.state = PolicyVersion::State::Former;
    former.ended_at = tx.now();
    put(tx, former);
    return {};
}

// The caller signs it. Fails: Conflict where somebody else's signature does not hold: what is put
// in force is what all of them have signed.
Result<void> add_signature(Transaction& tx, PolicyVersion& version, const Signer& signer) {
    const Statement statement = policy_statement(version, tx.caller().tenant);
    for (const PersonSignature& signature : version.signatures) {
        if (TRY(SigningKeys::verify(tx, statement, signature))) continue;
        return Error{ErrorCode::Conflict,
                     "the signature of " + signature.subject +
                         " does not hold for this version; propose its text again"};
    }
    version.signatures.push_back(TRY(signer.sign(tx, statement)));
    return {};
}

}  // namespace

bool decides_policies(Role role) {
    return role == Role::Operator || role == Role::DataOwner || role == Role::PrivacyOfficer;
}

Result<void> may_decide_policies(const Caller& caller) {
    if (decides_policies(caller.role)) return {};
    return Error{ErrorCode::Forbidden,
                 "policies are proposed and signed by operators, data owners and privacy officers"};
}

Result<void> Policies::load(Store& store, const Clock& clock) {
    store_ = &store;
    clock_ = &clock;
    store.add_projection(*this);
    for (const auto& [name, tenant] : store.tenants()) {
        for (const auto& [number, bytes] : TRY(store.records(tenant, kKind))) {
            take(tenant, TRY(decode_policy_version(bytes)));
        }
    }
    return {};
}

void Policies::take(TenantId tenant, const PolicyVersion& version) {
    using State = PolicyVersion::State;
    table_.with([&](Table& table) {
        OfTenant& own = table.tenants[tenant];
        if (version.state == State::InForce) {
            own.number = version.number;
            own.set = std::make_shared<const PolicySet>(version.set);
        } else if (own.number == version.number) {
            own.number = 0;
            own.set = nullptr;
        } else {
            return;
        }
        table.ready -= own.ready.size();
        own.ready.clear();
        any_ = std::any_of(table.tenants.begin(), table.tenants.end(),
                           [](const auto& t) { return t.second.set != nullptr; });
    });
}

void Policies::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (record.kind != kKind || !record.value) continue;
        if (const auto version = decode_policy_version(*record.value)) {
            take(record.tenant, *version);
        }
    }
}

void Policies::erase_tenant(TenantId tenant) {
    table_.with([&](Table& table) {
        const auto own = table.tenants.find(tenant);
        if (own == table.tenants.end()) return;
        table.ready -= own->second.ready.size();
        table.tenants.erase(own);
    });
}

std::shared_ptr<const PolicySet> Policies::in_force(TenantId tenant) const {
    if (!any_) return nullptr;
    return table_.read([&](const Table& table) {
        const auto own = table.tenants.find(tenant);
        return own == table.tenants.end() ? nullptr : own->second.set;
    });
}

std::uint32_t Policies::number_in_force(TenantId tenant) const {
    return table_.read([&](const Table& table) {
        const auto own = table.tenants.find(tenant);
        return own == table.tenants.end() ? 0U : own->second.number;
    });
}

Policies::Bound Policies::bound_by(const PolicySet& set, const Caller& caller, Time now) {
    Compiled compiled = compile(set, caller, now);
    auto filter = std::make_shared<AccessFilter>(*caller.access);
    filter->governance = std::move(compiled.governance);
    // Whom no role lets read may read what policies permit.
    if (caller.role == Role::Citizen) filter->may_read = true;
    return {.filter = std::move(filter), .until = compiled.until};
}

std::shared_ptr<const AccessFilter> Policies::bound(const Caller& caller) const {
    if (caller.access == nullptr || caller.role == Role::Service) return caller.access;
    const bool scoped = !caller.access->only_scopes.empty();
    if (!any_ && !scoped) return caller.access;
    const auto tenant = store_->tenant(owner_of(caller.tenant));
    if (!tenant) return caller.access;
    const std::string key = key_of(caller);
    const Time now = clock_->now();
    std::shared_ptr<const PolicySet> set;
    auto ready = table_.read([&](const Table& table) -> std::shared_ptr<const AccessFilter> {
        const auto own = table.tenants.find(*tenant);
        if (own == table.tenants.end()) return nullptr;
        set = own->second.set;
        const auto found = own->second.ready.find(key);
        if (found == own->second.ready.end()) return nullptr;
        if (!found->second.base->reaches_as(*caller.access)) return nullptr;
        const Bound& bound = found->second.bound;
        return bound.until && *bound.until <= now ? nullptr : bound.filter;
    });
    if (set == nullptr && !scoped) return caller.access;
    if (ready != nullptr) return ready;
    static const PolicySet kNone;
    Bound bound = bound_by(set == nullptr ? kNone : *set, caller, now);
    table_.with([&](Table& table) {
        OfTenant& own = table.tenants[*tenant];
        if (own.set != set) return;  // changed meanwhile
        if (table.ready >= kMaxCompiled) {
            for (auto& [id, other] : table.tenants) other.ready.clear();
            table.ready = 0;
        }
        table.ready += own.ready.contains(key) ? 0 : 1;
        own.ready.insert_or_assign(key, Ready{caller.access, bound});
    });
    return bound.filter;
}

Result<PolicyVersion> Policies::propose(Store& store, const Caller& caller,
                                        const Proposal& proposal, const Context& context) {
    TRY(may_decide_policies(caller));
    if (caller.subject.starts_with(kPerson) && proposal.signer == nullptr) return not_fresh();
    PolicyVersion version;
    version.text = proposal.text;
    version.note = proposal.note;
    version.set = TRY(parse_policies(proposal.text, proposal.file, context));
    version.proposed_by = caller.subject;
    const TenantId tenant = TRY(store.tenant(caller.tenant));
    TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
        // Numbers follow each other: what others proposed in the meantime is seen by the record.
        const auto all = TRY(store.records(tenant, kKind));
        version.number = static_cast<std::uint32_t>(all.size()) + 1;
        while (TRY(tx.record(kKind, name_of(version.number)))) ++version.number;
        if (version.number > kMaxVersions) {
            return Error{ErrorCode::TooLarge, "there are 10,000 versions of the policies"};
        }
        version.proposed_at = tx.now();
        if (proposal.signer != nullptr) TRY(add_signature(tx, version, *proposal.signer));
        put(tx, version);
        return {};
    }));
    return version;
}

Result<PolicyVersion> Policies::sign(Store& store, const Caller& caller, std::uint32_t number,
                                     const Signer& signer) {
    TRY(may_decide_policies(caller));
    if (!caller.subject.starts_with(kPerson)) {
        return Error{ErrorCode::Forbidden,
                     "policies are signed by people: sign in as a person, not with a key"};
    }
    PolicyVersion version;
    TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
        version = TRY(proposed_version(tx, number));
        for (const PersonSignature& signature : version.signatures) {
            if (signature.subject != caller.subject) continue;
            return Error{ErrorCode::Conflict, "you have signed this version; another person signs"};
        }
        TRY(add_signature(tx, version, signer));
        if (version.signatures.size() >= kSigners) {
            TRY(end_former(tx));
            tx.put_record(kCurrentKind, kCurrent, name_of(number));
            version.state = PolicyVersion::State::InForce;
            version.in_force_at = version.signatures.back().at;
        }
        put(tx, version);
        return {};
    }));
    return version;
}

Result<PolicyVersion> Policies::withdraw(Store& store, const Caller& caller, std::uint32_t number) {
    TRY(may_decide_policies(caller));
    PolicyVersion version;
    TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
        version = TRY(proposed_version(tx, number));
        version.state = PolicyVersion::State::Withdrawn;
        version.ended_at = tx.now();
        put(tx, version);
        return {};
    }));
    return version;
}

Result<std::vector<PolicyVersion>> Policies::versions(const Store& store,
                                                      const Caller& caller) const {
    std::vector<PolicyVersion> out;
    for (const auto& [name, bytes] : TRY(store.records(TRY(store.tenant(caller.tenant)), kKind))) {
        out.push_back(TRY(decode_policy_version(bytes)));
    }
    std::reverse(out.begin(), out.end());
    return out;
}

Result<PolicyVersion> Policies::version(const Store& store, const Caller& caller,
                                        std::uint32_t number) const {
    const auto bytes = TRY(store.record(TRY(store.tenant(caller.tenant)), kKind, name_of(number)));
    if (bytes) return decode_policy_version(*bytes);
    return Error{ErrorCode::NotFound, "there is no such version of the policies",
                 std::to_string(number)};
}

}  // namespace musubi

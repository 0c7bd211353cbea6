#include "trust/policies/policies.h"

#include <algorithm>

#include "store/tenants.h"
#include "trust/policies/compile.h"

namespace musubi {
namespace {

// In the place of the thread: each request comes by here.
const std::string& key_of(const Caller& caller) {
    thread_local std::string key;
    key = caller.subject;
    for (const std::string* part :
         {&caller.organisation, &caller.assurance, &caller.purpose, &caller.ground}) {
        key += '\n';
        key += *part;
    }
    key += static_cast<char>('a' + static_cast<int>(caller.role));
    key += caller.counted ? '1' : '0';
    return key;
}

// The policies of a snapshot are those of the tenant it was taken of.
std::string_view owner_of(std::string_view tenant) {
    const auto inner = InnerTenant::parse(tenant);
    return inner ? inner->owner : tenant;
}

// Whether a rule may be about one of the types; none: about any.
bool speaks_of(const AccessRule& rule, const std::vector<std::string>& types) {
    if (rule.types.empty() || types.empty()) return true;
    return std::any_of(types.begin(), types.end(), [&](const std::string& type) {
        return std::find(rule.types.begin(), rule.types.end(), type) != rule.types.end();
    });
}

// What was compiled for who asks, where it still holds.
template <typename ReadyByKey>
std::shared_ptr<const AccessFilter> ready_for(const ReadyByKey& all, const std::string& key,
                                              const AccessFilter& base, Time now) {
    const auto found = all.find(key);
    if (found == all.end() || !found->second.base->reaches_as(base)) return nullptr;
    const auto& bound = found->second.bound;
    return bound.until && *bound.until <= now ? nullptr : bound.filter;
}

}  // namespace

Result<void> Policies::load(Store& store, const Clock& clock) {
    store_ = &store;
    clock_ = &clock;
    store.add_projection(*this);
    for (const auto& [name, tenant] : store.tenants()) {
        for (const auto& [number, bytes] : TRY(store.records(tenant, kKind))) {
            take(tenant, TRY(decode_policy_version(bytes)));
        }
        for (const auto& [id, bytes] : TRY(store.records(tenant, kHaltKind))) {
            take(tenant, TRY(decode_halt(bytes)));
        }
    }
    return counts_.load(store, clock);
}

// What is in force and what is halted have become others.
void Policies::renew(Table& table, OfTenant& own) {
    own.whole = own.set;
    if (!own.halted.empty()) {
        auto whole =
            own.set ? std::make_shared<PolicySet>(*own.set) : std::make_shared<PolicySet>();
        for (const auto& [id, halted] : own.halted) whole->policies.push_back(halted);
        own.whole = std::move(whole);
    }
    std::vector<Policy> limited;
    if (own.whole) {
        std::copy_if(own.whole->policies.begin(), own.whole->policies.end(),
                     std::back_inserter(limited), [](const Policy& p) { return !!p.limit; });
    }
    own.limited =
        limited.empty() ? nullptr : std::make_shared<const std::vector<Policy>>(std::move(limited));
    table.ready -= own.ready.size();
    own.ready.clear();
    const auto& tenants = table.tenants;
    any_ = std::any_of(tenants.begin(), tenants.end(),
                       [](const auto& t) { return t.second.whole != nullptr; });
    limited_ = std::any_of(tenants.begin(), tenants.end(),
                           [](const auto& t) { return t.second.limited != nullptr; });
}

void Policies::take(TenantId tenant, const PolicyVersion& version) {
    using State = PolicyVersion::State;
    table_.with([&](Table& table) {
        OfTenant& own = table.tenants[tenant];
        if (version.state == State::InForce) {
            own.number = version.number;
            PolicySet set = version.set;
            set.number = version.number;
            own.set = std::make_shared<const PolicySet>(std::move(set));
        } else if (own.number == version.number) {
            own.number = 0;
            own.set = nullptr;
        } else {
            return;
        }
        renew(table, own);
    });
}

bool Policies::has_halts(TenantId tenant) const {
    return table_.read([&](const Table& table) {
        const auto own = table.tenants.find(tenant);
        return own != table.tenants.end() && !own->second.halted.empty();
    });
}

void Policies::take(TenantId tenant, const Halt& halt) {
    table_.with([&](Table& table) {
        OfTenant& own = table.tenants[tenant];
        if (halt.lifted_at) {
            own.halted.erase(halt.id);
        } else {
            own.halted.insert_or_assign(halt.id, halt.prohibition);
        }
        renew(table, own);
    });
}

void Policies::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (!record.value) continue;
        if (record.kind == kKind) {
            if (const auto version = decode_policy_version(*record.value)) {
                take(record.tenant, *version);
            }
        } else if (record.kind == kHaltKind) {
            if (const auto halt = decode_halt(*record.value)) take(record.tenant, *halt);
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

void Policies::forget_ready(TenantId tenant) {
    table_.with([&](Table& table) {
        const auto own = table.tenants.find(tenant);
        if (own == table.tenants.end()) return;
        table.ready -= own->second.ready.size();
        own->second.ready.clear();
    });
}

std::shared_ptr<const PolicySet> Policies::in_force(TenantId tenant) const {
    if (!any_) return nullptr;
    return table_.read([&](const Table& table) {
        const auto own = table.tenants.find(tenant);
        return own == table.tenants.end() ? nullptr : own->second.set;
    });
}

bool Policies::takes_twelve_digits(std::string_view tenant,
                                   const std::vector<std::string>& types) const {
    const auto id = store_->tenant(owner_of(tenant));
    const auto set = id ? in_force(*id) : nullptr;
    return set != nullptr && std::ranges::any_of(types, [&](const std::string& type) {
               return std::ranges::find(set->other_digits, type) != set->other_digits.end();
           });
}

Policies::Bound Policies::bound_by(const PolicySet& set, const Caller& caller, Time now,
                                   const AskUsesLeft& left) {
    Compiled compiled = compile(set, caller, now, left);
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
    const std::string& key = key_of(caller);
    const Time now = clock_->now();
    std::shared_ptr<const PolicySet> set;
    auto ready = table_.read([&](const Table& table) -> std::shared_ptr<const AccessFilter> {
        const auto own = table.tenants.find(*tenant);
        if (own == table.tenants.end()) return nullptr;
        auto found = ready_for(own->second.ready, key, *caller.access, now);
        if (found == nullptr) set = own->second.whole;
        return found;
    });
    if (ready != nullptr) return ready;
    if (set == nullptr && !scoped) return caller.access;
    static const PolicySet kNone;
    Bound bound = bound_by(set == nullptr ? kNone : *set, caller, now, left_to(*tenant, caller));
    table_.with([&](Table& table) {
        OfTenant& own = table.tenants[*tenant];
        if (own.whole != set) return;  // changed meanwhile
        if (table.ready >= kMaxCompiled) {
            for (auto& [id, other] : table.tenants) other.ready.clear();
            table.ready = 0;
        }
        table.ready += own.ready.contains(key) ? 0 : 1;
        own.ready.insert_or_assign(key, Ready{caller.access, bound});
    });
    return bound.filter;
}

AskUsesLeft Policies::left_to(TenantId tenant, const Caller& caller) const {
    return [this, tenant, &caller](const Policy& policy) {
        return counts_.left(tenant, policy, caller.subject);
    };
}

Result<void> Policies::count_use(const Caller& caller, TenantId tenant,
                                 const std::vector<std::string>& types, bool may_wait) {
    if (!limited_ || !caller.counted || caller.role == Role::Service) return {};
    std::shared_ptr<const PolicySet> set;
    const auto limited = table_.read([&](const Table& table) {
        const auto own = table.tenants.find(tenant);
        if (own == table.tenants.end()) return std::shared_ptr<const std::vector<Policy>>{};
        set = own->second.whole;
        return own->second.limited;
    });
    if (limited == nullptr) return {};
    const Time now = clock_->now();
    bool is_last = false;
    bool is_refused = false;
    for (const Policy& policy : *limited) {
        if (!applies(policy, caller, now) || !speaks_of(policy.rule, types)) continue;
        const bool taken = TRY(counts_.take(tenant, policy, caller.subject, may_wait));
        is_refused = is_refused || !taken;
        is_last = is_last || counts_.left(tenant, policy, caller.subject).times == 0;
    }
    if (!is_refused && !is_last) return {};
    // What had been used up before they came is no part of what they may do.
    const Compiled compiled = compile(*set, caller, now, left_to(tenant, caller));
    const auto& known = caller.access->governance;
    if (known && known->fingerprint() == compiled.governance->fingerprint()) return {};
    forget_ready(tenant);
    if (!is_refused) return {};
    return Error{ErrorCode::Forbidden,
                 "a permission was used up while this was under way; ask again"};
}

}  // namespace musubi

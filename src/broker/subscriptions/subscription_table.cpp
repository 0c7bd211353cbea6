#include "broker/subscriptions/subscription_table.h"

#include <algorithm>

#include "base/bytes.h"

namespace musubi {
namespace {

bool by_id(const SubscriptionPtr& a, const SubscriptionPtr& b) { return a->id < b->id; }

}  // namespace

Result<void> SubscriptionTable::load(Store& store) {
    store.add_projection(*this);
    for (const auto& [name, tenant] : store.tenants()) {
        for (const std::string_view kind : {kSubscriptionKind, kSubscriptionThrottleKind}) {
            for (const auto& [id, value] : TRY(store.records(tenant, kind))) {
                take(tenant, kind, id, value);
            }
        }
    }
    return {};
}

void SubscriptionTable::put(Tenant& tenant, const SubscriptionPtr& subscription) {
    tenant.by_id.emplace(subscription->id, subscription);
    if (subscription->periodic()) {
        tenant.periodic.push_back(subscription);
    } else {
        tenant.shelves.put(subscription);
    }
}

void SubscriptionTable::drop(Tenant& tenant, const std::string& id) {
    const auto found = tenant.by_id.find(id);
    if (found == tenant.by_id.end()) return;
    const SubscriptionPtr gone = found->second;
    tenant.by_id.erase(found);
    if (gone->periodic()) {
        std::erase(tenant.periodic, gone);
    } else {
        tenant.shelves.drop(gone);
    }
}

void SubscriptionTable::take(TenantId tenant, std::string_view kind, const std::string& name,
                             const std::optional<std::string>& value) {
    if (kind == kSubscriptionThrottleKind) {
        tables_.with([&](Tables& tables) {
            auto& last = tables[tenant].last_told;
            last.erase(name);
            if (value && value->size() == 8) {
                last.emplace(name, Time{static_cast<std::int64_t>(read_be64(*value))});
            }
        });
        return;
    }
    SubscriptionPtr subscription;
    if (value) {
        auto decoded = decode_subscription(*value, contexts_);
        if (decoded) {
            subscription = std::make_shared<const Subscription>(std::move(decoded).value());
        } else {
            log_.error("subscriptions", "a stored subscription can not be read; it tells nothing",
                       {field("subscription", name), field("why", to_text(decoded.error()))});
        }
    }
    tables_.with([&](Tables& tables) {
        Tenant& own = tables[tenant];
        drop(own, name);
        if (subscription) put(own, subscription);
    });
}

SubscriptionPtr SubscriptionTable::find(TenantId tenant, std::string_view id) const {
    if (others_ != nullptr && id.starts_with(OtherSubscriptions::kMark)) {
        return others_->find(tenant, id.substr(OtherSubscriptions::kMark.size()));
    }
    return tables_.read([&](const Tables& tables) -> SubscriptionPtr {
        const auto own = tables.find(tenant);
        if (own == tables.end()) return nullptr;
        const auto found = own->second.by_id.find(std::string(id));
        return found == own->second.by_id.end() ? nullptr : found->second;
    });
}

std::vector<SubscriptionPtr> SubscriptionTable::list(TenantId tenant) const {
    std::vector<SubscriptionPtr> out;
    tables_.read([&](const Tables& tables) {
        const auto own = tables.find(tenant);
        if (own == tables.end()) return;
        for (const auto& [id, subscription] : own->second.by_id) out.push_back(subscription);
    });
    std::sort(out.begin(), out.end(), by_id);
    return out;
}

std::size_t SubscriptionTable::size(TenantId tenant) const {
    return tables_.read([&](const Tables& tables) {
        const auto own = tables.find(tenant);
        return own == tables.end() ? std::size_t{0} : own->second.by_id.size();
    });
}

std::vector<SubscriptionPtr> SubscriptionTable::candidates(TenantId tenant,
                                                           const EntityChange& change) const {
    return tables_.read([&](const Tables& tables) -> std::vector<SubscriptionPtr> {
        const auto own = tables.find(tenant);
        if (own == tables.end()) return {};
        return own->second.shelves.candidates(change);
    });
}

std::vector<SubscriptionPtr> SubscriptionTable::periodic(TenantId tenant) const {
    return tables_.read([&](const Tables& tables) -> std::vector<SubscriptionPtr> {
        const auto own = tables.find(tenant);
        if (own == tables.end()) return {};
        return own->second.periodic;
    });
}

std::optional<Time> SubscriptionTable::last_told(TenantId tenant, std::string_view id) const {
    return tables_.read([&](const Tables& tables) -> std::optional<Time> {
        const auto own = tables.find(tenant);
        if (own == tables.end()) return std::nullopt;
        const auto found = own->second.last_told.find(std::string(id));
        if (found == own->second.last_told.end()) return std::nullopt;
        return found->second;
    });
}

void SubscriptionTable::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (record.kind != kSubscriptionKind && record.kind != kSubscriptionThrottleKind) continue;
        take(record.tenant, record.kind, record.name, record.value);
    }
}

void SubscriptionTable::erase_tenant(TenantId tenant) {
    tables_.with([&](Tables& tables) { tables.erase(tenant); });
}

}  // namespace musubi

#include "broker/registrations/source_subscription_table.h"

#include "base/bytes.h"

namespace musubi {

Result<void> SourceSubscriptionTable::load(Store& store) {
    store.add_projection(*this);
    for (const auto& [name, tenant] : store.tenants()) {
        for (const std::string_view kind : {kSourceSubscriptionKind, kSourceSubscriptionToldKind}) {
            for (const auto& [id, value] : TRY(store.records(tenant, kind))) {
                take(tenant, kind, id, value);
            }
        }
    }
    return {};
}

void SourceSubscriptionTable::take(TenantId tenant, std::string_view kind, const std::string& name,
                                   const std::optional<std::string>& value) {
    if (kind == kSourceSubscriptionToldKind) {
        tables_.with([&](Tables& tables) {
            auto& last = tables[tenant].last_told;
            last.erase(name);
            if (value && value->size() == 8) {
                last.emplace(name, Time{static_cast<std::int64_t>(read_be64(*value))});
            }
        });
        return;
    }
    SourceSubscriptionPtr subscription;
    if (value) {
        auto decoded = decode_source_subscription(*value, contexts_);
        if (decoded) {
            subscription = std::make_shared<const SourceSubscription>(std::move(decoded).value());
        } else {
            log_.error("registrations", "a stored subscription can not be read; it tells nothing",
                       {field("subscription", name), field("why", to_text(decoded.error()))});
        }
    }
    tables_.with([&](Tables& tables) {
        auto& own = tables[tenant].by_id;
        own.erase(name);
        if (subscription) own.emplace(name, subscription);
    });
}

SourceSubscriptionPtr SourceSubscriptionTable::get(TenantId tenant, std::string_view id) const {
    return tables_.read([&](const Tables& tables) -> SourceSubscriptionPtr {
        const auto own = tables.find(tenant);
        if (own == tables.end()) return nullptr;
        const auto found = own->second.by_id.find(id);
        return found == own->second.by_id.end() ? nullptr : found->second;
    });
}

SubscriptionPtr SourceSubscriptionTable::find(TenantId tenant, std::string_view id) const {
    const SourceSubscriptionPtr found = get(tenant, id);
    return found ? found->base : nullptr;
}

std::vector<SourceSubscriptionPtr> SourceSubscriptionTable::list(TenantId tenant) const {
    std::vector<SourceSubscriptionPtr> out;
    tables_.read([&](const Tables& tables) {
        const auto own = tables.find(tenant);
        if (own == tables.end()) return;
        for (const auto& [id, subscription] : own->second.by_id) out.push_back(subscription);
    });
    return out;
}

std::optional<Time> SourceSubscriptionTable::last_told(TenantId tenant, std::string_view id) const {
    return tables_.read([&](const Tables& tables) -> std::optional<Time> {
        const auto own = tables.find(tenant);
        if (own == tables.end()) return std::nullopt;
        const auto found = own->second.last_told.find(id);
        if (found == own->second.last_told.end()) return std::nullopt;
        return found->second;
    });
}

void SourceSubscriptionTable::apply(const Change* /*change*/,
                                    const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (record.kind != kSourceSubscriptionKind && record.kind != kSourceSubscriptionToldKind) {
            continue;
        }
        take(record.tenant, record.kind, record.name, record.value);
    }
}

void SourceSubscriptionTable::erase_tenant(TenantId tenant) {
    tables_.with([&](Tables& tables) { tables.erase(tenant); });
}

}  // namespace musubi

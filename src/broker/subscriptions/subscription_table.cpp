#include "broker/subscriptions/subscription_table.h"

#include <algorithm>

#include "base/bytes.h"

namespace musubi {
namespace {

bool by_id(const SubscriptionPtr& a, const SubscriptionPtr& b) { return a->id < b->id; }

// Types one of which an entity has, if the selection matches it; none where that can't be told.
std::vector<std::string> needed_types(const TypeSelection& selection) {
    if (selection.kind == TypeSelection::Kind::Type) return {selection.type};
    std::vector<std::string> out;
    for (const TypeSelection& child : selection.children) {
        const auto needed = needed_types(child);
        if (selection.kind == TypeSelection::Kind::And && !needed.empty()) return needed;
        if (needed.empty()) return {};
        out.insert(out.end(), needed.begin(), needed.end());
    }
    return out;
}

// The keys of the shelf a subscription stands on.
struct Place {
    enum class Shelf { Entity, Type, Others } shelf = Shelf::Others;
    std::vector<std::string> keys;
};

Place place_of(const Subscription& subscription) {
    Place by_entity{Place::Shelf::Entity, {}};
    Place by_type{Place::Shelf::Type, {}};
    bool ids = !subscription.entities.empty();
    bool types = ids;
    for (const EntitySelector& selector : subscription.entities) {
        ids = ids && !selector.id.empty();
        by_entity.keys.push_back(selector.id);
        const auto needed =
            selector.types ? needed_types(*selector.types) : std::vector<std::string>{};
        types = types && !needed.empty();
        by_type.keys.insert(by_type.keys.end(), needed.begin(), needed.end());
    }
    Place& place = ids ? by_entity : by_type;
    if (!ids && !types) return {};
    std::sort(place.keys.begin(), place.keys.end());
    place.keys.erase(std::unique(place.keys.begin(), place.keys.end()), place.keys.end());
    return std::move(place);
}

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
    const Place place = place_of(*subscription);
    if (place.shelf == Place::Shelf::Others) tenant.others.push_back(subscription);
    Shelf& shelf = place.shelf == Place::Shelf::Entity ? tenant.by_entity : tenant.by_type;
    for (const std::string& key : place.keys) shelf[key].push_back(subscription);
}

void SubscriptionTable::drop(Tenant& tenant, const std::string& id) {
    const auto found = tenant.by_id.find(id);
    if (found == tenant.by_id.end()) return;
    const SubscriptionPtr gone = found->second;
    tenant.by_id.erase(found);
    const Place place = place_of(*gone);
    if (place.shelf == Place::Shelf::Others) std::erase(tenant.others, gone);
    Shelf& shelf = place.shelf == Place::Shelf::Entity ? tenant.by_entity : tenant.by_type;
    for (const std::string& key : place.keys) {
        const auto line = shelf.find(key);
        if (line == shelf.end()) continue;
        std::erase(line->second, gone);
        if (line->second.empty()) shelf.erase(line);
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

std::vector<SubscriptionPtr> SubscriptionTable::candidates(
    TenantId tenant, const std::string& entity_id, const std::vector<std::string>& types) const {
    std::vector<SubscriptionPtr> out;
    tables_.read([&](const Tables& tables) {
        const auto found = tables.find(tenant);
        if (found == tables.end()) return;
        const Tenant& own = found->second;
        const auto add = [&](const Shelf& shelf, const std::string& key) {
            const auto line = shelf.find(key);
            if (line != shelf.end()) {
                out.insert(out.end(), line->second.begin(), line->second.end());
            }
        };
        add(own.by_entity, entity_id);
        for (const std::string& type : types) add(own.by_type, type);
        out.insert(out.end(), own.others.begin(), own.others.end());
    });
    if (types.size() < 2) return out;  // no subscription stands on two shelves
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
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

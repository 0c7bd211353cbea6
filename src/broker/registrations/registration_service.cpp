#include "broker/registrations/registration_service.h"

#include <algorithm>

#include "broker/registrations/registry_log.h"

namespace musubi {
namespace {

constexpr std::string_view kName = "registrations";
// Less than the log of the registry holds, so that what follows is still decided on it.
constexpr std::size_t kMaxExpiredAtOnce = RegistryLog::kMaxEntries / 2;

Error no_registration(std::string_view id) {
    return {ErrorCode::NotFound, "there is no such registration", std::string(id)};
}

Result<void> may_register(const Caller& caller) {
    const auto& access = caller.access;
    if (access && access->may_administer && access->has_all_types()) return {};
    return Error{ErrorCode::Forbidden, "registrations are for an operator's key without limits"};
}

bool shares_attribute(const RegistrationInfo& a, const RegistrationInfo& b) {
    if (a.any_attribute() || b.any_attribute()) return true;
    const auto in_b = [&](const std::string& name) { return b.has_attribute(name); };
    return std::any_of(a.properties.begin(), a.properties.end(), in_b) ||
           std::any_of(a.relationships.begin(), a.relationships.end(), in_b);
}

bool shares_entity(const RegistrationInfo& a, const RegistrationInfo& exclusive) {
    if (a.entities.empty()) return true;
    for (const EntityInfo& other : exclusive.entities) {
        const auto is_it = [&](const EntityInfo& e) {
            if (!e.id.empty()) return e.id == other.id;
            if (e.id_pattern && !e.id_pattern->found_in(other.id)) return false;
            return std::any_of(e.types.begin(), e.types.end(), [&](const std::string& type) {
                return std::find(other.types.begin(), other.types.end(), type) != other.types.end();
            });
        };
        if (std::any_of(a.entities.begin(), a.entities.end(), is_it)) return true;
    }
    return false;
}

bool overlaps(const Registration& a, const Registration& exclusive) {
    for (const RegistrationInfo& mine : a.information) {
        for (const RegistrationInfo& other : exclusive.information) {
            if (shares_entity(mine, other) && shares_attribute(mine, other)) return true;
        }
    }
    return false;
}

TypeSelection all_of(const std::vector<std::string>& types) {
    const auto one = [](const std::string& type) {
        return TypeSelection{.kind = TypeSelection::Kind::Type, .type = type, .children = {}};
    };
    if (types.size() == 1) return one(types.front());
    TypeSelection out{.kind = TypeSelection::Kind::And, .type = {}, .children = {}};
    for (const std::string& type : types) out.children.push_back(one(type));
    return out;
}

// The queries that find the entities here that a registration speaks of.
std::vector<EntityQuery> local_queries(const Registration& registration) {
    std::vector<EntityQuery> out;
    for (const RegistrationInfo& info : registration.information) {
        EntityQuery query;
        query.limit = 1;
        query.attrs = info.properties;
        query.attrs.insert(query.attrs.end(), info.relationships.begin(), info.relationships.end());
        if (info.entities.empty()) out.push_back(query);
        for (const EntityInfo& entity : info.entities) {
            EntityQuery one = query;
            if (!entity.id.empty()) one.ids = {entity.id};
            one.id_pattern = entity.id_pattern;
            one.types = all_of(entity.types);
            out.push_back(std::move(one));
        }
    }
    return out;
}

}  // namespace

Result<void> RegistrationService::check_conflicts(Transaction& tx,
                                                  const Registration& registration) const {
    const bool proxied = registration.mode == RegistrationMode::Exclusive ||
                         registration.mode == RegistrationMode::Redirect;
    if (!proxied) return {};
    for (const RegistrationPtr& other : TRY(notifier_.registrations(tx))) {
        if (other->mode != RegistrationMode::Exclusive || other->id == registration.id ||
            other->expired(tx.now()) || !overlaps(registration, *other)) {
            continue;
        }
        return Error{
            ErrorCode::Conflict,
            "another registration has an attribute of these entities exclusively: " + other->id,
            "/information"};
    }
    return check_entities(tx, registration);
}

// 5.9.2.4: what is registered as held elsewhere alone must not be here.
Result<void> RegistrationService::check_entities(Transaction& tx,
                                                 const Registration& registration) const {
    const Error conflict{ErrorCode::Conflict,
                         "an entity of these is here already; delete it first, or register the "
                         "source as inclusive",
                         "/information"};
    const Caller service = service_caller(tx.caller().tenant, kName);
    for (const EntityQuery& query : local_queries(registration)) {
        if (!query.ids.empty()) {
            const EntityPtr present = TRY(tx.find(query.ids.front()));
            if (present && covers(registration, *present)) return conflict;
            continue;
        }
        if (!TRY(store_.query(service, query)).entities.empty()) return conflict;
    }
    return {};
}

Result<void> RegistrationService::create(Transaction& tx, Registration registration,
                                         const Context& context) const {
    TRY(may_register(tx.caller()));
    TRY(check_expiry(registration, tx.now()));
    if (TRY(tx.record(kRegistrationKind, registration.id))) {
        return Error{ErrorCode::AlreadyExists, "a registration with this id exists",
                     registration.id};
    }
    if (table_.shelf(tx.tenant())->by_id.size() >= RegistrationTable::kMaxPerTenant) {
        return Error{ErrorCode::TooLarge,
                     "there are 10,000 registrations; delete those that nobody needs"};
    }
    TRY(check_conflicts(tx, registration));
    registration.context = context.source();
    registration.created_at = registration.modified_at = tx.now();
    const auto made = std::make_shared<const Registration>(std::move(registration));
    TRY(notifier_.tell_change(tx, nullptr, made));
    tx.put_record(kRegistrationKind, made->id, encode_registration(*made));
    return note_change(tx, /*is_subscription=*/false, made->id);
}

Result<void> RegistrationService::patch(Transaction& tx, std::string_view id, const Json& patch,
                                        const Context& context) const {
    TRY(may_register(tx.caller()));
    const auto stored = TRY(tx.record(kRegistrationKind, id));
    if (!stored) return no_registration(id);
    const auto before = std::make_shared<const Registration>(TRY(decode_registration(*stored)));
    Registration changed = TRY(patch_registration(*before, patch, context));
    if (patch.find("expiresAt") != nullptr) TRY(check_expiry(changed, tx.now()));
    const bool touches = patch.find("information") != nullptr || patch.find("mode") != nullptr;
    if (touches) TRY(check_conflicts(tx, changed));
    changed.modified_at = tx.now();
    const auto after = std::make_shared<const Registration>(std::move(changed));
    TRY(notifier_.tell_change(tx, before, after));
    tx.put_record(kRegistrationKind, id, encode_registration(*after));
    return note_change(tx, /*is_subscription=*/false, id);
}

Result<void> RegistrationService::remove(Transaction& tx, std::string_view id) const {
    TRY(may_register(tx.caller()));
    const auto stored = TRY(tx.record(kRegistrationKind, id));
    if (!stored) return no_registration(id);
    // One that can not be read can still be deleted.
    if (auto before = decode_registration(*stored)) {
        TRY(notifier_.tell_change(
            tx, std::make_shared<const Registration>(std::move(before).value()), nullptr));
    }
    tx.erase_record(kRegistrationKind, id);
    tx.erase_record(kRegistrationStateKind, id);
    return note_change(tx, /*is_subscription=*/false, id);
}

Result<void> RegistrationService::remove_expired(Transaction& tx) const {
    std::size_t left = kMaxExpiredAtOnce;
    for (const RegistrationPtr& registration : TRY(notifier_.registrations(tx))) {
        if (!registration->expired(tx.now())) continue;
        TRY(remove(tx, registration->id));
        if (--left == 0) return {};
    }
    return {};
}

Result<void> RegistrationService::count_requests(Transaction& tx, const SourceTally& tally) {
    const std::string& id = tally.registration;
    if (!TRY(tx.record(kRegistrationKind, id))) return {};
    const auto stored = TRY(tx.record(kRegistrationStateKind, id));
    SubscriptionState state = stored ? TRY(decode_state(*stored)) : SubscriptionState{};
    state.times_sent += tally.sent;
    state.times_failed += tally.failed;
    if (tally.last_success) state.last_success = *tally.last_success;
    if (tally.last_failure) {
        state.last_failure = *tally.last_failure;
        state.last_failure_reason = tally.reason;
    }
    tx.put_record(kRegistrationStateKind, id, encode_state(state));
    return {};
}

Result<RegistrationService::Seen> RegistrationService::with_state(
    TenantId tenant, RegistrationPtr registration) const {
    const auto stored = TRY(store_.record(tenant, kRegistrationStateKind, registration->id));
    Seen seen{std::move(registration), {}};
    if (stored) seen.state = TRY(decode_state(*stored));
    return seen;
}

Result<RegistrationService::Seen> RegistrationService::find(const Caller& caller,
                                                            std::string_view id) const {
    const TenantId tenant = TRY(store_.tenant(caller.tenant));
    const RegistrationPtr found = table_.find(tenant, id);
    if (!found || !caller.access || !may_see(*caller.access, *found)) return no_registration(id);
    return with_state(tenant, found);
}

Result<RegistrationService::Page> RegistrationService::query(const Caller& caller,
                                                             const SourceQuery& query,
                                                             const EntityQuery& page,
                                                             Time now) const {
    const TenantId tenant = TRY(store_.tenant(caller.tenant));
    Page out;
    const RegistrationShelfPtr shelf = table_.shelf(tenant);
    for (const auto& [id, registration] : shelf->by_id) {
        if (registration->expired(now) || !may_see(*caller.access, *registration)) continue;
        if (!matches_conditions(*registration, query)) continue;
        if (matching_information(*registration, query).empty()) continue;
        if (out.count++ >= page.offset && out.registrations.size() < page.limit) {
            out.registrations.push_back(TRY(with_state(tenant, registration)));
        }
    }
    return out;
}

}  // namespace musubi

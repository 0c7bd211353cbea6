#include "api/use.h"

#include <algorithm>
#include <array>
#include <span>

#include "api/tenancy.h"
#include "store/departed.h"
#include "trust/policies/compile.h"

namespace musubi {
namespace {

void add_types(const TypeSelection& selection, std::vector<std::string>& types) {
    if (selection.kind == TypeSelection::Kind::Type) types.push_back(selection.type);
    for (const TypeSelection& child : selection.children) add_types(child, types);
}

Error needs_ground(const ApiCall& call, const PersonalType& personal) {
    std::string purposes;
    for (const std::string& purpose : personal.purposes) {
        purposes += (purposes.empty() ? "" : ", ") + purpose;
    }
    return {ErrorCode::Forbidden,
            "the type is personal: state the purpose and the ground of this use with the headers " +
                std::string(kPurposeHeader) + " and " + std::string(kGroundHeader) +
                " (within-purpose is for: " + purposes + ")",
            call.context->compact(personal.type)};
}

Result<void> check_personal(const App& app, const ApiCall& call,
                            const std::vector<std::string>& types) {
    const auto set = app.policies.in_force(call.owner);
    if (set == nullptr || call.caller.role == Role::Service) return {};
    for (const PersonalType& personal : set->personal) {
        const bool meant = std::find(types.begin(), types.end(), personal.type) != types.end();
        if (meant && !has_ground(personal, call.caller)) return needs_ground(call, personal);
    }
    return {};
}

Result<void> count_use(const App& app, const ApiCall& call, const std::vector<std::string>& types) {
    return app.policies.count_use(call.caller, call.owner, types, call.may_wait);
}

constexpr std::string_view kTemporal = "/ngsi-ld/v1/temporal/";

AccessJournal access_journal(const App& app) { return {app.store, app.policies, app.journal}; }

AccessedEntity accessed(const Entity& entity) { return {entity.id, &entity.types, &entity}; }

std::vector<AccessedEntity> accessed(const std::vector<EntityPtr>& entities) {
    std::vector<AccessedEntity> out;
    out.reserve(entities.size());
    for (const EntityPtr& entity : entities) {
        if (entity) out.push_back(accessed(*entity));
    }
    return out;
}

AccessEntry access_entry(const ApiCall& call) {
    AccessEntry entry = access_entry(call.caller, call.request.path);
    if (!call.decided_by.empty()) entry.details.text("decidedBy", call.decided_by);
    return entry;
}

// Of what tells of no entities by themselves.
Result<void> write_entry(const App& app, const PolicySet& set, AccessEntry entry) {
    entry.details.whole("policyVersion", std::int64_t{set.number});
    TRY(app.journal.write(entry.who, TRY(entry.details.str())));
    return {};
}

// What is personal of what leaves; where nothing of it is, no entry is made.
Result<void> write_leaving(const App& app, const ApiCall& call, const PolicySet& set,
                           std::span<const AccessedEntity> leaving) {
    const bool history = call.request.path.starts_with(kTemporal);
    return write_access(access_journal(app), set, call.caller, access_entry(call),
                        {leaving, history ? AccessedTime::History : AccessedTime::Present});
}

Result<void> record_one(const App& app, const ApiCall& call, const Entity& entity) {
    const auto set = app.policies.in_force(call.owner);
    if (set == nullptr) return {};
    const std::array leaving{accessed(entity)};
    if (!are_personal(*set, leaving)) return {};
    return write_leaving(app, call, *set, leaving);
}

}  // namespace

Result<void> record_access(const App& app, const ApiCall& call,
                           const std::vector<EntityPtr>& entities) {
    const auto set = app.policies.in_force(call.owner);
    if (set == nullptr || set->personal.empty()) return {};
    const auto leaving = accessed(entities);
    if (!are_personal(*set, leaving)) return {};
    return write_leaving(app, call, *set, leaving);
}

Result<void> record_sent(const App& app, const ApiCall& call, const AccessedEntity& entity,
                         std::string_view source) {
    const auto set = app.policies.in_force(call.owner);
    if (set == nullptr || set->personal.empty()) return {};
    std::vector<std::string> types = *entity.types;
    if (types.empty()) {
        const EntityPtr there =
            TRY(app.store.find(service_caller(call.caller.tenant, "use"), entity.id));
        if (there) types = there->types;
    }
    // What nothing is known of is taken for personal.
    if (types.empty()) types = {set->personal.front().type};
    const std::array sent{AccessedEntity{entity.id, &types, nullptr}};
    if (!are_personal(*set, sent)) return {};
    AccessEntry entry = access_entry(call);
    entry.details.text("source", source);
    return write_access(access_journal(app), *set, call.caller, std::move(entry), {sent});
}

namespace {

// The personal types of a question whose answer may tell of them; not more than an entry holds.
Json::Array personal_among(const PolicySet& set, const Caller& caller, const AskedTypes& asked) {
    constexpr std::size_t kMaxBytes = 8U << 10U;
    Json::Array out;
    std::size_t bytes = 0;
    for (const PersonalType& personal : set.personal) {
        const auto& named = asked.named;
        const bool meant =
            asked.any || std::find(named.begin(), named.end(), personal.type) != named.end();
        // Without a ground none of them is seen, nor compared, nor counted.
        if (!meant || !(asked.unbound || has_ground(personal, caller))) continue;
        bytes += personal.type.size();
        if (bytes > kMaxBytes && !out.empty()) break;
        out.emplace_back(personal.type);
    }
    return out;
}

}  // namespace

void AskedTypes::add(const EntityQuery& query) {
    if (query.types) add_types(*query.types, named);
    any = any || !query.types || (query.q && linked_depth(*query.q) > 0);
}

AskedTypes AskedTypes::of(const EntityQuery& query) {
    AskedTypes asked;
    asked.add(query);
    return asked;
}

Result<void> record_answer(const App& app, const ApiCall& call, const AskedTypes& asked,
                           const std::vector<EntityPtr>& entities, std::size_t matches) {
    const auto set = app.policies.in_force(call.owner);
    if (set == nullptr || set->personal.empty()) return {};
    const auto leaving = accessed(entities);
    const bool any = are_personal(*set, leaving);
    if (any) TRY(write_leaving(app, call, *set, leaving));
    if (any && matches <= entities.size()) return {};
    Json personal{personal_among(*set, call.caller, asked)};
    if (personal.array().empty()) return {};
    AccessEntry entry = access_entry(call);
    std::string text;
    TRY(append_canonical(text, personal));
    entry.details.json("asked", text);
    entry.details.whole("matches", static_cast<std::int64_t>(matches));
    return write_entry(app, *set, std::move(entry));
}

Result<void> record_decision(const App& app, const ApiCall& call) {
    if (call.decided_by.empty()) return {};
    const auto set = app.policies.in_force(call.owner);
    if (set == nullptr || set->personal.empty()) return {};
    return write_entry(app, *set, access_entry(call));
}

Result<void> record_ids(const App& app, const ApiCall& call, const std::vector<std::string>& ids) {
    const auto set = app.policies.in_force(call.owner);
    if (set == nullptr || set->personal.empty()) return {};
    if (!call.may_wait) return Error{ErrorCode::MustWait, "what leaves is recorded on a worker"};
    const Caller service = service_caller(call.caller.tenant, "use");
    std::vector<EntityPtr> entities;
    for (const std::string& id : ids) {
        EntityPtr entity = TRY(app.store.find(service, id));
        if (!entity) {
            const auto departed = TRY(find_departed(app.store, service, id));
            if (departed) entity = departed->entity;
        }
        if (entity) entities.push_back(std::move(entity));
    }
    for (const EntityPtr& entity : entities) TRY(check_personal(app, call, entity->types));
    return record_answer(app, call, {.named = {}, .any = true, .unbound = false}, entities,
                         ids.size());
}

Result<void> record_access(const App& app, const Caller& caller, TenantId owner,
                           std::string_view way, const std::vector<EntityPtr>& entities) {
    const auto set = app.policies.in_force(owner);
    if (set == nullptr || set->personal.empty()) return {};
    const auto leaving = accessed(entities);
    if (!are_personal(*set, leaving)) return {};
    return write_access(access_journal(app), *set, caller, access_entry(caller, way), {leaving});
}

Result<void> begin_use(const App& app, const ApiCall& call, AccessAction action,
                       const std::optional<TypeSelection>& types, bool follows) {
    std::vector<std::string> named;
    if (types) add_types(*types, named);
    TRY(check_personal(app, call, named));
    if (action == AccessAction::Read) {
        TRY(count_use(app, call, follows ? std::vector<std::string>{} : named));
    }
    app.uses.note(call.owner, call.caller, action, named);
    return {};
}

Result<void> need_ground(const App& app, const ApiCall& call, const EntityQuery& query) {
    return check_personal(app, call, AskedTypes::of(query).named);
}

Result<void> need_whole_types(const App& app, const ApiCall& call,
                              const std::vector<std::string>& types) {
    const auto set = app.policies.in_force(call.owner);
    if (set == nullptr) return {};
    for (const PersonalType& personal : set->personal) {
        const bool meant = types.empty() || std::ranges::find(types, personal.type) != types.end();
        if (!meant) continue;
        if (!has_ground(personal, call.caller)) return needs_ground(call, personal);
        if (call.caller.access->shows_all_rows({personal.type})) continue;
        return Error{ErrorCode::Forbidden,
                     "the type is personal, and a policy does not let you read all of it",
                     call.context->compact(personal.type)};
    }
    return {};
}

bool sees_whole(const Caller& caller, const EntityPtr& entity) {
    return caller.access != nullptr && caller.access->view(entity) == entity;
}

Result<void> begin_use(const App& app, const ApiCall& call, const EntityQuery& query) {
    const bool follows = query.q && linked_depth(*query.q) > 0;
    return begin_use(app, call, AccessAction::Read, query.types, follows);
}

Result<void> begin_use(const App& app, const ApiCall& call, std::string_view id,
                       const EntityPtr& shown) {
    if (shown) {
        TRY(count_use(app, call, shown->types));
        app.uses.note(call.owner, call.caller, AccessAction::Read, shown->types);
        return record_one(app, call, *shown);
    }
    const Error missing{ErrorCode::NotFound, "there is no such entity", std::string(id)};
    const bool may_learn = call.caller.access->may_read && call.caller.role != Role::Citizen;
    if (!may_learn || call.caller.access->governance == nullptr) return missing;
    const EntityPtr there = TRY(app.store.find(service_caller(call.caller.tenant, "use"), id));
    if (!there) return missing;
    app.uses.note(call.owner, call.caller, AccessAction::Read, there->types);
    TRY(check_personal(app, call, there->types));
    return missing;
}

}  // namespace musubi

#include "api/use.h"

#include <algorithm>

#include "api/tenancy.h"
#include "trust/access_journal.h"
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

std::vector<AccessedEntity> accessed(const std::vector<EntityPtr>& entities) {
    std::vector<AccessedEntity> out;
    out.reserve(entities.size());
    for (const EntityPtr& entity : entities) {
        if (entity) out.push_back({entity->id, &entity->types, entity.get()});
    }
    return out;
}

}  // namespace

Result<void> record_access(const App& app, const ApiCall& call,
                           const std::vector<EntityPtr>& entities) {
    const auto set = app.policies.in_force(call.owner);
    if (set == nullptr) return {};
    const auto leaving = accessed(entities);
    if (!are_personal(set.get(), leaving)) return {};
    JournalEntry entry = access_entry(call.caller, call.request.path);
    if (!call.decided_by.empty()) entry.details.set("decidedBy", call.decided_by);
    const bool history = call.request.path.starts_with(kTemporal);
    return write_access(access_journal(app), call.owner, call.caller, std::move(entry), leaving,
                        history ? AccessedTime::History : AccessedTime::Present);
}

Result<void> record_access(const App& app, const Caller& caller, TenantId owner,
                           std::string_view way, const std::vector<EntityPtr>& entities) {
    const auto set = app.policies.in_force(owner);
    if (set == nullptr) return {};
    const auto leaving = accessed(entities);
    if (!are_personal(set.get(), leaving)) return {};
    return write_access(access_journal(app), owner, caller, access_entry(caller, way), leaving);
}

Result<void> begin_use(const App& app, const ApiCall& call, AccessAction action,
                       const std::optional<TypeSelection>& types, bool follows) {
    std::vector<std::string> named;
    if (types) add_types(*types, named);
    TRY(check_personal(app, call, named));
    TRY(count_use(app, call, follows ? std::vector<std::string>{} : named));
    app.uses.note(call.owner, call.caller, action, named);
    return {};
}

Result<void> begin_use(const App& app, const ApiCall& call, std::string_view id,
                       const EntityPtr& shown) {
    if (shown) {
        TRY(count_use(app, call, shown->types));
        app.uses.note(call.owner, call.caller, AccessAction::Read, shown->types);
        return record_access(app, call, {shown});
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

#include "api/use.h"

#include <algorithm>

#include "api/tenancy.h"
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

bool is_of(const PolicySet& set, const Entity& entity) {
    return std::any_of(set.personal.begin(), set.personal.end(), [&](const PersonalType& personal) {
        return entity.has_type(personal.type);
    });
}

// One entry of at most so many entities: a page of a thousand makes several.
constexpr std::size_t kEntitiesOfAnEntry = 100;

JournalEntry access_entry(const App& app, const Caller& caller, TenantId owner,
                          std::string_view way) {
    JournalEntry entry{.kind = journal_kind::kAccess,
                       .tenant = caller.tenant,
                       .subject = caller.subject,
                       .details = {}};
    entry.details.set("way", way.substr(0, 200));
    entry.details.set("purpose", caller.purpose);
    entry.details.set("ground", caller.ground);
    if (!caller.session.empty()) entry.details.set("session", caller.session);
    entry.details.set("policyVersion",
                      static_cast<std::int64_t>(app.policies.number_in_force(owner)));
    return entry;
}

Result<void> write_access(const App& app, TenantId owner, const JournalEntry& entry,
                          const std::vector<EntityPtr>& entities) {
    const auto set = app.policies.in_force(owner);
    if (set == nullptr || set->personal.empty()) return {};
    std::vector<std::string_view> ids;
    for (const EntityPtr& entity : entities) {
        if (entity && is_of(*set, *entity)) ids.push_back(entity->id);
    }
    for (std::size_t i = 0; i < ids.size(); i += kEntitiesOfAnEntry) {
        JournalEntry part = entry;
        Json::Array some;
        for (std::size_t n = i; n < std::min(i + kEntitiesOfAnEntry, ids.size()); ++n) {
            some.emplace_back(ids[n].substr(0, 300));
        }
        part.details.set("entities", std::move(some));
        TRY(app.journal.write(part));
    }
    return {};
}

}  // namespace

Result<void> record_access(const App& app, const ApiCall& call,
                           const std::vector<EntityPtr>& entities) {
    if (app.policies.in_force(call.owner) == nullptr) return {};
    JournalEntry entry = access_entry(app, call.caller, call.owner, call.request.path);
    if (!call.decided_by.empty()) entry.details.set("decidedBy", call.decided_by);
    return write_access(app, call.owner, entry, entities);
}

Result<void> record_access(const App& app, const Caller& caller, TenantId owner,
                           std::string_view way, const std::vector<EntityPtr>& entities) {
    if (app.policies.in_force(owner) == nullptr) return {};
    return write_access(app, owner, access_entry(app, caller, owner, way), entities);
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

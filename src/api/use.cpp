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

}  // namespace

Result<void> begin_use(const App& app, const ApiCall& call, AccessAction action,
                       const std::optional<TypeSelection>& types) {
    std::vector<std::string> named;
    if (types) add_types(*types, named);
    TRY(check_personal(app, call, named));
    app.uses.note(call.owner, call.caller, action, named);
    return {};
}

Result<void> begin_use(const App& app, const ApiCall& call, std::string_view id,
                       const EntityPtr& shown) {
    if (shown) {
        app.uses.note(call.owner, call.caller, AccessAction::Read, shown->types);
        return {};
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

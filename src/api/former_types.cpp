#include "api/former_types.h"

namespace musubi {

Result<EntityPtr> with_former_types(const App& app, const ApiCall& call, EntityPtr entity) {
    if (entity == nullptr || call.caller.access->is_whole()) return entity;
    const auto set = app.policies.in_force(call.owner);
    if (set == nullptr || set->personal.empty()) return entity;  // nothing would be recorded
    auto types = app.store.types_in_history(call.caller, entity->id);
    if (!types && types.error().code == ErrorCode::NotFound) return entity;  // from elsewhere
    if (!types) return std::move(types).error();
    std::erase_if(*types, [&](const std::string& type) { return entity->has_type(type); });
    if (types->empty()) return entity;
    auto whole = std::make_shared<Entity>(*entity);
    whole->types.insert(whole->types.end(), types->begin(), types->end());
    return EntityPtr{std::move(whole)};
}

}  // namespace musubi

#include <algorithm>

#include "model/query.h"

namespace musubi {

bool matches(const EntityQuery& query, const Entity& entity, const LinkedEntities& linked) {
    const auto contains = [](const std::vector<std::string>& names, const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (!query.ids.empty() && !contains(query.ids, entity.id)) return false;
    if (query.types && !matches(*query.types, entity.types)) return false;
    if (!query.attrs.empty() &&
        std::none_of(entity.attributes.begin(), entity.attributes.end(),
                     [&](const Attribute& a) { return contains(query.attrs, a.name); })) {
        return false;
    }
    if (query.scopes && !matches(*query.scopes, entity.scopes)) return false;
    if (query.q && !matches(*query.q, entity, linked)) return false;
    if (query.geo && !matches(*query.geo, entity)) return false;
    return !query.id_pattern || query.id_pattern->found_in(entity.id);
}

}  // namespace musubi

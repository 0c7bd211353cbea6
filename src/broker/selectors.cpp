#include "broker/selectors.h"

namespace musubi {
namespace {

// The text of a member; empty where it is absent. Fails: BadRequest where it is no text.
Result<std::string> text_of(const Json& json, std::string_view name) {
    const Json* member = json.find(name);
    if (member == nullptr) return std::string{};
    if (!member->is_string()) {
        return Error{ErrorCode::BadRequest, "it is a text", "/" + std::string(name)};
    }
    return member->string();
}

}  // namespace

bool EntitySelector::matches(const std::string& entity_id,
                             const std::vector<std::string>& entity_types) const {
    if (!id.empty() && id != entity_id) return false;
    if (types && !musubi::matches(*types, entity_types)) return false;
    return !id_pattern || id_pattern->found_in(entity_id);
}

Result<std::vector<EntitySelector>> read_selectors(const Json& json, const Context& context) {
    if (!json.is_array() || json.array().empty() || json.array().size() > 1000) {
        return Error{ErrorCode::BadRequest, "it is an array of 1 to 1,000 selectors", "/entities"};
    }
    std::vector<EntitySelector> out;
    for (std::size_t i = 0; i < json.array().size(); ++i) {
        const Json& item = json.array()[i];
        const std::string where = "/entities/" + std::to_string(i);
        if (!item.is_object()) return Error{ErrorCode::BadRequest, "it is an object", where};
        EntitySelector selector;
        selector.id = TRY(text_of(item, "id"));
        if (!selector.id.empty() && !is_uri(selector.id)) {
            return Error{ErrorCode::BadRequest, "the id of an entity is a URI", where + "/id"};
        }
        const std::string type = TRY(text_of(item, "type"));
        if (type.empty()) {
            return Error{ErrorCode::BadRequest, "a selector names a type, or \"*\"",
                         where + "/type"};
        }
        if (type != "*") selector.types = TRY(parse_type_selection(type, context));
        const std::string pattern = TRY(text_of(item, "idPattern"));
        if (!pattern.empty()) selector.id_pattern = TRY(Pattern::parse(pattern));
        out.push_back(std::move(selector));
    }
    return out;
}

Result<GeoQuery> read_geo_query(const Json& json, const Context& context) {
    const Json* coordinates = json.find("coordinates");
    if (!json.is_object() || coordinates == nullptr) {
        return Error{ErrorCode::BadRequest, "a geo-query has georel, geometry and coordinates",
                     "/geoQ"};
    }
    Json parsed;
    if (coordinates->is_string()) parsed = TRY(parse_json(coordinates->string()));
    const std::string relation = TRY(text_of(json, "georel"));
    const std::string geometry = TRY(text_of(json, "geometry"));
    const std::string property = TRY(text_of(json, "geoproperty"));
    return parse_geo_query(relation, geometry, coordinates->is_string() ? parsed : *coordinates,
                           property, context);
}

}  // namespace musubi

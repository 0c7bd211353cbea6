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

constexpr std::size_t kMaxSelectors = 1'000;

// One id, or an array of them (5.2.33).
Result<std::vector<std::string>> read_ids(const Json& selector, const std::string& where) {
    std::vector<std::string> out;
    const Json* member = selector.find("id");
    if (member == nullptr) return out;
    const Json::Array one{*member};
    for (const Json& id : member->is_array() ? member->array() : one) {
        if (!id.is_string() || !is_uri(id.string())) {
            return Error{ErrorCode::BadRequest, "the id of an entity is a URI", where};
        }
        out.push_back(id.string());
    }
    if (out.empty()) return Error{ErrorCode::BadRequest, "the array of ids is empty", where};
    return out;
}

std::string text_of(const TypeSelection& selection, const Context& context, bool inner) {
    if (selection.kind == TypeSelection::Kind::Type) return context.compact(selection.type);
    const char* joint = selection.kind == TypeSelection::Kind::And ? ";" : ",";
    std::string out;
    for (const TypeSelection& child : selection.children) {
        if (!out.empty()) out += joint;
        out += text_of(child, context, true);
    }
    return inner ? "(" + out + ")" : out;
}

}  // namespace

std::string to_text(const TypeSelection& selection, const Context& context) {
    return text_of(selection, context, false);
}

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
        const std::vector<std::string> ids = TRY(read_ids(item, where + "/id"));
        const std::string type = TRY(text_of(item, "type"));
        if (type.empty()) {
            return Error{ErrorCode::BadRequest, "a selector names a type, or \"*\"",
                         where + "/type"};
        }
        if (type != "*") selector.types = TRY(parse_type_selection(type, context));
        const std::string pattern = TRY(text_of(item, "idPattern"));
        // An id takes precedence (5.2.33).
        if (!pattern.empty() && ids.empty()) selector.id_pattern = TRY(Pattern::parse(pattern));
        if (ids.empty()) out.push_back(selector);
        for (const std::string& id : ids) {
            selector.id = id;
            out.push_back(selector);
        }
        if (out.size() > kMaxSelectors) {
            return Error{ErrorCode::BadRequest, "at most 1,000 entities can be selected", where};
        }
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

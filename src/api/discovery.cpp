#include <map>
#include <set>

#include "api/discovery_facts.h"
#include "api/handlers.h"
#include "api/parameters.h"
#include "api/use.h"
#include "model/ngsild/members.h"

// Which types and attributes there are (GS CIM 009 v1.9.1, 5.7.5-5.7.10), of the entities that the
// caller may read. Answered from the shapes in the index.
namespace musubi::api {
namespace {

void add(AttributeFacts& facts, const EntityShape& shape, const EntityShape::Part& part) {
    facts.instances += part.instances * shape.entities;
    facts.kinds.insert(part.kind);
    facts.types.insert(shape.types.begin(), shape.types.end());
}

std::map<std::string, TypeFacts> types_of_shapes(const std::vector<EntityShape>& shapes) {
    std::map<std::string, TypeFacts> types;
    for (const EntityShape& shape : shapes) {
        for (const std::string& type : shape.types) {
            TypeFacts& facts = types[type];
            facts.entities += shape.entities;
            for (const auto& part : shape.parts) add(facts.attributes[part.name], shape, part);
        }
    }
    return types;
}

std::map<std::string, AttributeFacts> attributes_of(const std::vector<EntityShape>& shapes) {
    std::map<std::string, AttributeFacts> attributes;
    for (const EntityShape& shape : shapes) {
        for (const auto& part : shape.parts) add(attributes[part.name], shape, part);
    }
    return attributes;
}

template <typename Names>
Json names(const ApiCall& call, const Names& from) {
    Json::Array out;
    for (const std::string& name : from) out.emplace_back(call.context->compact(name));
    return Json{std::move(out)};
}

template <typename Facts>
std::vector<std::string> keys(const std::map<std::string, Facts>& from) {
    std::vector<std::string> out;
    for (const auto& [name, facts] : from) out.push_back(name);
    return out;
}

Json kinds(const AttributeFacts& facts) {
    Json::Array out;
    for (const AttributeKind kind : facts.kinds) out.emplace_back(ngsild::kind_name(kind));
    return Json{std::move(out)};
}

// What each of these objects begins with, and the context where it belongs into the body.
Json described(const ApiCall& call, const std::string& id, std::string_view type) {
    Json out;
    if (call.wants_ld) out.set("@context", call.context->source());
    out.set("id", id);
    out.set("type", type);
    return out;
}

// 5.2.25
Json entity_type(const ApiCall& call, const std::string& name, const TypeFacts& facts) {
    Json out = described(call, name, "EntityType");
    out.set("typeName", call.context->compact(name));
    out.set("attributeNames", names(call, keys(facts.attributes)));
    return out;
}

// 5.2.26
Json entity_type_info(const ApiCall& call, const std::string& name, const TypeFacts& facts) {
    Json out = described(call, name, "EntityTypeInfo");
    out.set("typeName", call.context->compact(name));
    out.set("entityCount", static_cast<std::int64_t>(facts.entities));
    Json::Array details;
    for (const auto& [attribute, attribute_facts] : facts.attributes) {
        Json item;
        item.set("id", attribute);
        item.set("type", "Attribute");
        item.set("attributeName", call.context->compact(attribute));
        item.set("attributeTypes", kinds(attribute_facts));
        details.push_back(std::move(item));
    }
    out.set("attributeDetails", std::move(details));
    return out;
}

// 5.2.28, as far as a list has it
Json attribute(const ApiCall& call, const std::string& name, const AttributeFacts& facts) {
    Json out = described(call, name, "Attribute");
    out.set("attributeName", call.context->compact(name));
    out.set("typeNames", names(call, facts.types));
    return out;
}

// A list of names is a thing of its own, with an id that is new each time (5.2.24, 5.2.27).
Json name_list(const App& app, const ApiCall& call, std::string_view type, std::string_view member,
               const std::vector<std::string>& from) {
    const std::string id = "urn:ngsi-ld:" + std::string(type) + ":" + random_token(app.random);
    Json out = described(call, id, type);
    out.set(member, names(call, from));
    return out;
}

HttpResponse counted(const ApiCall& call, const Json& body, std::size_t count, bool wanted) {
    HttpResponse response = json_response(call, to_text(body));
    if (wanted) response.headers.emplace_back("NGSILD-Results-Count", std::to_string(count));
    return response;
}

// What is here, and what sources tell beside it.
Result<Answer> discover(const App& app, const ApiCall& call, FactsAsked asked,
                        std::function<Result<HttpResponse>(const Facts&)> show) {
    Facts facts;
    const auto shapes = TRY(app.store.shapes(call.caller));
    facts.types = types_of_shapes(shapes);
    facts.attributes = attributes_of(shapes);
    if (is_shared(app, call)) {
        auto later = TRY(discover_at_sources(app, call, std::move(asked), facts, show));
        if (later) return Answer{std::move(later)};
    }
    return Answer{TRY(show(facts))};
}

}  // namespace

// GET /types (5.7.5, 5.7.6)
Result<Answer> list_types(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"details", "local", "count"}));
    const bool details = TRY(read_flag(call, "details"));
    const bool count = TRY(read_flag(call, "count"));
    const auto show = [&app, call, details, count](const Facts& facts) -> Result<HttpResponse> {
        const auto& types = facts.types;
        if (!details) {
            const Json list = name_list(app, call, "EntityTypeList", "typeList", keys(types));
            return counted(call, list, types.size(), count);
        }
        Json::Array out;
        for (const auto& [name, of] : types) out.push_back(entity_type(call, name, of));
        return counted(call, Json{std::move(out)}, types.size(), count);
    };
    return discover(app, call,
                    {.operation = details ? SourceOperation::RetrieveEntityTypeDetails
                                          : SourceOperation::RetrieveEntityTypes,
                     .name = {}},
                    show);
}

// GET /types/{type} (5.7.7)
Result<Answer> get_type(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"local"}));
    const std::string name = call.context->expand(call.path.front());
    TRY(begin_use(app, call, AccessAction::Read,
                  TypeSelection{.kind = TypeSelection::Kind::Type, .type = name, .children = {}}));
    const auto show = [&app, call, name](const Facts& facts) -> Result<HttpResponse> {
        const auto found = facts.types.find(name);
        const std::size_t matches = found == facts.types.end() ? 0 : found->second.entities;
        TRY(record_answer(app, call, {.named = {name}, .any = false, .unbound = false}, {},
                          matches));
        if (found == facts.types.end()) {
            return Error{ErrorCode::NotFound, "no entity is of this type", call.path.front()};
        }
        return json_response(call, to_text(entity_type_info(call, name, found->second)));
    };
    return discover(app, call, {.operation = SourceOperation::RetrieveEntityTypeInfo, .name = name},
                    show);
}

// GET /attributes (5.7.8, 5.7.9)
Result<Answer> list_attributes(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"details", "local", "count"}));
    const bool details = TRY(read_flag(call, "details"));
    const bool count = TRY(read_flag(call, "count"));
    const auto show = [&app, call, details, count](const Facts& facts) -> Result<HttpResponse> {
        const auto& attributes = facts.attributes;
        if (!details) {
            const Json list =
                name_list(app, call, "AttributeList", "attributeList", keys(attributes));
            return counted(call, list, attributes.size(), count);
        }
        Json::Array out;
        for (const auto& [name, of] : attributes) out.push_back(attribute(call, name, of));
        return counted(call, Json{std::move(out)}, attributes.size(), count);
    };
    return discover(app, call,
                    {.operation = details ? SourceOperation::RetrieveAttrTypeDetails
                                          : SourceOperation::RetrieveAttrTypes,
                     .name = {}},
                    show);
}

// GET /attributes/{attrId} (5.7.10)
Result<Answer> get_attribute_facts(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"local"}));
    const std::string name = call.context->expand(call.path.front());
    const auto show = [&app, call, name](const Facts& facts) -> Result<HttpResponse> {
        const auto found = facts.attributes.find(name);
        if (found == facts.attributes.end()) {
            return Error{ErrorCode::NotFound, "no entity has this attribute", call.path.front()};
        }
        const auto& types = found->second.types;
        TRY(record_answer(app, call,
                          {.named = {types.begin(), types.end()}, .any = false, .unbound = false},
                          {}, found->second.instances));
        Json out = attribute(call, name, found->second);
        out.set("attributeCount", static_cast<std::int64_t>(found->second.instances));
        out.set("attributeTypes", kinds(found->second));
        return json_response(call, to_text(out));
    };
    return discover(app, call, {.operation = SourceOperation::RetrieveAttrTypeInfo, .name = name},
                    show);
}

}  // namespace musubi::api

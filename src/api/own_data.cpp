#include "api/own_data.h"

#include <algorithm>
#include <array>

#include "api/handlers.h"
#include "api/parameters.h"
#include "api/sign_in.h"
#include "api/use.h"
#include "base/both_words.h"
#include "model/ngsild.h"
#include "trust/people/grant.h"
#include "trust/people/people.h"
#include "trust/policies/persons.h"

namespace musubi {

Result<OwnAsker> own_asker(const App& app, const ApiCall& call) {
    const auto session = TRY(need_session(call));
    const Caller& caller = call.caller;
    if (!app.people.access(caller.subject, caller.tenant, app.clock.now())) {
        return Error{ErrorCode::Forbidden, "you have no role in this tenant", "NGSILD-Tenant"};
    }
    OwnAsker asker{session->person, caller, app.policies.in_force(call.owner)};
    asker.caller.purpose = kOwnDataPurpose;
    asker.caller.ground = kOwnDataGround;
    asker.caller.counted = false;  // a page by itself is no use that a limit speaks of
    asker.caller.access = app.authority.access(asker.caller);
    if (!asker.caller.access) return not_signed_in();
    return asker;
}

void add_next_link(HttpResponse& response, const std::string& path) {
    response.headers.emplace_back("Link", "<" + path + ">; rel=\"next\"");
}

namespace api {
namespace {

constexpr std::string_view kHeldPath = "/musubi/v1/me/held";
constexpr std::size_t kDefaultHeld = 20;  // of a type
constexpr std::size_t kMostHeld = 100;
constexpr std::size_t kMostFound = 10'000;          // of a type and one of its attributes
constexpr std::size_t kMostShown = 1'000;           // of all types
constexpr std::size_t kMostShownBytes = 4U << 20U;  // then the rest is asked for type by type
constexpr std::size_t kAttributesOfEntity = 1'000;  // names told

struct Page {
    std::string type;  // expanded; empty: each
    std::size_t limit = kDefaultHeld;
    std::size_t offset = 0;
};

Result<Page> read_held_page(const ApiCall& call) {
    TRY(only_parameters(call.params, {"type", "limit", "offset"}));
    Page page;
    if (const std::string* type = call.param("type")) page.type = call.context->expand(*type);
    page.limit = TRY(call.number("limit")).value_or(kDefaultHeld);
    if (page.limit < 1 || page.limit > kMostHeld) {
        return Error{ErrorCode::BadRequest, "it is from 1 to 100", "limit"};
    }
    page.offset = TRY(call.number("offset")).value_or(0);
    if (page.offset > 0 && page.type.empty()) {
        return Error{ErrorCode::BadRequest, "one type is paged through: name it", "type"};
    }
    return page;
}

// The entities of a type that are about the person, the newest first.
struct Found {
    std::vector<EntityPtr> entities;
    bool cut = false;  // there are more than are looked for
};

Result<Found> find_held(const App& app, const OwnAsker& asker, const PersonalType& type) {
    const Caller service = service_caller(asker.caller.tenant, "own-data");
    Found found;
    for (const std::string& attribute : type.persons) {
        EntityQuery query;
        query.types =
            TypeSelection{.kind = TypeSelection::Kind::Type, .type = type.type, .children = {}};
        query.q = names_person(attribute, asker.id);
        query.limit = kMostFound;
        const QueryResult result = TRY(app.store.query(service, query));
        found.cut = found.cut || result.entities.size() == kMostFound;
        for (const EntityPtr& entity : result.entities) {
            const auto ids = persons_of({attribute}, *entity);
            if (std::binary_search(ids.begin(), ids.end(), asker.id)) {
                found.entities.push_back(entity);
            }
        }
    }
    auto& all = found.entities;
    std::sort(all.begin(), all.end(), [](const EntityPtr& a, const EntityPtr& b) {
        return a->created_at != b->created_at ? a->created_at > b->created_at : a->id < b->id;
    });
    all.erase(std::unique(all.begin(), all.end(),
                          [](const EntityPtr& a, const EntityPtr& b) { return a->id == b->id; }),
              all.end());
    return found;
}

// What the person is shown of one attribute; null: it is held and not shown.
Json shown_value(const Entity* view, std::string_view name, const Context& context) {
    std::vector<const Attribute*> instances;
    if (view != nullptr) {
        for (const Attribute& a : view->attributes) {
            if (a.name == name) instances.push_back(&a);
        }
    }
    if (instances.empty()) return {};
    WriteOptions options;
    options.format = Format::Concise;
    std::string text;
    write_attribute(text, instances, context, options);
    auto value = parse_json(text);
    return value ? std::move(*value) : Json{};
}

Json entity_view(const ApiCall& call, const OwnAsker& asker, const EntityPtr& entity) {
    const EntityPtr view = asker.caller.access->view(entity);
    Json out;
    out.set("id", entity->id);
    out.set("createdAt", to_iso(entity->created_at));
    out.set("modifiedAt", to_iso(entity->modified_at));
    Json::Array attributes;
    std::vector<std::string_view> told;
    for (const Attribute& a : entity->attributes) {
        if (std::find(told.begin(), told.end(), a.name) != told.end()) continue;
        if (told.size() == kAttributesOfEntity) break;
        told.push_back(a.name);
        Json value = shown_value(view.get(), a.name, *call.context);
        Json attribute;
        attribute.set("name", call.context->compact(a.name));
        attribute.set("shown", !value.is_null());
        if (!value.is_null()) attribute.set("value", std::move(value));
        attributes.push_back(std::move(attribute));
    }
    out.set("attributes", std::move(attributes));
    return out;
}

// What leaves with one answer.
struct Leaving {
    std::vector<EntityPtr> entities;
    std::size_t bytes = 0;

    [[nodiscard]] bool is_full() const {
        return entities.size() >= kMostShown || bytes >= kMostShownBytes;
    }
};

// Who asks for which part.
struct AskedHeld {
    const ApiCall& call;
    const OwnAsker& asker;
    const Page& page;
};

Json type_view(const AskedHeld& asked, const PersonalType& type, const Found& found,
               Leaving& leaving) {
    const auto& [call, asker, page] = asked;
    Json out;
    out.set("type", call.context->compact(type.type));
    if (!type.ja.empty() || !type.en.empty()) out.set("about", both_words(type.ja, type.en));
    Json::Array purposes;
    for (const std::string& purpose : type.purposes) purposes.emplace_back(purpose);
    out.set("purposes", std::move(purposes));
    out.set("count", static_cast<std::int64_t>(found.entities.size()));
    if (found.cut) out.set("more", true);
    Json::Array entities;
    std::size_t at = std::min(page.offset, found.entities.size());
    for (; at < found.entities.size() && entities.size() < page.limit; ++at) {
        if (leaving.is_full()) break;
        Json view = entity_view(call, asker, found.entities[at]);
        leaving.bytes += to_text(view).size();
        leaving.entities.push_back(found.entities[at]);
        entities.push_back(std::move(view));
    }
    out.set("entities", std::move(entities));
    if (at < found.entities.size()) {
        out.set("next", std::string(kHeldPath) + "?type=" + encode_query_value(type.type) +
                            "&offset=" + std::to_string(at) +
                            "&limit=" + std::to_string(page.limit));
    }
    return out;
}

}  // namespace

// GET /musubi/v1/me/held: the personal types that say whom they are about, and what of them is
// about the person who asks.
Result<Answer> get_held(const App& app, const ApiCall& call) {
    const Page page = TRY(read_held_page(call));
    const OwnAsker asker = TRY(own_asker(app, call));
    Json::Array types;
    Leaving leaving;
    bool known = page.type.empty();
    if (asker.set != nullptr) {
        for (const PersonalType& type : asker.set->personal) {
            if (type.persons.empty() || (!page.type.empty() && type.type != page.type)) continue;
            known = true;
            const Found found = TRY(find_held(app, asker, type));
            app.uses.note(call.owner, asker.caller, AccessAction::Read, {type.type});
            types.push_back(type_view({call, asker, page}, type, found, leaving));
        }
    }
    if (!known) {
        return Error{ErrorCode::NotFound, "nothing of this type is told to people",
                     call.context->compact(page.type)};
    }
    TRY(record_access(app, asker.caller, call.owner, call.request.path, leaving.entities));
    Json out;
    out.set("tenant", asker.caller.tenant);
    out.set("types", std::move(types));
    return Answer{private_json(out)};
}

}  // namespace api
}  // namespace musubi

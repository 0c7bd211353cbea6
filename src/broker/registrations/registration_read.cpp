#include <algorithm>
#include <array>

#include "broker/member_reader.h"
#include "broker/registrations/registration.h"
#include "broker/subscriptions/receiver_info.h"
#include "model/ngsild.h"
#include "model/ngsild/names.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxInformation = 1000;
constexpr std::size_t kMaxEntities = 1000;
constexpr std::size_t kMaxExtras = 200;
constexpr std::size_t kMaxSourceInfo = 32;
constexpr std::size_t kMaxOperations = 100;
constexpr std::string_view kType = "ContextSourceRegistration";

Error bad(std::string detail, std::string where) {
    return {ErrorCode::BadRequest, std::move(detail), std::move(where)};
}

// What 5.2.9 names; everything else is a context source property.
bool is_named(std::string_view name) {
    constexpr std::array<std::string_view, 30> kNamed{"id",
                                                      "type",
                                                      "registrationName",
                                                      "description",
                                                      "information",
                                                      "tenant",
                                                      "observationInterval",
                                                      "managementInterval",
                                                      "location",
                                                      "observationSpace",
                                                      "operationSpace",
                                                      "expiresAt",
                                                      "endpoint",
                                                      "contextSourceInfo",
                                                      "scope",
                                                      "mode",
                                                      "operations",
                                                      "refreshRate",
                                                      "management",
                                                      "datasetId",
                                                      "contextSourceAlias",
                                                      "@context",
                                                      "status",
                                                      "timesSent",
                                                      "timesFailed",
                                                      "lastSuccess",
                                                      "lastFailure",
                                                      "musubi:lastFailureReason",
                                                      "createdAt",
                                                      "modifiedAt"};
    return std::find(kNamed.begin(), kNamed.end(), name) != kNamed.end();
}

// ---- information -------------------------------------------------------------------------------

Result<std::vector<std::string>> read_types(const Json* json, const std::string& where,
                                            const Context& context) {
    std::vector<std::string> out;
    if (json == nullptr) return bad("it needs the type of its entities", where);
    const Json::Array one{*json};
    const Json::Array& all = json->is_array() ? json->array() : one;
    if (all.empty() || all.size() > 100) return bad("it is a type, or 1 to 100 of them", where);
    for (const Json& item : all) {
        if (!item.is_string() || item.string().size() > MemberReader::kMaxTextBytes ||
            !ngsild::is_name(item.string())) {
            return bad("it is the name of a type", where);
        }
        out.push_back(context.expand(item.string()));
    }
    return out;
}

Result<EntityInfo> read_entity_info(const Json& json, const std::string& place,
                                    const Context& context) {
    const MemberReader in{json, place};
    TRY(in.only({"id", "idPattern", "type"}));
    EntityInfo out;
    out.id = TRY(in.uri("id"));
    out.types = TRY(read_types(in.find("type"), in.where("type"), context));
    const std::string pattern = TRY(in.text("idPattern"));
    if (pattern.empty()) return out;
    if (!out.id.empty()) return in.bad("idPattern", "it goes without an id");
    auto read = Pattern::parse(pattern);
    if (!read) return within(in.where("idPattern"), std::move(read).error());
    out.id_pattern = std::move(read).value();
    return out;
}

Result<RegistrationInfo> read_information_item(const Json& json, const std::string& place,
                                               const Context& context) {
    const MemberReader in{json, place};
    TRY(in.only({"entities", "propertyNames", "relationshipNames"}));
    RegistrationInfo out;
    if (const Json* entities = in.find("entities")) {
        if (!entities->is_array() || entities->array().empty() ||
            entities->array().size() > kMaxEntities) {
            return in.bad("entities", "it is an array of 1 to 1,000 entities");
        }
        for (std::size_t i = 0; i < entities->array().size(); ++i) {
            const std::string where = in.where("entities") + "/" + std::to_string(i);
            out.entities.push_back(TRY(read_entity_info(entities->array()[i], where, context)));
        }
    }
    out.properties = TRY(in.names("propertyNames", context));
    out.relationships = TRY(in.names("relationshipNames", context));
    if (out.entities.empty() && out.any_attribute()) {
        return bad("it says entities, propertyNames or relationshipNames", place);
    }
    return out;
}

Result<std::vector<RegistrationInfo>> read_information(const MemberReader& in,
                                                       const Context& context) {
    std::vector<RegistrationInfo> out;
    const Json* all = in.find("information");
    if (all == nullptr || !all->is_array() || all->array().empty() ||
        all->array().size() > kMaxInformation) {
        return in.bad("information", "a registration has an array of 1 to 1,000 of them");
    }
    for (std::size_t i = 0; i < all->array().size(); ++i) {
        const std::string where = in.where("information") + "/" + std::to_string(i);
        out.push_back(TRY(read_information_item(all->array()[i], where, context)));
    }
    return out;
}

// ---- mode and operations -----------------------------------------------------------------------

Result<void> read_mode(const MemberReader& in, Registration& out) {
    const std::string given = TRY(in.text("mode"));
    out.mode_given = !given.empty();
    if (given.empty() || given == "inclusive") return {};
    for (const auto mode :
         {RegistrationMode::Exclusive, RegistrationMode::Redirect, RegistrationMode::Auxiliary}) {
        if (name_of(mode) == given) {
            out.mode = mode;
            return {};
        }
    }
    return in.bad("mode", "it is inclusive, exclusive, redirect or auxiliary");
}

Result<void> read_operations(const MemberReader& in, Registration& out) {
    const SourceOperations reading = *operations_named("retrieveOps");
    const bool auxiliary = out.mode == RegistrationMode::Auxiliary;
    out.operation_names = TRY(in.texts("operations"));
    if (out.operation_names.empty()) {
        out.operations = auxiliary ? reading : *operations_named("federationOps");
        return {};
    }
    if (out.operation_names.size() > kMaxOperations) {
        return in.bad("operations", "it is an array of at most 100 operations");
    }
    for (std::size_t i = 0; i < out.operation_names.size(); ++i) {
        const auto named = operations_named(out.operation_names[i]);
        const std::string where = in.where("operations") + "/" + std::to_string(i);
        if (!named) return bad("there is no such operation or group of operations", where);
        if (auxiliary && (*named & ~reading).any()) {
            return bad("an auxiliary source is only read: retrieveOps, retrieveEntity, queryEntity",
                       where);
        }
        out.operations |= *named;
    }
    return {};
}

// 4.3.6.3: an exclusive registration is about certain attributes of certain entities.
Result<void> check_exclusive(const Registration& registration) {
    if (registration.mode != RegistrationMode::Exclusive) return {};
    for (std::size_t i = 0; i < registration.information.size(); ++i) {
        const RegistrationInfo& info = registration.information[i];
        const std::string where = "/information/" + std::to_string(i);
        if (info.any_attribute()) {
            return bad("an exclusive registration names propertyNames or relationshipNames", where);
        }
        const bool all_ids = std::all_of(info.entities.begin(), info.entities.end(),
                                         [](const EntityInfo& e) { return !e.id.empty(); });
        if (info.entities.empty() || !all_ids) {
            return bad("an exclusive registration names each entity by its id",
                       where + "/entities");
        }
    }
    return {};
}

// ---- the other members -------------------------------------------------------------------------

Result<std::optional<TimeInterval>> read_interval(const MemberReader& in, std::string_view name) {
    const Json* json = in.find(name);
    if (json == nullptr) return std::optional<TimeInterval>{};
    const MemberReader part{*json, in.where(name)};
    TRY(part.only({"startAt", "endAt"}));
    const auto start = TRY(part.time("startAt"));
    if (!start) return part.bad("startAt", "an interval has a beginning");
    TimeInterval out{*start, TRY(part.time("endAt"))};
    if (out.end && *out.end < out.start) return part.bad("endAt", "it lies before startAt");
    return std::optional<TimeInterval>{out};
}

Result<std::optional<RegistrationManagement>> read_management(const MemberReader& in) {
    const Json* json = in.find("management");
    if (json == nullptr) return std::optional<RegistrationManagement>{};
    const MemberReader part{*json, in.where("management")};
    TRY(part.only({"localOnly", "cacheDuration", "timeout", "cooldown"}));
    RegistrationManagement out;
    out.local_only = TRY(part.flag("localOnly"));
    out.cache_text = TRY(part.text("cacheDuration"));
    if (!out.cache_text.empty()) {
        const auto read = parse_duration(out.cache_text);
        if (!read) return part.bad("cacheDuration", read.error().detail);
        out.cache_duration = *read;
    }
    out.timeout = TRY(part.span("timeout", milliseconds(1), hours(1)));
    out.cooldown = TRY(part.span("cooldown", milliseconds(1), days(1)));
    return std::optional<RegistrationManagement>{std::move(out)};
}

// contextSourceInfo (5.2.22): what goes with each request to the source.
Result<void> read_source_info(const MemberReader& in, Registration& out) {
    const Json* json = in.find("contextSourceInfo");
    if (json == nullptr) return {};
    if (!json->is_array() || json->array().size() > kMaxSourceInfo) {
        return in.bad("contextSourceInfo", "it is an array of at most 32 {key, value}");
    }
    for (std::size_t i = 0; i < json->array().size(); ++i) {
        const std::string where = in.where("contextSourceInfo") + "/" + std::to_string(i);
        const Json& item = json->array()[i];
        const MemberReader part{item, where};
        TRY(part.only({"key", "value"}));
        std::string key = TRY(part.text("key"));
        std::string value = TRY(part.text("value"));
        if (key.empty() || !is_info_key(key)) return part.bad("key", "it is the name of a header");
        if (!is_info_value(value)) {
            return part.bad("value", "it is visible ASCII, as a header can carry");
        }
        out.source_info.emplace_back(std::move(key), std::move(value));
    }
    return {};
}

Result<void> read_place(const MemberReader& in, Registration& out) {
    out.observation_interval = TRY(read_interval(in, "observationInterval"));
    out.management_interval = TRY(read_interval(in, "managementInterval"));
    out.location = TRY(in.geometry("location"));
    out.observation_space = TRY(in.geometry("observationSpace"));
    out.operation_space = TRY(in.geometry("operationSpace"));
    if (const Json* scope = in.find("scope")) {
        Json carrier;
        carrier.set("scope", *scope);
        ReadOptions options;
        options.as = ReadAs::Fragment;
        out.scopes = TRY(read_entity(carrier, *core_context(), options)).scopes;
    }
    return {};
}

Result<void> read_dataset_ids(const MemberReader& in, Registration& out) {
    const Json* json = in.find("datasetId");
    if (json != nullptr && json->is_string()) {
        out.dataset_ids.push_back(TRY(in.text("datasetId")));
    } else {
        out.dataset_ids = TRY(in.texts("datasetId"));
    }
    for (const std::string& id : out.dataset_ids) {
        if (id != "@none" && !is_uri(id)) {
            return in.bad("datasetId", "a dataset id is a URI, or \"@none\" for the default");
        }
    }
    return {};
}

Result<void> read_endpoint(const MemberReader& in, Registration& out) {
    out.endpoint = TRY(in.uri("endpoint"));
    const std::size_t host = out.endpoint.find("://");
    const bool http = out.endpoint.starts_with("http://") || out.endpoint.starts_with("https://");
    if (http && out.endpoint.size() > host + 3) return {};
    return in.bad("endpoint", "a registration has the http or https URL of its source");
}

Result<void> read_texts(const MemberReader& in, Registration& out) {
    out.name = TRY(in.text("registrationName"));
    out.description = TRY(in.text("description"));
    out.tenant = TRY(in.text("tenant"));
    if (!out.tenant.empty() && !is_info_value(out.tenant)) {
        return in.bad("tenant", "it is the name of a tenant, as a header can carry");
    }
    out.alias = TRY(in.text("contextSourceAlias"));
    out.expires_at = TRY(in.time("expiresAt"));
    out.refresh_rate = TRY(in.text("refreshRate"));
    if (!out.refresh_rate.empty()) {
        const auto read = parse_duration(out.refresh_rate);
        if (!read) return in.bad("refreshRate", read.error().detail);
    }
    return {};
}

Result<void> read_rest(const MemberReader& in, Registration& out) {
    TRY(read_place(in, out));
    out.management = TRY(read_management(in));
    TRY(read_source_info(in, out));
    return read_dataset_ids(in, out);
}

// ---- context source properties, and what queries see -------------------------------------------

Result<void> read_extras(const Json& json, const Context& context, Registration& out) {
    for (const JsonMember& member : json.object()) {
        if (is_named(member.name)) continue;
        const std::string where = "/" + member.name;
        if (!ngsild::is_name(member.name)) {
            return bad("it is no name of a context source property", where);
        }
        if (member.value.is_null()) return bad("a context source property has a value", where);
        if (out.extras.size() == kMaxExtras) return bad("there are more than 200 of them", where);
        std::string name = context.expand(member.name);
        const auto same = [&](const JsonMember& other) { return other.name == name; };
        if (std::any_of(out.extras.begin(), out.extras.end(), same)) {
            return bad("two members have this name", where);
        }
        auto attributes = read_attribute(name, where, member.value, context);
        if (attributes) {
            for (const Attribute& a : *attributes) out.described.attributes.push_back(a);
        } else {
            Attribute plain;
            plain.name = name;
            plain.value = member.value;
            out.described.attributes.push_back(std::move(plain));
        }
        out.extras.push_back({std::move(name), member.value});
    }
    return {};
}

void describe(Registration& out) {
    Entity& entity = out.described;
    entity.id = out.id;
    entity.types.push_back(core_context()->expand(kType));
    entity.scopes = out.scopes;
    const auto add = [&](std::string_view name, const Json& value, AttributeKind kind) {
        if (value.is_null() || (value.is_string() && value.string().empty())) return;
        Attribute attribute;
        attribute.name = core_context()->expand(name);
        attribute.kind = kind;
        attribute.value = value;
        entity.attributes.push_back(std::move(attribute));
    };
    add("location", out.location, AttributeKind::GeoProperty);
    add("observationSpace", out.observation_space, AttributeKind::GeoProperty);
    add("operationSpace", out.operation_space, AttributeKind::GeoProperty);
    add("endpoint", Json{out.endpoint}, AttributeKind::Property);
    add("registrationName", Json{out.name}, AttributeKind::Property);
    add("description", Json{out.description}, AttributeKind::Property);
    add("tenant", Json{out.tenant}, AttributeKind::Property);
    add("mode", Json{name_of(out.mode)}, AttributeKind::Property);
    add("refreshRate", Json{out.refresh_rate}, AttributeKind::Property);
    add("contextSourceAlias", Json{out.alias}, AttributeKind::Property);
    if (out.expires_at) add("expiresAt", Json{to_iso(*out.expires_at)}, AttributeKind::Property);
}

}  // namespace

Result<Registration> read_registration(const Json& json, const Context& context) {
    if (!json.is_object()) return bad("a registration is a JSON object", "/");
    const MemberReader in{json, ""};
    const Json* type = in.find("type");
    if (type == nullptr || !type->is_string() || type->string() != kType) {
        return in.bad("type", "its type is \"ContextSourceRegistration\"");
    }
    Registration out;
    out.id = TRY(in.uri("id"));
    out.information = TRY(read_information(in, context));
    TRY(read_endpoint(in, out));
    TRY(read_texts(in, out));
    TRY(read_mode(in, out));
    TRY(read_operations(in, out));
    TRY(check_exclusive(out));
    TRY(read_rest(in, out));
    TRY(read_extras(json, context, out));
    describe(out);
    return out;
}

Result<void> check_expiry(const Registration& registration, Time now) {
    if (!registration.expired(now)) return {};
    return bad("it lies in the past; give a later time", "/expiresAt");
}

}  // namespace musubi

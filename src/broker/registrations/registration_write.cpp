#include <algorithm>

#include "base/bytes.h"
#include "broker/registrations/registration.h"
#include "broker/subscriptions/subscription.h"

namespace musubi {
namespace {

constexpr std::uint8_t kRegistrationFormat = 1;

Json texts_of(const std::vector<std::string>& texts) {
    Json::Array out;
    for (const std::string& text : texts) out.emplace_back(text);
    return Json{std::move(out)};
}

Json names_of(const std::vector<std::string>& names, const Context& context) {
    Json::Array out;
    for (const std::string& name : names) out.emplace_back(context.compact(name));
    return Json{std::move(out)};
}

Json entity_of(const EntityInfo& info, const Context& context, bool type_arrays) {
    Json out;
    if (!info.id.empty()) out.set("id", info.id);
    if (info.id_pattern) out.set("idPattern", info.id_pattern->text());
    if (info.types.size() == 1 && !type_arrays) {
        out.set("type", context.compact(info.types.front()));
    } else {
        out.set("type", names_of(info.types, context));
    }
    return out;
}

Json item_of(const RegistrationInfo& info, const Context& context, bool type_arrays) {
    Json out;
    if (!info.entities.empty()) {
        Json::Array entities;
        for (const EntityInfo& entity : info.entities) {
            entities.push_back(entity_of(entity, context, type_arrays));
        }
        out.set("entities", std::move(entities));
    }
    if (!info.properties.empty()) out.set("propertyNames", names_of(info.properties, context));
    if (!info.relationships.empty()) {
        out.set("relationshipNames", names_of(info.relationships, context));
    }
    return out;
}

Json information_of(const Registration& registration, const Context& context,
                    const RegistrationView& view) {
    Json::Array out;
    for (std::size_t i = 0; i < registration.information.size(); ++i) {
        const auto* shown = view.information;
        if (shown != nullptr && std::find(shown->begin(), shown->end(), i) == shown->end()) {
            continue;
        }
        out.push_back(item_of(registration.information[i], context, view.type_arrays));
    }
    return Json{std::move(out)};
}

Json interval_of(const TimeInterval& interval) {
    Json out;
    out.set("startAt", to_iso(interval.start));
    if (interval.end) out.set("endAt", to_iso(*interval.end));
    return out;
}

// A span as a number of milliseconds, whole where it is.
Json milliseconds_of(Duration span) {
    if (span.us % 1000 == 0) return Json{span.us / 1000};
    return Json{static_cast<double>(span.us) / 1000};
}

Json management_of(const RegistrationManagement& management) {
    Json out{Json::Object{}};
    if (management.local_only) out.set("localOnly", *management.local_only);
    if (!management.cache_text.empty()) out.set("cacheDuration", management.cache_text);
    if (management.timeout.us > 0) out.set("timeout", milliseconds_of(management.timeout));
    if (management.cooldown.us > 0) out.set("cooldown", milliseconds_of(management.cooldown));
    return out;
}

void set_text(Json& out, std::string_view name, const std::string& text) {
    if (!text.empty()) out.set(name, text);
}

void add_place(Json& out, const Registration& r) {
    if (r.observation_interval) {
        out.set("observationInterval", interval_of(*r.observation_interval));
    }
    if (r.management_interval) out.set("managementInterval", interval_of(*r.management_interval));
    if (!r.location.is_null()) out.set("location", r.location);
    if (!r.observation_space.is_null()) out.set("observationSpace", r.observation_space);
    if (!r.operation_space.is_null()) out.set("operationSpace", r.operation_space);
    if (r.scopes.size() == 1) out.set("scope", r.scopes.front());
    if (r.scopes.size() > 1) out.set("scope", texts_of(r.scopes));
}

void add_manner(Json& out, const Registration& r, const RegistrationView& view) {
    if (r.mode_given || view.defaults) out.set("mode", name_of(r.mode));
    if (!r.operation_names.empty()) {
        out.set("operations", texts_of(r.operation_names));
    } else if (view.defaults) {
        const bool auxiliary = r.mode == RegistrationMode::Auxiliary;
        out.set("operations", texts_of({auxiliary ? "retrieveOps" : "federationOps"}));
    }
    set_text(out, "refreshRate", r.refresh_rate);
    if (r.management) out.set("management", management_of(*r.management));
    if (r.dataset_ids.size() == 1) out.set("datasetId", r.dataset_ids.front());
    if (r.dataset_ids.size() > 1) out.set("datasetId", texts_of(r.dataset_ids));
    set_text(out, "contextSourceAlias", r.alias);
    if (r.source_info.empty() || !view.secrets) return;
    Json::Array info;
    for (const auto& [key, value] : r.source_info) {
        Json item;
        item.set("key", key);
        item.set("value", value);
        info.push_back(std::move(item));
    }
    out.set("contextSourceInfo", std::move(info));
}

// What became of the requests to the source (5.2.9).
void add_state(Json& out, const SubscriptionState& state) {
    if (state.times_sent == 0) return;
    const bool ok =
        state.last_success && (!state.last_failure || *state.last_success >= *state.last_failure);
    out.set("status", ok ? "ok" : "failed");
    out.set("timesSent", static_cast<std::int64_t>(state.times_sent));
    if (state.times_failed > 0) {
        out.set("timesFailed", static_cast<std::int64_t>(state.times_failed));
    }
    if (state.last_success) out.set("lastSuccess", to_iso(*state.last_success));
    if (state.last_failure) out.set("lastFailure", to_iso(*state.last_failure));
}

Error corrupt_registration(std::string detail) { return {ErrorCode::Corrupt, std::move(detail)}; }

}  // namespace

std::string_view name_of(RegistrationMode mode) {
    switch (mode) {
        case RegistrationMode::Exclusive: return "exclusive";
        case RegistrationMode::Redirect: return "redirect";
        case RegistrationMode::Inclusive: return "inclusive";
        case RegistrationMode::Auxiliary: break;
    }
    return "auxiliary";
}

bool RegistrationInfo::has_attribute(std::string_view name) const {
    return any_attribute() ||
           std::find(properties.begin(), properties.end(), name) != properties.end() ||
           std::find(relationships.begin(), relationships.end(), name) != relationships.end();
}

std::vector<std::string> Registration::types() const {
    std::vector<std::string> out;
    for (const RegistrationInfo& info : information) {
        for (const EntityInfo& entity : info.entities) {
            out.insert(out.end(), entity.types.begin(), entity.types.end());
        }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

Json write_registration(const Registration& r, const Context& context,
                        const RegistrationView& view) {
    Json out;
    set_text(out, "id", r.id);
    out.set("type", "ContextSourceRegistration");
    set_text(out, "registrationName", r.name);
    set_text(out, "description", r.description);
    out.set("information", information_of(r, context, view));
    set_text(out, "tenant", r.tenant);
    add_place(out, r);
    if (r.expires_at) out.set("expiresAt", to_iso(*r.expires_at));
    out.set("endpoint", r.endpoint);
    add_manner(out, r, view);
    for (const JsonMember& extra : r.extras) out.set(context.compact(extra.name), extra.value);
    if (view.sys_attrs) {
        out.set("createdAt", to_iso(r.created_at));
        out.set("modifiedAt", to_iso(r.modified_at));
    }
    if (view.state != nullptr) add_state(out, *view.state);
    return out;
}

Result<Registration> patch_registration(const Registration& present, const Json& patch,
                                        const Context& context) {
    if (!patch.is_object() || patch.object().empty()) {
        return Error{ErrorCode::BadRequest, "it is a JSON object that is not empty", "/"};
    }
    if (const Json* id = patch.find("id"); id != nullptr && *id != Json{present.id}) {
        return Error{ErrorCode::BadRequest, "the id of a registration stays", "/id"};
    }
    RegistrationView view;
    view.defaults = false;
    Json whole = write_registration(present, context, view);
    Json::Object members = std::move(whole.object());
    for (const JsonMember& change : patch.object()) {
        std::erase_if(members, [&](const JsonMember& m) { return m.name == change.name; });
        const bool removes = change.value.is_null() || change.value == Json{iri::kNull};
        if (!removes) members.push_back(change);
    }
    Registration out = TRY(read_registration(Json{std::move(members)}, context));
    out.context = context.source();
    out.created_at = present.created_at;
    out.modified_at = present.modified_at;
    return out;
}

// The body is kept with expanded names, so that it outlives its context.
std::string encode_registration(const Registration& registration) {
    RegistrationView view;
    view.defaults = false;
    std::string out;
    ByteWriter w{out};
    w.byte(kRegistrationFormat);
    w.signed_number(registration.created_at.us);
    w.signed_number(registration.modified_at.us);
    w.text(to_text(registration.context));
    w.text(to_text(write_registration(registration, *core_context(), view)));
    return out;
}

Result<Registration> decode_registration(std::string_view bytes) {
    ByteReader r{bytes};
    if (r.byte() != kRegistrationFormat)
        return corrupt_registration("the record of a registration has another format");
    const Time created_at{r.signed_number()};
    const Time modified_at{r.signed_number()};
    const std::string_view context_text = r.text();
    const std::string_view body = r.text();
    if (r.failed()) return corrupt_registration("the record of a registration is malformed");
    const auto json = parse_json(body);
    const auto context = parse_json(context_text);
    if (!json || !context)
        return corrupt_registration("the record of a registration holds no JSON");
    auto read = read_registration(*json, *core_context());
    if (!read) return corrupt_registration(to_text(read.error()));
    Registration out = std::move(read).value();
    out.context = *context;
    out.created_at = created_at;
    out.modified_at = modified_at;
    return out;
}

}  // namespace musubi

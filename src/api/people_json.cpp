#include "api/people_json.h"

#include <algorithm>

#include "base/both_words.h"
#include "model/scope.h"
#include "store/tenants.h"
#include "trust/people/grant.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxGrantTypes = 100;

void set_organisation(const App& app, Json& out, const std::string& id) {
    if (id.empty()) {
        out.set("organisation", nullptr);
        return;
    }
    for (const Organisation& known : app.people.organisations()) {
        if (known.id == id) out.set("organisation", organisation_view(known));
    }
}

bool may_see_grant(const Caller& caller, const Person& person, const Grant& grant) {
    return person_of(caller.subject) == person.id || caller.tenant.empty() ||
           grant.tenant == caller.tenant;
}

}  // namespace

Json texts(const std::vector<std::string>& all) {
    Json::Array out;
    for (const std::string& text : all) out.emplace_back(text);
    return Json{std::move(out)};
}

Json compacted(const Context& context, const std::vector<std::string>& names) {
    Json::Array out;
    for (const std::string& name : names) out.emplace_back(context.compact(name));
    return Json{std::move(out)};
}

Json organisation_view(const Organisation& organisation) {
    Json out;
    out.set("id", organisation.id);
    out.set("name", both_words(organisation.ja, organisation.en));
    return out;
}

Json grant_view(const App& app, const Context& context, const Person& person, const Grant& grant) {
    Json out;
    out.set("id", grant.id);
    out.set("tenant", grant.tenant);
    out.set("role", name_of(grant.role));
    out.set("types", compacted(context, grant.only_types));
    set_scopes(out, grant.only_scopes);
    if (grant.until) out.set("until", to_iso(*grant.until));
    out.set("givenBy", grant.given_by);
    out.set("givenAt", to_iso(grant.given_at));
    if (grant.lender) out.set("lentBy", grant.lender->person);
    out.set("holds", app.people.holds(person, grant, app.clock.now()));
    return out;
}

Json person_view(const App& app, const Context& context, const Person& person,
                 const Caller& caller) {
    Json out;
    out.set("id", person.id);
    out.set("name", person.name);
    out.set("displayName", person.display_name);
    set_organisation(app, out, person.organisation);
    out.set("disabled", person.disabled);
    out.set("createdAt", to_iso(person.created_at));
    Json::Array grants;
    for (const Grant& grant : person.grants) {
        if (!may_see_grant(caller, person, grant)) continue;
        grants.push_back(grant_view(app, context, person, grant));
    }
    out.set("grants", std::move(grants));
    return out;
}

Json session_line(const App& app, const Session& session) {
    const Time now = app.clock.now();
    Json out;
    out.set("id", session.id);
    out.set("method", name_of(session.method));
    out.set("browser", session.browser);
    out.set("createdAt", to_iso(session.created_at));
    out.set("usedAt", to_iso(session.used_at));
    out.set("idleUntil", to_iso(app.sessions.idle_until(session)));
    out.set("endsAt", to_iso(app.sessions.ends_at(session)));
    out.set("fresh", app.sessions.is_fresh(session, now));
    out.set("renew", session.renew);
    out.set("assurance", static_cast<std::int64_t>(session.assurance));
    if (!session.provider.empty()) out.set("provider", session.provider);
    if (session.assurance < session.asked_assurance) {
        out.set("assuranceAsked", static_cast<std::int64_t>(session.asked_assurance));
    }
    return out;
}

Json session_view(const App& app, const Context& context, const Session& session,
                  const Person& person, const Caller& caller) {
    Json out;
    Caller self = caller;
    self.subject = person_subject(person.id);
    out.set("person", person_view(app, context, person, self));
    out.set("session", session_line(app, session));
    out.set("subject", caller.subject);
    out.set("tenant", caller.tenant);
    out.set("role", name_of(caller.role));
    return out;
}

Json invitation_view(const App& app, const Context& context, const Invitation& invitation) {
    Json out;
    out.set("id", invitation.id);
    out.set("name", invitation.name);
    out.set("displayName", invitation.display_name);
    set_organisation(app, out, invitation.organisation);
    Json::Array grants;
    for (const Grant& grant : invitation.grants) {
        Json item;
        item.set("tenant", grant.tenant);
        item.set("role", name_of(grant.role));
        item.set("types", compacted(context, grant.only_types));
        set_scopes(item, grant.only_scopes);
        if (grant.until) item.set("until", to_iso(*grant.until));
        grants.push_back(std::move(item));
    }
    out.set("grants", std::move(grants));
    if (!invitation.person.empty()) out.set("person", invitation.person);
    out.set("givenBy", invitation.given_by);
    out.set("givenAt", to_iso(invitation.given_at));
    out.set("until", to_iso(invitation.until));
    return out;
}

Result<std::string> need_text(const MemberReader& reader, std::string_view name) {
    std::string text = TRY(reader.text(name));
    if (text.empty())
        return reader.bad(name, both_texts("この文字列が要ります", "the body needs this text"));
    return text;
}

Result<Time> read_end(const App& app, const Json& member, const std::string& place) {
    auto time = member.is_string()
                    ? parse_time(member.string())
                    : Result<Time>{Error{ErrorCode::BadRequest,
                                         both_texts("日時ではありません", "it is no date-time")}};
    if (!time) return Error{ErrorCode::BadRequest, time.error().detail, place};
    if (*time <= app.clock.now()) {
        return Error{ErrorCode::BadRequest,
                     both_texts("過ぎた日時です。終わりは、これから来る日時です",
                                "this moment is over; an end is one to come"),
                     place};
    }
    return time;
}

Result<std::vector<std::string>> read_scopes(const MemberReader& reader) {
    std::vector<std::string> scopes;
    const Json* list = reader.find("scopes");
    if (list == nullptr) return scopes;
    if (!list->is_array() || list->array().size() > kMaxGrantTypes) {
        return reader.bad("scopes", both_texts("スコープの一覧（100 まで）です",
                                               "it is a list of at most 100 scopes"));
    }
    for (const Json& scope : list->array()) {
        if (!scope.is_string() || !is_scope(scope.string())) {
            return reader.bad("scopes", both_texts("スコープは /town/ward のように書きます（4.18）",
                                                   "a scope reads like /town/ward (4.18)"));
        }
        scopes.push_back((scope.string().starts_with('/') ? "" : "/") + scope.string());
    }
    return scopes;
}

void set_scopes(Json& out, const std::vector<std::string>& scopes) {
    if (scopes.empty()) return;
    Json::Array list;
    for (const std::string& scope : scopes) list.emplace_back(scope);
    out.set("scopes", std::move(list));
}

Result<Grant> read_grant_body(const App& app, const ApiCall& call, const Json& json,
                              const std::string& place) {
    const MemberReader reader{json, place};
    TRY(reader.only({"role", "tenant", "types", "scopes", "until"}));
    Grant grant;
    const auto role = parse_role(TRY(need_text(reader, "role")));
    if (!role) return reader.bad("role", role.error().detail);
    grant.role = *role;
    grant.tenant = call.caller.tenant;
    if (const Json* tenant = reader.find("tenant")) {
        if (!tenant->is_string())
            return reader.bad("tenant",
                              both_texts("テナントの名前です", "it is the name of a tenant"));
        grant.tenant = tenant->string();
    }
    if (!grant.tenant.empty()) TRY(Tenants::check_name(grant.tenant));
    if (const Json* types = reader.find("types"); types != nullptr && types->is_array()) {
        if (types->array().size() > kMaxGrantTypes)
            return reader.bad("types", both_texts("型は 100 までです", "at most 100 types"));
        if (!types->array().empty()) grant.only_types = TRY(reader.names("types", *call.context));
    } else if (types != nullptr) {
        return reader.bad("types", both_texts("型の一覧です", "it is a list of types"));
    }
    grant.only_scopes = TRY(read_scopes(reader));
    if (const Json* until = reader.find("until")) {
        grant.until = TRY(read_end(app, *until, reader.where("until")));
    }
    grant.id = random_token(app.random).substr(0, 10);
    return grant;
}

}  // namespace musubi

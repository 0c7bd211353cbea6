// Signing in at a provider of OpenID Connect: what there is, how it begins, and what is linked.
#include <algorithm>

#include "api/acceptance.h"
#include "api/handlers.h"
#include "api/openid/openid_client.h"
#include "api/openid/openid_messages.h"
#include "api/openid/openid_sign_in.h"
#include "api/people_journal.h"
#include "api/people_json.h"
#include "api/sign_in.h"
#include "base/both_words.h"
#include "trust/people/invitations.h"

namespace musubi::api {
namespace {

Json name_view(const OpenIdProvider& provider) { return both_words(provider.ja, provider.en); }

Result<OpenIdClient*> need_client(const App& app, const ApiCall& call) {
    OpenIdClient* const client = app.openid.find(call.path.front());
    if (client != nullptr) return client;
    return Error{ErrorCode::NotFound, "there is no such provider", call.path.front()};
}

Result<std::string> read_own_path(const MemberReader& reader) {
    if (reader.find("to") == nullptr) return std::string("/");
    std::string to = TRY(need_text(reader, "to"));
    if (is_own_path(to)) return to;
    return reader.bad("to", "it is a path of this server, such as /#settings");
}

// The invitation and the names of who accepts it: {"invitation", "name", "displayName"}.
Result<void> read_acceptance(const App& app, const MemberReader& reader, OpenIdPending& pending) {
    const auto invitation =
        app.invitations.find(TRY(need_text(reader, "invitation")), app.clock.now());
    if (!invitation) return no_such_invitation();
    if (!invitation->person.empty()) {
        return reader.bad("invitation", "this code is for choosing another password");
    }
    const Person person = TRY(read_newcomer(app, reader, *invitation));
    if (app.people.find_by_name(person.name)) {
        return Error{ErrorCode::AlreadyExists, "somebody signs in by this name already", "/name"};
    }
    pending.aim = OpenIdPending::Aim::Accept;
    pending.invitation = invitation->id;
    pending.name = person.name;
    pending.display_name = person.display_name;
    return {};
}

Result<OpenIdPending> read_start(const App& app, const ApiCall& call, const MemberReader& reader) {
    TRY(reader.only({"aim", "to", "invitation", "name", "displayName"}));
    OpenIdPending pending;
    pending.to = TRY(read_own_path(reader));
    pending.address = source_address(app, call.request);
    if (call.session) pending.former = call.session->id;
    const std::string aim =
        reader.find("aim") == nullptr ? "sign-in" : TRY(need_text(reader, "aim"));
    if (aim == "accept") {
        TRY(read_acceptance(app, reader, pending));
    } else if (aim == "link") {
        const auto session = TRY(need_fresh_session(app, call));
        pending.aim = OpenIdPending::Aim::Link;
        pending.person = session->person;
        pending.session = session->id;
    } else if (aim != "sign-in") {
        return reader.bad("aim", "it is sign-in, link or accept");
    }
    return pending;
}

Error silent(const App& app, const OpenIdClient& client, const OpenIdPending& pending,
             const Error& fault) {
    app.log.warn("openid", "a provider can not be asked",
                 {field("provider", client.provider().id), field("why", to_text(fault))});
    note_refused_openid(app, {.what = "start",
                              .provider = client.provider().id,
                              .why = openid_refusal::kSilent,
                              .at = {},
                              .address = pending.address});
    return {ErrorCode::Unavailable,
            "the provider can not be asked at this moment: try again later, or sign in another "
            "way"};
}

Result<Answer> begin(const App& app, OpenIdClient& client, const OpenIdEndpoints& at,
                     const OpenIdPending& pending) {
    const auto begun = TRY(app.openid.pendings.begin(pending, app.random));
    Json out;
    out.set("location", authentication_url(client.provider(), at, begun,
                                           redirect_uri(app.public_url, client.provider())));
    HttpResponse response = private_json(out);
    response.headers.push_back(openid_cookie(begun, app.cookie_url));
    return Answer{std::move(response)};
}

// What a person still has to sign in by without one linked account.
Result<void> need_another_way(const App& app, Transaction& tx, const Person& person) {
    if (!person.password.empty() || !person.passkeys.empty()) return {};
    if (TRY(app.openid.links.count(tx, person.id)) > 1) return {};
    return Error{ErrorCode::Conflict,
                 "it is the only way in that is left: choose a password, or link another account, "
                 "first"};
}

}  // namespace

// GET /musubi/v1/openid: the providers, for who is not signed in.
Result<Answer> list_openid(const App& app, const ApiCall& /*call*/) {
    Json::Array out;
    for (const auto& client : app.openid.clients) {
        Json item;
        item.set("id", client->provider().id);
        item.set("name", name_view(client->provider()));
        item.set("creates", client->provider().creates);
        out.push_back(std::move(item));
    }
    return Answer{private_json(Json{std::move(out)})};
}

// POST /musubi/v1/openid/{id}/start: {"aim", "to", "invitation", "name", "displayName"}: where the
// browser goes to sign in at the provider.
Result<Answer> start_openid(const App& app, const ApiCall& call) {
    OpenIdClient* const client = TRY(need_client(app, call));
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    const bool guesses = reader.find("invitation") != nullptr;
    std::optional<Attempt> attempt;
    if (guesses) {
        attempt.emplace(app, call, std::string{});
        if (auto refused = attempt->refused()) return Answer{std::move(*refused)};
    }
    OpenIdPending pending = TRY(read_start(app, call, reader));
    pending.provider = client->provider().id;
    if (attempt) attempt->succeeded();
    return client->with_endpoints(
        [&app, client, pending](const Result<OpenIdEndpoints>& at) -> Result<Answer> {
            if (!at) return silent(app, *client, pending, at.error());
            return begin(app, *client, *at, pending);
        });
}

// GET /musubi/v1/openid/{id}/keys: the keys by which a provider checks who we are
// (private_key_jwt).
Result<Answer> get_openid_keys(const App& app, const ApiCall& call) {
    const OpenIdClient* const client = TRY(need_client(app, call));
    Json::Array keys;
    if (client->provider().signer) keys.push_back(client->provider().signer->public_jwk());
    Json out;
    out.set("keys", std::move(keys));
    return Answer{private_json(out)};
}

// GET /musubi/v1/me/openid: the accounts that one linked.
Result<Answer> list_own_openid(const App& app, const ApiCall& call) {
    const auto session = TRY(need_session(call));
    Json::Array out;
    for (const OpenIdLink& link : app.openid.links.of(session->person)) {
        Json item;
        item.set("id", link.id);
        item.set("provider", link.provider);
        const OpenIdClient* const client = app.openid.find(link.provider);
        if (client != nullptr) item.set("name", name_view(client->provider()));
        item.set("issuer", link.issuer);
        item.set("linkedAt", to_iso(link.linked_at));
        out.push_back(std::move(item));
    }
    return Answer{private_json(Json{std::move(out)})};
}

// DELETE /musubi/v1/me/openid/{id}
Result<Answer> remove_own_openid(const App& app, const ApiCall& call) {
    const auto session = TRY(need_fresh_session(app, call));
    return Answer{
        Action{.run = [&app, session, id = call.path.front()](Transaction& tx) -> Result<void> {
                   const Person person = TRY(app.people.latest(tx, session->person));
                   const auto link = TRY(app.openid.links.latest(tx, id));
                   if (!link || link->person != person.id) {
                       return Error{ErrorCode::NotFound, "you have no such linked account", id};
                   }
                   TRY(need_another_way(app, tx, person));
                   TRY(app.openid.links.take(tx, id, person.id));
                   return record_link(app, person.id, link->provider, "openid-unlinked");
               },
               .reply =
                   [] {
                       return HttpResponse{204, {}, {}};
                   }}};
}

}  // namespace musubi::api

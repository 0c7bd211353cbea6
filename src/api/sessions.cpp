// Signing in and out, and the sign-ins that last.
#include <algorithm>

#include "api/handlers.h"
#include "api/openid/openid_client.h"
#include "api/openid/openid_messages.h"
#include "api/people_journal.h"
#include "api/people_json.h"
#include "api/session_cookie.h"
#include "api/sign_in.h"
#include "broker/member_reader.h"
#include "trust/encoding.h"
#include "trust/people/password.h"
#include "trust/secret.h"

namespace musubi::api {
namespace {

// One try to sign in, from the request to the session.
struct SignIn {
    const App& app;
    Attempt attempt;
    std::string secret;  // the password in its normal form, or the digest of the recovery code
    PersonPtr person;    // null: nobody has the name
    bool proved = false;
    std::string renewed = {};  // the password at today's cost, where it was kept at a lower one
    std::string former = {};   // id of the session that the browser had
    std::optional<Sessions::Begun> begun = {};
};
using SignInPtr = std::shared_ptr<SignIn>;

// Decides on the latest state: a password that was changed meanwhile is not right any more.
Result<void> begin_session(Transaction& tx, SignIn& sign_in, SignInMethod method) {
    const auto found = sign_in.app.people.latest(tx, sign_in.person->id);
    if (!found || found->disabled) return not_signed_in();
    Person person = *found;
    if (method == SignInMethod::Password) {
        if (person.password != sign_in.person->password) return not_signed_in();
        if (!sign_in.renewed.empty()) person.password = sign_in.renewed;
    } else if (std::erase(person.recovery_codes, sign_in.secret) == 0) {
        return not_signed_in();
    }
    sign_in.begun->session.epoch = person.session_epoch;
    if (method != SignInMethod::Password || !sign_in.renewed.empty()) {
        TRY(sign_in.app.people.put(tx, person));
    }
    sign_in.app.sessions.begin(tx, sign_in.begun->session);
    if (!sign_in.former.empty()) Sessions::end(tx, sign_in.former);
    return record_sign_in(sign_in.app, sign_in.begun->session);
}

Error refuse(const SignIn& sign_in, SignInMethod method) {
    note_refused_sign_in(sign_in.app, sign_in.person ? sign_in.person->id : std::string_view{},
                         name_of(method), sign_in.attempt.address());
    return not_signed_in();
}

Answer start_session(const SignInPtr& sign_in, const ContextPtr& context, SignInMethod method) {
    return Action{.run = [sign_in, method](Transaction& tx) -> Result<void> {
                      return begin_session(tx, *sign_in, method);
                  },
                  .reply =
                      [sign_in, context] {
                          sign_in->attempt.succeeded();
                          return session_response(sign_in->app, context, *sign_in->begun);
                      }};
}

Result<Answer> by_password(const App& app, const ApiCall& call, const SignInPtr& sign_in) {
    const ContextPtr context = call.context;
    return compute_then(
        app,
        [sign_in] {
            const PasswordHasher& hasher = sign_in->app.sign_in.hasher;
            const std::string stored = sign_in->person ? sign_in->person->password : std::string{};
            sign_in->proved = hasher.verify(sign_in->secret, stored) && !sign_in->person->disabled;
            if (!sign_in->proved || !hasher.is_outdated(stored)) return;
            auto renewed = hasher.hash(sign_in->secret, sign_in->app.random);
            if (renewed) sign_in->renewed = std::move(renewed).value();
        },
        [sign_in, context]() -> Result<Answer> {
            if (!sign_in->proved) return refuse(*sign_in, SignInMethod::Password);
            return start_session(sign_in, context, SignInMethod::Password);
        });
}

// Empty: there is no such place.
std::string provider_sign_out(const App& app, const Session& session) {
    const OpenIdClient* const client = app.openid.find(session.provider);
    const auto at = client == nullptr ? std::nullopt : client->endpoints();
    return at ? sign_out_url(client->provider(), *at, app.public_url) : std::string{};
}

}  // namespace

// POST /musubi/v1/session: {"name", "password"} or {"name", "recoveryCode"} or {"passkey"}
Result<Answer> post_session(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    if (const Json* passkey = reader.find("passkey")) {
        TRY(reader.only({"passkey"}));
        return sign_in_by_passkey(app, call, *passkey);
    }
    TRY(reader.only({"name", "password", "recoveryCode"}));
    const std::string name = TRY(read_sign_in_name(TRY(need_text(reader, "name"))));
    const bool recovers = reader.find("recoveryCode") != nullptr;
    std::string secret;
    if (recovers) {
        if (reader.find("password") != nullptr) {
            return reader.bad("recoveryCode", "either a password or a recovery code, not both");
        }
        const std::string typed = TRY(need_text(reader, "recoveryCode"));
        secret = sha256({read_typed_code(typed).value_or(std::string{})});
    } else {
        secret = TRY(normal_password(TRY(need_text(reader, "password"))));
    }
    const auto sign_in = std::make_shared<SignIn>(
        SignIn{.app = app,
               .attempt = Attempt{app, call, (recovers ? "recovery " : "password ") + name},
               .secret = std::move(secret),
               .person = app.people.find_by_name(name)});
    if (auto refused = sign_in->attempt.refused()) return Answer{std::move(*refused)};
    if (call.session) sign_in->former = call.session->id;
    static const Person kNobody;
    sign_in->begun = new_session(app, call, sign_in->person ? *sign_in->person : kNobody,
                                 recovers ? SignInMethod::RecoveryCode : SignInMethod::Password);
    if (!recovers) return by_password(app, call, sign_in);
    const bool known =
        sign_in->person &&
        std::find(sign_in->person->recovery_codes.begin(), sign_in->person->recovery_codes.end(),
                  sign_in->secret) != sign_in->person->recovery_codes.end();
    if (!known) return refuse(*sign_in, SignInMethod::RecoveryCode);
    return start_session(sign_in, call.context, SignInMethod::RecoveryCode);
}

// GET /musubi/v1/session: who asks; of a person also the session.
Result<Answer> get_session(const App& app, const ApiCall& call) {
    if (call.session) {
        const PersonPtr person = app.people.find(call.session->person);
        if (!person) return not_signed_in();
        return Answer{
            private_json(session_view(app, *call.context, *call.session, *person, call.caller))};
    }
    Json out;
    out.set("subject", call.caller.subject);
    out.set("tenant", call.caller.tenant);
    out.set("role", name_of(call.caller.role));
    return Answer{private_json(out)};
}

// DELETE /musubi/v1/session: signs out. Who signed in at a provider is told where to do so there
// as well (OpenID Connect RP-Initiated Logout 1.0).
Result<Answer> remove_session(const App& app, const ApiCall& call) {
    const auto session = TRY(need_session(call));
    Json out;
    const std::string elsewhere = provider_sign_out(app, *session);
    if (!elsewhere.empty()) out.set("providerSignOut", elsewhere);
    HttpResponse response = elsewhere.empty() ? HttpResponse{204, {}, {}} : private_json(out);
    response.headers.push_back(no_session_cookie(app.cookie_url));
    return Answer{Action{.run = [id = session->id](Transaction& tx) -> Result<void> {
                             Sessions::end(tx, id);
                             return {};
                         },
                         .reply = [response = std::move(response)] { return response; }}};
}

// GET /musubi/v1/me/sessions
Result<Answer> list_own_sessions(const App& app, const ApiCall& call) {
    const auto session = TRY(need_session(call));
    Json::Array out;
    for (const Session& known : app.sessions.list(session->person, app.clock.now())) {
        Json line = session_line(app, known);
        line.set("current", known.id == session->id);
        out.push_back(std::move(line));
    }
    return Answer{private_json(Json{std::move(out)})};
}

// DELETE /musubi/v1/me/sessions: all others end; this one gets another token.
Result<Answer> remove_own_sessions(const App& app, const ApiCall& call) {
    const auto session = TRY(need_session(call));
    const PersonPtr person = app.people.find(session->person);
    if (!person) return not_signed_in();
    const auto begun = std::make_shared<Sessions::Begun>(same_sign_in(app, call, *person));
    return Answer{Action{
        .run = [&app, session, begun](Transaction& tx) -> Result<void> {
            Person latest = TRY(app.people.latest(tx, session->person));
            end_others(tx, app, latest, *session, *begun);
            return app.people.put(tx, latest);
        },
        .reply = [&app, begun,
                  context = call.context] { return session_response(app, context, *begun, 200); }}};
}

// DELETE /musubi/v1/me/sessions/{id}
Result<Answer> remove_own_session(const App& app, const ApiCall& call) {
    const auto session = TRY(need_session(call));
    return Answer{
        Action{.run = [&app, session, id = call.path.front()](Transaction& tx) -> Result<void> {
                   return app.sessions.end_own(tx, id, session->person);
               },
               .reply =
                   [] {
                       return HttpResponse{204, {}, {}};
                   }}};
}

}  // namespace musubi::api

// The passkeys of one's own account, and signing in by one.
#include "api/passkeys.h"

#include <algorithm>

#include "api/openid/openid_client.h"
#include "api/passkey_ceremony.h"
#include "api/people_journal.h"
#include "api/people_json.h"
#include "api/session_cookie.h"
#include "api/sign_in.h"
#include "base/both_words.h"
#include "broker/member_reader.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

// One try to sign in by a passkey, from the request to the session.
struct PasskeySignIn {
    const App& app;
    Attempt attempt;
    PasskeyProof given;
    Asserted asserted = {};
    PersonPtr person = nullptr;  // null: nobody has it
    std::string former = {};     // id of the session that the browser had
    std::optional<Sessions::Begun> begun = {};
};

Error refuse_passkey(const PasskeySignIn& sign_in) {
    note_refused_sign_in(sign_in.app, sign_in.person ? sign_in.person->id : std::string_view{},
                         name_of(SignInMethod::Passkey), sign_in.attempt.address());
    return not_signed_in();
}

Passkey* find_credential(Person& person, std::string_view credential_id) {
    const auto found =
        std::find_if(person.passkeys.begin(), person.passkeys.end(),
                     [&](const Passkey& known) { return known.credential_id == credential_id; });
    return found == person.passkeys.end() ? nullptr : &*found;
}

// Decides on the latest state: a passkey that was removed meanwhile opens nothing any more.
Result<void> begin_passkey_session(Transaction& tx, PasskeySignIn& sign_in) {
    const App& app = sign_in.app;
    const auto found = app.people.latest(tx, sign_in.person->id);
    if (!found || found->disabled) return refuse_passkey(sign_in);
    Person person = *found;
    Passkey* passkey = find_credential(person, sign_in.given.credential_id);
    if (passkey == nullptr) return refuse_passkey(sign_in);
    if (!counter_holds(*passkey, sign_in.asserted)) {
        note_copied_passkey(app, person.id, passkey->id, sign_in.attempt.address());
        return not_signed_in();
    }
    passkey->sign_count = sign_in.asserted.sign_count;  // step 24 of 7.2
    passkey->backed_up = sign_in.asserted.backed_up;
    passkey->used_at = tx.now();
    sign_in.begun->session.epoch = person.session_epoch;
    TRY(app.people.put(tx, person));
    app.sessions.begin(tx, sign_in.begun->session);
    if (!sign_in.former.empty()) Sessions::end(tx, sign_in.former);
    return record_sign_in(app, sign_in.begun->session);
}

// Step 6 of 7.2: the passkey is of the person whom the authenticator names. Steps 19 to 21.
bool proves(const PasskeySignIn& sign_in) {
    if (!sign_in.person || sign_in.person->disabled) return false;
    if (sign_in.given.user_handle != sign_in.person->id) return false;
    return std::any_of(sign_in.person->passkeys.begin(), sign_in.person->passkeys.end(),
                       [&](const Passkey& known) {
                           return known.credential_id == sign_in.given.credential_id &&
                                  verify_signature(sign_in.given, sign_in.asserted, known);
                       });
}

}  // namespace

Result<Answer> sign_in_by_passkey(const App& app, const ApiCall& call, const Json& passkey) {
    PasskeyProof given = TRY(read_assertion(passkey));
    std::string account = "passkey " + to_base64url(given.credential_id);
    const auto sign_in = std::make_shared<PasskeySignIn>(PasskeySignIn{
        .app = app, .attempt = Attempt{app, call, std::move(account)}, .given = std::move(given)});
    if (auto refused = sign_in->attempt.refused()) return Answer{std::move(*refused)};
    sign_in->asserted = TRY(verify_proof(app, call, sign_in->given));
    sign_in->person = app.people.find_by_passkey(sign_in->given.credential_id);
    if (!proves(*sign_in)) return refuse_passkey(*sign_in);
    if (call.session) sign_in->former = call.session->id;
    sign_in->begun = new_session(app, call, *sign_in->person, SignInMethod::Passkey);
    return Answer{
        Action{.run = [sign_in](Transaction& tx) { return begin_passkey_session(tx, *sign_in); },
               .reply =
                   [sign_in, context = call.context] {
                       sign_in->attempt.succeeded();
                       return session_response(sign_in->app, context, *sign_in->begun);
                   }}};
}

}  // namespace musubi

namespace musubi::api {
namespace {

using SessionPtr = std::shared_ptr<const Session>;
using BegunPtr = std::shared_ptr<Sessions::Begun>;

// Who may add a passkey: who signed in just now, or came back by a recovery code.
Result<SessionPtr> need_adding_session(const App& app, const ApiCall& call) {
    auto session = TRY(need_session(call));
    if (session->renew) return session;
    return need_fresh_session(app, call);
}

Result<PersonPtr> person_of_session(const App& app, const Session& session) {
    PersonPtr person = app.people.find(session.person);
    if (!person) return not_signed_in();
    return person;
}

// Whoever came back by a recovery code has a way in again: all other sign-ins end, and this one
// goes on as one by the passkey.
Result<void> add_passkey(Transaction& tx, const App& app, const Passkey& passkey,
                         const Session& session, const BegunPtr& begun) {
    Person person = TRY(app.people.latest(tx, session.person));
    if (person.disabled) return not_signed_in();
    TRY(People::add_passkey(tx, person, passkey));
    if (begun) end_others(tx, app, person, session, *begun);
    TRY(app.people.put(tx, person));
    return record_passkey(app, tx.caller(), person.id, passkey.id, "passkey-added");
}

HttpResponse with_cookie(const App& app, HttpResponse response, const Sessions::Begun& begun) {
    response.headers.push_back(
        session_cookie(begun.token, app.sessions.rule().longest, app.cookie_url));
    return response;
}

// A way in is taken away: whoever came by it is signed out with all others, but this sign-in.
Answer take_away(const App& app, const ApiCall& call, const Person& person,
                 std::function<Result<void>(Transaction&, Person&)> take) {
    const SessionPtr session = call.session;
    const auto begun = std::make_shared<Sessions::Begun>(same_sign_in(app, call, person));
    return Action{
        .run = [&app, session, begun, take = std::move(take)](Transaction& tx) -> Result<void> {
            Person latest = TRY(app.people.latest(tx, session->person));
            TRY(take(tx, latest));
            end_others(tx, app, latest, *session, *begun);
            return app.people.put(tx, latest);
        },
        .reply =
            [&app, begun] {
                return with_cookie(app, HttpResponse{204, {}, {}}, *begun);
            }};
}

}  // namespace

// POST /musubi/v1/session/options: what the browser is asked to sign in by a passkey.
Result<Answer> post_session_options(const App& app, const ApiCall& call) {
    return Answer{private_json(TRY(passkey_request_options(app, call)))};
}

// GET /musubi/v1/me/passkeys
Result<Answer> list_passkeys(const App& app, const ApiCall& call) {
    const auto session = TRY(need_session(call));
    const PersonPtr person = TRY(person_of_session(app, *session));
    Json::Array out;
    for (const Passkey& passkey : person->passkeys) out.push_back(passkey_view(passkey));
    return Answer{private_json(Json{std::move(out)})};
}

// POST /musubi/v1/me/passkeys/options: what the browser is asked to make one.
Result<Answer> post_passkey_options(const App& app, const ApiCall& call) {
    const auto session = TRY(need_adding_session(app, call));
    const PersonPtr person = TRY(person_of_session(app, *session));
    Ceremony ceremony;
    ceremony.purpose = Ceremony::Purpose::Add;
    ceremony.person = person->id;
    ceremony.session = session->id;
    return Answer{private_json(TRY(passkey_creation_options(app, call, ceremony, *person)))};
}

// POST /musubi/v1/me/passkeys: {"passkey", "name"}
Result<Answer> post_passkey(const App& app, const ApiCall& call) {
    const auto session = TRY(need_adding_session(app, call));
    const PersonPtr person = TRY(person_of_session(app, *session));
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"passkey", "name"}));
    std::string name = TRY(read_passkey_name(reader, "name"));
    const Json* given = reader.find("passkey");
    if (given == nullptr) return reader.bad("passkey", "the body needs what the browser made");
    NewPasskey made = TRY(read_new_passkey(app, call, *given, Ceremony::Purpose::Add));
    if (made.ceremony.person != person->id || made.ceremony.session != session->id) {
        return within("/passkey", other_ceremony());
    }
    finish_passkey(made.passkey, std::move(name), app);
    BegunPtr begun;
    if (session->renew) {
        begun = std::make_shared<Sessions::Begun>(
            new_session(app, call, *person, SignInMethod::Passkey));
    }
    return Answer{Action{
        .run = [&app, passkey = made.passkey, session, begun](Transaction& tx) -> Result<void> {
            return add_passkey(tx, app, passkey, *session, begun);
        },
        .reply =
            [&app, begun, view = passkey_view(made.passkey)] {
                HttpResponse response = private_json(view, 201);
                return begun ? with_cookie(app, std::move(response), *begun) : response;
            }}};
}

// PATCH /musubi/v1/me/passkeys/{id}: {"name"}
Result<Answer> patch_passkey(const App& app, const ApiCall& call) {
    const auto session = TRY(need_session(call));
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"name"}));
    std::string name = TRY(read_display_name(TRY(need_text(reader, "name")), "/name"));
    return Answer{Action{
        .run = [&app, session, id = call.path.front(),
                name = std::move(name)](Transaction& tx) -> Result<void> {
            Person latest = TRY(app.people.latest(tx, session->person));
            for (Passkey& passkey : latest.passkeys) {
                if (passkey.id != id) continue;
                passkey.name = name;
                return app.people.put(tx, latest);
            }
            return Error{ErrorCode::NotFound,
                         both_texts("このパスキーはありません", "there is no such passkey"), id};
        },
        .reply =
            [] {
                return HttpResponse{204, {}, {}};
            }}};
}

namespace {

// Whether a provider that the configuration names lets them in.
Result<bool> is_opened_elsewhere(const App& app, Transaction& tx, const std::string& person) {
    for (const OpenIdLink& link : app.openid.links.of(person)) {
        if (app.openid.find(link.provider) == nullptr) continue;
        if (TRY(app.openid.links.latest(tx, link.id))) return true;
    }
    return false;
}

}  // namespace

// DELETE /musubi/v1/me/passkeys/{id}
Result<Answer> remove_passkey(const App& app, const ApiCall& call) {
    const auto session = TRY(need_fresh_session(app, call));
    const PersonPtr person = TRY(person_of_session(app, *session));
    return take_away(
        app, call, *person,
        [&app, id = call.path.front()](Transaction& tx, Person& latest) -> Result<void> {
            const bool elsewhere = TRY(is_opened_elsewhere(app, tx, latest.id));
            TRY(People::take_passkey(tx, latest, id, elsewhere));
            return record_passkey(app, tx.caller(), latest.id, id, "passkey-removed");
        });
}

// DELETE /musubi/v1/me/password: who has passkeys needs none.
Result<Answer> remove_own_password(const App& app, const ApiCall& call) {
    const auto session = TRY(need_fresh_session(app, call));
    const PersonPtr person = TRY(person_of_session(app, *session));
    return take_away(app, call, *person, [&app](Transaction& tx, Person& latest) -> Result<void> {
        TRY(People::take_password(latest, TRY(is_opened_elsewhere(app, tx, latest.id))));
        return record_person(app, tx.caller(), latest.id, "password-removed");
    });
}

}  // namespace musubi::api

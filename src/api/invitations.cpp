// Invitations: how people come in, and how who forgot the password comes back.
#include <algorithm>

#include "api/acceptance.h"
#include "api/handlers.h"
#include "api/passkey_ceremony.h"
#include "api/passkeys.h"
#include "api/people_journal.h"
#include "api/people_json.h"
#include "api/session_cookie.h"
#include "api/sign_in.h"
#include "base/both_words.h"
#include "broker/member_reader.h"
#include "trust/people/grant.h"
#include "trust/people/password.h"
#include "trust/signing/signing_keys.h"

namespace musubi::api {
namespace {

constexpr std::size_t kMaxGrants = 20;

bool may_see_invitation(const Caller& caller, const Invitation& invitation) {
    const bool own = invitation.given_by == caller.subject && invitation.given_in == caller.tenant;
    return own || need_operator_of(caller, invitation.given_in);
}

// {"until"}, or a week.
Result<Time> read_until(const App& app, const MemberReader& reader) {
    const Json* until = reader.find("until");
    if (until == nullptr) return app.clock.now() + Invitation::kStandard;
    const Time time = TRY(read_end(app, *until, "/until"));
    if (time <= app.clock.now() + Invitation::kLongest) return time;
    return reader.bad("until",
                      both_texts("招待は 60 日までです", "an invitation lasts 60 days at most"));
}

Answer answer_made(const App& app, const ApiCall& call, const Invitations::Made& made) {
    Json out = invitation_view(app, *call.context, made.invitation);
    out.set("code", made.code);
    const std::string root = app.public_url.empty() ? std::string("/") : app.public_url + "/";
    out.set("link", root + "#invitation=" + made.code);
    out.set("note", "the code is shown only now; whoever has it can use it once");
    return Action{.run = [&app, invitation = made.invitation](Transaction& tx) -> Result<void> {
                      TRY(app.people.check_organisation(tx, invitation.organisation));
                      TRY(app.invitations.put(tx, invitation));
                      return record_invitation(app, tx.caller(), invitation,
                                               invitation.person.empty() ? "invited" : "renewal");
                  },
                  .reply = [out = std::move(out)] { return private_json(out, 201); }};
}

Invitation begun_by(const App& app, const ApiCall& call) {
    Invitation out;
    out.given_by = call.caller.subject;
    out.given_in = call.caller.tenant;
    out.given_at = app.clock.now();
    return out;
}

// From the code to the account.
struct Acceptance {
    const App& app;
    Attempt attempt;
    Invitation invitation;
    Person person = {};         // somebody new
    std::string password = {};  // normal form
    std::string hash = {};
    std::optional<Passkey> passkey = {};  // in place of a password
    std::optional<Sessions::Begun> begun = {};
};

// By what they sign in from then on. Who takes a passkey has no password: a former one is gone, as
// they forgot it, or somebody else may know it.
Result<void> set_proof(Transaction& tx, Acceptance& acceptance, Person& person) {
    person.password = acceptance.hash;
    person.password_at = tx.now();
    if (!acceptance.passkey) return {};
    return People::add_passkey(tx, person, *acceptance.passkey);
}

Result<void> renew(Transaction& tx, Acceptance& acceptance) {
    const App& app = acceptance.app;
    Person known = TRY(app.people.latest(tx, acceptance.invitation.person));
    if (known.disabled) return no_such_invitation();
    TRY(set_proof(tx, acceptance, known));
    acceptance.begun->session.epoch = ++known.session_epoch;
    // Whoever has the code did not have to be the person: what is signed from now on shows that.
    TRY(SigningKeys::end(tx, known.id));
    return app.people.put(tx, known);
}

Result<void> commit_acceptance(Transaction& tx, Acceptance& acceptance) {
    const App& app = acceptance.app;
    const Invitation taken = TRY(take_invitation(app, tx, acceptance.invitation.id));
    if (taken.person.empty()) {
        Person person = acceptance.person;
        TRY(set_proof(tx, acceptance, person));
        TRY(add_newcomer(app, tx, taken, std::move(person)));
    } else {
        TRY(renew(tx, acceptance));
    }
    app.sessions.begin(tx, acceptance.begun->session);
    Caller newcomer;
    newcomer.subject = person_subject(acceptance.person.id);
    newcomer.tenant = taken.given_in;
    if (acceptance.passkey) {
        TRY(record_passkey(app, newcomer, acceptance.person.id, acceptance.passkey->id,
                           "passkey-added"));
    } else if (!taken.person.empty()) {
        TRY(record_person(app, newcomer, acceptance.person.id, "password"));
    }
    return record_sign_in(app, acceptance.begun->session);
}

Answer accepted(const std::shared_ptr<Acceptance>& acceptance, const ContextPtr& context) {
    return Action{
        .run = [acceptance](Transaction& tx) { return commit_acceptance(tx, *acceptance); },
        .reply =
            [acceptance, context] {
                acceptance->attempt.succeeded();
                return session_response(acceptance->app, context, *acceptance->begun);
            }};
}

Result<Answer> accept_with_password(const ApiCall& call,
                                    const std::shared_ptr<Acceptance>& acceptance) {
    return compute_then(
        acceptance->app,
        [acceptance] {
            const App& app = acceptance->app;
            auto hash = app.sign_in.hasher.hash(acceptance->password, app.random);
            if (hash) acceptance->hash = std::move(hash).value();
        },
        [acceptance, context = call.context]() -> Result<Answer> {
            if (acceptance->hash.empty()) {
                return Error{
                    ErrorCode::Busy,
                    both_texts(
                        "今はパスワードを計算するメモリーがありません。もう一度試してください",
                        "there is no memory for a password now; try again")};
            }
            return accepted(acceptance, context);
        });
}

// The passkey must have been made for this invitation and under this name.
Result<Answer> accept_with_passkey(const ApiCall& call, const MemberReader& reader,
                                   const std::shared_ptr<Acceptance>& acceptance) {
    const App& app = acceptance->app;
    if (reader.find("password") != nullptr) {
        return reader.bad("password", both_texts("パスワードかパスキーのどちらか一つです",
                                                 "either a password or a passkey, not both"));
    }
    std::string name = TRY(read_passkey_name(reader, "passkeyName"));
    NewPasskey made =
        TRY(read_new_passkey(app, call, *reader.find("passkey"), Ceremony::Purpose::Accept));
    const bool own = made.ceremony.invitation == acceptance->invitation.id &&
                     made.ceremony.name == acceptance->person.name;
    if (!own) return within("/passkey", other_ceremony());
    acceptance->person.id = made.ceremony.person;
    finish_passkey(made.passkey, std::move(name), app);
    acceptance->passkey = std::move(made.passkey);
    acceptance->begun = new_session(app, call, acceptance->person, SignInMethod::Invitation);
    return accepted(acceptance, call.context);
}

// Who is signed in already takes the roles to the account they have.
Answer accept_signed_in(const App& app, const ApiCall& call, const Attempt& attempt,
                        const Invitation& invitation) {
    return Action{
        .run = [&app, id = call.session->person, invitation](Transaction& tx) -> Result<void> {
            const Invitation taken = TRY(take_invitation(app, tx, invitation.id));
            Person person = TRY(app.people.latest(tx, id));
            for (Grant grant : taken.grants) {
                TRY(check_separate(person, grant, tx.now()));
                grant.given_at = tx.now();
                TRY(record_role(app, tx.caller(), id, grant, "given"));
                person.grants.push_back(std::move(grant));
            }
            if (person.grants.size() > Person::kMaxGrants) {
                return Error{ErrorCode::TooLarge, both_texts("一人の役割は 50 までです",
                                                             "a person has at most 50 roles")};
            }
            return app.people.put(tx, person);
        },
        .reply =
            [attempt] {
                attempt.succeeded();
                return HttpResponse{204, {}, {}};
            }};
}

// Whose account the invitation opens: somebody's who is known, or a new one's.
Result<Person> read_invited(const App& app, const MemberReader& reader,
                            const Invitation& invitation) {
    if (!invitation.person.empty()) {
        const PersonPtr known = app.people.find(invitation.person);
        if (!known) return no_such_invitation();
        return *known;
    }
    return read_newcomer(app, reader, invitation);
}

// Who is invited, as far as that is said.
Result<void> read_invited(const MemberReader& reader, Invitation& invitation) {
    if (reader.find("name") != nullptr) {
        invitation.name = TRY(read_sign_in_name(TRY(need_text(reader, "name"))));
    }
    if (reader.find("displayName") != nullptr) {
        invitation.display_name =
            TRY(read_display_name(TRY(need_text(reader, "displayName")), "/displayName"));
    }
    if (reader.find("organisation") != nullptr) {
        invitation.organisation = TRY(need_text(reader, "organisation"));
    }
    return {};
}

// The roles that an invitation brings, each of them the caller's to give.
Result<std::vector<Grant>> read_grants(const App& app, const ApiCall& call,
                                       const MemberReader& reader) {
    const Json* grants = reader.find("grants");
    const bool listed = grants != nullptr && grants->is_array() && !grants->array().empty() &&
                        grants->array().size() <= kMaxGrants;
    if (!listed)
        return reader.bad(
            "grants", both_texts("招待の役割は 1〜20 です", "an invitation is for 1 to 20 roles"));
    Person newcomer;
    for (std::size_t i = 0; i < grants->array().size(); ++i) {
        const std::string place = "/grants/" + std::to_string(i);
        Grant grant = TRY(read_grant_body(app, call, grants->array()[i], place));
        TRY(may_give(call.caller, grant, app.people.is_watched(grant.tenant, app.clock.now())));
        TRY(app.authority.may_pass_on(call.caller, grant.until));
        TRY(check_separate(newcomer, grant, app.clock.now()));
        grant.number = TRY(app.store.tenant(grant.tenant));
        grant.given_by = call.caller.subject;
        newcomer.grants.push_back(std::move(grant));
    }
    return std::move(newcomer.grants);
}

}  // namespace

// GET /musubi/v1/invitations
Result<Answer> list_invitations(const App& app, const ApiCall& call) {
    Json::Array out;
    for (const Invitation& invitation : app.invitations.list(app.clock.now())) {
        if (!may_see_invitation(call.caller, invitation)) continue;
        out.push_back(invitation_view(app, *call.context, invitation));
    }
    return Answer{private_json(Json{std::move(out)})};
}

// POST /musubi/v1/invitations: {"name", "displayName", "organisation", "grants", "until"}
Result<Answer> post_invitation(const App& app, const ApiCall& call) {
    const Body body = TRY(read_body(app, call));
    const MemberReader reader{body.json, ""};
    TRY(reader.only({"name", "displayName", "organisation", "grants", "until"}));
    Invitation invitation = begun_by(app, call);
    invitation.until = TRY(read_until(app, reader));
    TRY(read_invited(reader, invitation));
    invitation.grants = TRY(read_grants(app, call, reader));
    if (!invitation.name.empty() && app.people.find_by_name(invitation.name)) {
        return Error{ErrorCode::AlreadyExists,
                     both_texts("この名前でサインインする人がすでにいます",
                                "somebody signs in by this name already"),
                     "/name"};
    }
    return answer_made(app, call, Invitations::prepare(std::move(invitation), app.random));
}

// POST /musubi/v1/people/{id}/renewal: a code with which the person chooses another password.
Result<Answer> post_renewal(const App& app, const ApiCall& call) {
    const PersonPtr person = app.people.find(call.path.front());
    if (!person || !may_see(call.caller, *person)) {
        return Error{ErrorCode::NotFound, both_texts("この人はいません", "there is no such person"),
                     call.path.front()};
    }
    TRY(may_manage(call.caller, *person, app.clock.now()));
    TRY(app.authority.reach_of(call.caller));
    Invitation invitation = begun_by(app, call);
    invitation.person = person->id;
    invitation.name = person->name;
    invitation.display_name = person->display_name;
    invitation.until = app.clock.now() + days(1);
    return answer_made(app, call, Invitations::prepare(std::move(invitation), app.random));
}

// DELETE /musubi/v1/invitations/{id}
Result<Answer> remove_invitation(const App& app, const ApiCall& call) {
    const auto all = app.invitations.list(app.clock.now());
    const auto found = std::find_if(all.begin(), all.end(), [&](const Invitation& known) {
        return known.id == call.path.front() && may_see_invitation(call.caller, known);
    });
    if (found == all.end()) {
        return Error{ErrorCode::NotFound,
                     both_texts("この招待はありません", "there is no such invitation"),
                     call.path.front()};
    }
    return Answer{Action{.run = [&app, id = found->id](Transaction& tx) -> Result<void> {
                             return record_invitation(app, tx.caller(),
                                                      TRY(app.invitations.take(tx, id)),
                                                      "invitation-taken-back");
                         },
                         .reply =
                             [] {
                                 return HttpResponse{204, {}, {}};
                             }}};
}

// POST /musubi/v1/invitations/look: {"code"}: what it is for, to who has it.
Result<Answer> look_at_invitation(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"code"}));
    const Attempt attempt{app, call, {}};
    if (auto refused = attempt.refused()) return Answer{std::move(*refused)};
    const auto invitation = app.invitations.find(TRY(need_text(reader, "code")), app.clock.now());
    if (!invitation) return no_such_invitation();
    attempt.succeeded();
    Json out = invitation_view(app, *call.context, *invitation);
    return Answer{private_json(out)};
}

// POST /musubi/v1/invitations/options: {"code", "name", "displayName"}: what the browser is asked
// to make a passkey to accept it with.
Result<Answer> post_invitation_options(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"code", "name", "displayName"}));
    const Attempt attempt{app, call, {}};
    if (auto refused = attempt.refused()) return Answer{std::move(*refused)};
    const auto invitation = app.invitations.find(TRY(need_text(reader, "code")), app.clock.now());
    if (!invitation) return no_such_invitation();
    attempt.succeeded();
    const Person person = TRY(read_invited(app, reader, *invitation));
    if (invitation->person.empty() && app.people.find_by_name(person.name)) {
        return Error{ErrorCode::AlreadyExists,
                     both_texts("この名前でサインインする人がすでにいます",
                                "somebody signs in by this name already"),
                     "/name"};
    }
    Ceremony ceremony;
    ceremony.purpose = Ceremony::Purpose::Accept;
    ceremony.person = person.id;
    ceremony.invitation = invitation->id;
    ceremony.name = person.name;
    return Answer{private_json(TRY(passkey_creation_options(app, call, ceremony, person)))};
}

// POST /musubi/v1/invitations/accept: {"code", "name", "displayName", "password"}, or "passkey" and
// "passkeyName" in place of the password; who is signed in sends the code alone.
Result<Answer> accept_invitation(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"code", "name", "displayName", "password", "passkey", "passkeyName"}));
    const std::string code = TRY(need_text(reader, "code"));
    const Attempt attempt{app, call, {}};
    if (auto refused = attempt.refused()) return Answer{std::move(*refused)};
    auto invitation = app.invitations.find(code, app.clock.now());
    if (!invitation) return no_such_invitation();
    const bool renews = !invitation->person.empty();
    const bool by_passkey = reader.find("passkey") != nullptr;
    if (call.session && !renews && !by_passkey && reader.find("password") == nullptr) {
        TRY(check_own_page(call.request, app.public_url));
        return accept_signed_in(app, call, attempt, *invitation);
    }
    const auto acceptance = std::make_shared<Acceptance>(
        Acceptance{.app = app, .attempt = attempt, .invitation = std::move(*invitation)});
    acceptance->person = TRY(read_invited(app, reader, acceptance->invitation));
    if (by_passkey) return accept_with_passkey(call, reader, acceptance);
    acceptance->password = TRY(normal_password(TRY(need_text(reader, "password"))));
    TRY(check_password(acceptance->password, acceptance->person.name));
    acceptance->begun = new_session(app, call, acceptance->person, SignInMethod::Invitation);
    return accept_with_password(call, acceptance);
}

}  // namespace musubi::api

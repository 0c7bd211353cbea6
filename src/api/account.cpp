// What people do with their own account.
#include <algorithm>

#include "api/handlers.h"
#include "api/people_journal.h"
#include "api/people_json.h"
#include "api/sign_in.h"
#include "base/both_words.h"
#include "broker/member_reader.h"
#include "trust/encoding.h"
#include "trust/people/grant.h"
#include "trust/people/password.h"
#include "trust/secret.h"

namespace musubi::api {
namespace {

constexpr std::size_t kRecoveryGroups = 4;  // of 20 bits

Result<PersonPtr> need_person(const App& app, const ApiCall& call) {
    const auto session = TRY(need_session(call));
    PersonPtr person = app.people.find(session->person);
    if (!person) return not_signed_in();
    return person;
}

// The names of a grant that the caller lent, found in another person.
Json loan_view(const App& app, const Context& context, const Person& to, const Grant& grant) {
    Json out = grant_view(app, context, to, grant);
    Json person;
    person.set("id", to.id);
    person.set("displayName", to.display_name);
    out.set("to", std::move(person));
    return out;
}

// Another password, from the request to the new session.
struct PasswordChange {
    const App& app;
    Attempt attempt;
    std::string current;  // normal forms
    std::string chosen;
    PersonPtr person;
    std::shared_ptr<const Session> session;
    bool proved = false;
    std::string hash = {};
    Sessions::Begun begun;
};

void compute(PasswordChange& change) {
    const PasswordHasher& hasher = change.app.sign_in.hasher;
    const std::string& stored = change.person->password;
    change.proved =
        change.session->renew || stored.empty() || hasher.verify(change.current, stored);
    if (!change.proved) return;
    auto hash = hasher.hash(change.chosen, change.app.random);
    if (hash) change.hash = std::move(hash).value();
}

// Every session ends, this one goes on under another token.
Result<void> commit_password(Transaction& tx, PasswordChange& change) {
    Person person = TRY(change.app.people.latest(tx, change.person->id));
    if (person.disabled || person.password != change.person->password) return not_signed_in();
    person.password = change.hash;
    person.password_at = tx.now();
    end_others(tx, change.app, person, *change.session, change.begun);
    TRY(change.app.people.put(tx, person));
    return record_person(change.app, tx.caller(), person.id, "password");
}

}  // namespace

// GET /musubi/v1/me
Result<Answer> get_me(const App& app, const ApiCall& call) {
    const PersonPtr person = TRY(need_person(app, call));
    Json out = person_view(app, *call.context, *person, call.caller);
    out.set("hasPassword", !person->password.empty());
    if (!person->password.empty()) out.set("passwordAt", to_iso(person->password_at));
    out.set("passkeys", static_cast<std::int64_t>(person->passkeys.size()));
    out.set("recoveryCodesLeft", static_cast<std::int64_t>(person->recovery_codes.size()));
    return Answer{private_json(out)};
}

// PATCH /musubi/v1/me: {"displayName"}
Result<Answer> patch_me(const App& app, const ApiCall& call) {
    const PersonPtr person = TRY(need_person(app, call));
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"displayName"}));
    std::string shown =
        TRY(read_display_name(TRY(need_text(reader, "displayName")), "/displayName"));
    return Answer{Action{
        .run = [&app, id = person->id, shown = std::move(shown)](Transaction& tx) -> Result<void> {
            Person latest = TRY(app.people.latest(tx, id));
            latest.display_name = shown;
            return app.people.put(tx, latest);
        },
        .reply =
            [] {
                return HttpResponse{204, {}, {}};
            }}};
}

// PUT /musubi/v1/me/password: {"current", "password"}; after a recovery code without "current".
Result<Answer> put_own_password(const App& app, const ApiCall& call) {
    const PersonPtr person = TRY(need_person(app, call));
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"current", "password"}));
    std::string chosen = TRY(normal_password(TRY(need_text(reader, "password"))));
    TRY(check_password(chosen, person->name));
    std::string current;
    if (!call.session->renew && !person->password.empty()) {
        current = TRY(normal_password(TRY(need_text(reader, "current"))));
    } else if (!call.session->renew) {
        TRY(need_fresh_session(app, call));  // the first password beside a passkey
    }
    const auto change = std::make_shared<PasswordChange>(
        PasswordChange{.app = app,
                       .attempt = Attempt{app, call, "password " + person->name},
                       .current = std::move(current),
                       .chosen = std::move(chosen),
                       .person = person,
                       .session = call.session,
                       .begun = new_session(app, call, *person, SignInMethod::Password)});
    if (auto refused = change->attempt.refused()) return Answer{std::move(*refused)};
    return compute_then(
        app, [change] { compute(*change); },
        [change, context = call.context]() -> Result<Answer> {
            if (!change->proved) {
                return Error{ErrorCode::Forbidden,
                             both_texts("パスワードが違います", "this is not your password"),
                             "/current"};
            }
            if (change->hash.empty()) {
                return Error{
                    ErrorCode::Busy,
                    both_texts(
                        "今はパスワードを計算するメモリーがありません。もう一度試してください",
                        "there is no memory for a password now; try again")};
            }
            return Answer{
                Action{.run = [change](Transaction& tx) { return commit_password(tx, *change); },
                       .reply =
                           [change, context] {
                               change->attempt.succeeded();
                               return session_response(change->app, context, change->begun, 200);
                           }}};
        });
}

// GET /musubi/v1/me/recovery-codes: how many are left.
Result<Answer> get_recovery_codes(const App& app, const ApiCall& call) {
    const PersonPtr person = TRY(need_person(app, call));
    Json out;
    out.set("left", static_cast<std::int64_t>(person->recovery_codes.size()));
    if (person->recovery_codes_at.us != 0) out.set("madeAt", to_iso(person->recovery_codes_at));
    return Answer{private_json(out)};
}

// POST /musubi/v1/me/recovery-codes: ten new ones, shown this once; the former are void.
Result<Answer> post_recovery_codes(const App& app, const ApiCall& call) {
    const PersonPtr person = TRY(need_person(app, call));
    TRY(need_fresh_session(app, call));
    Json::Array shown;
    std::vector<std::string> kept;
    for (std::size_t i = 0; i < Person::kRecoveryCodes; ++i) {
        const std::string code = typed_code(app.random, kRecoveryGroups);
        kept.push_back(sha256({*read_typed_code(code)}));
        shown.emplace_back(code);
    }
    Json out;
    out.set("codes", std::move(shown));
    out.set("note", "these codes are shown only now; each opens the account once");
    return Answer{Action{
        .run = [&app, id = person->id, kept = std::move(kept)](Transaction& tx) -> Result<void> {
            Person latest = TRY(app.people.latest(tx, id));
            latest.recovery_codes = kept;
            latest.recovery_codes_at = tx.now();
            TRY(app.people.put(tx, latest));
            return record_person(app, tx.caller(), id, "recovery-codes");
        },
        .reply = [out = std::move(out)] { return private_json(out, 201); }}};
}

// GET /musubi/v1/me/loans: what the caller lent to others.
Result<Answer> list_loans(const App& app, const ApiCall& call) {
    const PersonPtr person = TRY(need_person(app, call));
    Json::Array out;
    for (const PersonPtr& other : app.people.list()) {
        for (const Grant& grant : other->grants) {
            if (!grant.lender || grant.lender->person != person->id) continue;
            out.push_back(loan_view(app, *call.context, *other, grant));
        }
    }
    return Answer{private_json(Json{std::move(out)})};
}

// POST /musubi/v1/me/loans: {"to", "grant", "types", "scopes", "until"}: lends a role, or less of
// it.
Result<Answer> post_loan(const App& app, const ApiCall& call) {
    const PersonPtr person = TRY(need_person(app, call));
    const Body body = TRY(read_body(app, call));
    const MemberReader reader{body.json, ""};
    TRY(reader.only({"to", "grant", "types", "scopes", "until"}));
    Grant grant;
    grant.id = random_token(app.random).substr(0, 10);
    grant.lender.emplace();
    grant.lender->grant = TRY(need_text(reader, "grant"));
    if (reader.find("types") != nullptr) {
        grant.only_types = TRY(reader.names("types", *body.context));
    }
    grant.only_scopes = TRY(read_scopes(reader));
    const Json* until = reader.find("until");
    if (until == nullptr)
        return reader.bad("until",
                          both_texts("貸すものには終わりが要ります", "what is lent has an end"));
    grant.until = TRY(read_end(app, *until, "/until"));
    // Colleagues are named by what they sign in by: those with a role in the same tenant.
    const PersonPtr to =
        app.people.find_by_name(TRY(read_sign_in_name(TRY(need_text(reader, "to")))));
    const bool known =
        to && std::any_of(to->grants.begin(), to->grants.end(),
                          [&](const Grant& theirs) { return theirs.tenant == call.caller.tenant; });
    if (!known)
        return Error{ErrorCode::NotFound,
                     both_texts("ここにこの人はいません", "there is no such person here"), "/to"};
    Json out;
    out.set("id", grant.id);
    return Answer{Action{.run = [&app, to, grant](Transaction& tx) -> Result<void> {
                             TRY(app.people.lend(tx, to->id, grant));
                             const Person with = TRY(app.people.latest(tx, to->id));
                             // What was not said comes from the lender's own role.
                             return record_role(app, tx.caller(), to->id, with.grants.back(),
                                                "lent");
                         },
                         .reply = [out = std::move(out)] { return private_json(out, 201); }}};
}

// DELETE /musubi/v1/me/loans/{id}
Result<Answer> remove_loan(const App& app, const ApiCall& call) {
    const PersonPtr person = TRY(need_person(app, call));
    for (const PersonPtr& other : app.people.list()) {
        for (const Grant& grant : other->grants) {
            const bool own = grant.lender && grant.lender->person == person->id;
            if (!own || grant.id != call.path.front()) continue;
            return Answer{Action{.run = [&app, other, grant](Transaction& tx) -> Result<void> {
                                     TRY(app.people.end_loan(tx, other->id, grant.id));
                                     return record_role(app, tx.caller(), other->id, grant,
                                                        "returned");
                                 },
                                 .reply =
                                     [] {
                                         return HttpResponse{204, {}, {}};
                                     }}};
        }
    }
    return Error{ErrorCode::NotFound,
                 both_texts("この識別子で貸したものはありません", "you lent nothing under this id"),
                 call.path.front()};
}

}  // namespace musubi::api

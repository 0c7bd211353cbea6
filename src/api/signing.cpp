// The keys by which the server and people sign.
#include "api/signing.h"

#include "api/people_journal.h"
#include "api/people_json.h"
#include "api/sign_in.h"
#include "api/tenancy.h"
#include "broker/member_reader.h"
#include "trust/signing/signing_keys.h"

namespace musubi::api {
namespace {

Error no_longer_in_use() {
    return {ErrorCode::Conflict,
            "this is not the signing key in use: read the list again, and name the one that is",
            "/replaces"};
}

// `replaces`: id of the one in use; empty: there is none.
Result<PersonKey> make_key(Transaction& tx, const App& app, std::string_view person,
                           const std::string& replaces) {
    const auto in_use = TRY(SigningKeys::in_use(tx, person));
    if ((in_use ? in_use->half.id() : std::string{}) != replaces) return no_longer_in_use();
    TRY(SigningKeys::end(tx, person));
    PersonKey made = TRY(app.signing_keys.make(tx, person));
    TRY(record_signing_key(app, tx.caller(), made, replaces));
    return made;
}

Json key_set(Json::Array keys) {
    Json out;
    out.set("keys", std::move(keys));
    return out;
}

}  // namespace

// GET /musubi/v1/signing-keys: a set of JSON Web Keys (RFC 7517, RFC 8037): the server's, which has
// no `subject`, and those of people, also of those who left. Who shows no key gets the server's:
// heartbeats, which are for everybody, are signed by it.
Result<Answer> list_signing_keys(const App& app, const ApiCall& call) {
    Json::Array keys;
    keys.push_back(to_jwk(app.journal.public_key()));
    if (call.caller.subject != kNobody) {
        for (const PersonKey& key : app.signing_keys.list()) keys.push_back(to_jwk(key));
    }
    HttpResponse response{200, {{"Content-Type", "application/json"}}, {}};
    append_json(response.body, key_set(std::move(keys)));
    return Answer{std::move(response)};
}

// GET /musubi/v1/me/signing-keys: the same of one's own, the newest first.
Result<Answer> list_own_signing_keys(const App& app, const ApiCall& call) {
    const auto session = TRY(need_session(call));
    Json::Array keys;
    for (const PersonKey& key : app.signing_keys.of(session->person)) keys.push_back(to_jwk(key));
    return Answer{private_json(key_set(std::move(keys)))};
}

// POST /musubi/v1/me/signing-keys: {"replaces"}: another one; the one in use, which is named, ends.
Result<Answer> post_own_signing_key(const App& app, const ApiCall& call) {
    const auto session = TRY(need_fresh_session(app, call));
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"replaces"}));
    std::string replaces;
    if (reader.find("replaces") != nullptr) replaces = TRY(need_text(reader, "replaces"));
    const auto made = std::make_shared<std::optional<PersonKey>>();
    return Answer{Action{.run = [&app, session, replaces = std::move(replaces),
                                 made](Transaction& tx) -> Result<void> {
                             *made = TRY(make_key(tx, app, session->person, replaces));
                             return {};
                         },
                         .reply = [made] { return private_json(to_jwk(**made), 201); }}};
}

}  // namespace musubi::api

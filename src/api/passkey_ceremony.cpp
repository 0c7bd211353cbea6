#include "api/passkey_ceremony.h"

#include <algorithm>
#include <array>

#include "api/people_json.h"
#include "api/sign_in.h"
#include "broker/member_reader.h"
#include "trust/encoding.h"
#include "trust/passkeys/authenticator_data.h"
#include "trust/passkeys/cose_key.h"
#include "trust/people/person.h"

namespace musubi {
namespace {

constexpr std::array kAlgorithms{CoseAlgorithm::EdDsa, CoseAlgorithm::Es256, CoseAlgorithm::Rs256};
constexpr std::size_t kMaxSignature = 512;  // bytes; of RS256 with 4096 bits
constexpr std::size_t kMaxUserHandle = 64;  // WebAuthn, 4, "user handle"
constexpr std::size_t kMaxTransport = 20;

Result<RelyingParty> party_of(const App& app, const ApiCall& call) {
    return relying_party(app.public_url, call.request.header("Host"));
}

Json credential(std::string_view id) {
    Json out;
    out.set("type", "public-key");
    out.set("id", to_base64url(id));
    return out;
}

Json known_passkeys(const Person& person) {
    Json::Array out;
    for (const Passkey& passkey : person.passkeys) {
        Json item = credential(passkey.credential_id);
        if (!passkey.transports.empty()) item.set("transports", texts(passkey.transports));
        out.push_back(std::move(item));
    }
    return Json{std::move(out)};
}

Json algorithms() {
    Json::Array out;
    for (const CoseAlgorithm algorithm : kAlgorithms) {
        Json item;
        item.set("type", "public-key");
        item.set("alg", static_cast<int>(algorithm));
        out.push_back(std::move(item));
    }
    return Json{std::move(out)};
}

std::string town_name(const App& app) {
    const Json* name = app.town.name.find("ja");
    return name != nullptr && name->is_string() ? name->string() : "Musubi";
}

void set_challenge(const App& app, const ApiCall& call, const Ceremony& ceremony, Json& out) {
    const std::string challenge = app.sessions.challenges().begin(
        ceremony, {source_address(app, call.request), app.clock.monotonic()}, app.random);
    out.set("challenge", to_base64url(challenge));
    out.set("timeout", Challenges::kLasts.us / 1000);
}

Result<std::string> need_bytes(const MemberReader& reader, std::string_view name,
                               std::size_t most) {
    auto bytes = from_base64url(TRY(need_text(reader, name)));
    if (!bytes || bytes->empty()) return reader.bad(name, "it is bytes in base64url");
    if (bytes->size() <= most) return std::move(*bytes);
    return Error{ErrorCode::TooLarge, "it has at most " + std::to_string(most) + " bytes",
                 reader.where(name)};
}

// The id, which is there twice; what else a browser adds is not looked at.
Result<std::string> read_credential_id(const MemberReader& reader) {
    constexpr std::size_t kMost = AuthenticatorData::kMaxCredentialId;
    std::string id = TRY(need_bytes(reader, "id", kMost));
    if (reader.find("rawId") != nullptr && TRY(need_bytes(reader, "rawId", kMost)) != id) {
        return reader.bad("rawId", "it is the same as \"id\"");
    }
    if (TRY(need_text(reader, "type")) != "public-key") {
        return reader.bad("type", "a passkey is a \"public-key\"");
    }
    return id;
}

Result<const Json*> need_response(const MemberReader& reader) {
    const Json* response = reader.find("response");
    if (response != nullptr && response->is_object()) return response;
    return reader.bad("response", "the authenticator's response is an object");
}

// Unknown words are kept: they are the browser's, and are given back to it.
Result<std::vector<std::string>> read_transports(const MemberReader& response) {
    std::vector<std::string> out;
    const Json* given = response.find("transports");
    if (given == nullptr) return out;
    if (!given->is_array()) return response.bad("transports", "it is a list of words");
    for (const Json& item : given->array()) {
        const bool word = item.is_string() && !item.string().empty() &&
                          item.string().size() <= kMaxTransport &&
                          std::all_of(item.string().begin(), item.string().end(),
                                      [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
        if (word && out.size() < Passkey::kMaxTransports) out.push_back(item.string());
    }
    return out;
}

Result<PasskeyCreation> read_registration(const Json& json) {
    const MemberReader reader{json, ""};
    PasskeyCreation out;
    out.credential_id = TRY(read_credential_id(reader));
    const Json* part = TRY(need_response(reader));
    const MemberReader response{*part, "/response"};
    out.client_data = TRY(need_bytes(response, "clientDataJSON", ClientData::kMaxBytes));
    out.attestation_object =
        TRY(need_bytes(response, "attestationObject", AttestationObject::kMaxBytes));
    out.transports = TRY(read_transports(response));
    return out;
}

// Step 8 of 7.1, 11 of 7.2: the challenge is one of ours, was not used, and for this.
Result<Ceremony> take_challenge(const App& app, const ClientData& client,
                                Ceremony::Purpose purpose) {
    auto ceremony = app.sessions.challenges().take(client.challenge, app.clock.monotonic());
    if (!ceremony || ceremony->purpose != purpose) return other_ceremony();
    return std::move(*ceremony);
}

Result<NewPasskey> verify_new(const App& app, const ApiCall& call, const Json& json,
                              Ceremony::Purpose purpose) {
    const PasskeyCreation given = TRY(read_registration(json));
    const ClientData client = TRY(read_client_data(given.client_data));
    const RelyingParty party = TRY(party_of(app, call));
    Ceremony ceremony = TRY(take_challenge(app, client, purpose));
    Passkey passkey = TRY(verify_registration(given, client, party));
    return NewPasskey{std::move(passkey), std::move(ceremony)};
}

}  // namespace

Error other_ceremony() {
    return {ErrorCode::Forbidden,
            "this was asked for too long ago, by somebody else, or was used already; begin again",
            "/response/clientDataJSON"};
}

Result<Json> passkey_creation_options(const App& app, const ApiCall& call, const Ceremony& ceremony,
                                      const Person& person) {
    const RelyingParty party = TRY(party_of(app, call));
    Json rp;
    rp.set("id", party.id);
    rp.set("name", town_name(app));
    Json user;
    user.set("id", to_base64url(person.id));
    user.set("name", person.name);
    user.set("displayName", person.display_name);
    Json selection;
    selection.set("residentKey", "required");
    selection.set("requireResidentKey", true);
    selection.set("userVerification", "required");
    Json out;
    out.set("rp", std::move(rp));
    out.set("user", std::move(user));
    set_challenge(app, call, ceremony, out);
    out.set("pubKeyCredParams", algorithms());
    out.set("excludeCredentials", known_passkeys(person));
    out.set("authenticatorSelection", std::move(selection));
    out.set("attestation", "none");
    return out;
}

Result<Json> passkey_request_options(const App& app, const ApiCall& call) {
    const RelyingParty party = TRY(party_of(app, call));
    Json out;
    set_challenge(app, call, {}, out);
    out.set("rpId", party.id);
    out.set("allowCredentials", Json{Json::Array{}});
    out.set("userVerification", "required");
    return out;
}

Result<NewPasskey> read_new_passkey(const App& app, const ApiCall& call, const Json& json,
                                    Ceremony::Purpose purpose) {
    auto made = verify_new(app, call, json, purpose);
    if (made) return made;
    return within("/passkey", std::move(made).error());
}

Result<PasskeyProof> read_assertion(const Json& json) {
    const MemberReader reader{json, "/passkey"};
    PasskeyProof out;
    out.credential_id = TRY(read_credential_id(reader));
    const Json* part = TRY(need_response(reader));
    const MemberReader response{*part, "/passkey/response"};
    out.client_data = TRY(need_bytes(response, "clientDataJSON", ClientData::kMaxBytes));
    out.authenticator_data =
        TRY(need_bytes(response, "authenticatorData", AuthenticatorData::kMaxBytes));
    out.signature = TRY(need_bytes(response, "signature", kMaxSignature));
    out.user_handle = TRY(need_bytes(response, "userHandle", kMaxUserHandle));
    return out;
}

Result<Asserted> verify_proof(const App& app, const ApiCall& call, const PasskeyProof& given) {
    const auto verified = [&]() -> Result<Asserted> {
        const ClientData client = TRY(read_client_data(given.client_data));
        const RelyingParty party = TRY(party_of(app, call));
        TRY(take_challenge(app, client, Ceremony::Purpose::SignIn));
        return verify_circumstances(given, client, party);
    }();
    if (verified) return verified;
    return within("/passkey", verified.error());
}

void finish_passkey(Passkey& passkey, std::string name, const App& app) {
    passkey.id = random_token(app.random).substr(0, 10);
    passkey.name = std::move(name);
    passkey.added_at = app.clock.now();
}

Result<std::string> read_passkey_name(const MemberReader& reader, std::string_view member) {
    if (reader.find(member) == nullptr) return std::string{"passkey"};
    return read_display_name(TRY(need_text(reader, member)), reader.where(member));
}

Json passkey_view(const Passkey& passkey) {
    Json out;
    out.set("id", passkey.id);
    out.set("name", passkey.name);
    out.set("addedAt", to_iso(passkey.added_at));
    if (passkey.used_at) out.set("usedAt", to_iso(*passkey.used_at));
    out.set("synced", passkey.backup_eligible);
    out.set("backedUp", passkey.backed_up);
    out.set("transports", texts(passkey.transports));
    return out;
}

}  // namespace musubi

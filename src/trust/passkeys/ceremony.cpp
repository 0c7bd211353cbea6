#include "trust/passkeys/ceremony.h"

#include <algorithm>

#include "base/json.h"
#include "trust/encoding.h"
#include "trust/passkeys/authenticator_data.h"
#include "trust/secret.h"

namespace musubi {
namespace {

constexpr std::string_view kClientData = "/response/clientDataJSON";
constexpr std::string_view kAttestation = "/response/attestationObject";
constexpr std::string_view kAuthenticatorData = "/response/authenticatorData";

Error malformed(ErrorCode code, std::string detail, std::string_view where) {
    return {code, std::move(detail), std::string(where)};
}
Error refused(std::string detail, std::string_view where) {
    return malformed(ErrorCode::Forbidden, std::move(detail), where);
}

// Steps 7 and 9 to 11 of 7.1; 10 and 12 to 14 of 7.2.
Result<void> check_client(const ClientData& client, std::string_view type,
                          const RelyingParty& party) {
    if (client.type != type) {
        return refused("the browser did something else than this was asked for; begin again",
                       kClientData);
    }
    const bool own =
        std::find(party.origins.begin(), party.origins.end(), client.origin) != party.origins.end();
    if (!own) {
        return refused("a page of another origin asked for it; open " + party.origins.front() +
                           " itself, and look whether the address is the right one",
                       kClientData);
    }
    if (client.cross_origin || client.has_top_origin) {
        return refused("it was asked for from within another page; open this server's page itself",
                       kClientData);
    }
    return {};
}

// Steps 14 to 17 of 7.1; 15 to 18 of 7.2.
Result<void> check_authenticator(const AuthenticatorData& data, const RelyingParty& party,
                                 std::string_view where) {
    if (!same_secret(data.rp_id_hash, sha256({party.id}))) {
        return refused("it was made for another name than " + party.id + "; begin again", where);
    }
    if (!data.user_present) return refused("nobody was there to confirm it; begin again", where);
    if (!data.user_verified) {
        return refused(
            "the device did not make sure that it is you: set a PIN, a finger or a face "
            "up on it, then begin again",
            where);
    }
    if (data.backed_up && !data.backup_eligible) {
        return refused("what it says of copies contradicts itself", where);
    }
    return {};
}

// Steps 21 and 22 of 7.1. "none" says nothing; a key that signs itself (8.2, self attestation)
// must be the one whose credential it is.
Result<void> check_attestation(const AttestationObject& object,
                               const AuthenticatorData::Attested& attested,
                               std::string_view client_data) {
    if (!object.statement) return {};
    const std::string signed_bytes = std::string(object.authenticator_data) + sha256({client_data});
    const bool holds = object.statement->algorithm == static_cast<int>(attested.key.algorithm()) &&
                       attested.key.verify(signed_bytes, object.statement->signature);
    if (holds) return {};
    return refused("the attestation is not by the key that it is of", kAttestation);
}

template <typename T>
Result<T> at(Result<T> result, std::string_view where) {
    if (!result) result.error().where = where;
    return result;
}

}  // namespace

Result<ClientData> read_client_data(std::string_view json) {
    if (json.size() > ClientData::kMaxBytes) {
        return malformed(ErrorCode::TooLarge, "what the browser says has at most 3 KiB",
                         kClientData);
    }
    const auto parsed = parse_json(json, {.max_bytes = ClientData::kMaxBytes, .max_depth = 8});
    const Error bad = malformed(ErrorCode::BadRequest,
                                "this is no JSON with \"type\", \"challenge\" and \"origin\" as a "
                                "browser writes it",
                                kClientData);
    if (!parsed || !parsed->is_object()) return bad;
    const auto text = [&](std::string_view name) {
        const Json* member = parsed->find(name);
        return member != nullptr && member->is_string() ? member->string() : std::string{};
    };
    ClientData out;
    out.type = text("type");
    out.origin = text("origin");
    auto challenge = from_base64url(text("challenge"));
    if (out.type.empty() || out.origin.empty() || !challenge || challenge->empty()) return bad;
    out.challenge = std::move(*challenge);
    if (const Json* cross = parsed->find("crossOrigin")) {
        out.cross_origin = !cross->is_bool() || cross->boolean();
    }
    out.has_top_origin = parsed->find("topOrigin") != nullptr;
    return out;
}

Result<Passkey> verify_registration(const PasskeyCreation& given, const ClientData& client,
                                    const RelyingParty& party) {
    TRY(check_client(client, "webauthn.create", party));
    // Step 13.
    const AttestationObject object =
        TRY(at(read_attestation_object(given.attestation_object), kAttestation));
    const AuthenticatorData data =
        TRY(at(read_authenticator_data(object.authenticator_data), kAttestation));
    TRY(check_authenticator(data, party, kAttestation));
    if (!data.attested) {
        return malformed(ErrorCode::BadRequest, "there is no new credential in it", kAttestation);
    }
    // Step 20: CoseKey takes no other algorithms than those that were asked for.
    TRY(check_attestation(object, *data.attested, given.client_data));
    if (data.attested->credential_id != given.credential_id) {
        return refused("the credential is not the one that the browser names", "/id");
    }
    Passkey out;
    out.credential_id = data.attested->credential_id;
    out.public_key = data.attested->public_key;
    out.sign_count = data.sign_count;
    out.backup_eligible = data.backup_eligible;
    out.backed_up = data.backed_up;
    out.transports = given.transports;
    return out;
}

Result<Asserted> verify_circumstances(const PasskeyProof& given, const ClientData& client,
                                      const RelyingParty& party) {
    TRY(check_client(client, "webauthn.get", party));
    const AuthenticatorData data =
        TRY(at(read_authenticator_data(given.authenticator_data), kAuthenticatorData));
    TRY(check_authenticator(data, party, kAuthenticatorData));
    if (data.attested) {
        // Its key is never looked at; none of those who sign in brings one along.
        return malformed(ErrorCode::BadRequest, "a sign-in brings no new credential",
                         kAuthenticatorData);
    }
    return Asserted{data.sign_count, data.backup_eligible, data.backed_up};
}

bool verify_signature(const PasskeyProof& given, const Asserted& asserted, const Passkey& passkey) {
    if (asserted.backup_eligible != passkey.backup_eligible) return false;  // step 19
    const auto key = CoseKey::parse(passkey.public_key);
    return key &&
           key->verify(given.authenticator_data + sha256({given.client_data}), given.signature);
}

bool counter_holds(const Passkey& passkey, const Asserted& asserted) {
    const bool counts = passkey.sign_count != 0 || asserted.sign_count != 0;
    return !counts || asserted.sign_count > passkey.sign_count;
}

}  // namespace musubi

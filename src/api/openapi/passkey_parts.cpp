// Schemas, bodies and answers of passkeys, as WebAuthn Level 3 writes them in JSON (5.1), and of
// signing keys.
#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::array kPasskeySchemas{
    Schema{"PasskeyRequestOptions", R"({
  "type": "object",
  "description": "PublicKeyCredentialRequestOptionsJSON; bytes are in base64url.",
  "properties": {
    "challenge": {"type": "string", "description": "Good once, for five minutes."},
    "timeout": {"type": "integer", "description": "Milliseconds."},
    "rpId": {"type": "string"},
    "allowCredentials": {"type": "array", "maxItems": 0, "items": {"type": "object"}},
    "userVerification": {"const": "required"}
  },
  "required": ["challenge", "timeout", "rpId", "allowCredentials", "userVerification"]
})"},
    Schema{"PasskeyCreationOptions", R"({
  "type": "object",
  "description": "PublicKeyCredentialCreationOptionsJSON; bytes are in base64url.",
  "properties": {
    "rp": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}},
    "user": {"type": "object", "properties": {
      "id": {"type": "string"}, "name": {"type": "string"}, "displayName": {"type": "string"}}},
    "challenge": {"type": "string", "description": "Good once, for five minutes."},
    "timeout": {"type": "integer", "description": "Milliseconds."},
    "pubKeyCredParams": {"type": "array", "items": {"type": "object"}},
    "excludeCredentials": {"type": "array", "items": {"type": "object"}},
    "authenticatorSelection": {"type": "object"},
    "attestation": {"const": "none"}
  },
  "required": ["rp", "user", "challenge", "timeout", "pubKeyCredParams", "excludeCredentials",
               "authenticatorSelection", "attestation"]
})"},
    Schema{"PasskeyRegistration", R"({
  "type": "object",
  "description": "RegistrationResponseJSON; what it has besides is not looked at.",
  "properties": {
    "id": {"type": "string"},
    "rawId": {"type": "string"},
    "type": {"const": "public-key"},
    "response": {"type": "object", "properties": {
      "clientDataJSON": {"type": "string"},
      "attestationObject": {"type": "string"},
      "transports": {"type": "array", "items": {"type": "string"}}},
      "required": ["clientDataJSON", "attestationObject"]}
  },
  "required": ["id", "type", "response"]
})"},
    Schema{"PasskeyAssertion", R"({
  "type": "object",
  "description": "AuthenticationResponseJSON; what it has besides is not looked at.",
  "properties": {
    "id": {"type": "string"},
    "rawId": {"type": "string"},
    "type": {"const": "public-key"},
    "response": {"type": "object", "properties": {
      "clientDataJSON": {"type": "string"},
      "authenticatorData": {"type": "string"},
      "signature": {"type": "string"},
      "userHandle": {"type": "string"}},
      "required": ["clientDataJSON", "authenticatorData", "signature", "userHandle"]}
  },
  "required": ["id", "type", "response"]
})"},
    Schema{"NewPasskey", R"({
  "type": "object",
  "properties": {
    "passkey": {"$ref": "#/components/schemas/PasskeyRegistration"},
    "name": {"type": "string"}
  },
  "required": ["passkey"]
})"},
    Schema{"PasskeyPatch", R"({
  "type": "object",
  "properties": {"name": {"type": "string"}},
  "required": ["name"]
})"},
    Schema{"Passkey", R"({
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "name": {"type": "string"},
    "addedAt": {"type": "string", "format": "date-time"},
    "usedAt": {"type": "string", "format": "date-time"},
    "synced": {"type": "boolean", "description": "It may be on several devices."},
    "backedUp": {"type": "boolean", "description": "It is on several, or kept elsewhere."},
    "transports": {"type": "array", "items": {"type": "string"}}
  },
  "required": ["id", "name", "addedAt", "synced", "backedUp", "transports"]
})"},
    Schema{"Passkeys", R"({"type": "array", "items": {"$ref": "#/components/schemas/Passkey"}})"},
    Schema{"NewSigningKey", R"({
  "type": "object",
  "properties": {
    "replaces": {"type": "string", "description": "`kid` of the one in use, which ends."}
  }
})"},
    Schema{"SigningKey", R"({
  "type": "object",
  "properties": {
    "kty": {"const": "OKP"}, "crv": {"const": "Ed25519"}, "alg": {"const": "EdDSA"},
    "use": {"const": "sig"}, "x": {"type": "string"}, "kid": {"type": "string"},
    "subject": {"type": "string", "description": "Whose it is; absent: the server's."},
    "from": {"type": "string", "format": "date-time"},
    "until": {"type": "string", "format": "date-time", "description": "It signs no more."}
  },
  "required": ["kty", "crv", "x", "kid"]
})"},
    Schema{"SigningKeys", R"({
  "type": "object",
  "properties": {
    "keys": {"type": "array", "items": {"$ref": "#/components/schemas/SigningKey"}}
  },
  "required": ["keys"]
})"},
    Schema{"InvitationOptions", R"({
  "type": "object",
  "properties": {
    "code": {"type": "string"},
    "name": {"type": "string"},
    "displayName": {"type": "string"}
  },
  "required": ["code"]
})"},
};

constexpr std::array kPasskeyContents{
    Content{"PasskeyRequestOptions", "What the browser is asked.", kJson, "PasskeyRequestOptions",
            R"({"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "timeout": 300000,
                "rpId": "town.example", "allowCredentials": [], "userVerification": "required"})",
            ""},
    Content{"PasskeyCreationOptions", "What the browser is asked.", kJson, "PasskeyCreationOptions",
            R"({"rp": {"id": "town.example", "name": "Musubi"},
                "user": {"id": "cDdtM3hhZzRrMg", "name": "yamada", "displayName": "山田 花子"},
                "challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "timeout": 300000,
                "pubKeyCredParams": [{"type": "public-key", "alg": -8}],
                "excludeCredentials": [],
                "authenticatorSelection": {"residentKey": "required",
                  "requireResidentKey": true, "userVerification": "required"},
                "attestation": "none"})",
            ""},
    Content{"NewPasskey", "What the browser made, and a name for it.", kJson, "NewPasskey",
            R"({"name": "portable", "passkey": {"id": "AAAA", "rawId": "AAAA",
                "type": "public-key", "response": {"clientDataJSON": "e30",
                "attestationObject": "oA", "transports": ["internal"]}}})",
            ""},
    Content{"PasskeyPatch", "Another name.", kJson, "PasskeyPatch", R"({"name": "portable"})", ""},
    Content{"Passkey", "The passkey; the cookie where one came back by a recovery code.", kJson,
            "Passkey",
            R"({"id": "k2p7m3xag4", "name": "portable", "addedAt": "2026-11-25T09:00:00Z",
                "synced": false, "backedUp": false, "transports": ["internal"]})",
            "Set-Cookie"},
    Content{"Passkeys", "Passkeys, in the order in which they were added.", kJson, "Passkeys",
            R"([{"id": "k2p7m3xag4", "name": "portable", "addedAt": "2026-11-25T09:00:00Z",
                 "usedAt": "2026-11-26T00:00:00Z", "synced": false, "backedUp": false,
                 "transports": ["internal"]}])",
            ""},
    Content{"NewSigningKey", "The one that it takes the place of, where there is one.", kJson,
            "NewSigningKey", R"({"replaces": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"})", ""},
    Content{"SigningKey", "The public half of the new key.", kJson, "SigningKey",
            R"({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
                "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
                "subject": "person:k2p7m3xag4", "from": "2026-11-26T09:00:00Z"})",
            ""},
    Content{"InvitationOptions", "The code, and the name to sign in by.", kJson,
            "InvitationOptions", R"({"code": "ABCD-EFGH-JKMN-PQRS-TVWX", "name": "yamada"})", ""},
    Content{"SignedOut", "Done; all other sign-ins ended, and this one has another cookie.", "", "",
            "", "Set-Cookie"},
};

}  // namespace

std::span<const Schema> passkey_schemas() { return kPasskeySchemas; }
std::span<const Content> passkey_contents() { return kPasskeyContents; }

}  // namespace musubi::openapi

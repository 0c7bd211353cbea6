// What is said of machines and of their tokens.
#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::string_view kMachine = R"({
  "id": "m4k2p7w3xa", "tenant": "", "role": "device", "label": "gauge 1", "types": ["Gauge"],
  "until": "2027-03-31T15:00:00Z", "holds": true, "method": "tls_client_auth",
  "subject": "CN=gauge-1,O=Aoi", "createdAt": "2026-11-25T09:00:00Z",
  "usedAt": "2026-11-25T09:05:00Z"})";

constexpr std::array kMachineSchemas{
    Schema{"Machine", R"({
  "type": "object",
  "properties": {
    "id": {"type": "string", "description": "Its client_id."},
    "tenant": {"type": "string"},
    "role": {"$ref": "#/components/schemas/Role"},
    "label": {"type": "string"},
    "scopes": {"type": "array", "items": {"type": "string"}},
    "types": {"type": "array", "items": {"type": "string"}},
    "organisation": {"type": "string"},
    "until": {"type": "string", "format": "date-time"},
    "holds": {"type": "boolean", "description": "False once its end has come."},
    "method": {"type": "string", "enum": ["client_secret_basic", "private_key_jwt",
                                          "self_signed_tls_client_auth", "tls_client_auth"]},
    "keyIds": {"type": "array", "items": {"type": "string"}},
    "thumbprint": {"type": "string", "description": "SHA-256 of its certificate in hex."},
    "subject": {"type": "string", "description": "Of its certificates, as RFC 4514 writes it."},
    "createdAt": {"type": "string", "format": "date-time"},
    "usedAt": {"type": "string", "format": "date-time", "description": "About when it came last."},
    "secret": {"type": "string", "description": "Shown once, when it is made."},
    "note": {"type": "string"}
  },
  "required": ["id", "tenant", "role", "label", "types", "holds", "method", "createdAt"]
})"},
    Schema{"Machines", R"({"type": "array", "items": {"$ref": "#/components/schemas/Machine"}})"},
    Schema{"NewMachine", R"({
  "type": "object",
  "description": "With one of secret, keys, certificate, thumbprint and subject.",
  "properties": {
    "role": {"$ref": "#/components/schemas/Role"},
    "label": {"type": "string"},
    "tenant": {"type": "string"},
    "scopes": {"type": "array", "items": {"type": "string"}},
    "types": {"type": "array", "items": {"type": "string"},
              "description": "Entities of these types alone; none: of all."},
    "organisation": {"type": "string", "description": "Id of the one it belongs to."},
    "until": {"type": "string", "format": "date-time", "description": "When it ends."},
    "secret": {"type": "boolean", "description": "true: one is made, and shown this once."},
    "keys": {"type": "object", "description": "Its public keys, a JWK Set (RFC 7517).",
             "properties": {"keys": {"type": "array", "items": {"type": "object"}}},
             "required": ["keys"]},
    "certificate": {"type": "string", "description": "Its certificate in PEM."},
    "thumbprint": {"type": "string", "description": "SHA-256 of it, hex or base64url."},
    "subject": {"type": "string",
                "description": "Of certificates that the authority of client_ca signed."}
  },
  "required": ["role"],
  "additionalProperties": false
})"},
    Schema{"TokenRequest", R"({
  "type": "object",
  "properties": {
    "grant_type": {"type": "string", "enum": ["client_credentials"]},
    "scope": {"type": "string", "description": "The machine's role, or nothing."},
    "client_id": {"type": "string"},
    "client_assertion_type": {"type": "string"},
    "client_assertion": {"type": "string"}
  },
  "required": ["grant_type"]
})"},
    Schema{"AccessToken", R"({
  "type": "object",
  "properties": {
    "access_token": {"type": "string"},
    "token_type": {"type": "string", "enum": ["Bearer"]},
    "expires_in": {"type": "integer", "description": "Seconds."},
    "scope": {"type": "string"}
  },
  "required": ["access_token", "token_type", "expires_in", "scope"]
})"},
    Schema{"OAuthError", R"({
  "type": "object",
  "properties": {
    "error": {"type": "string", "enum": ["invalid_request", "invalid_client", "invalid_scope",
                                         "unsupported_grant_type", "temporarily_unavailable"]},
    "error_description": {"type": "string"}
  },
  "required": ["error", "error_description"]
})"},
    Schema{"OAuthMetadata", R"({
  "type": "object",
  "properties": {
    "issuer": {"type": "string"},
    "token_endpoint": {"type": "string"},
    "response_types_supported": {"type": "array", "items": {"type": "string"}},
    "grant_types_supported": {"type": "array", "items": {"type": "string"}},
    "token_endpoint_auth_methods_supported": {"type": "array", "items": {"type": "string"}},
    "token_endpoint_auth_signing_alg_values_supported": {"type": "array",
                                                         "items": {"type": "string"}},
    "tls_client_certificate_bound_access_tokens": {"type": "boolean"},
    "service_documentation": {"type": "string"}
  },
  "required": ["issuer", "token_endpoint", "response_types_supported"]
})"},
};

constexpr std::array kMachineContents{
    Content{"Machines", "The machines.", kJson, "Machines", "[]", ""},
    Content{"NewMachine", "What it is for, and how it proves itself.", kJson, "NewMachine",
            R"({"role": "device", "label": "gauge 1", "types": ["Gauge"], "secret": true})", ""},
    Content{"MadeMachine", "The machine; a secret is shown only now.", kJson, "Machine", kMachine,
            ""},
    Content{"TokenRequest", "What is asked for; RFC 6749, 4.4.2.",
            "application/x-www-form-urlencoded", "TokenRequest",
            R"({"grant_type": "client_credentials"})", ""},
    Content{"AccessToken", "A token, good for ten minutes (RFC 6749, 5.1).", kJson, "AccessToken",
            R"({"access_token": "mt_example", "token_type": "Bearer", "expires_in": 600,
                "scope": "device"})",
            ""},
    Content{"TokenRefused", "What is wrong (RFC 6749, 5.2).", kJson, "OAuthError",
            R"({"error": "invalid_request", "error_description": "grant_type is missing"})", ""},
    Content{"OAuthMetadata", "RFC 8414.", kJson, "OAuthMetadata",
            R"({"issuer": "https://musubi.example.jp",
                "token_endpoint": "https://musubi.example.jp/musubi/v1/token",
                "response_types_supported": [],
                "grant_types_supported": ["client_credentials"]})",
            ""},
};

}  // namespace

std::span<const Schema> machine_schemas() { return kMachineSchemas; }
std::span<const Content> machine_contents() { return kMachineContents; }

}  // namespace musubi::openapi

// Schemas, bodies and answers of signing in at a provider of OpenID Connect.
#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::array kOpenIdSchemas{
    Schema{"OpenIdProviders", R"({"type": "array", "items": {
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "name": {"$ref": "#/components/schemas/Words"},
    "creates": {"type": "boolean", "description": "Who is not known gets an account."}
  },
  "required": ["id", "name", "creates"]
}})"},
    Schema{"OpenIdStart", R"({
  "type": "object",
  "properties": {
    "aim": {"enum": ["sign-in", "link", "accept"], "description": "Without it: sign-in."},
    "to": {"type": "string", "description": "A path of this server to go to afterwards."},
    "invitation": {"type": "string", "description": "The code that is accepted."},
    "name": {"type": "string", "description": "By which who accepts will be known."},
    "displayName": {"type": "string"}
  }
})"},
    Schema{"OpenIdBegun", R"({
  "type": "object",
  "properties": {"location": {"type": "string", "format": "uri",
                              "description": "Where the browser goes now."}},
  "required": ["location"]
})"},
    Schema{"OpenIdKeys", R"({
  "type": "object",
  "properties": {"keys": {"type": "array", "items": {"type": "object"}}},
  "required": ["keys"]
})"},
    Schema{"LinkedAccounts", R"({"type": "array", "items": {
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "provider": {"type": "string"},
    "name": {"$ref": "#/components/schemas/Words"},
    "issuer": {"type": "string", "format": "uri"},
    "linkedAt": {"type": "string", "format": "date-time"}
  },
  "required": ["id", "provider", "issuer", "linkedAt"]
}})"},
    Schema{"SignOut", R"({
  "type": "object",
  "properties": {"providerSignOut": {"type": "string", "format": "uri"}},
  "required": ["providerSignOut"]
})"},
};

constexpr std::array kOpenIdContents{
    Content{"OpenIdProviders", "The providers that people may sign in at.", kJson,
            "OpenIdProviders",
            R"([{"id": "town", "name": {"ja": "町の認証基盤", "en": "The town's accounts"},
                 "creates": false}])",
            ""},
    Content{"OpenIdStart", "What for, and where to go afterwards.", kJson, "OpenIdStart",
            R"({"aim": "sign-in", "to": "/"})", ""},
    Content{"OpenIdBegun", "Where the browser goes to sign in; the cookie is for its way back.",
            kJson, "OpenIdBegun",
            R"({"location": "https://id.example.jp/auth?response_type=code&state=…"})",
            "Set-Cookie"},
    Content{"OpenIdKeys", "The keys by which the provider checks who this server is (RFC 7517).",
            kJson, "OpenIdKeys", R"({"keys": []})", ""},
    Content{"LinkedAccounts", "The accounts at providers that open one's own.", kJson,
            "LinkedAccounts",
            R"([{"id": "q0Q4h2mJ5x9mF0h8e1mVQ3w3c6cG1kq8yQd7o3mYtUQ", "provider": "town",
                 "name": {"ja": "町の認証基盤", "en": "The town's accounts"},
                 "issuer": "https://id.example.jp", "linkedAt": "2026-11-25T09:00:00Z"}])",
            ""},
    Content{"SignedOutHere", "Signed out here; at the provider one signs out there.", kJson,
            "SignOut", R"({"providerSignOut": "https://id.example.jp/logout?client_id=musubi"})",
            "Set-Cookie"},
    Content{"Unreachable", "The provider can not be asked now.", "application/problem+json",
            "ProblemDetails",
            R"({"type": "about:blank", "title": "Can not be reached", "status": 502,
                "detail": "the provider can not be asked at this moment: try again later"})",
            ""},
    Content{"SentOn", "The browser goes on to a page of this server, signed in or told why not.",
            "", "", "", "Location Set-Cookie"},
};

}  // namespace

std::span<const Content> openid_contents() { return kOpenIdContents; }
std::span<const Schema> openid_schemas() { return kOpenIdSchemas; }

}  // namespace musubi::openapi

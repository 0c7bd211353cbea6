#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::array kOwnSchemas{
    Schema{"ProblemDetails", R"({
  "description": "What went wrong, where, and what to do next (RFC 9457; 5.5.2, 6.3.2).",
  "type": "object",
  "properties": {
    "type": {"type": "string", "description": "The error of NGSI-LD, or about:blank."},
    "title": {"type": "string"},
    "status": {"type": "integer"},
    "detail": {"type": "string"},
    "instance": {"type": "string", "description": "The place: a parameter, a header, a member."}
  },
  "required": ["type", "title", "status", "detail"]
})"},
    Schema{"Any", R"({"type": "object", "additionalProperties": true})"},
    Schema{"Text", R"({"type": "string"})"},
    Schema{"Texts", R"({"type": "array", "items": {"type": "string"}})"},
    Schema{"Words", R"({
  "type": "object",
  "properties": {"ja": {"type": "string"}, "en": {"type": "string"}},
  "required": ["ja"]
})"},
    Schema{"Town", R"({
  "type": "object",
  "properties": {
    "name": {"$ref": "#/components/schemas/Words"},
    "pack": {"type": "string"},
    "context": {"type": "string", "description": "The URL of the pack's context."},
    "synthetic": {"type": "boolean"},
    "drill": {"type": "boolean"},
    "mode": {"type": "string", "enum": ["live", "replay"]},
    "present": {"type": "string", "format": "date-time"},
    "now": {"type": "string", "format": "date-time"},
    "tiles": {"type": ["string", "null"]},
    "levels": {"type": "object"},
    "feeds": {"$ref": "#/components/schemas/Feeds"},
    "sequence": {"type": "integer", "description": "The last change that is committed."},
    "role": {"type": "string"}
  },
  "required": ["name", "pack", "context", "synthetic", "drill", "mode", "present", "now",
               "levels", "feeds", "sequence", "role"]
})"},
    Schema{"Feeds", R"({"type": "array", "items": {
  "type": "object",
  "properties": {
    "name": {"type": "string"},
    "title": {"$ref": "#/components/schemas/Words"},
    "attribution": {"type": "string"},
    "mode": {"type": "string", "enum": ["live", "replay"]},
    "synthetic": {"type": "boolean"},
    "state": {"type": "string",
              "enum": ["running", "waiting", "failing", "finished", "stopped"]},
    "detail": {"$ref": "#/components/schemas/Words"},
    "rows": {"type": "integer"},
    "readings": {"type": "integer"},
    "quarantined": {"type": "integer"},
    "lastReading": {"type": "string", "format": "date-time"},
    "progress": {"type": "number", "minimum": 0, "maximum": 1}
  },
  "required": ["name", "title", "mode", "synthetic", "state", "rows", "readings", "quarantined"]
}})"},
    Schema{"Quarantine", R"({
  "type": "object",
  "properties": {
    "total": {"type": "integer"},
    "dropped": {"type": "integer", "description": "How many older ones are no longer kept."},
    "rows": {"type": "array", "items": {"type": "object", "properties": {
      "number": {"type": "integer"},
      "source": {"type": "string"},
      "file": {"type": "string"},
      "line": {"type": "integer"},
      "reason": {"type": "string"},
      "words": {"$ref": "#/components/schemas/Words"},
      "detail": {"type": "string"},
      "row": {"type": "string", "description": "Absent, as is `detail`, for who watches and may not read it."},
      "at": {"type": "string", "format": "date-time"}},
      "required": ["file", "line", "reason", "at"]}}
  },
  "required": ["total", "dropped", "rows"]
})"},
    Schema{"Take", R"({
  "type": "object",
  "properties": {
    "by": {"type": "string", "description": "Section and name."},
    "note": {"type": "string"}
  },
  "required": ["by"]
})"},
    Schema{"Record", R"({
  "type": "object",
  "properties": {
    "by": {"type": "string", "description": "Section and name."},
    "text": {"type": "string"}
  },
  "required": ["by", "text"]
})"},
    Schema{"DeadLetters", R"({"type": "array", "items": {
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "subscriptionId": {"type": "string"},
    "entityId": {"type": "string"},
    "dueAt": {"type": "string", "format": "date-time"},
    "diedAt": {"type": "string", "format": "date-time"},
    "attempts": {"type": "integer"},
    "reason": {"type": "string"},
    "notification": {"type": "object"}
  },
  "required": ["id", "subscriptionId", "entityId", "dueAt", "diedAt", "attempts", "reason"]
}})"},
    Schema{"Role", R"({
  "type": "string",
  "enum": ["operator", "reader", "device", "data-owner", "privacy-officer", "auditor",
           "independent-body", "member", "reviewer", "citizen"]
})"},
    Schema{"SignIn", R"({
  "type": "object",
  "properties": {
    "name": {"type": "string"},
    "password": {"type": "string"},
    "recoveryCode": {"type": "string"},
    "passkey": {"$ref": "#/components/schemas/PasskeyAssertion"}
  },
  "anyOf": [{"required": ["name"]}, {"required": ["passkey"]}]
})"},
    Schema{"Session", R"({
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "method": {"enum": ["password", "recovery-code", "invitation", "passkey", "openid"]},
    "browser": {"type": "string"},
    "createdAt": {"type": "string", "format": "date-time"},
    "usedAt": {"type": "string", "format": "date-time"},
    "idleUntil": {"type": "string", "format": "date-time"},
    "endsAt": {"type": "string", "format": "date-time"},
    "fresh": {"type": "boolean", "description": "Begun just now: the account may be changed."},
    "renew": {"type": "boolean", "description": "Begun by a recovery code: add a passkey or choose a password."},
    "assurance": {"type": "integer", "minimum": 1, "maximum": 3,
                  "description": "How surely it is them."},
    "assuranceAsked": {"type": "integer", "description": "More was asked of the provider."},
    "provider": {"type": "string", "description": "Of OpenID Connect: its id."},
    "current": {"type": "boolean"}
  },
  "required": ["id", "method", "browser", "createdAt", "usedAt", "idleUntil", "endsAt"]
})"},
    Schema{"Sessions", R"({"type": "array", "items": {"$ref": "#/components/schemas/Session"}})"},
    Schema{"SessionView", R"({
  "type": "object",
  "properties": {
    "person": {"$ref": "#/components/schemas/Person"},
    "session": {"$ref": "#/components/schemas/Session"},
    "subject": {"type": "string"},
    "tenant": {"type": "string"},
    "role": {"type": "string"}
  },
  "required": ["subject", "tenant", "role"]
})"},
    Schema{"Organisation", R"({
  "type": "object",
  "properties": {"id": {"type": "string"}, "name": {"$ref": "#/components/schemas/Words"}},
  "required": ["id", "name"]
})"},
    Schema{"Organisations",
           R"({"type": "array", "items": {"$ref": "#/components/schemas/Organisation"}})"},
    Schema{"NewOrganisation", R"({
  "type": "object",
  "properties": {"name": {"$ref": "#/components/schemas/Words"}},
  "required": ["name"]
})"},
    Schema{"NewGrant", R"({
  "type": "object",
  "properties": {
    "role": {"$ref": "#/components/schemas/Role"}, "tenant": {"type": "string"},
    "scopes": {"type": "array", "items": {"type": "string"}},
    "types": {"type": "array", "items": {"type": "string"}},
    "until": {"type": "string", "format": "date-time"}
  },
  "required": ["role"]
})"},
    Schema{"Grant", R"({
  "type": "object",
  "properties": {
    "id": {"type": "string"}, "tenant": {"type": "string"}, "role": {"type": "string"},
    "scopes": {"type": "array", "items": {"type": "string"}},
    "types": {"type": "array", "items": {"type": "string"}},
    "until": {"type": "string", "format": "date-time"},
    "givenBy": {"type": "string"},
    "givenAt": {"type": "string", "format": "date-time"},
    "lentBy": {"type": "string"}, "holds": {"type": "boolean"}
  },
  "required": ["tenant", "role", "types"]
})"},
    Schema{"Grants", R"({"type": "array", "items": {"$ref": "#/components/schemas/Grant"}})"},
    Schema{"Person", R"({
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "name": {"type": "string", "description": "By which they sign in."},
    "displayName": {"type": "string"},
    "organisation": {"anyOf": [{"$ref": "#/components/schemas/Organisation"}, {"type": "null"}]},
    "disabled": {"type": "boolean"},
    "createdAt": {"type": "string", "format": "date-time"},
    "grants": {"$ref": "#/components/schemas/Grants"}
  },
  "required": ["id", "name", "displayName", "disabled", "createdAt", "grants"]
})"},
    Schema{"People", R"({"type": "array", "items": {"$ref": "#/components/schemas/Person"}})"},
    Schema{"PersonPatch", R"({
  "type": "object",
  "properties": {
    "displayName": {"type": "string"},
    "organisation": {"type": ["string", "null"], "description": "Its id."},
    "disabled": {"type": "boolean"}
  }
})"},
    Schema{"Account", R"({
  "allOf": [{"$ref": "#/components/schemas/Person"}, {"type": "object", "properties": {
    "hasPassword": {"type": "boolean"},
    "passwordAt": {"type": "string", "format": "date-time"},
    "passkeys": {"type": "integer", "description": "How many there are."},
    "recoveryCodesLeft": {"type": "integer"}}}]
})"},
    Schema{"AccountPatch", R"({
  "type": "object",
  "properties": {"displayName": {"type": "string"}},
  "required": ["displayName"]
})"},
    Schema{"NewPassword", R"({
  "type": "object",
  "properties": {"current": {"type": "string"}, "password": {"type": "string", "minLength": 12}},
  "required": ["password"]
})"},
    Schema{"RecoveryCodesLeft", R"({
  "type": "object",
  "properties": {"left": {"type": "integer"}, "madeAt": {"type": "string", "format": "date-time"}},
  "required": ["left"]
})"},
    Schema{"RecoveryCodes", R"({
  "type": "object",
  "properties": {"codes": {"type": "array", "items": {"type": "string"}},
                 "note": {"type": "string"}},
  "required": ["codes"]
})"},
    Schema{"NewLoan", R"({
  "type": "object",
  "properties": {
    "to": {"type": "string", "description": "The name by which a colleague signs in."},
    "grant": {"type": "string", "description": "The id of one's own role."},
    "scopes": {"type": "array", "items": {"type": "string"}},
    "types": {"type": "array", "items": {"type": "string"}},
    "until": {"type": "string", "format": "date-time"}
  },
  "required": ["to", "grant", "until"]
})"},
    Schema{"Identified", R"({
  "type": "object",
  "properties": {"id": {"type": "string"}},
  "required": ["id"]
})"},
    Schema{"NewInvitation", R"({
  "type": "object",
  "properties": {
    "name": {"type": "string", "description": "To sign in by; without it they choose."},
    "displayName": {"type": "string"},
    "organisation": {"type": "string", "description": "Its id."},
    "grants": {"type": "array", "items": {"$ref": "#/components/schemas/NewGrant"}},
    "until": {"type": "string", "format": "date-time"}
  },
  "required": ["grants"]
})"},
    Schema{"Invitation", R"({
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "name": {"type": "string"},
    "displayName": {"type": "string"},
    "organisation": {"anyOf": [{"$ref": "#/components/schemas/Organisation"}, {"type": "null"}]},
    "grants": {"type": "array", "items": {"$ref": "#/components/schemas/Grant"}},
    "person": {"type": "string", "description": "Who chooses another password with it."},
    "givenBy": {"type": "string"},
    "givenAt": {"type": "string", "format": "date-time"},
    "until": {"type": "string", "format": "date-time"},
    "code": {"type": "string"},
    "link": {"type": "string"},
    "note": {"type": "string"}
  },
  "required": ["id", "grants", "until"]
})"},
    Schema{"Invitations",
           R"({"type": "array", "items": {"$ref": "#/components/schemas/Invitation"}})"},
    Schema{"InvitationCode", R"({
  "type": "object",
  "properties": {"code": {"type": "string"}},
  "required": ["code"]
})"},
    Schema{"Acceptance", R"({
  "type": "object",
  "properties": {
    "code": {"type": "string"},
    "name": {"type": "string"},
    "displayName": {"type": "string"},
    "password": {"type": "string", "minLength": 12},
    "passkey": {"$ref": "#/components/schemas/PasskeyRegistration"},
    "passkeyName": {"type": "string"}
  },
  "required": ["code"]
})"},
    Schema{"Keys", R"({"type": "array", "items": {
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "tenant": {"type": "string"},
    "role": {"$ref": "#/components/schemas/Role"},
    "scopes": {"type": "array", "items": {"type": "string"}},
    "label": {"type": "string"},
    "types": {"type": "array", "items": {"type": "string"}},
    "organisation": {"type": "string"},
    "until": {"type": "string", "format": "date-time"},
    "holds": {"type": "boolean", "description": "False once its end has come."},
    "createdAt": {"type": "string", "format": "date-time"}
  },
  "required": ["id", "tenant", "role", "label", "types", "holds", "createdAt"]
}})"},
    Schema{"NewKey", R"({
  "type": "object",
  "properties": {
    "role": {"$ref": "#/components/schemas/Role"},
    "label": {"type": "string"},
    "tenant": {"type": "string"},
    "scopes": {"type": "array", "items": {"type": "string"}},
    "types": {"type": "array", "items": {"type": "string"},
              "description": "Entities of these types alone; none: of all."},
    "organisation": {"type": "string", "description": "Id of the one it belongs to."},
    "until": {"type": "string", "format": "date-time", "description": "When it ends."}
  },
  "required": ["role"],
  "additionalProperties": false
})"},
    Schema{"MadeKey", R"({
  "type": "object",
  "properties": {"key": {"type": "string"}, "note": {"type": "string"}},
  "required": ["key"]
})"},
    Schema{"NewTenant", R"({
  "type": "object",
  "properties": {"name": {"type": "string"}},
  "required": ["name"]
})"},
    Schema{"LoadedContext", R"({
  "type": "object",
  "properties": {
    "url": {"type": "string", "format": "uri"},
    "document": {"type": "object"}
  },
  "required": ["url", "document"]
})"},
    Schema{"JournalEntry", R"({
  "type": "object",
  "properties": {
    "number": {"type": "integer", "minimum": 1},
    "at": {"type": "string", "format": "date-time"},
    "tenant": {"type": "string"},
    "kind": {"type": "string"},
    "subject": {"type": "string"},
    "previous": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "sealed": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "salt": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "details": {"type": "object"}
  },
  "required": ["number", "at", "tenant", "kind", "subject", "previous", "sealed", "hash"],
  "additionalProperties": false
})"},
    Schema{"JournalEntries", R"({"type": "array", "items": {
  "$ref": "#/components/schemas/JournalEntry"
}})"},
    Schema{"JournalReason", R"({
  "type": "object",
  "properties": {"why": {"type": "string", "minLength": 1, "maxLength": 1000}},
  "required": ["why"]
})"},
    Schema{"Explanation", R"({
  "type": "object",
  "properties": {
    "index": {"type": "string"},
    "narrowedBy": {"type": "array", "items": {"type": "string"}},
    "rowsScanned": {"type": "integer"},
    "entitiesRead": {"type": "integer"},
    "entitiesAnswered": {"type": "integer"},
    "q": {"type": "string"},
    "milliseconds": {"type": "number"}
  },
  "required": ["index", "entitiesAnswered"]
})"},
    Schema{"Backup", R"({
  "type": "object",
  "properties": {
    "folder": {"type": "string"}, "to": {"type": "array", "minItems": 1, "maxItems": 16, "items": {"type": "string"}}
  },
  "required": ["folder", "to"]
})"},
    Schema{
        "BackupMade",
        R"({"type": "object", "required": ["file"], "properties": {"file": {"type": "string"}}})"},
    Schema{"Figures", R"({
  "type": "object",
  "properties": {
    "sequence": {"type": "integer"},
    "firstSequence": {"type": "integer"},
    "entities": {"type": "integer"},
    "openSeries": {"type": "integer"},
    "openPoints": {"type": "integer"},
    "names": {"type": "integer"},
    "syncs": {"type": "integer"},
    "freeBytes": {"type": "integer"},
    "spaces": {"type": "object", "additionalProperties": {"type": "object", "properties": {
      "diskBytes": {"type": "integer"}, "memoryBytes": {"type": "integer"}}}}
  },
  "required": ["sequence", "entities", "spaces"]
})"},
    Schema{"Health", R"({
  "type": "object",
  "properties": {"status": {"const": "up"}},
  "required": ["status"]
})"},
};

}  // namespace

std::span<const Schema> own_schemas() { return kOwnSchemas; }

}  // namespace musubi::openapi

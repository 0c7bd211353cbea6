#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::array kPolicySchemas{
    Schema{"PolicyText", R"({
  "type": "object",
  "properties": {
    "text": {"type": "string", "description": "TOML, as docs/policies.md describes it."},
    "note": {"type": "string", "description": "Why."},
    "number": {"type": "integer", "description": "For a dry run, a version in place of a text."}
  },
  "required": ["text"]
})"},
    Schema{"PolicyVersion", R"({
  "type": "object",
  "properties": {
    "number": {"type": "integer", "minimum": 1},
    "tenant": {"type": "string"},
    "state": {"type": "string", "enum": ["proposed", "in-force", "former", "withdrawn"]},
    "version": {"type": "string", "description": "As the text calls itself."},
    "note": {"type": "string"},
    "policies": {"type": "integer", "minimum": 0},
    "proposedBy": {"type": "string"},
    "proposedAt": {"type": "string", "format": "date-time"},
    "signatures": {"type": "array", "items": {
      "type": "object",
      "properties": {
        "subject": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
        "key": {"type": "string", "description": "`kid` in GET /musubi/v1/signing-keys."},
        "signature": {"type": "string", "description": "Ed25519, base64url."},
        "signed": {"type": "string", "description": "What was signed; of one version alone."},
        "holds": {"type": "boolean", "description": "Whether it does; of one version alone."}
      },
      "required": ["subject", "at"]
    }},
    "inForceAt": {"type": "string", "format": "date-time"},
    "endedAt": {"type": "string", "format": "date-time"},
    "text": {"type": "string"},
    "warnings": {"type": "array", "description": "What its author may not have meant; of a proposal and of one version alone.", "items": {
      "type": "object",
      "properties": {
        "policies": {"type": "array", "items": {"type": "string"}},
        "words": {"type": "object",
                  "properties": {"ja": {"type": "string"}, "en": {"type": "string"}},
                  "required": ["ja", "en"]}
      },
      "required": ["policies", "words"]
    }}
  },
  "required": ["number", "tenant", "state", "version", "note", "policies", "proposedBy", "proposedAt",
               "signatures"]
})"},
    Schema{"PolicyVersions", R"({
  "type": "array", "items": {"$ref": "#/components/schemas/PolicyVersion"}
})"},
    Schema{"DryRun", R"({
  "type": "object",
  "properties": {
    "uses": {"type": "integer", "description": "How many uses were tried."},
    "days": {"type": "integer"},
    "changes": {"type": "array", "items": {
      "type": "object",
      "properties": {
        "subject": {"type": "string"},
        "action": {"type": "string", "enum": ["read", "modify", "delete"]},
        "type": {"type": "string"},
        "purpose": {"type": "string"},
        "ground": {"type": "string"},
        "times": {"type": "integer", "description": "How often in these days."},
        "before": {"type": "string", "enum": ["nothing", "part", "all"]},
        "after": {"type": "string", "enum": ["nothing", "part", "all"]},
        "entities": {"type": "integer", "description": "How many were looked at."},
        "shownBefore": {"type": "integer"},
        "shownAfter": {"type": "integer"},
        "attributes": {"type": "array", "items": {"type": "string"},
                       "description": "Those that would be shown otherwise."}
      },
      "required": ["subject", "action", "type", "times", "before", "after", "entities",
                   "shownBefore", "shownAfter", "attributes"]
    }},
    "unseen": {"type": "array", "items": {"type": "string"},
               "description": "Types of which who asks is not shown everything: what would become of those uses is told in part, or not."}
  },
  "required": ["uses", "days", "changes", "unseen"]
})"},
    Schema{"AccessDecision", R"({
  "type": "object",
  "properties": {
    "action": {"type": "string", "enum": ["read", "modify", "delete"]},
    "entity": {"type": "string"},
    "decision": {"type": "string", "enum": ["permitted", "in part", "denied"]},
    "decidedBy": {"type": "string", "enum": ["policies", "role or key"]},
    "policies": {"type": "array", "items": {"type": "string"}},
    "hidden": {"type": "array", "items": {"type": "string"}},
    "coarser": {"type": "array", "items": {"type": "string"}},
    "subject": {"type": "string"}
  },
  "required": ["action", "entity", "decision", "decidedBy", "policies", "hidden", "coarser",
               "subject"]
})"},
    Schema{"NewHalt", R"({
  "type": "object",
  "properties": {
    "why": {"type": "string", "minLength": 1, "maxLength": 1000},
    "type": {"type": "array", "items": {"type": "string"}},
    "attrs": {"type": "array", "items": {"type": "string"}},
    "role": {"type": "array", "items": {"type": "string"}},
    "organisation": {"type": "array", "items": {"type": "string"}},
    "subject": {"type": "array", "items": {"type": "string"},
                "description": "person:ID, key:ID or machine:ID."},
    "purpose": {"type": "array", "items": {"type": "string"}},
    "action": {"type": "array", "items": {"type": "string", "enum": ["read", "modify", "delete"]},
               "description": "All of them where none is named."}
  },
  "required": ["why"]
})"},
    Schema{"Halt", R"({
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "state": {"type": "string", "enum": ["in-force", "lifted"]},
    "type": {"type": "array", "items": {"type": "string"}},
    "attrs": {"type": "array", "items": {"type": "string"}},
    "role": {"type": "array", "items": {"type": "string"}},
    "organisation": {"type": "array", "items": {"type": "string"}},
    "subject": {"type": "array", "items": {"type": "string"},
                "description": "person:ID, key:ID or machine:ID."},
    "purpose": {"type": "array", "items": {"type": "string"}},
    "action": {"type": "array", "items": {"type": "string", "enum": ["read", "modify", "delete"]}},
    "why": {"type": "string"},
    "by": {"type": "string"},
    "at": {"type": "string", "format": "date-time"},
    "liftedAt": {"type": "string", "format": "date-time"},
    "liftedBy": {"type": "string"},
    "liftedWhy": {"type": "string"}
  },
  "required": ["id", "state", "action", "why", "by", "at"]
})"},
    Schema{"Halts", R"({"type": "array", "items": {"$ref": "#/components/schemas/Halt"}})"},
    Schema{"EndOfHalt", R"({
  "type": "object",
  "properties": {"why": {"type": "string", "minLength": 1, "maxLength": 1000}},
  "required": ["why"]
})"},
};

}  // namespace

std::span<const Schema> policy_schemas() { return kPolicySchemas; }

}  // namespace musubi::openapi

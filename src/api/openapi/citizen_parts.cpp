// Schemas and answers of what people see of what is held about themselves.
#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::array kCitizenSchemas{
    Schema{"OwnWords", R"({
  "type": "object",
  "properties": {"ja": {"type": "string"}, "en": {"type": "string"}},
  "required": ["ja", "en"]
})"},
    Schema{"Held", R"({
  "type": "object",
  "properties": {
    "tenant": {"type": "string"},
    "types": {"type": "array", "items": {
      "type": "object",
      "properties": {
        "type": {"type": "string"},
        "about": {"$ref": "#/components/schemas/OwnWords"},
        "purposes": {"type": "array", "items": {"type": "string"},
                     "description": "Those it was collected for."},
        "count": {"type": "integer", "minimum": 0},
        "more": {"const": true, "description": "There are more than are looked for."},
        "entities": {"type": "array", "items": {"$ref": "#/components/schemas/HeldEntity"}},
        "next": {"type": "string", "description": "Where the rest of this type is."}
      },
      "required": ["type", "purposes", "count", "entities"]
    }}
  },
  "required": ["tenant", "types"]
})"},
    Schema{"HeldEntity", R"({
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "createdAt": {"type": "string", "format": "date-time"},
    "modifiedAt": {"type": "string", "format": "date-time"},
    "attributes": {"type": "array", "items": {
      "type": "object",
      "properties": {
        "name": {"type": "string"},
        "shown": {"type": "boolean", "description": "False: it is held, and not shown here."},
        "value": {"description": "Concise NGSI-LD, as the policies show it to the person."}
      },
      "required": ["name", "shown"]
    }}
  },
  "required": ["id", "createdAt", "modifiedAt", "attributes"]
})"},
    Schema{"Looks", R"({
  "type": "array",
  "items": {
    "type": "object",
    "properties": {
      "number": {"type": "integer", "minimum": 1, "description": "Of the entry of the journal."},
      "at": {"type": "string", "format": "date-time"},
      "own": {"type": "boolean", "description": "The person looked at it themselves."},
      "who": {
        "type": "object",
        "properties": {
          "kind": {"type": "string", "enum": ["person", "key", "machine", "program"]},
          "role": {"type": "string"},
          "organisation": {"$ref": "#/components/schemas/OwnWords"}
        },
        "required": ["kind"]
      },
      "way": {
        "type": "object",
        "properties": {
          "name": {"type": "string", "enum": ["retrieve", "query", "history", "own",
                                              "notification", "live", "other"]},
          "ja": {"type": "string"}, "en": {"type": "string"}
        },
        "required": ["name", "ja", "en"]
      },
      "data": {"type": "array", "items": {
        "type": "object",
        "properties": {
          "id": {"type": "string"}, "type": {"type": "string"},
          "about": {"$ref": "#/components/schemas/OwnWords"}
        },
        "required": ["id", "type"]
      }},
      "purpose": {"type": "string"},
      "ground": {
        "type": "object",
        "properties": {
          "name": {"type": "string"}, "ja": {"type": "string"}, "en": {"type": "string"}
        },
        "required": ["name"]
      },
      "decidedBy": {"type": "string", "description": "Who decided on a use outside the purpose."}
    },
    "required": ["number", "at", "own", "who", "way", "data", "purpose", "ground"]
  }
})"},
};

constexpr std::array kCitizenContents{
    Content{"Held", "What is held about the person who asks, type by type.", kJson, "Held",
            R"({"tenant": "", "types": [{"type": "CareVisit",
                "about": {"ja": "見守りの記録", "en": "records of visits"}, "purposes": ["care"],
                "count": 1, "entities": [{"id": "urn:ngsi-ld:CareVisit:1",
                "createdAt": "2026-11-25T09:00:00Z", "modifiedAt": "2026-11-26T09:00:00Z",
                "attributes": [{"name": "visitedAt", "shown": true,
                "value": "2026-11-25T08:30:00Z"}, {"name": "note", "shown": false}]}]}]})",
            ""},
    Content{"Looks", "Who looked, the newest first; Link has the older ones.", kJson, "Looks",
            R"([{"number": 1234, "at": "2026-11-26T09:00:00Z", "own": false,
                 "who": {"kind": "person", "role": "data-owner",
                 "organisation": {"ja": "福祉課", "en": "Welfare"}},
                 "way": {"name": "retrieve", "ja": "一件を開いた", "en": "opened this one"},
                 "data": [{"id": "urn:ngsi-ld:CareVisit:1", "type": "CareVisit"}],
                 "purpose": "care", "ground": {"name": "within-purpose",
                 "ja": "利用目的の範囲内", "en": "within the stated purpose"}}])",
            "Link"},
};

}  // namespace

std::span<const Schema> citizen_schemas() { return kCitizenSchemas; }
std::span<const Content> citizen_contents() { return kCitizenContents; }

}  // namespace musubi::openapi

#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::array kMeasureSchemas{
    Schema{"Measures", R"({
  "type": "object",
  "properties": {
    "version": {"type": "string"},
    "measures": {"type": "array", "items": {"type": "object", "properties": {
      "id": {"type": "string"},
      "name": {"$ref": "#/components/schemas/Words"},
      "words": {"$ref": "#/components/schemas/Words"},
      "unit": {"type": "string"},
      "direction": {"enum": ["up", "down"]},
      "period": {"type": "string"},
      "formula": {"type": "string"},
      "decimals": {"type": "integer"},
      "across": {"enum": ["median", "mean"],
                 "description": "There is a value for each entity; this is made of them."},
      "baseline": {"type": ["object", "number"]},
      "goals": {"type": "array", "items": {"type": "object"}},
      "definition": {"type": "object"},
      "hash": {"type": "string"}},
      "required": ["id", "name", "words", "unit", "direction", "period", "formula", "hash"]}}
  },
  "required": ["version", "measures"]
})"},
    Schema{"MeasureValues", R"({
  "type": "object",
  "properties": {
    "measure": {"type": "string"},
    "hash": {"type": "string", "description": "Of the definition."},
    "codeVersion": {"type": "string"},
    "partial": {"type": "boolean",
                "description": "It is made of what the caller may see: there may be more."},
    "values": {"type": "array", "items": {"type": "object", "properties": {
      "from": {"type": "string", "format": "date-time"},
      "to": {"type": "string", "format": "date-time"},
      "asOf": {"type": "string", "format": "date-time"},
      "name": {"$ref": "#/components/schemas/Words"},
      "group": {"type": "string"},
      "value": {"type": "number"},
      "byHand": {"type": "boolean",
                 "description": "A reading it is made of was entered by hand."},
      "cases": {"type": "integer",
                "description": "With across: of how many values it is the median or mean."},
      "lack": {"$ref": "#/components/schemas/Words"},
      "parts": {"type": "array", "items": {"type": "object"}},
      "readingsRoot": {"type": "string"},
      "revision": {"type": "integer", "minimum": 1,
                   "description": "Of a period that is over: of the value that is kept."}},
      "required": ["from", "to", "asOf", "name", "parts", "readingsRoot"]}}
  },
  "required": ["measure", "hash", "codeVersion", "values"]
})"},
    Schema{"MeasureRevisions", R"({
  "type": "object",
  "properties": {
    "measure": {"type": "string"},
    "from": {"type": "string", "format": "date-time"},
    "to": {"type": "string", "format": "date-time"},
    "name": {"$ref": "#/components/schemas/Words"},
    "group": {"type": "string"},
    "entity": {"type": "string", "description": "The MeasureValue that keeps them."},
    "hash": {"type": "string", "description": "Of the definition of now."},
    "codeVersion": {"type": "string"},
    "revisions": {"type": "array", "items": {"type": "object", "properties": {
      "revision": {"type": "integer", "minimum": 1},
      "writtenAt": {"type": "string", "format": "date-time"},
      "asOf": {"type": "string", "format": "date-time"},
      "value": {"type": "number"},
      "lack": {"$ref": "#/components/schemas/Words"},
      "readings": {"type": "integer"},
      "entities": {"type": "integer"},
      "hash": {"type": "string", "description": "Of the definition it was made by."},
      "codeVersion": {"type": "string"},
      "readingsRoot": {"type": "string", "description": "Not where a small group is hidden."},
      "why": {"type": "array", "items": {"type": "object", "properties": {
        "kind": {"enum": ["definition", "code", "members", "late", "withdrawn", "corrected",
                          "compared"]},
        "words": {"$ref": "#/components/schemas/Words"}},
        "required": ["kind", "words"]}}},
      "required": ["revision", "writtenAt", "readings", "entities", "hash", "codeVersion", "why"]}}
  },
  "required": ["measure", "from", "to", "name", "entity", "hash", "codeVersion", "revisions"]
})"},
    Schema{"MeasureEffect", R"({
  "type": "object",
  "properties": {
    "measure": {"type": "string"},
    "hash": {"type": "string", "description": "Of the definition."},
    "codeVersion": {"type": "string"},
    "partial": {"type": "boolean",
                "description": "It is made of what the caller may see: there may be more."},
    "start": {"type": "string", "format": "date"},
    "method": {"enum": ["its", "did", "sc", "sdid"]},
    "group": {"type": "string"},
    "estimate": {"type": "object", "additionalProperties": true,
                 "description": "As musubi effect --json gives it (docs/effect.md)."},
    "words": {"$ref": "#/components/schemas/Words"},
    "refusal": {"type": "object", "properties": {
      "rule": {"type": "string"},
      "words": {"$ref": "#/components/schemas/Words"}},
      "required": ["rule", "words"]},
    "values": {"type": "array", "items": {"type": "object"},
               "description": "Of the group that has the project, as MeasureValues has them."},
    "promised": {"type": "array", "items": {"type": "object"},
                 "description": "Stages under way that this measure judges: their gates alone count."}
  },
  "required": ["measure", "hash", "codeVersion", "start", "method", "values", "promised"]
})"},
    Schema{"HandAttachment", R"({
  "type": "object",
  "properties": {
    "name": {"type": "string"},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "bytes": {"type": "integer", "minimum": 1}
  },
  "required": ["name", "sha256", "bytes"]
})"},
    Schema{"HandEntry", R"({
  "type": "object",
  "properties": {
    "of": {"type": "string", "pattern": "^[0-9a-z-]{1,64}$", "description": "What it counts."},
    "about": {"type": "string", "description": "Of whom: a firm, a household, a department."},
    "cohort": {"type": "string", "description": "For break-downs."},
    "day": {"type": "string", "format": "date", "description": "In Japan, not after today."},
    "value": {"type": "number"},
    "unit": {"type": "string", "description": "UN/CEFACT code."},
    "by": {"type": "string", "description": "Who enters it."},
    "note": {"type": "string"},
    "attachment": {"$ref": "#/components/schemas/HandAttachment"},
    "place": {"type": "object", "description": "A GeoJSON geometry."},
    "corrects": {"type": "boolean", "description": "It takes the place of the value of that day."}
  },
  "required": ["of", "day", "value", "unit", "by"]
})"},
    Schema{"HandEntered", R"({
  "type": "object",
  "properties": {"id": {"type": "string", "description": "Of the entity it is a reading of."}},
  "required": ["id"]
})"},
    Schema{"HandCount", R"({
  "type": "object",
  "properties": {"entered": {"type": "integer"}},
  "required": ["entered"]
})"},
    Schema{"HandValues", R"({
  "type": "object",
  "properties": {
    "values": {"type": "array", "items": {"type": "object", "properties": {
      "id": {"type": "string"},
      "of": {"type": "string"},
      "about": {"type": "string"},
      "cohort": {"type": "string"},
      "day": {"type": "string", "format": "date"},
      "value": {"type": "number"},
      "unit": {"type": "string"},
      "by": {"type": "string"},
      "enteredAt": {"type": "string", "format": "date-time"},
      "note": {"type": "string"},
      "attachment": {"$ref": "#/components/schemas/HandAttachment"},
      "revision": {"type": "integer", "description": "Of that day, from 1."},
      "current": {"type": "boolean", "description": "Nothing corrected it."}},
      "required": ["id", "of", "day", "value", "unit", "by", "enteredAt", "revision", "current"]}},
    "total": {"type": "integer", "description": "Of all pages."}
  },
  "required": ["values", "total"]
})"},
};

}  // namespace

std::span<const Schema> measure_schemas() { return kMeasureSchemas; }

}  // namespace musubi::openapi

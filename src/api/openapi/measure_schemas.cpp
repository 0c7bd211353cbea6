#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::array kSchemas{
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
    "values": {"type": "array", "items": {"type": "object", "properties": {
      "from": {"type": "string", "format": "date-time"},
      "to": {"type": "string", "format": "date-time"},
      "asOf": {"type": "string", "format": "date-time"},
      "name": {"$ref": "#/components/schemas/Words"},
      "group": {"type": "string"},
      "value": {"type": "number"},
      "cases": {"type": "integer",
                "description": "With across: of how many values it is the median or mean."},
      "lack": {"$ref": "#/components/schemas/Words"},
      "parts": {"type": "array", "items": {"type": "object"}},
      "readingsRoot": {"type": "string"}},
      "required": ["from", "to", "asOf", "name", "parts", "readingsRoot"]}}
  },
  "required": ["measure", "hash", "codeVersion", "values"]
})"},
};

}  // namespace

std::span<const Schema> measure_schemas() { return kSchemas; }

}  // namespace musubi::openapi

// Schemas and answers about towns that are alike.
#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::array kTownSchemas{
    Schema{"NamedTown", R"({
  "type": "object",
  "properties": {
    "code": {"type": "string", "pattern": "^[0-9]{5}$", "description": "The area code."},
    "prefecture": {"type": "string"},
    "name": {"type": "string"}
  },
  "required": ["code", "prefecture", "name"]
})"},
    Schema{"TownFeature", R"({
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "ja": {"type": "string"},
    "en": {"type": "string"},
    "unitJa": {"type": "string"},
    "unitEn": {"type": "string"},
    "value": {"type": ["number", "null"], "description": "Of the town; null: missing."},
    "used": {"type": "boolean", "description": "Towns are compared by it."}
  },
  "required": ["id", "ja", "en", "unitJa", "unitEn", "value", "used"]
})"},
    Schema{"TownAlike", R"({
  "allOf": [{"$ref": "#/components/schemas/NamedTown"}],
  "type": "object",
  "properties": {
    "distance": {"type": "number", "minimum": 0},
    "compared": {"type": "integer", "description": "Features that both have."},
    "parts": {"type": "array", "items": {
      "type": "object",
      "properties": {
        "feature": {"type": "string"},
        "value": {"type": ["number", "null"], "description": "Of the other town."},
        "part": {"type": ["number", "null"], "description": "Of the distance; null: not compared."}
      },
      "required": ["feature", "value", "part"]
    }, "description": "They add up to the distance."}
  },
  "required": ["distance", "compared", "parts"]
})"},
    Schema{"TownsAlike", R"({
  "type": "object",
  "properties": {
    "town": {"$ref": "#/components/schemas/NamedTown"},
    "method": {"type": "string", "enum": ["gower", "mahalanobis"]},
    "source": {"type": "string", "description": "Whom to credit for the figures."},
    "towns": {"type": "integer", "description": "How many there are."},
    "shrinkage": {"type": "number", "minimum": 0, "maximum": 1},
    "features": {"type": "array", "items": {"$ref": "#/components/schemas/TownFeature"}},
    "notCompared": {"type": "integer", "description": "Towns that share too few features."},
    "like": {"type": "array", "items": {"$ref": "#/components/schemas/TownAlike"},
             "description": "The nearest first."}
  },
  "required": ["town", "method", "source", "towns", "features", "notCompared", "like"]
})"},
};

constexpr std::array kTownContents{
    Content{"TownsAlike", "The towns that are most like it, and in what.", "application/json",
            "TownsAlike",
            R"({"town": {"code": "18207", "prefecture": "福井県", "name": "鯖江市"},
                "method": "gower", "source": "独立行政法人統計センター SSDSE-A-2023", "towns": 1741,
                "features": [{"id": "old", "ja": "65歳以上の割合",
                "en": "share of 65 years and above", "unitJa": "%", "unitEn": "%", "value": 27.5,
                "used": true}], "notCompared": 1, "like": [{"code": "17211",
                "prefecture": "石川県", "name": "能美市", "distance": 0.0311, "compared": 30,
                "parts": [{"feature": "old", "value": 26.2, "part": 0.0311}]}]})",
            ""},
};

}  // namespace

std::span<const Schema> town_schemas() { return kTownSchemas; }
std::span<const Content> town_contents() { return kTownContents; }

}  // namespace musubi::openapi

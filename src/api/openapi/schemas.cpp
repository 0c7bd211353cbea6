#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::array kNgsildSchemas{
    Schema{"Entity", R"({
  "description": "An entity (5.2.4): its attributes stand beside id and type.",
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "id": {"type": "string", "format": "uri"},
    "type": {"$ref": "#/components/schemas/TypeNames"},
    "scope": {"$ref": "#/components/schemas/TextOrTexts"},
    "location": {"description": "Where it is: a GeoProperty."}
  },
  "required": ["id", "type"],
  "additionalProperties": {"description": "An attribute, in the representation asked for."}
})"},
    Schema{"Entities", R"({"type": "array", "items": {"$ref": "#/components/schemas/Entity"}})"},
    Schema{"Fragment", R"({
  "description": "Members to be written; those that are not named stay as they are.",
  "type": "object",
  "additionalProperties": true
})"},
    Schema{"LdContext", R"({
  "description": "A JSON-LD context: a URL, an object, or a list of them.",
  "type": ["string", "object", "array"]
})"},
    Schema{"TextOrTexts", R"({
  "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
})"},
    Schema{"TypeNames", R"({
  "description": "A type, or several.",
  "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
})"},
    Schema{"Attribute", R"({
  "description": "An attribute: one instance, or one for each dataset (4.5).",
  "oneOf": [{"$ref": "#/components/schemas/Instance"},
            {"type": "array", "items": {"$ref": "#/components/schemas/Instance"}},
            {"type": ["string", "number", "boolean", "null"]}]
})"},
    Schema{"Instance", R"({
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "type": {"type": "string", "enum": ["Property", "GeoProperty", "Relationship",
      "LanguageProperty", "JsonProperty", "VocabProperty", "ListProperty", "ListRelationship"]},
    "value": {"description": "Any JSON; of a GeoProperty a GeoJSON geometry."},
    "object": {"description": "Of a Relationship: the id of the other entity."},
    "unitCode": {"type": "string", "description": "UN/CEFACT, such as MTR."},
    "observedAt": {"type": "string", "format": "date-time"},
    "datasetId": {"type": "string", "format": "uri"}
  },
  "additionalProperties": {"description": "An attribute of the attribute."}
})"},
    Schema{"AttributeFragment", R"({
  "description": "Members of an attribute to be written.",
  "type": "object",
  "additionalProperties": true
})"},
    Schema{"UpdateResult", R"({
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "updated": {"type": "array", "items": {"type": "string"}},
    "notUpdated": {"type": "array", "items": {"type": "object", "properties": {
      "attributeName": {"type": "string"}, "reason": {"type": "string"}}}}
  },
  "required": ["updated", "notUpdated"]
})"},
    Schema{"Uris", R"({"type": "array", "items": {"type": "string", "format": "uri"}})"},
    Schema{"BatchResult", R"({
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "success": {"type": "array", "items": {"type": "string", "format": "uri"}},
    "errors": {"type": "array", "items": {"type": "object", "properties": {
      "entityId": {"type": "string"},
      "error": {"$ref": "#/components/schemas/ProblemDetails"}}}}
  },
  "required": ["success", "errors"]
})"},
    Schema{"EntitySelector", R"({
  "type": "object",
  "properties": {
    "id": {"type": "string", "format": "uri"},
    "idPattern": {"type": "string"},
    "type": {"type": "string", "description": "A type or a selection of types (4.17)."}
  }
})"},
    Schema{"GeoQuery", R"({
  "type": "object",
  "properties": {
    "geometry": {"type": "string"},
    "coordinates": {"type": ["array", "string"]},
    "georel": {"type": "string"},
    "geoproperty": {"type": "string"}
  },
  "required": ["geometry", "coordinates", "georel"]
})"},
    Schema{"Query", R"({
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "type": {"type": "string", "enum": ["Query"]},
    "entities": {"type": "array", "items": {"$ref": "#/components/schemas/EntitySelector"}},
    "attrs": {"type": "array", "items": {"type": "string"}},
    "q": {"type": "string"},
    "geoQ": {"$ref": "#/components/schemas/GeoQuery"},
    "csf": {"type": "string"},
    "scopeQ": {"type": "string"},
    "pick": {"type": "array", "items": {"type": "string"}},
    "omit": {"type": "array", "items": {"type": "string"}},
    "lang": {"type": "string"},
    "datasetId": {"type": "array", "items": {"type": "string"}},
    "join": {"type": "string", "enum": ["flat", "inline", "none"]},
    "joinLevel": {"type": "integer", "minimum": 1},
    "ordering": {"type": "object"},
    "temporalQ": {"type": "object", "properties": {
      "timerel": {"type": "string", "enum": ["before", "after", "between"]},
      "timeAt": {"type": "string", "format": "date-time"},
      "endTimeAt": {"type": "string", "format": "date-time"},
      "timeproperty": {"type": "string"},
      "lastN": {"type": "integer", "minimum": 1}}},
    "aggrParams": {"type": "object", "properties": {
      "aggrMethods": {"type": "array", "items": {"type": "string"}},
      "aggrPeriodDuration": {"type": "string"}}}
  },
  "required": ["type"]
})"},
    Schema{"Types", R"({
  "oneOf": [
    {"type": "object",
     "properties": {"@context": {"$ref": "#/components/schemas/LdContext"},
                    "id": {"type": "string"}, "type": {"const": "EntityTypeList"},
                    "typeList": {"type": "array", "items": {"type": "string"}}},
     "required": ["id", "type", "typeList"]},
    {"type": "array", "items": {"type": "object", "properties": {
      "@context": {"$ref": "#/components/schemas/LdContext"},
      "id": {"type": "string"}, "type": {"const": "EntityType"}, "typeName": {"type": "string"},
      "attributeNames": {"type": "array", "items": {"type": "string"}}},
      "required": ["id", "type", "typeName", "attributeNames"]}}
  ]
})"},
    Schema{"EntityTypeInfo", R"({
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "id": {"type": "string"}, "type": {"const": "EntityTypeInfo"}, "typeName": {"type": "string"},
    "entityCount": {"type": "integer"},
    "attributeDetails": {"type": "array",
                         "items": {"$ref": "#/components/schemas/AttributeInfo"}}
  },
  "required": ["id", "type", "typeName", "entityCount", "attributeDetails"]
})"},
    Schema{"AttributeInfo", R"({
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "id": {"type": "string"}, "type": {"const": "Attribute"}, "attributeName": {"type": "string"},
    "typeNames": {"type": "array", "items": {"type": "string"}},
    "attributeCount": {"type": "integer"},
    "attributeTypes": {"type": "array", "items": {"type": "string"}}
  },
  "required": ["id", "type", "attributeName"]
})"},
    Schema{"AttributeList", R"({
  "oneOf": [
    {"type": "object",
     "properties": {"@context": {"$ref": "#/components/schemas/LdContext"},
                    "id": {"type": "string"}, "type": {"const": "AttributeList"},
                    "attributeList": {"type": "array", "items": {"type": "string"}}},
     "required": ["id", "type", "attributeList"]},
    {"type": "array", "items": {"$ref": "#/components/schemas/AttributeInfo"}}
  ]
})"},
    Schema{"SourceIdentity", R"({
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "id": {"type": "string"}, "type": {"const": "ContextSourceIdentity"},
    "contextSourceAlias": {"type": "string"}, "contextSourceUptime": {"type": "string"},
    "contextSourceTimeAt": {"type": "string", "format": "date-time"}
  },
  "required": ["id", "type", "contextSourceAlias", "contextSourceUptime", "contextSourceTimeAt"]
})"},
    Schema{"Context", R"({
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "URL": {"type": "string"}, "localId": {"type": "string"}, "kind": {"type": "string"},
    "createdAt": {"type": "string", "format": "date-time"},
    "lastUsage": {"type": "string", "format": "date-time"},
    "numberOfHits": {"type": "integer"}
  }
})"},
    Schema{"ContextList", R"({
  "type": "array",
  "items": {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Context"}]}
})"},
    Schema{"Evolution", R"({
  "description": "An entity's history: each attribute a list of instances, or what was asked for.",
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "id": {"type": "string", "format": "uri"},
    "type": {"$ref": "#/components/schemas/TypeNames"}
  },
  "required": ["id", "type"],
  "additionalProperties": {"description": "Instances of an attribute."}
})"},
    Schema{"Evolutions",
           R"({"type": "array", "items": {"$ref": "#/components/schemas/Evolution"}})"},
    Schema{"Endpoint", R"({
  "type": "object",
  "properties": {
    "uri": {"type": "string", "description": "http, https, mqtt or mqtts."},
    "accept": {"type": "string",
               "enum": ["application/json", "application/ld+json", "application/geo+json"]},
    "timeout": {"type": "number", "description": "Milliseconds."},
    "cooldown": {"type": "number", "description": "Milliseconds."},
    "receiverInfo": {"type": "array", "items": {"type": "object"}},
    "notifierInfo": {"type": "array", "items": {"type": "object"}}
  },
  "required": ["uri"]
})"},
    Schema{"Subscription", R"({
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "id": {"type": "string", "format": "uri"},
    "type": {"type": "string", "enum": ["Subscription"]},
    "subscriptionName": {"type": "string"},
    "description": {"type": "string"},
    "entities": {"type": "array", "items": {"$ref": "#/components/schemas/EntitySelector"}},
    "watchedAttributes": {"type": "array", "items": {"type": "string"}},
    "notificationTrigger": {"type": "array", "items": {"type": "string"}},
    "q": {"type": "string"},
    "geoQ": {"$ref": "#/components/schemas/GeoQuery"},
    "isActive": {"type": "boolean"},
    "expiresAt": {"type": "string", "format": "date-time"},
    "throttling": {"type": "number", "description": "Seconds."},
    "timeInterval": {"type": "number", "description": "Seconds."},
    "lang": {"type": "string"},
    "jsonldContext": {"type": "string", "format": "uri"},
    "status": {"type": "string", "enum": ["active", "paused", "expired"], "readOnly": true},
    "notification": {"type": "object", "properties": {
      "attributes": {"type": "array", "items": {"type": "string"}},
      "pick": {"type": "array", "items": {"type": "string"}},
      "omit": {"type": "array", "items": {"type": "string"}},
      "format": {"type": "string"},
      "sysAttrs": {"type": "boolean"},
      "showChanges": {"type": "boolean"},
      "endpoint": {"$ref": "#/components/schemas/Endpoint"},
      "status": {"type": "string", "readOnly": true},
      "timesSent": {"type": "integer", "readOnly": true},
      "timesFailed": {"type": "integer", "readOnly": true}},
      "required": ["endpoint"]}
  },
  "required": ["type", "notification"]
})"},
    Schema{"Subscriptions",
           R"({"type": "array", "items": {"$ref": "#/components/schemas/Subscription"}})"},
    Schema{"Registration", R"({
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "id": {"type": "string", "format": "uri"},
    "type": {"type": "string", "enum": ["ContextSourceRegistration"]},
    "information": {"type": "array", "minItems": 1, "items": {"type": "object", "properties": {
      "entities": {"type": "array", "items": {"type": "object"}},
      "propertyNames": {"type": "array", "items": {"type": "string"}},
      "relationshipNames": {"type": "array", "items": {"type": "string"}}}}},
    "endpoint": {"type": "string", "format": "uri"},
    "mode": {"type": "string", "enum": ["inclusive", "exclusive", "redirect", "auxiliary"]},
    "operations": {"type": "array", "items": {"type": "string"}},
    "tenant": {"type": "string"},
    "expiresAt": {"type": "string", "format": "date-time"}
  },
  "required": ["type", "information", "endpoint"]
})"},
    Schema{"Registrations",
           R"({"type": "array", "items": {"$ref": "#/components/schemas/Registration"}})"},
    Schema{"EntityMap", R"({
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "id": {"type": "string", "format": "uri"},
    "type": {"const": "EntityMap"},
    "expiresAt": {"type": "string", "format": "date-time"},
    "entityMap": {"description": "Of each entity the sources that have it; @none is this one.",
                  "type": "object",
                  "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    "linkedMaps": {"type": "object", "additionalProperties": {"type": "string"}}
  },
  "required": ["id", "type", "expiresAt", "entityMap"]
})"},
    Schema{"Snapshot", R"({
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "id": {"type": "string", "format": "uri"},
    "type": {"const": "Snapshot"},
    "snapshotQueries": {"description": "Queries (5.2.23) whose results it holds.",
                        "type": "array", "items": {"type": "object"}},
    "snapshotStatus": {"type": "string"},
    "snapshotPriority": {"type": "integer"}
  },
  "additionalProperties": true,
  "required": ["type"]
})"},
    Schema{"Notification", R"({
  "type": "object",
  "properties": {
    "@context": {"$ref": "#/components/schemas/LdContext"},
    "id": {"type": "string", "format": "uri"},
    "type": {"const": "Notification"},
    "subscriptionId": {"type": "string", "format": "uri"},
    "notifiedAt": {"type": "string", "format": "date-time"},
    "data": {"type": "array", "items": {"type": "object"}}
  },
  "required": ["type", "subscriptionId", "data"]
})"},
    Schema{"FeatureCollection", R"({
  "description": "Entities as GeoJSON (6.3.15).",
  "type": "object",
  "properties": {
    "type": {"type": "string", "enum": ["FeatureCollection"]},
    "features": {"type": "array", "items": {"$ref": "#/components/schemas/Feature"}}
  },
  "required": ["type", "features"]
})"},
    Schema{"Feature", R"({
  "description": "An entity as GeoJSON (6.3.15).",
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "type": {"type": "string", "enum": ["Feature"]},
    "geometry": {"type": ["object", "null"]},
    "properties": {"type": "object"}
  },
  "required": ["id", "type", "geometry", "properties"]
})"},
};

}  // namespace

std::span<const Schema> ngsild_schemas() { return kNgsildSchemas; }

}  // namespace musubi::openapi

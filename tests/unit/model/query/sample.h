#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/context.h"
#include "model/query.h"

namespace musubi::sample {

inline std::string expanded(std::string_view name) { return core_context()->expand(name); }

inline Json json(std::string_view text) { return *parse_json(text); }

inline Attribute attribute(AttributeKind kind, std::string_view name, Json value,
                           Attributes sub = {}) {
    Attribute out;
    out.name = expanded(name);
    out.kind = kind;
    out.value = std::move(value);
    out.created_at = *parse_time("2021-08-01T00:00:00Z");
    out.modified_at = *parse_time("2021-08-02T00:00:00Z");
    out.sub = std::move(sub);
    return out;
}
inline Attribute property(std::string_view name, Json value, Attributes sub = {}) {
    return attribute(AttributeKind::Property, name, std::move(value), std::move(sub));
}
inline Attribute relationship(std::string_view name, Json value) {
    return attribute(AttributeKind::Relationship, name, std::move(value));
}

/// A geometry, given as GeoJSON text, as the location of an entity.
inline Entity located(std::string_view geometry) {
    Entity out;
    out.id = "urn:ngsi-ld:Thing:1";
    out.types = {expanded("Thing")};
    out.attributes = {attribute(AttributeKind::GeoProperty, "location", json(geometry))};
    return out;
}

/// One attribute of each kind, and of each kind of value.
inline Entity gauge() {
    Entity out;
    out.id = "urn:ngsi-ld:FloodMonitoring:fukui:7";
    out.types = {expanded("FloodMonitoring")};
    out.created_at = *parse_time("2021-07-01T00:00:00Z");
    out.modified_at = *parse_time("2021-08-14T09:00:00Z");
    Attribute level = property("currentLevel", 4.25,
                               {property("accuracy", 0.01, {property("method", "radar")}),
                                relationship("measuredBy", "urn:ngsi-ld:Device:1")});
    level.unit_code = "MTR";
    level.observed_at = *parse_time("2021-08-14T08:50:00Z");
    Attribute forecast = property("currentLevel", 7.5);
    forecast.dataset_id = "urn:ngsi-ld:Dataset:forecast";
    out.attributes = {
        std::move(level),
        std::move(forecast),
        property("status", "open"),
        property("count", 20),
        property("big", std::int64_t{9'007'199'254'740'993}),
        property("flag", true),
        property("colours", json(R"(["blue","red","green"])")),
        property("numbers", json("[3,5,7]")),
        property("address", json(R"({"city":"福井","geo":{"zone":3},"lines":["a","b"]})")),
        property("since", "2021-08-14T17:50:00+09:00"),
        property("typed", json(R"({"@type":"DateTime","@value":"2021-08-14T08:50:00Z"})")),
        property("day", "2021-08-14"),
        property("opens", "08:30:00Z"),
        relationship("inside", "urn:ngsi-ld:Basin:kuzuryu"),
        relationship("near", json(R"(["urn:ngsi-ld:A:1","urn:ngsi-ld:A:2"])")),
        attribute(AttributeKind::ListRelationship, "route",
                  json(R"([{"object":"urn:ngsi-ld:R:1"},{"object":"urn:ngsi-ld:R:2"}])")),
        attribute(AttributeKind::ListProperty, "steps", json("[1,2,3]")),
        attribute(AttributeKind::LanguageProperty, "colour",
                  json(R"({"fr":"rouge","en":["red","cat"],"ja":"赤"})")),
        attribute(AttributeKind::VocabProperty, "gender", expanded("Male")),
        attribute(AttributeKind::JsonProperty, "ticket", json(R"({"id":"85a6","value":60})")),
        attribute(AttributeKind::GeoProperty, "location",
                  json(R"({"type":"Point","coordinates":[136.2,36.06]})")),
    };
    return out;
}

}  // namespace musubi::sample

#include "api/source_body.h"

#include <gtest/gtest.h>

namespace musubi::testing {
namespace {

ContextPtr context(std::string_view text) {
    const ContextLoader nothing = [](std::string_view) -> Result<std::shared_ptr<const Json>> {
        return Error{ErrorCode::ContextNotAvailable, "none"};
    };
    auto made = resolve_context(parse_json(text).value(), nothing);
    EXPECT_TRUE(made);
    return std::move(made).value();
}

Json json(std::string_view text) { return parse_json(text).value(); }

const ContextPtr& german() {
    static const ContextPtr made = context(
        R"({"Pegel": "https://t.example/Gauge", "hoehe": "https://t.example/level",
            "ort": "https://t.example/place", "art": "https://t.example/kind",
            "fluss": "https://t.example/River"})");
    return made;
}
const ContextPtr& english() {
    static const ContextPtr made = context(
        R"({"Gauge": "https://t.example/Gauge", "level": "https://t.example/level",
            "place": "https://t.example/place", "kind": "https://t.example/kind",
            "River": "https://t.example/River"})");
    return made;
}

TEST(SourceBody, IsCutToWhatTheSourceHas) {
    const Json cut = cut_body(
        json(R"({"@context": "http://c.example", "id": "urn:e:1", "type": "Pegel", "scope": "/a",
                 "expiresAt": "2030-01-01T00:00:00Z", "hoehe": 1, "ort": "x"})"),
        *german(), {"https://t.example/level"});
    EXPECT_EQ(to_text(cut), to_text(json(R"({"id": "urn:e:1", "type": "Pegel", "scope": "/a",
                                     "expiresAt": "2030-01-01T00:00:00Z", "hoehe": 1})")));
}

TEST(SourceBody, LosesItsContext) {
    EXPECT_EQ(to_text(without_context(json(R"({"@context": {}, "value": {"@context": 1}})"))),
              R"({"value":{"@context":1}})");
    EXPECT_EQ(to_text(without_context(json("[1]"))), "[1]");
}

TEST(SourceBody, IsWrittenWithTheNamesOfAnotherContext) {
    const Json renamed_body = renamed(json(R"({"id": "urn:e:1", "type": ["Pegel", "fluss"],
                 "hoehe": [{"type": "Property", "value": {"hoehe": 1}, "unitCode": "MTR",
                            "ort": {"type": "Relationship", "object": "urn:hoehe:1",
                                    "objectType": "Pegel"}}],
                 "art": {"type": "VocabProperty", "vocab": ["fluss", "Pegel"]},
                 "unknown": {"hoehe": 1}})"),
                                      *german(), *english());
    EXPECT_EQ(to_text(renamed_body), to_text(json(R"({"id": "urn:e:1", "type": ["Gauge", "River"],
                 "level": [{"type": "Property", "value": {"hoehe": 1}, "unitCode": "MTR",
                            "place": {"type": "Relationship", "object": "urn:hoehe:1",
                                      "objectType": "Gauge"}}],
                 "kind": {"type": "VocabProperty", "vocab": ["River", "Gauge"]},
                 "unknown": {"hoehe": 1}})")));
}

TEST(SourceBody, WritesOutNamesThatTheOtherContextLacks) {
    EXPECT_EQ(
        to_text(renamed(json(R"({"type": "Pegel", "hoehe": 1})"), *german(), *core_context())),
        R"({"type":"https://t.example/Gauge","https://t.example/level":1})");
    // A name that the other one means something else by is written out as well.
    EXPECT_EQ(to_text(renamed(json(R"({"level": 1})"), *core_context(), *english())),
              R"({"ngsi-ld:default-context/level":1})");
}

TEST(SourceBody, WhatIsNoEntityStaysAsItIs) {
    EXPECT_EQ(to_text(renamed(json(R"("urn:e:1")"), *german(), *english())), R"("urn:e:1")");
}

}  // namespace
}  // namespace musubi::testing

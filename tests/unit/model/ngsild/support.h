#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "model/ngsild.h"

namespace musubi::test {

/// A context with a prefix and a few terms, as the tests of NGSI-LD documents use it.
[[nodiscard]] inline ContextPtr town_context() {
    const Json source =
        parse_json(R"({"t": "https://town.example/", "level": "t:level", "Gauge": "t:Gauge",
                       "River": "t:River", "near": "t:near", "quality": "t:quality",
                       "good": "t:good", "method": "t:method"})")
            .value();
    return resolve_context(source, {}).value();
}

[[nodiscard]] inline Result<Entity> read_text(std::string_view text,
                                              const ReadOptions& options = {}) {
    return read_entity(parse_json(text).value(), *town_context(), options);
}

/// An entity of type Gauge with these members, which begin with a comma or are empty.
[[nodiscard]] inline std::string gauge(std::string_view members) {
    return R"({"id":"urn:ngsi-ld:Gauge:1","type":"Gauge")" + std::string(members) + "}";
}

[[nodiscard]] inline Entity must_read(std::string_view text, const ReadOptions& options = {}) {
    auto entity = read_text(text, options);
    EXPECT_TRUE(entity) << (entity ? "" : to_text(entity.error())) << "\n" << text;
    return entity ? *entity : Entity{};
}

[[nodiscard]] inline std::string written(const Entity& entity, const WriteOptions& options = {}) {
    std::string out;
    write_entity(out, entity, *town_context(), options);
    return out;
}

/// True where both are the same but for the times of recording.
[[nodiscard]] inline bool same_entity(const Entity& a, const Entity& b) {
    if (a.id != b.id || a.types != b.types || a.scopes != b.scopes ||
        a.attributes.size() != b.attributes.size()) {
        return false;
    }
    for (const Attribute& mine : a.attributes) {
        const Attribute* other = b.find(mine.name, mine.dataset_id);
        if (other == nullptr || !same_content(mine, *other)) return false;
    }
    return true;
}

}  // namespace musubi::test

#pragma once

#include <string>

#include "base/random.h"
#include "model/entity.h"

namespace musubi::testing {

inline Json random_json(Random& random, int depth = 0) {
    switch (random.next() % (depth > 2 ? 6 : 8)) {
        case 0: return Json{};
        case 1: return Json{random.next() % 2 == 0};
        case 2: return Json{static_cast<std::int64_t>(random.next())};
        case 3: return Json{next_unit(random) * 1e6};
        case 4: return Json{static_cast<std::int64_t>(random.next() % 100)};
        case 5: return Json{std::string(random.next() % 20, 'x') + "橋"};
        case 6: {
            Json::Array items;
            for (std::uint64_t i = random.next() % 4; i > 0; --i) {
                items.push_back(random_json(random, depth + 1));
            }
            return Json{std::move(items)};
        }
        default: {
            Json object{Json::Object{}};
            for (std::uint64_t i = random.next() % 4; i > 0; --i) {
                object.set("m" + std::to_string(i), random_json(random, depth + 1));
            }
            return object;
        }
    }
}

inline Attribute random_attribute(Random& random, const std::string& name, int depth = 0) {
    Attribute a;
    a.name = name;
    a.kind = static_cast<AttributeKind>(random.next() % 8);
    a.value = random_json(random);
    if (random.next() % 2 == 0)
        a.observed_at = Time{static_cast<std::int64_t>(random.next() >> 8U)};
    if (random.next() % 3 == 0) a.unit_code = "MTR";
    if (random.next() % 4 == 0) a.dataset_id = "urn:dataset:" + std::to_string(random.next() % 3);
    if (random.next() % 4 == 0) a.extra = random_json(random);
    a.created_at = Time{static_cast<std::int64_t>(random.next() % 1'000'000)};
    a.modified_at = random.next() % 2 == 0 ? a.created_at : Time{-5};
    a.instance = {random.next() >> 20U, static_cast<std::uint32_t>(random.next() % 1000)};
    if (depth < 2 && random.next() % 3 == 0) {
        a.sub.push_back(random_attribute(random, name + "/sub", depth + 1));
    }
    return a;
}

inline Entity random_entity(Random& random) {
    Entity entity;
    entity.id = "urn:entity:" + std::to_string(random.next() % 1000);
    entity.types = {"urn:type:a", "urn:type:" + std::to_string(random.next() % 5)};
    if (random.next() % 3 == 0) entity.scopes = {"/town/river", "/town"};
    if (random.next() % 5 == 0) entity.guardian = "alerts";
    entity.created_at = Time{static_cast<std::int64_t>(random.next() >> 10U)};
    entity.modified_at = entity.created_at + seconds(1);
    for (std::uint64_t i = random.next() % 6; i > 0; --i) {
        entity.attributes.push_back(random_attribute(random, "urn:name:" + std::to_string(i)));
    }
    return entity;
}

}  // namespace musubi::testing

#include "store/entity_shapes.h"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace musubi {

std::uint32_t EntityShapes::number_of(const std::string& name) {
    const auto [at, added] = numbers_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
    if (added) names_.push_back(name);
    return at->second;
}

EntityShapes::Number EntityShapes::take(const Entity& entity) {
    Key key;
    key.reserve(entity.types.size() + 3 * entity.attributes.size() + 1);
    key.push_back(static_cast<std::uint32_t>(entity.types.size()));
    for (const std::string& type : entity.types) key.push_back(number_of(type));
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> parts;
    for (const Attribute& a : entity.attributes) {
        ++parts[{number_of(a.name), static_cast<std::uint32_t>(a.kind)}];
    }
    for (const auto& [part, instances] : parts) {
        key.insert(key.end(), {part.first, part.second, instances});
    }
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) {
        ++shapes_[found->second].entities;
        return found->second;
    }
    Number number = static_cast<Number>(shapes_.size());
    if (free_.empty()) {
        shapes_.emplace_back();
    } else {
        number = free_.back();
        free_.pop_back();
    }
    const auto at = by_key_.emplace(std::move(key), number).first;
    shapes_[number] = {.key = &at->first, .types = entity.types.size(), .entities = 1};
    return number;
}

void EntityShapes::release(Number number) {
    Shape& shape = shapes_[number];
    assert(shape.entities > 0);
    if (--shape.entities > 0) return;
    by_key_.erase(by_key_.find(*shape.key));
    shape.key = nullptr;
    free_.push_back(number);
}

std::vector<EntityShape> EntityShapes::all() const {
    std::vector<EntityShape> out;
    for (const Shape& shape : shapes_) {
        if (shape.entities == 0) continue;
        EntityShape& item = out.emplace_back();
        item.entities = shape.entities;
        const Key& key = *shape.key;
        for (std::size_t i = 1; i <= shape.types; ++i) item.types.push_back(names_[key[i]]);
        for (std::size_t i = shape.types + 1; i < key.size(); i += 3) {
            item.parts.push_back(
                {names_[key[i]], static_cast<AttributeKind>(key[i + 1]), key[i + 2]});
        }
        std::sort(item.parts.begin(), item.parts.end(), [](const auto& a, const auto& b) {
            return std::tie(a.name, a.kind) < std::tie(b.name, b.kind);
        });
    }
    return out;
}

}  // namespace musubi

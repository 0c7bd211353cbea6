#include "store/index/entity_shapes.h"

#include <algorithm>
#include <cassert>
#include <tuple>

#include "base/bytes.h"

namespace musubi {
namespace {

// How many types, at least one; the types; then names, kinds and instances.
bool is_well_formed(const std::vector<std::uint32_t>& key, std::size_t names) {
    const std::size_t types = key.front();
    if (types == 0 || types > key.size() - 1 || (key.size() - 1 - types) % 3 != 0) return false;
    for (std::size_t i = 1; i < key.size(); ++i) {
        const std::size_t part = i <= types ? 0 : (i - 1 - types) % 3;
        if (part == 0 && key[i] >= names) return false;
        if (part == 1 && key[i] > static_cast<std::uint32_t>(AttributeKind::ListRelationship)) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::uint32_t EntityShapes::number_of(const std::string& name) {
    const auto [at, added] = numbers_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
    if (added) names_.push_back(name);
    return at->second;
}

template <typename NumberOf>
EntityShapes::Key EntityShapes::key_of(const Entity& entity, NumberOf number_of) {
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
    return key;
}

EntityShapes::Number EntityShapes::take(const Entity& entity) {
    Key key = key_of(entity, [this](const std::string& name) { return number_of(name); });
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
    if (--shape.entities == 0) free(number);
}

void EntityShapes::free(Number number) {
    by_key_.erase(by_key_.find(*shapes_[number].key));
    shapes_[number].key = nullptr;
    free_.push_back(number);
}

bool EntityShapes::is(Number number, const Entity& entity) const {
    const Key key = key_of(entity, [this](const std::string& name) {
        const auto found = numbers_.find(name);
        return found == numbers_.end() ? UINT32_MAX : found->second;
    });
    const auto found = by_key_.find(key);
    return found != by_key_.end() && found->second == number;
}

void EntityShapes::write(std::string& out) const {
    ByteWriter w{out};
    w.number(names_.size());
    for (const std::string& name : names_) w.text(name);
    w.number(shapes_.size());
    for (const Shape& shape : shapes_) {
        w.number(shape.key == nullptr ? 0 : shape.key->size());
        if (shape.key == nullptr) continue;
        for (const std::uint32_t part : *shape.key) w.number(part);
    }
}

Result<void> EntityShapes::read(std::string_view in) {
    *this = {};
    const Error damaged{ErrorCode::Corrupt, "the shapes in the image of the index are damaged"};
    ByteReader r{in};
    for (std::uint64_t names = r.number(); names > 0 && !r.failed(); --names) {
        const std::string name{r.text()};
        if (number_of(name) + 1 != names_.size()) return damaged;  // twice
    }
    for (std::uint64_t shapes = r.number(); shapes > 0 && !r.failed(); --shapes) {
        Key key;
        for (std::uint64_t parts = r.number(); parts > 0 && !r.failed(); --parts) {
            key.push_back(static_cast<std::uint32_t>(r.number()));
        }
        const auto number = static_cast<Number>(shapes_.size());
        shapes_.emplace_back();
        if (key.empty()) {
            free_.push_back(number);
            continue;
        }
        if (!is_well_formed(key, names_.size())) return damaged;
        const auto [at, is_new] = by_key_.emplace(std::move(key), number);
        if (!is_new) return damaged;
        shapes_.back() = {.key = &at->first, .types = at->first.front(), .entities = 0};
    }
    if (r.failed() || !r.at_end()) return damaged;
    return {};
}

std::string_view EntityShapes::first_type(Number number) const {
    const Key* key = shapes_[number].key;
    return key == nullptr ? std::string_view{} : names_[(*key)[1]];
}

void EntityShapes::free_unused() {
    for (Number number = 0; number < shapes_.size(); ++number) {
        if (shapes_[number].key != nullptr && shapes_[number].entities == 0) free(number);
    }
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

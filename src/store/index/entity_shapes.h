#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/entity.h"

namespace musubi {

/// What some entities have in common: their types, and their attributes by name and kind.
struct EntityShape {
    struct Part {
        std::string name;
        AttributeKind kind = AttributeKind::Property;
        std::size_t instances = 0;  ///< in one entity: one a dataset
    };
    std::vector<std::string> types;
    std::vector<Part> parts;   ///< in order of names, then kinds
    std::size_t entities = 0;  ///< that have this shape
};

/// The shapes of a tenant's entities, each kept once and counted: there are few of them, whatever
/// the number of entities.
class EntityShapes {
public:
    using Number = std::uint32_t;
    /// One more entity has the shape of this one.
    Number take(const Entity& entity);
    /// One entity less has it.
    void release(Number number);
    [[nodiscard]] std::vector<EntityShape> all() const;
    /// Whether the number is of this entity's shape.
    [[nodiscard]] bool is(Number number, const Entity& entity) const;

    // -- image (docs/formats.md): the shapes with their numbers, without how many have them.
    void write(std::string& out) const;
    /// Takes the place of what is here. Fails: Corrupt.
    Result<void> read(std::string_view in);
    /// All numbers are less.
    [[nodiscard]] std::size_t size() const { return shapes_.size(); }
    /// The first type of a shape; empty where the number is free.
    [[nodiscard]] std::string_view first_type(Number number) const;
    /// So many entities more have the shape, which is not free.
    void count(Number number, std::size_t entities) { shapes_[number].entities += entities; }
    /// Frees the numbers that none has.
    void free_unused();

private:
    /// Types, then names, kinds and instances, as numbers of names_.
    using Key = std::vector<std::uint32_t>;
    struct Shape {
        const Key* key = nullptr;
        std::size_t types = 0;
        std::size_t entities = 0;  // 0: the number is free
    };
    std::uint32_t number_of(const std::string& name);
    template <typename NumberOf>
    static Key key_of(const Entity& entity, NumberOf number_of);
    void free(Number number);

    std::map<std::string, std::uint32_t> numbers_;
    std::vector<std::string> names_;
    std::map<Key, Number> by_key_;
    std::vector<Shape> shapes_;
    std::vector<Number> free_;
};

}  // namespace musubi

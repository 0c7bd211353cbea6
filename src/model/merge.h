#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/entity.h"

namespace musubi {

/// What the word of a source counts when several have the same instance of an attribute
/// (GS CIM 009 v1.9.1, 4.3.6.2, 4.3.6.3): the only source of it, one among equals, or one that
/// fills gaps alone.
enum class Precedence { Exclusive = 0, Equal = 1, Auxiliary = 2 };

/// Puts together what several sources say of the same entities (4.5.5): types and scopes are
/// united; of one instance of an attribute the more recent stays (observedAt where both have it,
/// else modifiedAt), of those that are as recent the one that was added first.
class EntityMerge {
public:
    /// An entity stands in the order in which it was first added.
    void add(const Entity& fragment, Precedence precedence);
    [[nodiscard]] bool has(std::string_view id) const { return places_.contains(id); }
    [[nodiscard]] std::size_t size() const { return merged_.size(); }
    /// What there is of each, in order. The merge is empty then.
    [[nodiscard]] std::vector<std::shared_ptr<const Entity>> take();

private:
    struct Merged {
        Entity entity;
        std::vector<Precedence> of_attributes;  // in their order
    };
    static void add_attribute(Merged& to, const Attribute& attribute, Precedence precedence);

    std::vector<Merged> merged_;
    std::map<std::string, std::size_t, std::less<>> places_;
};

}  // namespace musubi

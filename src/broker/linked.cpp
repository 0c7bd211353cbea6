#include "broker/linked.h"

#include <algorithm>

namespace musubi {
namespace {

constexpr std::string_view kEntity = "https://uri.etsi.org/ngsi-ld/entity";
constexpr std::string_view kEntityList = "https://uri.etsi.org/ngsi-ld/entityList";

bool links(const Attribute& a) {
    return a.kind == AttributeKind::Relationship || a.kind == AttributeKind::ListRelationship;
}

// The ids that a relationship names.
std::vector<std::string> objects_of(const Attribute& a) {
    std::vector<std::string> out;
    if (!links(a)) return out;
    if (a.value.is_string()) out.push_back(a.value.string());
    if (!a.value.is_array()) return out;
    for (const Json& object : a.value.array()) {
        if (object.is_string()) out.push_back(object.string());
    }
    return out;
}

}  // namespace

Result<EntityPtr> LinkWalker::find(const std::string& id) {
    if (types_.size() >= kMax) return EntityPtr{};
    EntityPtr found = TRY(store_.find(reader_, id));
    if (found) {
        types_.push_back(found->types);
        ids_.push_back(id);
    }
    return found;
}

Result<std::vector<EntityPtr>> LinkWalker::flat(const std::vector<const Entity*>& roots) {
    std::unordered_set<std::string> seen;
    for (const Entity* root : roots) seen.insert(root->id);
    std::vector<EntityPtr> out;
    std::vector<const Entity*> from = roots;
    for (int step = 0; step < level_ && !from.empty(); ++step) {
        std::vector<const Entity*> reached;
        for (const Entity* entity : from) {
            for (const Attribute& a : entity->attributes) {
                for (const std::string& id : objects_of(a)) {
                    if (!seen.insert(id).second) continue;
                    const EntityPtr found = TRY(find(id));
                    if (!found) continue;
                    out.push_back(found);
                    reached.push_back(found.get());
                }
            }
        }
        from = std::move(reached);
    }
    return out;
}

Result<Entity> LinkWalker::inlined(const Entity& root, const Context& context,
                                   const WriteOptions& options) {
    return inlined(root, context, options, level_);
}

Result<Entity> LinkWalker::inlined(const Entity& entity, const Context& context,
                                   const WriteOptions& options, int level) {
    Entity out = entity;
    if (level == 0) return out;
    path_.push_back(entity.id);
    for (std::size_t i = 0; i < out.attributes.size(); ++i) {
        TRY(fill(out.attributes.own(i), context, options, level));
    }
    path_.pop_back();
    return out;
}

Result<void> LinkWalker::fill(Attribute& relationship, const Context& context,
                              const WriteOptions& options, int level) {
    Json::Array shown;
    for (const std::string& id : objects_of(relationship)) {
        if (std::find(path_.begin(), path_.end(), id) != path_.end()) continue;
        const EntityPtr found = TRY(find(id));
        if (!found) continue;
        std::string text;
        write_entity(text, TRY(inlined(*found, context, options, level - 1)), context, options);
        // What would be too much for one message is left out; a fault would hold up all that
        // follow.
        constexpr std::size_t kMaxBytes = 1U << 20U;
        bytes_ += text.size();
        if (bytes_ > kMaxBytes) break;
        auto json = parse_json(text, {.max_bytes = kMaxBytes, .max_depth = 1'024});
        if (json) shown.push_back(std::move(json).value());
    }
    if (shown.empty()) return {};
    const bool one = relationship.value.is_string();
    if (options.format == Format::Simplified) {
        relationship.value = one ? shown.front() : Json{std::move(shown)};
    } else if (one) {
        relationship.extra.set(std::string(kEntity), shown.front());
    } else {
        relationship.extra.set(std::string(kEntityList), Json{std::move(shown)});
    }
    return {};
}

}  // namespace musubi

#include <algorithm>
#include <unordered_set>

#include "model/ngsild/writer.h"

namespace musubi::ngsild {
namespace {

bool holds_relationship(const Attribute& a) {
    return a.kind == AttributeKind::Relationship || a.kind == AttributeKind::ListRelationship;
}

const MemberSelection& below(const MemberSelection& projection, std::string_view name) {
    static const MemberSelection kAll;
    const ProjectedMember* member = find(projection, name);
    return member == nullptr ? kAll : member->linked;
}

}  // namespace

bool Writer::joins(const Attribute& a) const {
    return options_.join == Join::Inline && holds_relationship(a) && depth() < options_.join_level;
}

bool Writer::contains(std::string_view id) const {
    if (id == id_) return true;
    if (outer_ != nullptr) return outer_->contains(id);
    const auto& given = options_.contained_by;
    return std::find(given.begin(), given.end(), id) != given.end();
}

// The entity that the object names; null where there is none, or it is being written already.
std::shared_ptr<const Entity> Writer::follow(const Json& object) const {
    if (!object.is_string() || out_.size() > WriteOptions::kMaxJoinedBytes ||
        contains(object.string())) {
        return nullptr;
    }
    return options_.linked(object.string());
}

void Writer::linked(const Attribute& a, const Entity& entity) {
    Writer inner{*this, below(*pick_, a.name), below(*omit_, a.name)};
    inner.entity(entity);
}

// Normalized and concise: `entity`, or `entityList` for a list (4.5.23.2).
void Writer::linked_members(const Attribute& a) {
    if (!a.value.is_array()) {
        const auto entity = follow(a.value);
        if (!entity) return;
        out_ += ",\"entity\":";
        return linked(a, *entity);
    }
    bool any = false;
    for (const Json& object : a.value.array()) {
        const auto entity = follow(object);
        if (!entity) continue;
        if (!any) {
            out_ +=
                a.kind == AttributeKind::ListRelationship ? ",\"entityList\":[" : ",\"entity\":[";
        } else {
            out_ += ',';
        }
        any = true;
        linked(a, *entity);
    }
    if (any) out_ += ']';
}

// Simplified: the entities stand in the place of their URIs (4.5.23.3).
void Writer::linked_values(const Attribute& a) {
    const auto one = [&](const Json& object) {
        const auto entity = follow(object);
        entity ? linked(a, *entity) : append_json(out_, object);
    };
    if (!a.value.is_array()) return one(a.value);
    out_ += '[';
    for (const Json& object : a.value.array()) {
        if (&object != a.value.array().data()) out_ += ',';
        one(object);
    }
    out_ += ']';
}

namespace {

struct Joined {
    std::shared_ptr<const Entity> entity;
    const MemberSelection* pick;
    const MemberSelection* omit;
};

bool shows(const MemberSelection& pick, const MemberSelection& omit, std::string_view name) {
    if (!pick.empty() && find(pick, name) == nullptr) return false;
    const ProjectedMember* left_out = find(omit, name);
    return left_out == nullptr || !left_out->linked.empty();
}

// The entities that those of one level lead to, each once.
std::vector<Joined> next_level(const std::vector<Joined>& level, const WriteOptions& options,
                               std::unordered_set<std::string>& seen) {
    std::vector<Joined> next;
    const auto add = [&](const Json& object, const Joined& from, const Attribute& by) {
        if (!object.is_string() || !seen.insert(object.string()).second) return;
        auto entity = options.linked(object.string());
        if (!entity) return;
        next.push_back(
            {std::move(entity), &below(*from.pick, by.name), &below(*from.omit, by.name)});
    };
    for (const Joined& from : level) {
        for (const Attribute& a : from.entity->attributes) {
            if (!holds_relationship(a) || !shows(*from.pick, *from.omit, a.name)) continue;
            if (!a.value.is_array()) {
                add(a.value, from, a);
                continue;
            }
            for (const Json& object : a.value.array()) add(object, from, a);
        }
    }
    return next;
}

}  // namespace
}  // namespace musubi::ngsild

namespace musubi {

void write_entities(std::string& out, const std::vector<std::shared_ptr<const Entity>>& entities,
                    const Context& context, const WriteOptions& options) {
    auto write = [&, first = true](const Entity& entity, const WriteOptions& how) mutable {
        if (!shows_anything(entity, how) || out.size() > WriteOptions::kMaxJoinedBytes) return;
        if (!first) out += ',';
        first = false;
        write_entity(out, entity, context, how);
    };
    for (const auto& entity : entities) write(*entity, options);
    if (options.join != Join::Flat) return;
    std::unordered_set<std::string> seen{options.contained_by.begin(), options.contained_by.end()};
    std::vector<ngsild::Joined> level;
    for (const auto& entity : entities) {
        seen.insert(entity->id);
        level.push_back({entity, &options.pick, &options.omit});
    }
    for (std::size_t hop = 0; hop < options.join_level && !level.empty(); ++hop) {
        level = ngsild::next_level(level, options, seen);
        for (const ngsild::Joined& joined : level) {
            WriteOptions how = options;
            how.attrs.clear();
            how.pick = *joined.pick;
            how.omit = *joined.omit;
            write(*joined.entity, how);
        }
    }
}

}  // namespace musubi

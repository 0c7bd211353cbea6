#include "project/loop/loop_writer.h"

#include <algorithm>

#include "model/context.h"
#include "project/loop/stage_lock.h"
#include "store/edit_values.h"

namespace musubi {
namespace {

constexpr std::size_t kPage = 1'000;
constexpr int kTries = 20;

bool is_reference(const LoopMember& member) {
    return member.value == LoopValue::Reference || member.value == LoopValue::References;
}

Attribute attribute_of(const LoopMember& member, const Json& value) {
    Attribute attribute = property_of(loop_iri(member.name), value);
    if (is_reference(member)) attribute.kind = AttributeKind::Relationship;
    return attribute;
}

Result<WrittenThing> open_thing(Transaction& tx, const LoopThing& thing) {
    const std::string id = thing.id();
    if (const EntityPtr there = TRY(tx.find(id))) {
        if (there->guardian == kLoopGuardian) return WrittenThing{TRY(tx.edit(id)), false};
        return loop_error(ErrorCode::Conflict, thing.place(),
                          "この名前は、ほかのデータがすでに使っています",
                          "another entity has this id; take another name");
    }
    return WrittenThing{TRY(create_loop_entity(tx, thing.kind->type, id)), true};
}

}  // namespace

std::string loop_iri(std::string_view name) { return core_context()->expand(name); }

Result<WrittenThing> write_loop_thing(Transaction& tx, const LoopThing& thing) {
    const WrittenThing written = TRY(open_thing(tx, thing));
    std::vector<std::string> gone;
    Attributes asked;
    for (const LoopMember* member : loop_members(thing.kind->type)) {
        const Json* value = thing.members.find(member->name);
        const std::string name = loop_iri(member->name);
        const Attribute* present = written.edit->state().find(name);
        if (value == nullptr) {
            if (present != nullptr) gone.push_back(name);
        } else if (present == nullptr || !(present->value == *value)) {
            asked.push_back(attribute_of(*member, *value));
        }
    }
    TRY(written.edit->may_set(asked));
    for (const std::string& name : gone) written.edit->remove(name, {});
    for (const Attribute& attribute : asked) written.edit->set(attribute);
    return written;
}

Result<std::vector<EntityPtr>> loop_entities(const Store& store, const Caller& caller,
                                             std::string_view type, const std::string& project) {
    EntityQuery query;
    query.types = TypeSelection{.type = loop_iri(type)};
    if (!project.empty()) {
        query.q = TRY(parse_q("ofProject==\"" + project + "\"", *core_context()));
    }
    query.limit = kPage;
    std::vector<EntityPtr> out;
    for (std::size_t found = kPage; found == kPage; query.offset += kPage) {
        const QueryResult page = TRY(store.query(caller, query));
        found = page.entities.size();
        for (const EntityPtr& entity : page.entities) {
            if (entity->guardian == kLoopGuardian) out.push_back(entity);
        }
        if (out.size() <= kMaxLoopEntities) continue;
        return loop_error(ErrorCode::TooLarge, std::string{type}, "10,000 件を超えています",
                          "there are more than 10,000 of these");
    }
    std::sort(out.begin(), out.end(),
              [](const EntityPtr& a, const EntityPtr& b) { return a->id < b->id; });
    return out;
}

Result<std::string> free_loop_id(std::string_view type, std::string_view slug,
                                 const std::function<Result<bool>(const std::string&)>& is_free) {
    for (int n = 0; n < kTries; ++n) {
        std::string id = loop_id(type, slug);
        if (n > 0) id += "-x" + std::to_string(n);
        if (TRY(is_free(id))) return id;
    }
    return loop_error(ErrorCode::Conflict, loop_id(type, slug),
                      "この名前は、ほかのデータがすでに使っています",
                      "other entities have these ids; remove them");
}

Result<std::string> loop_revision(const Entity& entity, std::string_view type) {
    return hash_of(loop_members_of(entity, type));
}

const Json* loop_value(const Entity& entity, std::string_view name) {
    const Attribute* attribute = entity.find(loop_iri(name));
    return attribute != nullptr ? &attribute->value : nullptr;
}

std::string loop_text(const Entity& entity, std::string_view name) {
    const Json* value = loop_value(entity, name);
    return value != nullptr && value->is_string() ? value->string() : std::string{};
}

Json loop_members_of(const Entity& entity, std::string_view type) {
    Json out{Json::Object{}};
    for (const LoopMember* member : loop_members(type)) {
        if (const Json* value = loop_value(entity, member->name)) out.set(member->name, *value);
    }
    return out;
}

Json loop_view(const Entity& entity, std::string_view type) {
    Json out;
    out.set("id", entity.id);
    out.set("type", type);
    out.set("slug", loop_slug(type, entity.id));
    for (const Attribute& attribute : entity.attributes) {
        out.set(core_context()->compact(attribute.name), attribute.value);
    }
    out.set("createdAt", to_iso(entity.created_at));
    out.set("modifiedAt", to_iso(entity.modified_at));
    return out;
}

Result<EntityEdit*> create_loop_entity(Transaction& tx, std::string_view type,
                                       const std::string& id) {
    Entity entity;
    entity.id = id;
    entity.types = {loop_iri(type)};
    entity.guardian = kLoopGuardian;
    return tx.create(std::move(entity));
}

void set_loop_reference(EntityEdit& edit, std::string_view name, const std::string& id) {
    Attribute reference = property_of(loop_iri(name), id);
    reference.kind = AttributeKind::Relationship;
    edit.set(std::move(reference));
}

void set_loop_value(EntityEdit& edit, std::string_view name, Json value) {
    set_value(edit, loop_iri(name), std::move(value));
}

}  // namespace musubi

#include "model/access.h"

#include <algorithm>
#include <utility>

#include "model/access/governance.h"

namespace musubi {
namespace {

bool has_type(const std::vector<std::string>& all, const std::string& type) {
    return std::find(all.begin(), all.end(), type) != all.end();
}

bool allows(const AccessFilter& access, AccessAction action, const Entity& entity) {
    const bool covered = action == AccessAction::Read ? access.covers(entity.types)
                                                      : access.covers_all(entity.types);
    if (!covered) return false;
    return access.governance == nullptr || access.governance->decide(action, entity).passes();
}

using EntityPtr = std::shared_ptr<const Entity>;

EntityPtr seen(const AccessFilter& access, EntityPtr entity, Governance::Known known) {
    if (!entity || !access.may_read || !access.covers(entity->types)) return nullptr;
    if (access.governance == nullptr) return entity;
    const Governance::Verdict verdict =
        access.governance->decide(AccessAction::Read, *entity, known);
    return Governance::show(std::move(entity), verdict);
}

}  // namespace

bool AccessFilter::covers(const std::vector<std::string>& types) const {
    if (only_types.empty()) return true;
    return std::any_of(types.begin(), types.end(),
                       [&](const std::string& type) { return has_type(only_types, type); });
}

bool AccessFilter::covers_all(const std::vector<std::string>& types) const {
    if (only_types.empty()) return true;
    return !types.empty() && std::all_of(types.begin(), types.end(), [&](const std::string& type) {
        return has_type(only_types, type);
    });
}

bool AccessFilter::readable(const Entity& entity) const {
    return may_read && allows(*this, AccessAction::Read, entity);
}

bool AccessFilter::writable(const Entity& entity) const {
    return may_write && allows(*this, AccessAction::Modify, entity);
}

bool AccessFilter::deletable(const Entity& entity) const {
    return may_write && allows(*this, AccessAction::Delete, entity);
}

EntityPtr AccessFilter::view(EntityPtr entity) const {
    return seen(*this, std::move(entity), Governance::Known::Whole);
}

EntityPtr AccessFilter::view_of_part(EntityPtr part) const {
    return seen(*this, std::move(part), Governance::Known::Part);
}

bool AccessFilter::show_part(Entity& part) const {
    if (!may_read || !covers(part.types)) return false;
    if (governance == nullptr) return true;
    const EntityPtr shown = view_of_part(std::make_shared<const Entity>(std::move(part)));
    if (shown == nullptr) return false;
    part = *shown;
    return true;
}

bool AccessFilter::knows_of(const std::string& type) const {
    if (!may_read || !covers({type})) return false;
    return governance == nullptr || governance->may_show(type);
}

bool AccessFilter::may_conceal(const std::vector<std::string>& types,
                               std::string_view attribute) const {
    return governance != nullptr && governance->may_conceal(types, attribute);
}

bool AccessFilter::shows_all_rows(const std::vector<std::string>& types) const {
    return governance == nullptr || governance->shows_all_rows(types);
}

std::uint64_t AccessFilter::fingerprint() const {
    std::uint64_t print = 0xcbf29ce484222325ULL;  // FNV-1a
    const auto add = [&](std::uint64_t value) { print = (print ^ value) * 0x100000001b3ULL; };
    add((may_read ? 1U : 0U) | (may_write ? 2U : 0U));
    for (const std::string& type : only_types) add(std::hash<std::string>{}(type));
    add(governance == nullptr ? 0 : governance->fingerprint());
    return print;
}

Caller service_caller(std::string tenant, std::string_view service) {
    auto access = std::make_shared<AccessFilter>();
    access->may_read = true;
    access->may_write = true;
    access->may_administer = true;
    Caller caller;
    caller.tenant = std::move(tenant);
    caller.subject = service;
    caller.role = Role::Service;
    caller.access = std::move(access);
    caller.guardian = service;
    return caller;
}

}  // namespace musubi

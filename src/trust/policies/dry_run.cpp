#include "trust/policies/dry_run.h"

#include <algorithm>
#include <set>

namespace musubi {
namespace {

using Reach = DryRunLine::Reach;
using EntityPtr = std::shared_ptr<const Entity>;

// What a filter lets through of some entities.
struct Passed {
    std::size_t entities = 0;
    std::size_t whole = 0;
    std::vector<EntityPtr> shown;  // by place; null: nothing

    [[nodiscard]] Reach reach(std::size_t all) const {
        if (entities == 0 && all > 0) return Reach::Nothing;
        return whole == all ? Reach::All : Reach::Part;
    }
};

bool allows(const AccessFilter& access, AccessAction action, const Entity& entity) {
    switch (action) {
        case AccessAction::Read: return access.readable(entity);
        case AccessAction::Modify: return access.writable(entity);
        case AccessAction::Delete: return access.deletable(entity);
    }
    return false;
}

Passed pass(const AccessFilter* access, AccessAction action, const std::vector<EntityPtr>& all) {
    Passed passed;
    for (const EntityPtr& entity : all) {
        EntityPtr shown;
        if (access != nullptr && allows(*access, action, *entity)) {
            shown = action == AccessAction::Read ? access->view(entity) : entity;
            ++passed.entities;
            passed.whole += shown == entity ? 1 : 0;
        }
        passed.shown.push_back(std::move(shown));
    }
    return passed;
}

bool says_the_same(const Entity* a, const Entity* b, const Attribute& of) {
    const Attribute* one = a == nullptr ? nullptr : a->find(of.name, of.dataset_id);
    const Attribute* other = b == nullptr ? nullptr : b->find(of.name, of.dataset_id);
    if (one == nullptr || other == nullptr) return one == other;
    return one == other || (same_content(*one, *other));
}

std::vector<std::string> changed_attributes(const std::vector<EntityPtr>& all, const Passed& before,
                                            const Passed& after) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (const Attribute& a : all[i]->attributes) {
            if (!says_the_same(before.shown[i].get(), after.shown[i].get(), a))
                names.insert(a.name);
        }
    }
    return {names.begin(), names.end()};
}

}  // namespace

Result<std::vector<DryRunLine>> dry_run(const std::vector<std::pair<Use, std::uint64_t>>& uses,
                                        const DryRunner& runner) {
    std::vector<DryRunLine> out;
    std::map<std::string, std::vector<EntityPtr>> samples;
    for (const auto& [use, times] : uses) {
        const auto before = runner.before(use);
        const auto after = runner.after(use);
        if (before == nullptr && after == nullptr) continue;  // the subject is no more
        const auto [sample, fresh] = samples.try_emplace(use.type);
        if (fresh) sample->second = TRY(runner.sample(use.type));
        const std::vector<EntityPtr>& all = sample->second;
        const Passed was = pass(before.get(), use.action, all);
        const Passed is = pass(after.get(), use.action, all);
        DryRunLine line{.use = use,
                        .times = times,
                        .before = was.reach(all.size()),
                        .after = is.reach(all.size()),
                        .entities = all.size(),
                        .shown_before = was.entities,
                        .shown_after = is.entities};
        if (use.action == AccessAction::Read) line.attributes = changed_attributes(all, was, is);
        const bool same = line.before == line.after && line.shown_before == line.shown_after &&
                          line.attributes.empty();
        if (!same) out.push_back(std::move(line));
    }
    return out;
}

}  // namespace musubi

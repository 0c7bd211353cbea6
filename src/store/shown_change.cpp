#include "store/shown_change.h"

#include <algorithm>
#include <utility>

namespace musubi {
namespace {

// The state that the change has changed.
Entity state_before(const EntityChange& change, const Entity& after) {
    Entity before = after;
    for (auto a = change.attributes.rbegin(); a != change.attributes.rend(); ++a) {
        if (a->late) continue;
        const std::size_t place = before.place_of(a->name, a->dataset_id);
        const bool there = place < before.attributes.size();
        if (a->before && there) {
            before.attributes.put(place, a->before);
        } else if (a->before) {
            before.attributes.push_back(a->before);
        } else if (there) {
            before.attributes.erase(place);
        }
    }
    return before;
}

bool says_the_same(const AttributeChange& change) {
    return change.before && change.after && same_content(*change.before, *change.after);
}

}  // namespace

ShownChange::ShownChange(const AccessFilter& access, const EntityChange& change, EntityPtr state)
    : change_{change} {
    if (!access.may_read || !access.covers(change.types)) return;
    state_ = std::move(state);
    if (access.governance == nullptr) return;
    if (!access.governance->speaks_of(AccessAction::Read, change.types)) return;
    show_attributes(*access.governance);
    if (state_ == nullptr) return;
    // One of which they would learn nothing but that something happened.
    const bool empty = own_->attributes.empty() && !change.attributes.empty();
    if (empty && change.kind == ChangeKind::Updated && !change.types_changed) state_ = nullptr;
}

void ShownChange::show_attributes(const Governance& governance) {
    // The log does not tell the scopes of what was deleted.
    const auto known = change_.kind == ChangeKind::Deleted ? Governance::Known::Unscoped
                                                           : Governance::Known::Whole;
    const Governance::Verdict after = governance.decide(AccessAction::Read, *state_, known);
    const Governance::Verdict before =
        change_.kind == ChangeKind::Updated
            ? governance.decide(AccessAction::Read, state_before(change_, *state_))
            : after;
    state_ = Governance::show(std::move(state_), after);
    if (state_ == nullptr) return;
    times_ = after.times();
    own_ = change_;
    own_->after = change_.after ? state_ : nullptr;
    std::erase_if(own_->attributes, [&](AttributeChange& a) {
        if (after.hides(a.name)) return true;
        const bool was_same = says_the_same(a);
        const bool had_after = a.after != nullptr;
        a.after = Governance::show(a.after, after);
        a.before = before.passes() ? Governance::show(a.before, before) : nullptr;
        return (had_after && a.after == nullptr) || (!was_same && says_the_same(a));
    });
}

}  // namespace musubi

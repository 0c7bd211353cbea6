#include <algorithm>

#include "store/group.h"
#include "store/policy_check.h"
#include "store/transaction.h"

namespace musubi {

void EntityEdit::stamp(Attribute& attribute) {
    const Time now = transaction_.now();
    if (!transaction_.keeps_times_ || attribute.modified_at.us == 0) attribute.modified_at = now;
    if (attribute.created_at.us == 0) attribute.created_at = now;
    attribute.instance = {transaction_.sequence(), transaction_.next_ordinal_++};
    for (std::size_t i = 0; i < attribute.sub.size(); ++i) {
        Attribute& sub = attribute.sub.own(i);
        if (sub.created_at.us == 0) sub.created_at = now;
        if (sub.modified_at.us == 0) sub.modified_at = now;
    }
}

void EntityEdit::touch() {
    if (!transaction_.keeps_times_) state_.modified_at = transaction_.now();
    touched_ = true;
}

void EntityEdit::set(Attribute attribute) {
    set(std::make_shared<Attribute>(std::move(attribute)));
}

void EntityEdit::set(std::shared_ptr<Attribute> attribute) {
    Attribute& now = *attribute;
    const std::size_t place = state_.place_of(now.name, now.dataset_id);
    const bool is_new = place == state_.attributes.size();
    now.name = transaction_.group_.known(is_new ? now.name : state_.attributes[place].name);
    AttributeChange change{.name = now.name, .dataset_id = now.dataset_id};
    if (!is_new) now.created_at = state_.attributes[place].created_at;
    if (is_new && !transaction_.keeps_times_) now.created_at = Time{};
    stamp(now);
    change.instance = now.instance;
    change.after = std::move(attribute);
    if (is_new) {
        state_.attributes.push_back(change.after);
    } else {
        change.before = state_.attributes.shared(place);
        state_.attributes.put(place, change.after);
    }
    touch();
    // Who sets two attributes mostly sets them all.
    if (changes_.size() == 1) changes_.reserve(1 + state_.attributes.size());
    changes_.push_back(std::move(change));
}

bool EntityEdit::remove(std::string_view name, std::string_view dataset_id,
                        std::optional<Time> at) {
    const std::size_t place = state_.place_of(name, dataset_id);
    if (place == state_.attributes.size()) return false;
    AttributeChange change{.name = std::string(name), .dataset_id = std::string(dataset_id)};
    change.instance = {transaction_.sequence(), transaction_.next_ordinal_++};
    change.gone_at = at;
    change.before = state_.attributes.shared(place);
    state_.attributes.erase(place);
    touch();
    changes_.push_back(std::move(change));
    return true;
}

void EntityEdit::add_late(Attribute attribute) {
    stamp(attribute);
    AttributeChange change{.name = attribute.name, .dataset_id = attribute.dataset_id};
    change.instance = attribute.instance;
    change.late = true;
    change.after = std::make_shared<const Attribute>(std::move(attribute));
    changes_.push_back(std::move(change));
}

AttributeChange EntityEdit::rewrite(Rewrite what, const Attribute& was) {
    AttributeChange change{.name = was.name, .dataset_id = was.dataset_id};
    change.instance = {transaction_.sequence(), transaction_.next_ordinal_++};
    change.rewrite = what;
    change.target = was.instance;
    change.before = std::make_shared<const Attribute>(was);
    const Attribute* present = state_.find(was.name, was.dataset_id);
    change.late = present == nullptr || present->instance != was.instance;
    if (!change.late) {
        touch();
    }
    return change;
}

Result<void> EntityEdit::correct(const Attribute& was, Attribute now) {
    TRY(transaction_.need_room(state_.id, was, now));
    AttributeChange change = rewrite(Rewrite::Corrected, was);
    now.instance = was.instance;
    now.created_at = was.created_at;
    now.modified_at = transaction_.now();
    for (std::size_t i = 0; i < now.sub.size(); ++i) {
        Attribute& sub = now.sub.own(i);
        sub.created_at = sub.modified_at = transaction_.now();
    }
    const std::size_t place = state_.place_of(was.name, was.dataset_id);
    change.after = std::make_shared<const Attribute>(std::move(now));
    if (!change.late) state_.attributes.put(place, change.after);
    changes_.push_back(std::move(change));
    return {};
}

void EntityEdit::withdraw(const Attribute& was, std::optional<Attribute> successor) {
    AttributeChange change = rewrite(Rewrite::Withdrawn, was);
    if (!change.late) {
        const std::size_t place = state_.place_of(was.name, was.dataset_id);
        if (successor) {
            successor->created_at = state_.attributes[place].created_at;
            change.after = std::make_shared<const Attribute>(std::move(*successor));
            state_.attributes.put(place, change.after);
        } else {
            state_.attributes.erase(place);
        }
    }
    changes_.push_back(std::move(change));
}

void EntityEdit::purge(std::string_view name, std::string_view dataset_id) {
    AttributeChange change{.name = std::string(name), .dataset_id = std::string(dataset_id)};
    change.instance = {transaction_.sequence(), transaction_.next_ordinal_++};
    change.rewrite = Rewrite::Purged;
    change.late = true;
    if (const std::size_t place = state_.place_of(name, dataset_id);
        place < state_.attributes.size()) {
        change.late = false;
        change.before = state_.attributes.shared(place);
        state_.attributes.erase(place);
        touch();
    }
    changes_.push_back(std::move(change));
}

// Scopes are no attribute of the present state, but have a history as one (4.5.6, 4.18).
void EntityEdit::record_scopes(std::optional<Time> at) {
    Attribute scope;
    scope.name = iri::kScope;
    scope.observed_at = at;
    scope.value = iri::kNull;
    if (!state_.scopes.empty()) {
        scope.observed_at = at.value_or(transaction_.now());
        Json::Array scopes;
        for (const std::string& s : state_.scopes) scopes.emplace_back(s);
        scope.value = std::move(scopes);
    }
    add_late(std::move(scope));
}

// Before its types or scopes become others.
void EntityEdit::leave() {
    if (!created_ && !was_) was_ = {state_.types, state_.scopes};
}

void EntityEdit::set_types(std::vector<std::string> types) {
    std::sort(types.begin(), types.end());
    types.erase(std::unique(types.begin(), types.end()), types.end());
    if (types == state_.types) return;
    leave();
    state_.types = std::move(types);
    state_.modified_at = transaction_.now();
    types_changed_ = touched_ = true;
}

void EntityEdit::set_scopes(std::vector<std::string> scopes, std::optional<Time> at) {
    if (scopes == state_.scopes) return;
    leave();
    state_.scopes = std::move(scopes);
    touch();
    record_scopes(at);
}

void EntityEdit::set_expiry(std::optional<Time> expires_at) {
    if (expires_at == state_.expires_at) return;
    state_.expires_at = expires_at;
    touch();
}

Result<void> EntityEdit::may_set(const Attributes& attributes) const {
    const Caller& caller = transaction_.caller();
    for (const Attribute& a : attributes) TRY(no_my_number(caller, state_.types, a));
    if (!caller.access || caller.access->governance == nullptr) return {};
    const auto verdict =
        caller.access->governance->decide(AccessAction::Modify, before_ ? *before_ : state_);
    for (const Attribute& a : attributes) TRY(by_policy(caller, verdict, a.name));
    return {};
}

}  // namespace musubi

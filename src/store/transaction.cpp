#include "store/transaction.h"

#include <algorithm>

#include "store/departed.h"
#include "store/group.h"
#include "store/history_points.h"
#include "store/keys.h"

namespace musubi {

// ---- EntityEdit --------------------------------------------------------------------------------

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

void EntityEdit::set_types(std::vector<std::string> types) {
    std::sort(types.begin(), types.end());
    types.erase(std::unique(types.begin(), types.end()), types.end());
    if (types == state_.types) return;
    state_.types = std::move(types);
    state_.modified_at = transaction_.now();
    types_changed_ = touched_ = true;
}

void EntityEdit::set_scopes(std::vector<std::string> scopes, std::optional<Time> at) {
    if (scopes == state_.scopes) return;
    state_.scopes = std::move(scopes);
    touch();
    record_scopes(at);
}

void EntityEdit::set_expiry(std::optional<Time> expires_at) {
    if (expires_at == state_.expires_at) return;
    state_.expires_at = expires_at;
    touch();
}

// ---- Transaction -------------------------------------------------------------------------------

Transaction::Transaction(Group& group, const Caller& caller, TenantId tenant, Time now,
                         std::uint64_t sequence)
    : group_{group}, caller_{caller}, tenant_{tenant}, now_{now}, sequence_{sequence} {}

Transaction::~Transaction() = default;

Result<EntityPtr> Transaction::latest(std::string_view id) {
    return group_.latest(keys::entity(tenant_, id));
}

Result<void> Transaction::may_change(const Entity& entity) const {
    if (!caller_.access || !caller_.access->may_write) {
        return Error{ErrorCode::Forbidden, "this key may not write; use one that may"};
    }
    if (!caller_.access->covers(entity.types)) {
        return Error{ErrorCode::Forbidden, "this key may not write entities of this type",
                     entity.id};
    }
    if (!entity.guardian.empty() && entity.guardian != caller_.guardian) {
        return Error{ErrorCode::Forbidden,
                     "the entity is protected: only the service '" + entity.guardian +
                         "' changes it; use that service's own requests",
                     entity.id};
    }
    return {};
}

Result<EntityPtr> Transaction::find(std::string_view id) {
    const auto edit = edit_by_id_.find(std::string(id));
    EntityPtr entity;
    if (edit != edit_by_id_.end()) {
        if (!edit->second->live_) return EntityPtr{};
        entity = std::make_shared<const Entity>(edit->second->state_);
    } else {
        entity = TRY(latest(id));
    }
    entity = unexpired(std::move(entity), now_);
    if (!entity || !caller_.access) return EntityPtr{};
    const bool seen = caller_.access->readable(*entity) || caller_.access->writable(*entity);
    return seen ? entity : EntityPtr{};
}

// One that has expired as a whole (4.22) is gone, whether or not it was swept up yet.
Result<bool> Transaction::bury(const EntityPtr& entity) {
    if (!entity->expires_at || *entity->expires_at > now_) return false;
    edits_.push_back(std::unique_ptr<EntityEdit>{new EntityEdit{*this, *entity}});
    edit_by_id_.emplace(entity->id, edits_.back().get());
    TRY(erase(entity->id));
    return true;
}

Result<EntityEdit*> Transaction::edit(std::string_view id) {
    const Error missing{ErrorCode::NotFound, "there is no such entity", std::string(id)};
    const auto present = edit_by_id_.find(std::string(id));
    if (present != edit_by_id_.end()) {
        if (!present->second->live_) return missing;
        return present->second;
    }
    const EntityPtr entity = TRY(latest(id));
    if (!entity || TRY(bury(entity))) return missing;
    if (auto allowed = may_change(*entity); !allowed) {
        // Who may not even know of it does not learn of it here.
        if (!caller_.access || !caller_.access->covers(entity->types)) return missing;
        return std::move(allowed).error();
    }
    edits_.push_back(std::unique_ptr<EntityEdit>{new EntityEdit{*this, *entity}});
    edit_by_id_.emplace(entity->id, edits_.back().get());
    return edits_.back().get();
}

Result<EntityEdit*> Transaction::create(Entity skeleton) {
    auto present = edit_by_id_.find(skeleton.id);
    bool taken = present != edit_by_id_.end() && present->second->live_;
    if (present == edit_by_id_.end()) {
        const EntityPtr before = TRY(latest(skeleton.id));
        taken = before && !TRY(bury(before));
        present = edit_by_id_.find(skeleton.id);
    }
    const bool staged = present != edit_by_id_.end();
    if (taken) {
        return Error{ErrorCode::AlreadyExists, "an entity with this id exists", skeleton.id};
    }
    std::sort(skeleton.types.begin(), skeleton.types.end());
    skeleton.types.erase(std::unique(skeleton.types.begin(), skeleton.types.end()),
                         skeleton.types.end());
    TRY(may_change(skeleton));
    if (!keeps_times_) skeleton.created_at = skeleton.modified_at = now_;
    Attributes attributes = std::move(skeleton.attributes);
    skeleton.attributes.clear();
    EntityEdit* edit = nullptr;
    if (staged) {
        edit = present->second;
        edit->state_ = std::move(skeleton);
    } else {
        edits_.push_back(std::unique_ptr<EntityEdit>{new EntityEdit{*this, std::move(skeleton)}});
        edit = edits_.back().get();
        edit_by_id_.emplace(edit->state_.id, edit);
    }
    edit->live_ = edit->created_ = true;
    // Since when a copy has its scopes, its own history tells.
    if (!edit->state_.scopes.empty() && !keeps_times_) edit->record_scopes({});
    edit->state_.attributes.reserve(attributes.size());
    edit->changes_.reserve(edit->changes_.size() + attributes.size());
    for (std::size_t i = 0; i < attributes.size(); ++i) edit->set(attributes.take(i));
    return edit;
}

Result<void> Transaction::erase(std::string_view id) {
    EntityEdit* edit = TRY(this->edit(id));
    const bool was_there = !edit->created_ || edit->erased_;
    if (!edit->created_) {
        EntityChange& gone = edit->erased_change_;
        gone.tenant = tenant_;
        gone.id = edit->state_.id;
        gone.types = edit->state_.types;
        gone.kind = ChangeKind::Deleted;
        put_record(kDepartedKind, gone.id, encode_departed(edit->state_, now_));
        if (!edit->state_.scopes.empty()) {
            edit->state_.scopes.clear();
            edit->record_scopes({});
        }
        const Attributes& all = edit->state_.attributes;
        for (std::size_t i = 0; i < all.size(); ++i) {
            AttributeChange change{.name = all[i].name, .dataset_id = all[i].dataset_id};
            change.instance = {sequence_, next_ordinal_++};
            change.before = all.shared(i);
            edit->changes_.push_back(std::move(change));
        }
        gone.attributes = std::move(edit->changes_);
    }
    edit->changes_.clear();
    edit->state_.attributes.clear();
    edit->erased_ = was_there;
    edit->live_ = edit->created_ = edit->touched_ = edit->types_changed_ = false;
    return {};
}

Result<void> Transaction::need_settled(std::string_view id) {
    if (!group_.touches(keys::entity(tenant_, id))) return {};
    deferred_ = true;
    return Error{ErrorCode::Busy, "the entity is being changed; try again in a moment",
                 std::string(id)};
}

// A chunk may hold so much text and no more; a state that is corrected stays in its chunk.
Result<void> Transaction::need_room(const std::string& id, const Attribute& was,
                                    const Attribute& now) {
    constexpr std::size_t kSmall = 128;
    constexpr std::size_t kMost = 2 * SeriesTail::kMaxText;
    const std::size_t text = text_of({to_corrected_point(now)});
    if (text <= kSmall) return {};
    corrected_text_ += text;
    const std::size_t beside = TRY(group_.text_beside(tenant_, id, was));
    if (beside + corrected_text_ <= kMost) return {};
    return Error{ErrorCode::TooLarge,
                 "the instances recorded beside it leave no room for so long a correction; delete "
                 "the instance and add it anew",
                 was.name};
}

Result<void> Transaction::purge(std::string_view id) {
    TRY(need_settled(id));
    if (TRY(latest(id))) {
        TRY(erase(id));
        edit_by_id_.find(std::string(id))->second->erased_change_.purged = true;
        erase_record(kDepartedKind, id);
        return {};
    }
    const auto made = edit_by_id_.find(std::string(id));  // by this command
    const bool was_made = made != edit_by_id_.end() && made->second->live_;
    if (was_made) TRY(erase(id));
    const bool may = TRY(may_purge_departed(id));
    const bool has_history = may && TRY(group_.has_history(tenant_, id));
    if (!has_history && was_made) return {};
    if (!has_history) return Histories::none(id);
    EntityChange& gone = purged_.emplace_back();
    gone.tenant = tenant_;
    gone.id = id;
    gone.kind = ChangeKind::Deleted;
    gone.purged = true;
    erase_record(kDepartedKind, id);
    return {};
}

// Of one that former releases deleted nothing is known: not for limited keys.
Result<bool> Transaction::may_purge_departed(std::string_view id) {
    if (!caller_.access || !caller_.access->may_write) return false;
    if (caller_.access->is_whole()) return true;
    const auto stored = TRY(record(kDepartedKind, id));
    return stored && caller_.access->covers(TRY(decode_departed(id, *stored)).entity->types);
}

Result<std::vector<Series>> Transaction::past(std::string_view id, std::string_view name,
                                              const ChunkFilter& wanted) {
    TRY(need_settled(id));
    return group_.past(tenant_, id, name, wanted);
}

Result<bool> Transaction::is_known(const EntityEdit& edit, const Attribute& reading) {
    for (const AttributeChange& change : edit.changes()) {
        if ((change.after && same_content(*change.after, reading)) ||
            (change.before && same_content(*change.before, reading))) {
            return true;
        }
    }
    return group_.is_known(tenant_, edit.state().id, reading);
}

void Transaction::collect(Change& change) {
    for (EntityChange& gone : purged_) change.entities.push_back(std::move(gone));
    for (const auto& edit : edits_) {
        if (edit->erased_) change.entities.push_back(std::move(edit->erased_change_));
        if (!edit->live_ || !edit->changed()) continue;
        EntityChange& e = change.entities.emplace_back();
        e.tenant = tenant_;
        e.id = edit->state_.id;
        e.types = edit->state_.types;
        e.kind = edit->created_ ? ChangeKind::Created : ChangeKind::Updated;
        e.types_changed = edit->types_changed_;
        e.attributes = std::move(edit->changes_);
        e.after = std::make_shared<const Entity>(std::move(edit->state_));
    }
}

Result<std::optional<std::string>> Transaction::record(std::string_view kind,
                                                       std::string_view name) {
    return record_of(tenant_, kind, name);
}

Result<std::optional<std::string>> Transaction::record_of(TenantId tenant, std::string_view kind,
                                                          std::string_view name) {
    for (auto own = records_.rbegin(); own != records_.rend(); ++own) {
        if (own->tenant == tenant && own->kind == kind && own->name == name) return own->value;
    }
    return group_.latest_record(keys::record(tenant, kind, name));
}

void Transaction::put_record(std::string_view kind, std::string_view name, std::string value) {
    put_record_of(tenant_, kind, name, std::move(value));
}

void Transaction::erase_record(std::string_view kind, std::string_view name) {
    put_record_of(tenant_, kind, name, std::nullopt);
}

void Transaction::put_record_of(TenantId tenant, std::string_view kind, std::string_view name,
                                std::optional<std::string> value) {
    records_.push_back({tenant, std::string(kind), std::string(name), std::move(value)});
}

}  // namespace musubi

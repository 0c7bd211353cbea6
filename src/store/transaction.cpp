#include "store/transaction.h"

#include <algorithm>

#include "store/departed.h"
#include "store/group.h"
#include "store/history_points.h"
#include "store/keys.h"
#include "store/policy_check.h"

namespace musubi {

// Whether the caller may make an entity with these attributes.
Result<void> Transaction::may_bring(const Entity& entity) const {
    for (const Attribute& a : entity.attributes) TRY(no_my_number(caller_, entity.types, a));
    if (caller_.access->governance == nullptr) return {};
    const auto verdict = caller_.access->governance->decide(AccessAction::Modify, entity);
    for (const Attribute& a : entity.attributes) TRY(by_policy(caller_, verdict, a.name));
    return {};
}

// What the command did as a whole: each attribute that it touched, by what the entity was, and
// that what it became is still the caller's to change.
Result<void> Transaction::check_policies(const EntityEdit& edit) const {
    if (!caller_.access) return {};
    TRY(need_types(edit.state_));
    if (caller_.access->governance == nullptr) return {};
    TRY(by_policy(caller_, AccessAction::Modify, edit.state_));
    const auto verdict = caller_.access->governance->decide(
        AccessAction::Modify, edit.before_ ? *edit.before_ : edit.state_);
    for (const AttributeChange& change : edit.changes_) {
        if (change.name != iri::kScope) TRY(by_policy(caller_, verdict, change.name));
    }
    return {};
}

Transaction::Transaction(Group& group, const Caller& caller, TenantId tenant, Time now,
                         std::uint64_t sequence)
    : group_{group}, caller_{caller}, tenant_{tenant}, now_{now}, sequence_{sequence} {}

Transaction::~Transaction() = default;

Result<EntityPtr> Transaction::latest(std::string_view id) {
    return group_.latest(keys::entity(tenant_, id));
}

Result<void> Transaction::need_write() const {
    if (caller_.access && caller_.access->may_write) return {};
    return Error{ErrorCode::Forbidden, "this key may not write; use one that may"};
}

Result<void> Transaction::need_types(const Entity& entity) const {
    if (caller_.access->covers_all(entity.types)) return {};
    const bool other = caller_.access->covers(entity.types);
    return Error{ErrorCode::Forbidden,
                 other ? "this key may not write entities that are of another type as well"
                       : "this key may not write entities of this type",
                 entity.id};
}

Result<void> Transaction::may_change(const Entity& entity, AccessAction action) const {
    TRY(need_write());
    TRY(need_types(entity));
    TRY(by_policy(caller_, action, entity));
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
    if (EntityPtr shown = caller_.access->view(entity)) return shown;
    return caller_.access->writable(*entity) ? entity : EntityPtr{};
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
    return open(id, AccessAction::Modify);
}

Result<EntityEdit*> Transaction::open(std::string_view id, AccessAction action) {
    TRY(need_write());  // before it is told whether there is one
    const Error missing{ErrorCode::NotFound, "there is no such entity", std::string(id)};
    const auto present = edit_by_id_.find(std::string(id));
    if (present != edit_by_id_.end()) {
        if (!present->second->live_) return missing;
        return present->second;
    }
    const EntityPtr entity = TRY(latest(id));
    if (!entity || TRY(bury(entity))) return missing;
    if (auto allowed = may_change(*entity, action); !allowed) {
        // Who may not even know of it does not learn of it here.
        if (!caller_.access || !caller_.access->covers(entity->types)) return missing;
        const bool governed = caller_.access->governance != nullptr && caller_.access->may_read;
        if (governed && !caller_.access->readable(*entity) &&
            !lacks_ground(caller_.access->governance->decide(action, *entity))) {
            return missing;
        }
        return std::move(allowed).error();
    }
    edits_.push_back(std::unique_ptr<EntityEdit>{new EntityEdit{*this, *entity}});
    if (caller_.access->governance != nullptr) edits_.back()->before_ = entity;
    edit_by_id_.emplace(entity->id, edits_.back().get());
    return edits_.back().get();
}

Result<EntityEdit*> Transaction::create(Entity skeleton) {
    std::sort(skeleton.types.begin(), skeleton.types.end());
    skeleton.types.erase(std::unique(skeleton.types.begin(), skeleton.types.end()),
                         skeleton.types.end());
    // Who may not make it does not learn whether there is one.
    TRY(may_change(skeleton, AccessAction::Modify));
    TRY(may_bring(skeleton));
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
    EntityEdit* edit = TRY(open(id, AccessAction::Delete));
    const bool was_there = !edit->created_ || edit->erased_;
    if (!edit->created_) {
        EntityChange& gone = edit->erased_change_;
        gone.tenant = tenant_;
        gone.id = edit->state_.id;
        gone.types = edit->state_.types;
        gone.kind = ChangeKind::Deleted;
        put_record(kDepartedKind, gone.id, encode_departed(edit->state_, now_));
        Belonging was{edit->state_.types, edit->state_.scopes};
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
        TRY(keep_gone(*edit, std::move(was)));
        edit->was_.reset();
    }
    edit->changes_.clear();
    edit->state_.attributes.clear();
    edit->erased_ = was_there;
    edit->live_ = edit->created_ = edit->touched_ = edit->types_changed_ = false;
    return {};
}

Result<void> Transaction::keep_belonging(const std::string& id, FormerBelonging former) {
    std::vector<FormerBelonging> all;
    if (const auto kept = TRY(record(kBelongingKind, id))) all = TRY(decode_belonging(id, *kept));
    add_belonging(all, std::move(former));
    put_record(kBelongingKind, id, encode_belonging(all));
    return {};
}

// That it was deleted here; what was recorded so far is of what it was.
Result<void> Transaction::keep_gone(const EntityEdit& edit, Belonging was) {
    const std::string& id = edit.state_.id;
    if (edit.was_) TRY(keep_belonging(id, {.was = *edit.was_, .end = {sequence_, 0}}));
    return keep_belonging(id,
                          {.was = std::move(was), .end = {sequence_, next_ordinal_}, .gone = true});
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
        erase_record(kBelongingKind, id);
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
    erase_record(kBelongingKind, id);
    return {};
}

// Of one that former releases deleted nothing is known: not for limited keys.
Result<bool> Transaction::may_purge_departed(std::string_view id) {
    if (!caller_.access || !caller_.access->may_write) return false;
    if (caller_.access->is_whole()) return true;
    const auto stored = TRY(record(kDepartedKind, id));
    if (!stored) return false;
    const EntityPtr departed = TRY(decode_departed(id, *stored)).entity;
    if (!caller_.access->covers_all(departed->types)) return false;
    return caller_.access->governance == nullptr ||
           caller_.access->governance
               ->decide(AccessAction::Delete, *departed, Governance::Known::Part)
               .passes();
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

Result<void> Transaction::collect(Change& change) {
    for (EntityChange& gone : purged_) change.entities.push_back(std::move(gone));
    for (const auto& edit : edits_) {
        if (edit->erased_) change.entities.push_back(std::move(edit->erased_change_));
        if (!edit->live_ || !edit->changed()) continue;
        TRY(check_policies(*edit));
        for (const AttributeChange& made : edit->changes_) {
            if (made.after) TRY(no_my_number(caller_, edit->state_.types, *made.after));
        }
        // By commits: what was recorded in this one is of what it became in it.
        if (edit->was_) {
            TRY(keep_belonging(edit->state_.id, {.was = *edit->was_, .end = {sequence_, 0}}));
        }
        EntityChange& e = change.entities.emplace_back();
        e.tenant = tenant_;
        e.id = edit->state_.id;
        e.types = edit->state_.types;
        e.kind = edit->created_ ? ChangeKind::Created : ChangeKind::Updated;
        e.types_changed = edit->types_changed_;
        e.attributes = std::move(edit->changes_);
        e.after = std::make_shared<const Entity>(std::move(edit->state_));
    }
    return {};
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

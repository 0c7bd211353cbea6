#include "trust/change_journal.h"

#include <algorithm>
#include <array>
#include <utility>

#include "store/tenants.h"
#include "trust/access_journal.h"

namespace musubi {
namespace {

constexpr std::size_t kEntitiesOfAnEntry = 100;

bool is_personal(const PolicySet& set, const EntityChange& change) {
    if (change.types.empty() || change.types_changed) return true;
    return std::any_of(set.personal.begin(), set.personal.end(), [&](const PersonalType& personal) {
        return std::find(change.types.begin(), change.types.end(), personal.type) !=
               change.types.end();
    });
}

std::string_view verb_of(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::Created: return "create";
        case ChangeKind::Updated: return "modify";
        case ChangeKind::Deleted: return "delete";
    }
    return "modify";
}

Result<void> write_parts(Journal& journal, const AccessEntry& entry, Json::Array& ids) {
    for (std::size_t from = 0; from < ids.size(); from += kEntitiesOfAnEntry) {
        const std::size_t to = std::min(ids.size(), from + kEntitiesOfAnEntry);
        const auto at = [&](std::size_t i) {
            return std::make_move_iterator(ids.begin() + static_cast<std::ptrdiff_t>(i));
        };
        std::string entities;
        TRY(append_canonical(entities, Json::Array(at(from), at(to))));
        CanonicalMembers details = entry.details;
        details.json("entities", entities);
        TRY(journal.write(entry.who, TRY(details.str())));
    }
    return {};
}

}  // namespace

Result<void> record_changes(const AccessJournal& with, const Caller& caller, const Change& change) {
    if (change.entities.empty()) return {};
    const auto inner = InnerTenant::parse(caller.tenant);
    if (inner && caller.role == Role::Service) return {};
    TenantId tenant = change.entities.front().tenant;
    if (inner) tenant = TRY(with.store.tenant(inner->owner));
    const auto set = with.policies.in_force(tenant);
    if (set == nullptr || set->personal.empty()) return {};
    std::array<Json::Array, 3> ids;
    for (const EntityChange& one : change.entities) {
        if (!is_personal(*set, one)) continue;
        ids.at(static_cast<std::size_t>(one.kind)).emplace_back(shortened_id(one.id));
    }
    AccessEntry base = access_entry(caller, "change");
    base.details.whole("policyVersion", std::int64_t{set->number});
    for (const ChangeKind kind : {ChangeKind::Created, ChangeKind::Updated, ChangeKind::Deleted}) {
        AccessEntry entry = base;
        entry.details.text("action", verb_of(kind));
        TRY(write_parts(with.journal, entry, ids.at(static_cast<std::size_t>(kind))));
    }
    return {};
}

Result<void> record_senders(const AccessJournal& with, const Caller& caller,
                            std::span<const RecordChange> records,
                            std::span<const std::string_view> kinds) {
    if (caller.role == Role::Service) return {};
    for (const RecordChange& record : records) {
        if (std::find(kinds.begin(), kinds.end(), record.kind) == kinds.end()) continue;
        const auto set = with.policies.in_force(record.tenant);
        if (set == nullptr || set->personal.empty()) continue;
        AccessEntry entry = access_entry(caller, "change");
        entry.who.kind = journal_kind::kSendingChanged;
        entry.details.text("what", record.kind);
        entry.details.text("id", shortened_id(record.name));
        entry.details.text("change", record.value ? "set" : "removed");
        TRY(with.journal.write(entry.who, TRY(entry.details.str())));
    }
    return {};
}

}  // namespace musubi

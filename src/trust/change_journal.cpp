#include "trust/change_journal.h"

#include <algorithm>
#include <array>
#include <utility>

#include "store/tenants.h"

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

// As much of an id as an entry has room for, ended where a character ends.
std::string_view shortened(std::string_view id) {
    std::size_t end = 300;
    if (id.size() <= end) return id;
    while (end > 0 && (static_cast<unsigned char>(id[end]) & 0xc0U) == 0x80U) --end;
    return id.substr(0, end);
}

std::string_view verb_of(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::Created: return "create";
        case ChangeKind::Updated: return "modify";
        case ChangeKind::Deleted: return "delete";
    }
    return "modify";
}

JournalEntry change_entry(const Caller& caller, std::string_view tenant) {
    JournalEntry entry{.kind = journal_kind::kAccess,
                       .tenant = std::string(tenant),
                       .subject = caller.subject,
                       .details = {}};
    entry.details.set("way", "change");
    entry.details.set("purpose", caller.purpose);
    entry.details.set("ground", caller.ground);
    if (!caller.session.empty()) entry.details.set("session", caller.session);
    return entry;
}

Result<void> write_parts(Journal& journal, JournalEntry entry, std::vector<Json>& ids) {
    for (std::size_t from = 0; from < ids.size(); from += kEntitiesOfAnEntry) {
        const std::size_t to = std::min(ids.size(), from + kEntitiesOfAnEntry);
        Json::Array some;
        for (std::size_t i = from; i < to; ++i) some.push_back(std::move(ids[i]));
        entry.details.set("entities", std::move(some));
        TRY(journal.write(entry));
    }
    return {};
}

}  // namespace

Result<void> record_changes(const ChangeJournal& with, const Caller& caller, const Change& change) {
    if (change.entities.empty()) return {};
    const auto inner = InnerTenant::parse(caller.tenant);
    if (inner && caller.role == Role::Service) return {};
    TenantId tenant = change.entities.front().tenant;
    if (inner) tenant = TRY(with.store.tenant(inner->owner));
    const auto set = with.policies.in_force(tenant);
    if (set == nullptr || set->personal.empty()) return {};
    std::array<std::vector<Json>, 3> ids;
    for (const EntityChange& one : change.entities) {
        if (!is_personal(*set, one)) continue;
        ids.at(static_cast<std::size_t>(one.kind)).emplace_back(shortened(one.id));
    }
    JournalEntry entry = change_entry(caller, inner ? inner->owner : caller.tenant);
    if (inner) entry.details.set("snapshot", inner->snapshot);
    entry.details.set("policyVersion",
                      static_cast<std::int64_t>(with.policies.number_in_force(tenant)));
    for (const ChangeKind kind : {ChangeKind::Created, ChangeKind::Updated, ChangeKind::Deleted}) {
        entry.details.set("action", verb_of(kind));
        TRY(write_parts(with.journal, entry, ids.at(static_cast<std::size_t>(kind))));
    }
    return {};
}

}  // namespace musubi

#include "trust/people/invitations.h"

#include <algorithm>

#include "base/both_words.h"
#include "trust/encoding.h"
#include "trust/people/person_codec.h"
#include "trust/secret.h"

namespace musubi {
namespace {

constexpr std::string_view kInvitationKind = "invitation";

std::string encode_invitation(const Invitation& invitation) {
    std::string value;
    ByteWriter w{value};
    w.byte(1);  // format
    w.text(invitation.digest);
    w.text(invitation.name);
    w.text(invitation.display_name);
    w.text(invitation.organisation);
    w.number(invitation.grants.size());
    for (const Grant& grant : invitation.grants) write_grant(w, grant);
    w.text(invitation.person);
    w.text(invitation.given_by);
    w.text(invitation.given_in);
    w.signed_number(invitation.given_at.us);
    w.signed_number(invitation.until.us);
    return value;
}

Result<Invitation> decode_invitation(std::string_view id, std::string_view value) {
    ByteReader r{value};
    Invitation out;
    if (r.byte() != 1) r.fail();
    out.id = id;
    out.digest = r.text();
    out.name = r.text();
    out.display_name = r.text();
    out.organisation = r.text();
    const std::uint64_t grants = r.number();
    for (std::uint64_t i = 0; i < grants && !r.failed(); ++i) out.grants.push_back(read_grant(r));
    out.person = r.text();
    out.given_by = r.text();
    out.given_in = r.text();
    out.given_at = Time{r.signed_number()};
    out.until = Time{r.signed_number()};
    if (r.failed() || !r.at_end()) {
        return Error{ErrorCode::Corrupt, "the record of an invitation is malformed",
                     std::string(id)};
    }
    return out;
}

}  // namespace

Error no_such_invitation() {
    return {
        ErrorCode::NotFound,
        both_texts(
            "このコードでは入れません。使われた、取り消された、期限が過ぎた、または打ち間違いです。"
            "渡した人に新しいものを頼んでください",
            "this code opens nothing: it was used, taken back, is over, or was mistyped; ask who "
            "gave it to you for another one"),
        "/code"};
}

Result<void> Invitations::load(Store& store) {
    store.add_projection(*this);
    std::vector<RecordChange> records;
    for (auto& [id, value] : TRY(store.records(0, kInvitationKind))) {
        TRY(decode_invitation(id, value));
        records.push_back({0, std::string(kInvitationKind), id, std::move(value)});
    }
    apply(nullptr, records);
    const auto all = store.tenants();
    table_.with([&](Table& table) {
        for (auto& [id, invitation] : table.by_id) {
            std::erase_if(invitation.grants, [&](const Grant& grant) {
                return std::none_of(all.begin(), all.end(), [&](const auto& tenant) {
                    return tenant.second == grant.number && tenant.first == grant.tenant;
                });
            });
        }
    });
    return {};
}

std::optional<Invitation> Invitations::find(std::string_view typed, Time now) const {
    const auto code = read_typed_code(typed);
    if (!code) return std::nullopt;
    const std::string digest = sha256({*code});
    return table_.read([&](const Table& table) -> std::optional<Invitation> {
        const auto id = table.ids.find(digest);
        if (id == table.ids.end()) return std::nullopt;
        const Invitation& found = table.by_id.at(id->second);
        if (found.until <= now || found.is_void()) return std::nullopt;
        return found;
    });
}

std::vector<Invitation> Invitations::list(Time now) const {
    std::vector<Invitation> out;
    table_.read([&](const Table& table) {
        for (const auto& [id, invitation] : table.by_id) {
            if (now < invitation.until && !invitation.is_void()) out.push_back(invitation);
        }
    });
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return a.given_at < b.given_at; });
    return out;
}

Invitations::Made Invitations::prepare(Invitation invitation, Random& random) {
    invitation.id = random_token(random).substr(0, 10);
    std::string code = typed_code(random, kCodeGroups);
    invitation.digest = sha256({*read_typed_code(code)});
    return {std::move(invitation), std::move(code)};
}

Result<void> Invitations::put(Transaction& tx, const Invitation& invitation) const {
    if (table_.read([](const Table& table) { return table.by_id.size(); }) >= kMaxInvitations) {
        return Error{ErrorCode::TooLarge,
                     both_texts("招待が 10,000 件あります。いくつか取り消してください",
                                "there are 10,000 invitations; take some back")};
    }
    tx.put_record_of(0, kInvitationKind, invitation.id, encode_invitation(invitation));
    return {};
}

Result<Invitation> Invitations::take(Transaction& tx, std::string_view id) const {
    const auto value = TRY(tx.record_of(0, kInvitationKind, id));
    if (!value) return no_such_invitation();
    Invitation invitation = TRY(decode_invitation(id, *value));
    if (invitation.until <= tx.now()) return no_such_invitation();
    tx.put_record_of(0, kInvitationKind, id, std::nullopt);
    return invitation;
}

Result<void> Invitations::sweep(Store& store, Time now) const {
    std::vector<std::string> over;
    table_.read([&](const Table& table) {
        for (const auto& [id, invitation] : table.by_id) {
            if (invitation.until <= now || invitation.is_void()) over.push_back(id);
        }
    });
    if (over.empty()) return {};
    TRY(store.commit(service_caller("", "invitations"), [&](Transaction& tx) -> Result<void> {
        for (const std::string& id : over) tx.put_record_of(0, kInvitationKind, id, std::nullopt);
        return {};
    }));
    return {};
}

void Invitations::drop(Table& table, const std::string& id) {
    const auto found = table.by_id.find(id);
    if (found == table.by_id.end()) return;
    table.ids.erase(found->second.digest);
    table.by_id.erase(found);
}

// What is left of it has nothing to accept, and goes with the next sweep.
void Invitations::erase_tenant(TenantId tenant) {
    table_.with([&](Table& table) {
        for (auto& [id, invitation] : table.by_id) {
            std::erase_if(invitation.grants,
                          [&](const Grant& grant) { return grant.number == tenant; });
        }
    });
}

void Invitations::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (record.tenant != 0 || record.kind != kInvitationKind) continue;
        table_.with([&](Table& table) {
            drop(table, record.name);
            if (!record.value) return;
            auto invitation = decode_invitation(record.name, *record.value);
            if (!invitation) return;
            table.ids.insert_or_assign(invitation->digest, record.name);
            table.by_id.insert_or_assign(record.name, std::move(invitation).value());
        });
    }
}

}  // namespace musubi

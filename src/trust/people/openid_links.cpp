#include "trust/people/openid_links.h"

#include <algorithm>

#include "base/bytes.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

constexpr std::string_view kLinkKind = "openid-link";
constexpr std::uint8_t kLinkFormat = 1;

std::string encode_link(const OpenIdLink& link) {
    std::string value;
    ByteWriter w{value};
    w.byte(kLinkFormat);
    w.text(link.person);
    w.text(link.provider);
    w.text(link.issuer);
    w.signed_number(link.linked_at.us);
    return value;
}

Result<OpenIdLink> decode_link(std::string_view id, std::string_view value) {
    ByteReader r{value};
    OpenIdLink link;
    if (r.byte() != kLinkFormat) r.fail();
    link.id = id;
    link.person = r.text();
    link.provider = r.text();
    link.issuer = r.text();
    link.linked_at = Time{r.signed_number()};
    if (r.failed() || !r.at_end()) {
        return Error{ErrorCode::Corrupt, "the record of a link to a provider is malformed",
                     std::string(id)};
    }
    return link;
}

}  // namespace

std::string OpenIdLinks::id_of(std::string_view issuer, std::string_view subject) {
    return to_base64url(sha256({issuer, std::string_view{"\0", 1}, subject}));
}

Result<void> OpenIdLinks::load(Store& store) {
    store.add_projection(*this);
    std::vector<RecordChange> records;
    for (auto& [id, value] : TRY(store.records(0, kLinkKind))) {
        TRY(decode_link(id, value));
        records.push_back({0, std::string(kLinkKind), id, std::move(value)});
    }
    apply(nullptr, records);
    return {};
}

std::optional<OpenIdLink> OpenIdLinks::find(std::string_view id) const {
    auto link = table_.read([&](const Table& table) -> std::optional<OpenIdLink> {
        const auto found = table.find(std::string(id));
        if (found == table.end()) return std::nullopt;
        return found->second;
    });
    if (link && !people_.find(link->person)) return std::nullopt;
    return link;
}

std::vector<OpenIdLink> OpenIdLinks::of(std::string_view person) const {
    std::vector<OpenIdLink> out;
    table_.read([&](const Table& table) {
        for (const auto& [id, link] : table) {
            if (link.person == person) out.push_back(link);
        }
    });
    std::sort(out.begin(), out.end(), [](const OpenIdLink& a, const OpenIdLink& b) {
        return std::pair(a.linked_at, a.id) < std::pair(b.linked_at, b.id);
    });
    return out;
}

Result<std::optional<OpenIdLink>> OpenIdLinks::latest(Transaction& tx, std::string_view id) const {
    const auto value = TRY(tx.record_of(0, kLinkKind, id));
    if (!value) return std::optional<OpenIdLink>{};
    OpenIdLink link = TRY(decode_link(id, *value));
    if (!people_.latest(tx, link.person)) return std::optional<OpenIdLink>{};
    return std::optional<OpenIdLink>{std::move(link)};
}

Result<std::size_t> OpenIdLinks::count(Transaction& tx, std::string_view person) const {
    // Commands before this one took some away perhaps; those that they added are no fewer.
    std::size_t count = 0;
    for (const OpenIdLink& link : of(person)) {
        const auto now = TRY(latest(tx, link.id));
        if (now && now->person == person) ++count;
    }
    return count;
}

Result<void> OpenIdLinks::put(Transaction& tx, OpenIdLink link) const {
    const auto known = TRY(latest(tx, link.id));
    if (known && known->person == link.person) return {};
    if (known) {
        return Error{ErrorCode::Conflict,
                     "this account at the provider opens another account here"};
    }
    if (TRY(count(tx, link.person)) >= kMaxOfPerson) {
        return Error{ErrorCode::TooLarge, "a person has at most 10 linked accounts"};
    }
    link.linked_at = tx.now();
    tx.put_record_of(0, kLinkKind, link.id, encode_link(link));
    return {};
}

Result<void> OpenIdLinks::take(Transaction& tx, std::string_view id,
                               std::string_view person) const {
    const auto known = TRY(latest(tx, id));
    if (!known || known->person != person) {
        return Error{ErrorCode::NotFound, "you have no such linked account", std::string(id)};
    }
    tx.put_record_of(0, kLinkKind, id, std::nullopt);
    return {};
}

Result<void> OpenIdLinks::sweep(Store& store) const {
    std::vector<std::string> orphans;
    table_.read([&](const Table& table) {
        for (const auto& [id, link] : table) {
            if (!people_.find(link.person)) orphans.push_back(id);
        }
    });
    if (orphans.empty()) return {};
    TRY(store.commit(service_caller("", "openid-links"), [&](Transaction& tx) -> Result<void> {
        for (const std::string& id : orphans) {
            if (!TRY(latest(tx, id))) tx.put_record_of(0, kLinkKind, id, std::nullopt);
        }
        return {};
    }));
    return {};
}

void OpenIdLinks::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (record.tenant != 0 || record.kind != kLinkKind) continue;
        table_.with([&](Table& table) {
            table.erase(record.name);
            if (!record.value) return;
            auto link = decode_link(record.name, *record.value);
            if (link) table.emplace(record.name, std::move(link).value());
        });
    }
}

}  // namespace musubi

#include "trust/keys.h"

#include <algorithm>

#include "base/both_words.h"
#include "model/scope.h"
#include "trust/encoding.h"
#include "trust/secret.h"

namespace musubi {
namespace {

constexpr std::string_view kPrefix = "mk_";
constexpr std::string_view kSubjectPrefix = "key:";
constexpr std::size_t kIdLength = 10;
// What a spec has.
constexpr std::uint8_t kEnds = 1;
constexpr std::uint8_t kScoped = 2;

std::string encode(const KeyInfo& info, const std::string& digest, TenantId tenant) {
    std::string value;
    ByteWriter w{value};
    w.byte(2);  // format; 1 had neither organisation nor end
    write_spec(w, info.spec);
    w.signed_number(info.created_at.us);
    w.text(digest);
    w.number(tenant);
    return value;
}

// For good: one that ends does not count.
bool operates_all(const KeySpec& spec) {
    return spec.role == Role::Operator && spec.tenant.empty() && !spec.until &&
           spec.only_types.empty() && spec.only_scopes.empty();
}

// What format 1 had of a spec.
KeySpec read_first_part(ByteReader& r) {
    KeySpec spec;
    spec.tenant = r.text();
    spec.role = static_cast<Role>(r.byte());
    spec.label = r.text();
    const std::uint64_t types = r.number();
    for (std::uint64_t i = 0; i < types && !r.failed(); ++i) {
        spec.only_types.emplace_back(r.text());
    }
    if (spec.role > kLastRole) r.fail();
    return spec;
}

}  // namespace

void write_spec(ByteWriter& w, const KeySpec& spec) {
    w.text(spec.tenant);
    w.byte(static_cast<std::uint8_t>(spec.role));
    w.text(spec.label);
    w.number(spec.only_types.size());
    for (const std::string& type : spec.only_types) w.text(type);
    w.text(spec.organisation);
    const bool scoped = !spec.only_scopes.empty();
    w.byte(static_cast<std::uint8_t>((spec.until ? kEnds : 0U) | (scoped ? kScoped : 0U)));
    if (spec.until) w.signed_number(spec.until->us);
    if (!scoped) return;
    w.number(spec.only_scopes.size());
    for (const std::string& scope : spec.only_scopes) w.text(scope);
}

KeySpec read_spec(ByteReader& r) {
    KeySpec spec = read_first_part(r);
    spec.organisation = r.text();
    const std::uint8_t has = r.byte();
    if ((has & kEnds) != 0) spec.until = Time{r.signed_number()};
    if ((has & kScoped) == 0) return spec;
    const std::uint64_t scopes = r.number();
    for (std::uint64_t i = 0; i < scopes && !r.failed(); ++i) {
        spec.only_scopes.emplace_back(r.text());
    }
    return spec;
}

Caller caller_of(const KeySpec& spec, std::string subject) {
    Caller caller;
    caller.tenant = spec.tenant;
    caller.subject = std::move(subject);
    caller.role = spec.role;
    caller.organisation = spec.organisation;
    caller.access = std::make_shared<const AccessFilter>(
        access_of(spec.role, spec.only_types, spec.only_scopes));
    return caller;
}

Result<void> may_manage_keys(const Caller& caller, std::string_view tenant, Role role) {
    const bool operates = caller.access && caller.access->may_administer;
    const bool watches = role == Role::Auditor && caller.role == Role::IndependentBody &&
                         caller.subject.starts_with("person:");
    const bool reaches = caller.tenant.empty() || caller.tenant == tenant;
    if ((operates || watches) && reaches) return {};
    return Error{ErrorCode::Forbidden,
                 both_texts("鍵と機械を作り、取り消すのは、テナントの運用者です",
                            "keys and machines are made and taken away by the tenant's operator")};
}

bool may_see_keys(const Caller& caller, const KeySpec& spec) {
    const bool watches = caller.role == Role::Auditor || caller.role == Role::IndependentBody;
    const bool reaches = caller.tenant.empty() || caller.tenant == spec.tenant;
    if (watches && reaches && caller.access && caller.access->has_all_types()) return true;
    return may_manage_keys(caller, spec.tenant, spec.role).has_value();
}

bool are_types_within(const std::vector<std::string>& types,
                      const std::vector<std::string>& reach) {
    if (reach.empty()) return true;
    return !types.empty() && std::all_of(types.begin(), types.end(), [&](const std::string& type) {
        return std::find(reach.begin(), reach.end(), type) != reach.end();
    });
}

// Nobody gives more than they have; a service makes no keys of services.
Result<void> may_give_key(const Caller& caller, const KeySpec& spec) {
    const bool within = are_types_within(spec.only_types, caller.access->only_types);
    if (spec.role == Role::IndependentBody) {
        return Error{ErrorCode::Forbidden,
                     both_texts("独立した機関は人です。招待してください",
                                "the independent body is people: invite them"),
                     "/role"};
    }
    const bool scopes_within = are_within(spec.only_scopes, caller.access->only_scopes);
    if (within && scopes_within && spec.role != Role::Service) return {};
    return Error{ErrorCode::Forbidden,
                 both_texts("鍵に、作る者以上のことはさせられません",
                            "a key can not do more than the one that makes it")};
}

Result<Role> parse_role(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(kLastRole); ++i) {
        const auto role = static_cast<Role>(i);
        if (role != Role::Service && name == name_of(role)) return role;
    }
    return Error{ErrorCode::BadRequest,
                 "a role is operator, reader, device, data-owner, privacy-officer, auditor, "
                 "independent-body, member, reviewer or citizen",
                 "role"};
}

std::string_view name_of(Role role) {
    switch (role) {
        case Role::Operator: return "operator";
        case Role::Reader: return "reader";
        case Role::Device: return "device";
        case Role::Service: return "service";
        case Role::DataOwner: return "data-owner";
        case Role::PrivacyOfficer: return "privacy-officer";
        case Role::Auditor: return "auditor";
        case Role::IndependentBody: return "independent-body";
        case Role::Member: return "member";
        case Role::Reviewer: return "reviewer";
        case Role::Citizen: return "citizen";
    }
    return "unknown";
}

AccessFilter access_of(Role role, std::vector<std::string> only_types,
                       std::vector<std::string> only_scopes) {
    AccessFilter access;
    const auto is_one_of = [&](std::initializer_list<Role> roles) {
        return std::find(roles.begin(), roles.end(), role) != roles.end();
    };
    access.may_read = !is_one_of({Role::Device, Role::Citizen});
    access.may_write =
        is_one_of({Role::Operator, Role::Device, Role::Service, Role::DataOwner, Role::Member});
    access.may_administer = is_one_of({Role::Operator, Role::Service});
    access.may_know_why = is_one_of({Role::Operator, Role::Service, Role::DataOwner,
                                     Role::PrivacyOfficer, Role::Auditor, Role::IndependentBody});
    access.only_types = std::move(only_types);
    access.only_scopes = std::move(only_scopes);
    return access;
}

Result<Keys::Entry> Keys::decode(std::string_view id, std::string_view value) {
    ByteReader r{value};
    Entry entry;
    const std::uint8_t format = r.byte();
    if (format != 1 && format != 2) r.fail();
    entry.info.id = id;
    entry.info.spec = format == 1 ? read_first_part(r) : read_spec(r);
    entry.info.created_at = Time{r.signed_number()};
    entry.digest = r.text();
    entry.tenant = r.at_end() ? TenantId{0} : static_cast<TenantId>(r.number());
    if (r.failed()) {
        return Error{ErrorCode::Corrupt, "the record of a key is malformed", std::string(id)};
    }
    entry.caller = caller_of(entry.info.spec, std::string(kSubjectPrefix) + entry.info.id);
    return entry;
}

Result<void> Keys::load(Store& store, const Clock& clock) {
    clock_ = &clock;
    store.add_projection(*this);
    for (const auto& record : TRY(store.records(0, kKind))) {
        Entry entry = TRY(decode(record.first, record.second));
        const auto tenant = store.tenant(entry.info.spec.tenant);
        if (!tenant || *tenant != entry.tenant) continue;  // that tenant was deleted
        table_.with([&](Table& table) { table.insert_or_assign(record.first, std::move(entry)); });
    }
    return {};
}

Result<Caller> Keys::authenticate(std::string_view token) const {
    const auto refused = [] {  // made only where it is needed: every request comes by here
        return Error{ErrorCode::Unauthorized,
                     "the key is not known here: send `Authorization: Bearer mk_...`"};
    };
    const bool shaped = token.starts_with(kPrefix) &&
                        token.size() > kPrefix.size() + kIdLength + 1 &&
                        token[kPrefix.size() + kIdLength] == '_';
    if (!shaped) return refused();
    const std::string id{token.substr(kPrefix.size(), kIdLength)};
    const std::string digest = sha256({token.substr(kPrefix.size() + kIdLength + 1)});
    return table_.read([&](const Table& table) -> Result<Caller> {
        const auto entry = table.find(id);
        static const std::string kNobody(digest.size(), '\0');
        const std::string& known = entry == table.end() ? kNobody : entry->second.digest;
        if (!same_secret(known, digest) || entry == table.end()) return refused();
        if (entry->second.info.spec.until && is_over(entry->second.info.spec, clock_->now())) {
            return Error{ErrorCode::Unauthorized, "the key ended at " +
                                                      to_iso(*entry->second.info.spec.until) +
                                                      "; an operator makes another one"};
        }
        return entry->second.caller;
    });
}

const Keys::Entry* Keys::find(const Table& table, std::string_view subject) const {
    if (!subject.starts_with(kSubjectPrefix)) return nullptr;
    const auto entry = table.find(std::string(subject.substr(kSubjectPrefix.size())));
    return entry == table.end() ? nullptr : &entry->second;
}

std::optional<Caller> Keys::bearer(std::string_view subject) const {
    return table_.read([&](const Table& table) -> std::optional<Caller> {
        const Entry* entry = find(table, subject);
        if (entry == nullptr || is_over(entry->info.spec, clock_->now())) return std::nullopt;
        return entry->caller;
    });
}

std::optional<Time> Keys::end_of(std::string_view subject) const {
    return table_.read([&](const Table& table) {
        const Entry* entry = find(table, subject);
        return entry == nullptr ? std::nullopt : entry->info.spec.until;
    });
}

Result<std::string> Keys::create(Store& store, const Caller& caller, const KeySpec& spec,
                                 Random& random) {
    TRY(may_manage_keys(caller, spec.tenant, spec.role));
    TRY(may_give_key(caller, spec));
    const TenantId tenant = TRY(store.tenant(spec.tenant));
    if (table_.read([](const Table& table) { return table.size(); }) >= kMaxKeys) {
        return Error{ErrorCode::TooLarge,
                     both_texts("鍵が 10,000 あります。使わないものを取り消してください",
                                "there are 10,000 keys; take away those not in use")};
    }
    KeyInfo info{.id = random_token(random).substr(0, kIdLength), .spec = spec};
    const std::string secret = random_token(random);
    TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
        info.created_at = tx.now();
        tx.put_record_of(0, kKind, info.id, encode(info, sha256({secret}), tenant));
        return {};
    }));
    return std::string(kPrefix) + info.id + "_" + secret;
}

Result<void> Keys::revoke(Store& store, const Caller& caller, std::string_view id) {
    const auto find_info = [&](const Table& table) {
        const auto entry = table.find(std::string(id));
        return entry == table.end() ? KeyInfo{} : entry->second.info;
    };
    const KeyInfo info = table_.read(find_info);
    const Error missing{ErrorCode::NotFound,
                        both_texts("この鍵はありません", "there is no such key"), std::string(id)};
    if (info.id.empty() || !may_manage_keys(caller, info.spec.tenant, info.spec.role))
        return missing;
    TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
        if (!TRY(tx.record_of(0, kKind, id))) return missing;
        if (operates_all(info.spec) && !TRY(has_operator(tx, id)) &&
            !(others_ != nullptr && TRY(others_->has_operator(tx, {})))) {
            return Error{
                ErrorCode::Conflict,
                both_texts(
                    "最後の運用者の鍵です。取り消す前に、もう一つ作ってください",
                    "this is the last operator's key; make another one before you take it away")};
        }
        tx.put_record_of(0, kKind, id, std::nullopt);
        return {};
    }));
    return {};
}

Result<bool> Keys::has_operator(Transaction& tx, std::string_view except) const {
    const std::vector<std::string> others = table_.read([&](const Table& table) {
        std::vector<std::string> ids;
        for (const auto& [other, entry] : table) {
            if (other != except && operates_all(entry.info.spec)) ids.push_back(other);
        }
        return ids;
    });
    for (const std::string& other : others) {
        if (TRY(tx.record_of(0, kKind, other))) return true;
    }
    return false;
}

std::vector<KeyInfo> Keys::list(const Caller& caller) const {
    std::vector<KeyInfo> out;
    table_.read([&](const Table& table) {
        for (const auto& [id, entry] : table) {
            const KeySpec& spec = entry.info.spec;
            if (may_see_keys(caller, spec)) out.push_back(entry.info);
        }
    });
    std::sort(out.begin(), out.end(),
              [](const KeyInfo& a, const KeyInfo& b) { return a.created_at < b.created_at; });
    return out;
}

bool Keys::empty() const {
    return table_.read([](const Table& table) { return table.empty(); });
}

void Keys::erase_tenant(TenantId tenant) {
    table_.with([&](Table& table) {
        std::erase_if(table, [&](const auto& entry) { return entry.second.tenant == tenant; });
    });
}

void Keys::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (record.tenant != 0 || record.kind != kKind) continue;
        table_.with([&](Table& table) {
            table.erase(record.name);
            if (!record.value) return;
            auto entry = decode(record.name, *record.value);
            if (entry) table.insert_or_assign(record.name, std::move(entry).value());
        });
    }
}

}  // namespace musubi

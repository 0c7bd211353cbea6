#include "trust/people/sessions.h"

#include <algorithm>

#include "base/bytes.h"
#include "trust/encoding.h"
#include "trust/secret.h"

namespace musubi {
namespace {

constexpr std::size_t kIdLength = 10;
constexpr std::uint8_t kSessionFormat = 2;  // 1: without assurance and provider

std::string encode_session(const Session& session) {
    std::string value;
    ByteWriter w{value};
    w.byte(kSessionFormat);
    w.text(session.person);
    w.text(session.digest);
    w.number(session.epoch);
    w.byte(static_cast<std::uint8_t>(session.method));
    w.text(session.browser);
    w.signed_number(session.created_at.us);
    w.signed_number(session.used_at.us);
    w.byte(session.renew ? 1 : 0);
    w.byte(session.assurance);
    w.byte(session.asked_assurance);
    w.text(session.provider);
    return value;
}

Result<Session> decode_session(std::string_view id, std::string_view value) {
    ByteReader r{value};
    Session session;
    const std::uint8_t format = r.byte();
    if (format != 1 && format != kSessionFormat) r.fail();
    session.id = id;
    session.person = r.text();
    session.digest = r.text();
    session.epoch = r.number();
    session.method = static_cast<SignInMethod>(r.byte());
    session.browser = r.text();
    session.created_at = Time{r.signed_number()};
    session.used_at = Time{r.signed_number()};
    session.renew = r.byte() != 0;
    session.assurance = assurance_of(session.method);
    if (format == kSessionFormat) {
        session.assurance = r.byte();
        session.asked_assurance = r.byte();
        session.provider = r.text();
    }
    if (r.failed() || !r.at_end() || session.method > SignInMethod::OpenId) {
        return Error{ErrorCode::Corrupt, "the record of a session is malformed", std::string(id)};
    }
    return session;
}

// What browsers call themselves is theirs to choose: one line of what can be printed.
std::string short_browser(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, Sessions::kMaxBrowserBytes)) {
        if (c >= 0x20 && c < 0x7f) out += c;
    }
    return out;
}

}  // namespace

std::string_view name_of(SignInMethod method) {
    switch (method) {
        case SignInMethod::Password: return "password";
        case SignInMethod::RecoveryCode: return "recovery-code";
        case SignInMethod::Invitation: return "invitation";
        case SignInMethod::Passkey: return "passkey";
        case SignInMethod::OpenId: return "openid";
    }
    return "unknown";
}

std::uint8_t assurance_of(SignInMethod method) { return method == SignInMethod::Passkey ? 2 : 1; }

Result<void> Sessions::load(Store& store) {
    store.add_projection(*this);
    std::vector<RecordChange> records;
    for (auto& [id, value] : TRY(store.records(0, kKind))) {
        TRY(decode_session(id, value));
        records.push_back({0, std::string(kKind), id, std::move(value)});
    }
    apply(nullptr, records);
    return {};
}

bool Sessions::lasts(const Entry& entry, Time now) const {
    const Session& session = entry.session;
    const Time used{entry.used_at->load(std::memory_order_relaxed)};
    if (now >= session.created_at + rule_.longest || now >= used + rule_.idle) return false;
    const PersonPtr person = people_.find(session.person);
    return person && !person->disabled && person->session_epoch == session.epoch;
}

std::optional<Session> Sessions::find(std::string_view token, Time now) const {
    if (token.size() <= kIdLength + 1 || token[kIdLength] != '_') return std::nullopt;
    const std::string id{token.substr(0, kIdLength)};
    const std::string digest = sha256({token.substr(kIdLength + 1)});
    return table_.read([&](const Table& table) -> std::optional<Session> {
        const auto found = table.find(id);
        static const std::string kNobody(digest.size(), '\0');
        const std::string& known = found == table.end() ? kNobody : found->second.session.digest;
        const bool same = same_secret(known, digest);
        if (!same || found == table.end() || !lasts(found->second, now)) return std::nullopt;
        std::atomic<std::int64_t>& used = *found->second.used_at;
        if (used.load(std::memory_order_relaxed) < now.us) {
            used.store(now.us, std::memory_order_relaxed);
        }
        return found->second.session;
    });
}

bool Sessions::lasts(const std::string& id, Time now) const {
    return table_.read([&](const Table& table) {
        const auto found = table.find(id);
        return found != table.end() && lasts(found->second, now);
    });
}

Time Sessions::idle_until(const Session& session) const {
    const Time used = table_.read([&](const Table& table) {
        const auto found = table.find(session.id);
        return found == table.end() ? session.used_at : Time{found->second.used_at->load()};
    });
    return std::min(used + rule_.idle, ends_at(session));
}

std::vector<Session> Sessions::list(std::string_view person, Time now) const {
    std::vector<Session> out;
    table_.read([&](const Table& table) {
        for (const auto& [id, entry] : table) {
            if (entry.session.person != person || !lasts(entry, now)) continue;
            out.push_back(entry.session);
            out.back().used_at = Time{entry.used_at->load(std::memory_order_relaxed)};
        }
    });
    std::sort(out.begin(), out.end(),
              [](const Session& a, const Session& b) { return b.created_at < a.created_at; });
    return out;
}

Sessions::Begun Sessions::prepare(Session how, Random& random) {
    how.id = random_token(random).substr(0, kIdLength);
    const std::string secret = long_token(random);
    how.digest = sha256({secret});
    how.browser = short_browser(how.browser);
    std::string token = how.id + "_" + secret;
    return {std::move(how), std::move(token)};
}

void Sessions::begin(Transaction& tx, const Session& session) const {
    const std::vector<Session> others = list(session.person, tx.now());
    for (std::size_t i = kMaxOfPerson - 1; i < others.size(); ++i) end(tx, others[i].id);
    tx.put_record_of(0, kKind, session.id, encode_session(session));
}

void Sessions::end(Transaction& tx, std::string_view id) {
    tx.put_record_of(0, kKind, id, std::nullopt);
}

Result<void> Sessions::end_own(Transaction& tx, std::string_view id,
                               std::string_view person) const {
    const auto value = TRY(tx.record_of(0, kKind, id));
    if (!value || TRY(decode_session(id, *value)).person != person) {
        return Error{ErrorCode::NotFound, "there is no such session", std::string(id)};
    }
    end(tx, id);
    return {};
}

Result<void> Sessions::sweep(Store& store, Time now) const {
    std::vector<std::string> over;
    std::vector<Session> used;
    table_.read([&](const Table& table) {
        for (const auto& [id, entry] : table) {
            const Time at{entry.used_at->load(std::memory_order_relaxed)};
            if (!lasts(entry, now)) {
                over.push_back(id);
            } else if (entry.session.used_at + kUseStep <= at) {
                used.push_back(entry.session);
                used.back().used_at = at;
            }
        }
    });
    if (over.empty() && used.empty()) return {};
    TRY(store.commit(service_caller("", "sessions"), [&](Transaction& tx) -> Result<void> {
        for (const std::string& id : over) end(tx, id);
        for (const Session& session : used) {
            if (!TRY(tx.record_of(0, kKind, session.id))) continue;  // ended meanwhile
            tx.put_record_of(0, kKind, session.id, encode_session(session));
        }
        return {};
    }));
    return {};
}

void Sessions::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (record.tenant != 0 || record.kind != kKind) continue;
        table_.with([&](Table& table) {
            table.erase(record.name);
            if (!record.value) return;
            auto session = decode_session(record.name, *record.value);
            if (!session) return;
            Entry entry;
            entry.used_at = std::make_shared<std::atomic<std::int64_t>>(session->used_at.us);
            entry.session = std::move(session).value();
            table.insert_or_assign(record.name, std::move(entry));
        });
    }
}

}  // namespace musubi

#include "trust/signing/signing_keys.h"

#include <algorithm>

#include "base/bytes.h"
#include "trust/encoding.h"
#include "trust/people/people.h"
#include "trust/secret.h"
#include "trust/synced_file.h"

namespace musubi {
namespace {

constexpr std::uint8_t kFormat = 1;

// A key as its record keeps it.
struct KeptKey {
    PersonKey key;
    std::string sealed;  // the private half; empty: it ended
};

std::string encode(const KeptKey& kept) {
    std::string out;
    ByteWriter w{out};
    w.byte(kFormat);
    w.text(kept.key.person);
    w.text(*from_base64url(kept.key.half.x()));
    w.signed_number(kept.key.from.us);
    w.byte(kept.key.until ? 1 : 0);
    if (kept.key.until) w.signed_number(kept.key.until->us);
    w.text(kept.sealed);
    return out;
}

Result<KeptKey> decode(std::string_view id, std::string_view value) {
    ByteReader r{value};
    if (r.byte() != kFormat) r.fail();
    std::string person{r.text()};
    const auto half = PublicKey::parse(std::string(PublicKey::kPrefix) + to_base64url(r.text()));
    const Time from{r.signed_number()};
    const std::uint8_t ended = r.byte();
    std::optional<Time> until;
    if (ended == 1) until = Time{r.signed_number()};
    std::string sealed{r.text()};
    if (r.failed() || !r.at_end() || ended > 1 || !half || half->id() != id ||
        sealed.empty() != until.has_value()) {
        return Error{ErrorCode::Corrupt, "the record of a signing key is malformed",
                     std::string(id)};
    }
    return KeptKey{
        .key = {.person = std::move(person), .half = *half, .from = from, .until = until},
        .sealed = std::move(sealed)};
}

// What a private half is sealed for: no record of another key or person can hold it.
std::string place_of(const PersonKey& key) {
    return "musubi signing key 1\n" + key.half.id() + "\n" + key.person;
}

Result<std::optional<KeptKey>> latest(Transaction& tx, std::string_view id) {
    const auto value = TRY(tx.record_of(0, SigningKeys::kKind, id));
    if (!value) return std::optional<KeptKey>{};
    return std::optional<KeptKey>{TRY(decode(id, *value))};
}

Result<std::optional<KeptKey>> latest_in_use(Transaction& tx, std::string_view person) {
    const auto id = TRY(tx.record_of(0, SigningKeys::kInUse, person));
    if (!id) return std::optional<KeptKey>{};
    auto kept = TRY(latest(tx, *id));
    if (kept && kept->key.person == person && !kept->key.until) return kept;
    return Error{ErrorCode::Corrupt, "the signing key in use is not there", *id};
}

void put(Transaction& tx, const KeptKey& kept) {
    tx.put_record_of(0, SigningKeys::kKind, kept.key.half.id(), encode(kept));
}

}  // namespace

Result<void> SigningKeys::load(Store& store, const SealingSecret& secret) {
    secret_ = secret;
    store.add_projection(*this);
    for (const auto& [id, value] : TRY(store.records(0, kKind))) {
        KeptKey kept = TRY(decode(id, value));
        if (!kept.key.until) {
            auto opened = secret.open(kept.sealed, place_of(kept.key));
            unopened_ += opened ? 0 : 1;
            if (opened) wipe(*opened);
        }
        table_.with([&, &key = id](Table& table) { table.emplace(key, std::move(kept.key)); });
    }
    return {};
}

Result<void> SigningKeys::backup(const std::string& copy) const {
    return write_synced_file(sealing_secret_file(copy), secret_->text(), 0600);
}

std::optional<PersonKey> SigningKeys::find(std::string_view id) const {
    return table_.read([&](const Table& table) -> std::optional<PersonKey> {
        const auto found = table.find(id);
        return found == table.end() ? std::nullopt : std::optional{found->second};
    });
}

std::vector<PersonKey> SigningKeys::list() const {
    std::vector<PersonKey> out;
    table_.read([&](const Table& table) {
        out.reserve(table.size());
        for (const auto& [id, key] : table) out.push_back(key);
    });
    std::stable_sort(out.begin(), out.end(),
                     [](const PersonKey& a, const PersonKey& b) { return a.from < b.from; });
    return out;
}

std::vector<PersonKey> SigningKeys::of(std::string_view person) const {
    std::vector<PersonKey> out;
    table_.read([&](const Table& table) {
        for (const auto& [id, key] : table) {
            if (key.person == person) out.push_back(key);
        }
    });
    // Of two made in the same moment the one in use is the newer.
    std::stable_sort(out.begin(), out.end(), [](const PersonKey& a, const PersonKey& b) {
        return a.from != b.from ? b.from < a.from : !a.until && b.until;
    });
    return out;
}

bool SigningKeys::verify(const Statement& statement, const PersonSignature& signature) const {
    const auto key = find(signature.key);
    return key && holds(*key, statement, signature);
}

Result<bool> SigningKeys::verify(Transaction& tx, const Statement& statement,
                                 const PersonSignature& signature) {
    const auto kept = TRY(latest(tx, signature.key));
    return kept && holds(kept->key, statement, signature);
}

Result<std::optional<PersonKey>> SigningKeys::in_use(Transaction& tx, std::string_view person) {
    const auto kept = TRY(latest_in_use(tx, person));
    if (!kept) return std::optional<PersonKey>{};
    return std::optional{kept->key};
}

Result<PersonKey> SigningKeys::make(Transaction& tx, std::string_view person) const {
    if (!TRY(tx.record_of(0, People::kKind, person))) {
        return Error{ErrorCode::NotFound, "there is no such person", std::string(person)};
    }
    if (TRY(latest_in_use(tx, person))) {
        return Error{ErrorCode::Conflict, "there is a signing key in use"};
    }
    if (of(person).size() >= kMaxOfPerson) {
        return Error{ErrorCode::TooLarge, "a person has at most 100 signing keys in all"};
    }
    const SigningKey made = SigningKey::generate();
    KeptKey kept{.key = {.person = std::string(person),
                         .half = made.public_key(),
                         .from = tx.now(),
                         .until = {}},
                 .sealed = {}};
    std::string pem = made.pem();
    kept.sealed = secret_->seal(pem, place_of(kept.key));
    wipe(pem);
    put(tx, kept);
    tx.put_record_of(0, kInUse, person, kept.key.half.id());
    return kept.key;
}

Result<void> SigningKeys::end(Transaction& tx, std::string_view person) {
    auto kept = TRY(latest_in_use(tx, person));
    if (!kept) return {};
    kept->key.until = std::max(tx.now(), kept->key.from);
    kept->sealed.clear();
    put(tx, *kept);
    tx.put_record_of(0, kInUse, person, std::nullopt);
    return {};
}

Result<std::string> SigningKeys::sign(Transaction& tx, const PersonKey& key,
                                      std::string_view text) const {
    const auto kept = TRY(latest(tx, key.half.id()));
    auto pem = kept ? secret_->open(kept->sealed, place_of(key))
                    : Result<std::string>{Error{ErrorCode::Corrupt, "the key is gone"}};
    if (!pem) {
        return Error{ErrorCode::Conflict,
                     "your signing key can not be opened on this server: replace it in your "
                     "account, and sign then",
                     key.half.id()};
    }
    const auto whole = SigningKey::parse(*pem);
    wipe(*pem);
    if (!whole || !(whole->public_key() == key.half)) {
        return Error{ErrorCode::Corrupt, "the record of a signing key is malformed", key.half.id()};
    }
    return whole->sign(text);
}

void SigningKeys::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (record.tenant != 0 || record.kind != kKind || !record.value) continue;
        auto kept = decode(record.name, *record.value);
        if (!kept) continue;
        table_.with(
            [&](Table& table) { table.insert_or_assign(record.name, std::move(kept->key)); });
    }
}

}  // namespace musubi

#include "trust/signing/person_key.h"

#include "trust/journal/canonical.h"
#include "trust/people/grant.h"

namespace musubi {
namespace {

Error bad(std::size_t place, std::string detail) {
    return {ErrorCode::BadRequest, std::move(detail), "/keys/" + std::to_string(place)};
}

Result<void> read_key(const Json& jwk, std::size_t place, KeyList& list) {
    const std::string* x = find_text(jwk, "x");
    if (x == nullptr) return bad(place, "a key of the list has no \"x\"");
    const auto half = PublicKey::parse(std::string(PublicKey::kPrefix) + *x);
    if (!half) return bad(place, "\"x\" is no Ed25519 key: 43 signs of base64url");
    const std::string* kid = find_text(jwk, "kid");
    if (kid != nullptr && *kid != half->id()) {
        return bad(place, "\"kid\" is not the thumbprint of \"x\" (RFC 7638)");
    }
    if (jwk.find("subject") == nullptr) {
        list.servers.push_back(*half);
        return {};
    }
    const std::string* subject = find_text(jwk, "subject");
    const std::string* from = find_text(jwk, "from");
    const std::string_view person = subject == nullptr ? std::string_view{} : person_of(*subject);
    const auto since = parse_time(from == nullptr ? std::string_view{} : *from);
    if (person.empty() || !since) return bad(place, "it needs \"subject\": person:ID and \"from\"");
    PersonKey key{.person = std::string(person), .half = *half, .from = *since, .until = {}};
    if (jwk.find("until") != nullptr) {
        const std::string* until = find_text(jwk, "until");
        const auto end = parse_time(until == nullptr ? std::string_view{} : *until);
        if (!end) return bad(place, "\"until\" is no time");
        key.until = *end;
    }
    list.people.push_back(std::move(key));
    return {};
}

}  // namespace

Result<std::string> signed_text(const Statement& statement, const PersonSignature& by) {
    Json said = statement.what;
    said.set("at", to_iso(by.at));
    said.set("key", by.key);
    said.set("subject", by.subject);
    said.set("tenant", statement.tenant);
    std::string text{statement.domain};
    text += '\n';
    TRY(append_canonical(text, said));
    return text;
}

bool holds(const PersonKey& key, const Statement& statement, const PersonSignature& signature) {
    if (key.half.id() != signature.key || person_subject(key.person) != signature.subject) {
        return false;
    }
    if (signature.at < key.from || (key.until && *key.until < signature.at)) return false;
    const auto text = signed_text(statement, signature);
    return text && key.half.verify(*text, signature.signature);
}

Json to_jwk(const PublicKey& key) {
    Json out;
    out.set("kty", "OKP");
    out.set("crv", "Ed25519");
    out.set("x", key.x());
    out.set("kid", key.id());
    out.set("alg", "EdDSA");
    out.set("use", "sig");
    return out;
}

Json to_jwk(const PersonKey& key) {
    Json out = to_jwk(key.half);
    out.set("subject", person_subject(key.person));
    out.set("from", to_iso(key.from));
    if (key.until) out.set("until", to_iso(*key.until));
    return out;
}

Result<KeyList> read_key_list(const Json& set) {
    const Json* list = set.find("keys");
    if (list == nullptr || !list->is_array()) {
        return Error{ErrorCode::BadRequest, "it has no list \"keys\"", "/keys"};
    }
    KeyList keys;
    for (std::size_t i = 0; i < list->array().size(); ++i) {
        TRY(read_key(list->array()[i], i, keys));
    }
    return keys;
}

}  // namespace musubi

#include "trust/jose/jwk.h"

#include <algorithm>
#include <array>
#include <utility>

#include "trust/encoding.h"
#include "trust/jose/signature.h"

namespace musubi {
namespace {

constexpr std::array kNames{std::pair{JwsAlgorithm::Rs256, std::string_view{"RS256"}},
                            std::pair{JwsAlgorithm::Ps256, std::string_view{"PS256"}},
                            std::pair{JwsAlgorithm::Es256, std::string_view{"ES256"}},
                            std::pair{JwsAlgorithm::Es384, std::string_view{"ES384"}}};

Error bad(std::string detail, std::string_view member) {
    return {ErrorCode::BadRequest, std::move(detail), "/" + std::string(member)};
}

Result<std::string> need_text(const Json& json, std::string_view member) {
    const Json* found = json.find(member);
    if (found != nullptr && found->is_string()) return found->string();
    return bad("the key lacks this text", member);
}

// The bytes of a member (RFC 7518, 2: base64url, of numbers with the highest byte first).
Result<std::string> need_bytes(const Json& json, std::string_view member) {
    auto bytes = from_base64url(TRY(need_text(json, member)));
    if (bytes && !bytes->empty()) return *std::move(bytes);
    return bad("it is no base64url", member);
}

std::size_t bits_of(std::string_view number) {
    const std::size_t first = number.find_first_not_of('\0');
    if (first == std::string_view::npos) return 0;
    std::size_t bits = (number.size() - first - 1) * 8;
    for (auto top = static_cast<unsigned char>(number[first]); top != 0; top >>= 1U) ++bits;
    return bits;
}

bool is_odd(std::string_view number) {
    return (static_cast<unsigned char>(number.back()) & 1U) != 0;
}

// A key that says what it is for is for nothing else (RFC 7517, 4.2 and 4.3).
Result<void> check_use(const Json& json) {
    const Error other{ErrorCode::Unsupported, "the key is not for signatures", "/use"};
    const Json* use = json.find("use");
    if (use != nullptr && (!use->is_string() || use->string() != "sig")) return other;
    const Json* operations = json.find("key_ops");
    if (operations == nullptr) return {};
    const bool signs =
        operations->is_array() &&
        std::any_of(operations->array().begin(), operations->array().end(), [](const Json& one) {
            return one.is_string() && (one.string() == "verify" || one.string() == "sign");
        });
    return signs ? Result<void>{} : other;
}

}  // namespace

std::string_view name_of(JwsAlgorithm algorithm) {
    return kNames.at(static_cast<std::size_t>(algorithm)).second;
}

std::optional<JwsAlgorithm> read_jws_algorithm(std::string_view name) {
    for (const auto& [algorithm, known] : kNames) {
        if (known == name) return algorithm;
    }
    return std::nullopt;
}

Result<void> Jwk::read_rsa(const Json& json) {
    const std::string modulus = TRY(need_bytes(json, "n"));
    const std::string exponent = TRY(need_bytes(json, "e"));
    const std::size_t bits = bits_of(modulus);
    if (bits < kMinRsaBits || bits > kMaxRsaBits || !is_odd(modulus)) {
        return bad("an RSA key has 2048 to 8192 bits (RFC 7518, 3.3)", "n");
    }
    constexpr std::size_t kMaxExponentBits = 33;
    const std::size_t exponent_bits = bits_of(exponent);
    if (exponent_bits < 2 || exponent_bits > kMaxExponentBits || !is_odd(exponent)) {
        return bad("the exponent of an RSA key is an odd number from 3, of at most 33 bits", "e");
    }
    kind_ = Kind::Rsa;
    signature_bytes_ = (bits + 7) / 8;
    members_.set("e", to_base64url(exponent));
    members_.set("kty", "RSA");
    members_.set("n", to_base64url(modulus));
    return {};
}

Result<void> Jwk::read_curve(const Json& json) {
    const std::string curve = TRY(need_text(json, "crv"));
    if (curve != "P-256" && curve != "P-384") {
        return Error{ErrorCode::Unsupported, "the curve is not P-256 or P-384", "/crv"};
    }
    kind_ = curve == "P-256" ? Kind::P256 : Kind::P384;
    const std::size_t bytes = kind_ == Kind::P256 ? 32 : 48;
    signature_bytes_ = 2 * bytes;
    members_.set("crv", curve);
    members_.set("kty", "EC");
    for (const std::string_view member : {"x", "y"}) {
        const std::string coordinate = TRY(need_bytes(json, member));
        if (coordinate.size() != bytes) {
            return bad("a coordinate is as long as the curve's numbers (RFC 7518, 6.2.1)", member);
        }
        members_.set(member, to_base64url(coordinate));
    }
    return {};
}

Result<void> Jwk::import_key() {
    key_ = jose::import_key(to_text(members_));
    if (key_) return {};
    return Error{ErrorCode::BadRequest, "these numbers are no key"};
}

Result<Jwk> Jwk::read(const Json& json) {
    if (!json.is_object()) return Error{ErrorCode::BadRequest, "a key is a JSON object"};
    TRY(check_use(json));
    Jwk key;
    const std::string kind = TRY(need_text(json, "kty"));
    if (kind == "RSA") {
        TRY(key.read_rsa(json));
    } else if (kind == "EC") {
        TRY(key.read_curve(json));
    } else {
        return Error{ErrorCode::Unsupported, "the key is neither RSA nor EC", "/kty"};
    }
    TRY(key.import_key());
    if (json.find("kid") != nullptr) {
        key.id_ = TRY(need_text(json, "kid"));
        if (key.id_.size() > kMaxIdBytes) return bad("it has at most 256 bytes", "kid");
        key.members_.set("kid", key.id_);
    }
    if (json.find("alg") != nullptr) {
        key.only_ = read_jws_algorithm(TRY(need_text(json, "alg")));
        if (!key.only_) {
            return Error{ErrorCode::Unsupported, "the key is for another algorithm", "/alg"};
        }
        key.members_.set("alg", name_of(*key.only_));
    }
    return key;
}

bool Jwk::fits(JwsAlgorithm algorithm) const {
    if (only_ && *only_ != algorithm) return false;
    switch (algorithm) {
        case JwsAlgorithm::Rs256:
        case JwsAlgorithm::Ps256: return kind_ == Kind::Rsa;
        case JwsAlgorithm::Es256: return kind_ == Kind::P256;
        case JwsAlgorithm::Es384: return kind_ == Kind::P384;
    }
    return false;
}

bool Jwk::verify(JwsAlgorithm algorithm, std::string_view jws) const {
    if (!fits(algorithm)) return false;
    const std::size_t dot = jws.rfind('.');
    if (dot == std::string_view::npos) return false;
    const auto signature = from_base64url(jws.substr(dot + 1));
    if (!signature || signature->size() != signature_bytes_) return false;
    return jose::verify(key_.get(), jws);
}

Result<JwkSet> JwkSet::parse(std::string_view text) {
    constexpr int kDepth = 8;
    return read(TRY(parse_json(text, {.max_bytes = kMaxBytes, .max_depth = kDepth})));
}

Result<JwkSet> JwkSet::read(const Json& json) {
    const Json* keys = json.find("keys");
    if (keys == nullptr || !keys->is_array()) return bad("a set of keys has this list", "keys");
    if (keys->array().size() > kMaxKeys) {
        return Error{ErrorCode::TooLarge, "a set has at most 64 keys", "/keys"};
    }
    JwkSet out;
    for (const Json& item : keys->array()) {
        if (auto key = Jwk::read(item)) out.keys_.push_back(std::move(key).value());
    }
    return out;
}

Result<Jwk> JwkSet::find(std::string_view kid, JwsAlgorithm algorithm) const {
    const Jwk* found = nullptr;
    bool known = false;
    for (const Jwk& key : keys_) {
        if (!kid.empty() && key.id() != kid) continue;
        known = true;
        if (!key.fits(algorithm)) continue;
        if (found != nullptr) {
            return Error{ErrorCode::Unauthorized,
                         kid.empty() ? "it does not say by which of several keys it is signed"
                                     : "several keys have the id that it names",
                         "header/kid"};
        }
        found = &key;
    }
    if (found != nullptr) return *found;
    if (known && !kid.empty()) {
        return Error{ErrorCode::Unauthorized, "the key that it names is for another algorithm",
                     "header/alg"};
    }
    return Error{ErrorCode::NotFound, "there is no such key", "header/kid"};
}

}  // namespace musubi

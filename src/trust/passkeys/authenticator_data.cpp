#include "trust/passkeys/authenticator_data.h"

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kHeadBytes = kHashBytes + 1 + 4;  // hash, flags, counter
constexpr std::size_t kAaguidBytes = 16;

// 6.1, the flags.
constexpr unsigned kUserPresent = 1U << 0U;
constexpr unsigned kUserVerified = 1U << 2U;
constexpr unsigned kBackupEligible = 1U << 3U;
constexpr unsigned kBackedUp = 1U << 4U;
constexpr unsigned kHasAttested = 1U << 6U;
constexpr unsigned kHasExtensions = 1U << 7U;

Error malformed_data(std::string detail) {
    return {ErrorCode::BadRequest, "this is not what an authenticator says: " + std::move(detail)};
}

Result<AuthenticatorData::Attested> read_attested(std::string_view& left) {
    if (left.size() < kAaguidBytes + 2) return malformed_data("the new credential is cut off");
    const auto high = static_cast<unsigned char>(left[kAaguidBytes]);
    const auto low = static_cast<unsigned char>(left[kAaguidBytes + 1]);
    const std::size_t size = static_cast<std::size_t>(high) << 8U | low;
    left.remove_prefix(kAaguidBytes + 2);
    if (size == 0 || size > AuthenticatorData::kMaxCredentialId) {
        return malformed_data("the id of a credential has 1 to 1023 bytes");
    }
    if (left.size() < size) return malformed_data("the id of the credential is cut off");
    const std::string_view id = left.substr(0, size);
    left.remove_prefix(size);
    CborReader reader{left};
    CoseKey key = TRY(CoseKey::read(reader));
    const std::string_view key_bytes = left.substr(0, left.size() - reader.left().size());
    left = reader.left();
    return AuthenticatorData::Attested{id, key_bytes, std::move(key)};
}

Result<AttestationObject::Statement> read_packed(CborReader& reader, std::uint64_t count) {
    constexpr std::uint64_t kSelfSigned = 2;  // with a certificate: 3
    if (count != kSelfSigned) {
        return malformed_data("a packed attestation is taken without certificates alone");
    }
    AttestationObject::Statement out;
    bool has_algorithm = false;
    bool has_signature = false;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::string_view name = TRY(reader.next(CborHead::Kind::Text)).text;
        if (name == "alg" && !has_algorithm) {
            out.algorithm = TRY(reader.integer());
            has_algorithm = true;
        } else if (name == "sig" && !has_signature) {
            out.signature = TRY(reader.next(CborHead::Kind::Bytes)).text;
            has_signature = true;
        } else {
            return malformed_data("a packed attestation has \"alg\" and \"sig\"");
        }
    }
    return out;
}

Result<void> read_statement(std::string_view bytes, AttestationObject& out) {
    CborReader reader{bytes};
    const std::uint64_t count = TRY(reader.next(CborHead::Kind::Map)).number;
    if (out.format == "packed") {
        out.statement = TRY(read_packed(reader, count));
        return reader.end();
    }
    if (out.format != "none") {
        return malformed_data(
            "no attestation was asked for, so only none or one by the key itself is "
            "taken");
    }
    if (count != 0) return malformed_data("the attestation \"none\" has a statement");
    return reader.end();
}

}  // namespace

Result<AuthenticatorData> read_authenticator_data(std::string_view bytes) {
    if (bytes.size() > AuthenticatorData::kMaxBytes) {
        return Error{ErrorCode::TooLarge, "an authenticator says at most 3 KiB"};
    }
    if (bytes.size() < kHeadBytes) return malformed_data("it is cut off");
    const auto flags = static_cast<unsigned char>(bytes[kHashBytes]);
    AuthenticatorData out;
    out.rp_id_hash = bytes.substr(0, kHashBytes);
    out.user_present = (flags & kUserPresent) != 0;
    out.user_verified = (flags & kUserVerified) != 0;
    out.backup_eligible = (flags & kBackupEligible) != 0;
    out.backed_up = (flags & kBackedUp) != 0;
    out.sign_count = read_be32(bytes.substr(kHashBytes + 1));
    std::string_view left = bytes.substr(kHeadBytes);
    if ((flags & kHasAttested) != 0) out.attested = TRY(read_attested(left));
    if ((flags & kHasExtensions) != 0) {
        CborReader reader{left};
        CborReader first = reader;
        TRY(first.next(CborHead::Kind::Map));
        TRY(reader.skip());
        left = reader.left();
    }
    if (!left.empty()) return malformed_data("something follows behind its end");
    return out;
}

Result<AttestationObject> read_attestation_object(std::string_view bytes) {
    if (bytes.size() > AttestationObject::kMaxBytes) {
        return Error{ErrorCode::TooLarge, "an attestation object has at most 3 KiB"};
    }
    constexpr std::uint64_t kMembers = 3;
    CborReader reader{bytes};
    if (TRY(reader.next(CborHead::Kind::Map)).number != kMembers) {
        return malformed_data("an attestation object has \"fmt\", \"attStmt\" and \"authData\"");
    }
    std::optional<std::string_view> format;
    std::optional<std::string_view> statement;
    std::optional<std::string_view> data;
    for (std::uint64_t i = 0; i < kMembers; ++i) {
        const std::string_view name = TRY(reader.next(CborHead::Kind::Text)).text;
        if (name == "fmt" && !format) {
            format = TRY(reader.next(CborHead::Kind::Text)).text;
        } else if (name == "attStmt" && !statement) {
            statement = TRY(reader.skip());
        } else if (name == "authData" && !data) {
            data = TRY(reader.next(CborHead::Kind::Bytes)).text;
        } else {
            return malformed_data(
                "an attestation object has \"fmt\", \"attStmt\" and \"authData\"");
        }
    }
    TRY(reader.end());
    AttestationObject out;
    out.format = *format;
    out.authenticator_data = *data;
    TRY(read_statement(*statement, out));
    return out;
}

}  // namespace musubi

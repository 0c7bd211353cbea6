#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "store/change.h"
#include "trust/keys.h"

namespace musubi {

/// How a machine proves that it is itself. One way each: who could choose would be as safe as the
/// weakest. The numbers are stored.
enum class MachineProof : std::uint8_t {
    Secret = 0,       ///< client_secret_basic (RFC 6749, 2.3.1)
    Keys = 1,         ///< private_key_jwt (RFC 7523, 2.2; OpenID Connect Core 1.0, 9)
    Certificate = 2,  ///< that one certificate, whoever signed it (RFC 8705, 2.2)
    Subject = 3       ///< a certificate of the trusted authority with that name (RFC 8705, 2.1)
};
inline constexpr MachineProof kLastProof = MachineProof::Subject;
/// As OAuth calls it (RFC 8414, 2: token_endpoint_auth_method).
[[nodiscard]] std::string_view method_of(MachineProof proof);

/// A machine that acts by itself: a client of OAuth 2.
struct Machine {
    static constexpr std::size_t kIdLength = 10;

    std::string id;  ///< client_id
    KeySpec spec;
    TenantId tenant = 0;  ///< names may be used again, numbers are not
    MachineProof proof = MachineProof::Secret;
    /// By the proof: SHA-256 of the secret; a JWK Set (RFC 7517); SHA-256 of the certificate; its
    /// subject as RFC 4514 writes it.
    std::string proven_by;
    Time created_at;
    std::optional<Time> used_at;  ///< about: Machines::kUseStep
};
using MachinePtr = std::shared_ptr<const Machine>;

/// "machine:ID": Caller::subject.
[[nodiscard]] std::string machine_subject(std::string_view id);
/// The id in it; empty where it is none.
[[nodiscard]] std::string_view machine_of(std::string_view subject);

/// As records keep it (docs/formats.md). Decoding fails: Corrupt.
[[nodiscard]] std::string encode(const Machine& machine);
Result<Machine> decode_machine(std::string_view id, std::string_view value);

/// A name as RFC 4514 writes it, in the one form that is compared: as the certificate of the
/// machine is printed. 3 to 1000 bytes on one line. Fails: BadRequest.
Result<std::string> read_subject_name(std::string_view text);
/// A thumbprint (SHA-256) in hex, with or without colons, or in base64url: its 32 bytes.
/// Fails: BadRequest.
Result<std::string> read_thumbprint(std::string_view text);

}  // namespace musubi

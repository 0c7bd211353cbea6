#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace musubi {

/// What a password has to be (NIST SP 800-63B-4, 3.1.1.2): long, and none of those that are tried
/// first. No rules of what signs it is made of.
inline constexpr std::size_t kMinPasswordCharacters = 12;
inline constexpr std::size_t kMaxPasswordBytes = 256;  ///< in NFKC

/// The password in the one form that is hashed (NFKC, so that it does not matter on which keyboard
/// it was typed). Fails: BadRequest (no UTF-8), TooLarge (kMaxPasswordBytes).
Result<std::string> normal_password(std::string_view password);
/// Whether it may be chosen by who signs in as `name`. Takes what normal_password gave.
/// Fails: BadRequest, saying what is wrong: too short, the name itself, one of the commonest, one
/// thing again and again or in a row.
Result<void> check_password(std::string_view normal, std::string_view name);

/// What one computation costs (RFC 9106, 4).
struct Argon2Cost {
    std::uint32_t memory_kib = 64 * 1024;
    std::uint32_t passes = 3;
    std::uint32_t lanes = 1;
};

/// Argon2id (RFC 9106) with its parameters and salt in the stored text (the PHC string format).
/// Each call computes for a tenth of a second and takes `memory_kib`: for workers, few at once.
class PasswordHasher {
public:
    static constexpr std::size_t kSaltBytes = 16;
    static constexpr std::size_t kHashBytes = 32;
    /// A stored text that asks for more is not believed.
    static constexpr Argon2Cost kMost{.memory_kib = 1024 * 1024, .passes = 16, .lanes = 16};

    explicit PasswordHasher(Argon2Cost cost = {});
    /// Takes what normal_password gave. Fails: Busy (no memory).
    Result<std::string> hash(std::string_view normal, Random& random) const;
    /// Whether it is the password. An empty `stored` (nobody of that name, or no password) takes
    /// the same work and is never it.
    [[nodiscard]] bool verify(std::string_view normal, const std::string& stored) const;
    /// True where `stored` was made at a lower cost than today's.
    [[nodiscard]] bool is_outdated(std::string_view stored) const;
    /// How many computations there were: what a test of equal work counts.
    [[nodiscard]] std::uint64_t computations() const { return computations_; }

private:
    Argon2Cost cost_;
    std::string nobody_;  // a stored text of today's cost that no password has
    mutable std::atomic<std::uint64_t> computations_{0};
};

/// The cost in a stored text. Fails: Corrupt.
Result<Argon2Cost> read_argon2_cost(std::string_view stored);

}  // namespace musubi

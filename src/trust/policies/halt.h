#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "trust/policies/policy.h"

namespace musubi {

/// A use of data that the independent body has halted: a prohibition that needs no second person,
/// stands beside every text of policies and is lifted by the independent body alone. None is ever
/// deleted.
struct Halt {
    static constexpr std::size_t kMaxWhy = 1'000;    ///< bytes of a reason
    static constexpr std::size_t kMaxTargets = 100;  ///< of each list
    static constexpr std::size_t kMaxName = 2'048;   ///< bytes of each that it names

    std::string id;  ///< "halt-" and what it is known by
    /// What is halted: actions, target, whom it concerns, for which purposes; its id is the halt's.
    Policy prohibition;
    std::string why;
    std::string by;  ///< "person:ID"
    Time at;
    std::optional<Time> lifted_at;
    std::string lifted_by;
    std::string lifted_why;
};

/// As it is kept. Decoding fails: Corrupt.
[[nodiscard]] std::string encode(const Halt& halt);
Result<Halt> decode_halt(std::string_view bytes);

/// Fails: Forbidden unless the caller is somebody of the independent body, as a person.
Result<void> may_halt(const Caller& caller);
/// Fails: BadRequest where nothing, or no action, is named; TooLarge.
Result<void> check_halt(const Halt& halt);

}  // namespace musubi

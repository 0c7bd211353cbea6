#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trust/machines/machine.h"

namespace musubi {

/// What an assertion said that has to be remembered.
struct Assertion {
    std::string id;  ///< jti
    Time until;      ///< from then on nobody takes it
};

inline constexpr Duration kLongestAssertion = minutes(5);
/// In which algorithms machines sign, as `alg` writes them (RFC 7518, 3.1).
[[nodiscard]] std::vector<std::string_view> assertion_algorithms();

/// Of which machine an assertion says it is (`sub`); nothing of it is proven. Fails: Unauthorized,
/// TooLarge.
Result<std::string> claimed_machine(std::string_view assertion);
/// What is said of an assertion whose signature is not by a key of the machine that it is about,
/// whether or not there is one.
[[nodiscard]] Error not_signed();
/// To be checked in the place of a machine that is not there, so that its absence takes as long:
/// its key signs nothing.
[[nodiscard]] Machine unknown_machine(std::string id);
/// Whether a JSON Web Token proves that the machine asks (RFC 7523, 3; OpenID Connect Core 1.0, 9):
/// signed by one of its keys, by and about itself, for one of `audiences`, with an end at most
/// kLongestAssertion away, give or take kClockLeeway, and an id. Fails: Unauthorized, `where` being
/// the member; TooLarge.
Result<Assertion> check_assertion(std::string_view assertion, const Machine& machine,
                                  const std::vector<std::string>& audiences, Time now);

}  // namespace musubi

#pragma once

#include <span>
#include <string_view>

namespace musubi {

/// A code of a case in words.
struct CaseTerm {
    std::string_view code;
    std::string_view ja;
    std::string_view en;
};

/// The eight challenges of regions.
[[nodiscard]] std::span<const CaseTerm> case_challenges();
/// The five roles of the digital.
[[nodiscard]] std::span<const CaseTerm> case_roles();
/// The seven common functions.
[[nodiscard]] std::span<const CaseTerm> case_functions();
/// Where people are found: in any town, in a prefecture or core city, outside.
[[nodiscard]] std::span<const CaseTerm> case_tiers();
/// The seven success factors.
[[nodiscard]] std::span<const CaseTerm> case_factors();
/// Learning or success.
[[nodiscard]] std::span<const CaseTerm> case_kinds();
/// What was decided in the end.
[[nodiscard]] std::span<const CaseTerm> case_outcomes();

/// Null where there is no such code.
[[nodiscard]] const CaseTerm* find_case_term(std::span<const CaseTerm> terms,
                                             std::string_view code);

}  // namespace musubi

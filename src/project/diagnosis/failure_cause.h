#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "project/measures/words.h"

namespace musubi {

/// Why digital technology did not lead to the solution of a region's issue: the twelve causes that
/// the secretariat's paper of 19 March 2024 supposes
/// (デジタル基盤を活用した地域課題解決や産業振興の 在り方について), in its order.
enum class FailureCause : std::uint8_t {
    TerminalsNotConnected,
    NoDigitalBase,
    EquipmentPastLife,
    NoPeople,
    NoKnowledge,
    PeopleElsewhere,
    PurposeUnclear,
    TechnologyFirst,
    PartiesApart,
    NoEarnings,
    PilotForItself,
    DataInSilos,
};
inline constexpr std::size_t kFailureCauses = 12;
[[nodiscard]] const std::array<FailureCause, kFailureCauses>& failure_causes();

/// The paper has four kinds of three causes each. Their names are not in its text: these are
/// reconstructed.
enum class CauseKind : std::uint8_t { Base, People, Agreement, Business };

/// A cause as the paper has it.
struct CauseText {
    FailureCause cause;
    std::string_view id;  ///< "terminals-not-connected"
    CauseKind kind;
    int line;             ///< of the paper's text
    std::string_view ja;  ///< the paper's own words
    std::string_view en;  ///< translated
    /// What a member of the council may ask.
    std::string_view question_ja;
    std::string_view question_en;
};
[[nodiscard]] const CauseText& text_of(FailureCause cause);
[[nodiscard]] std::string_view name_of(CauseKind kind);
[[nodiscard]] MeasureWords words_of(CauseKind kind);

}  // namespace musubi

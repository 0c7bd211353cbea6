#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/result.h"

namespace musubi {

/// The rule that readings did not meet, so that nothing is claimed from them.
enum class EffectRule {
    NoReadings,
    TooManyPlaces,
    TooManyPeriods,
    NotANumber,
    TooLarge,
    UnreadablePeriod,
    GivenTwice,
    PlacesUnsaid,
    Gap,
    UnevenPeriods,
    UnknownUnit,
    UnknownPeriod,
    NobodyTreated,
    NotOneStart,
    TreatmentEnds,
    BadLevel,
    BadSeason,
    TooFewBefore,
    TooFewAfter,
    TooFewSeasons,
    NoVariation,
    BeforeBends,
    HangsTogether,
    TooFewComparisons,
    TooFewWays,
    TrendsDiffer,
    SeveralTreated,
    PoorFit,
};

/// Why there is no estimate: the rule with its numbers.
struct EffectRefusal {
    EffectRule rule = EffectRule::NoReadings;
    double found = 0;
    double needed = 0;
    std::string place = {};  ///< a unit, a period, or both; may be empty
};

/// The rule's name for programs, such as "too_few_before".
[[nodiscard]] std::string_view code_of(EffectRule rule);
/// One sentence that an officer understands, with the numbers.
[[nodiscard]] std::string to_text(const EffectRefusal& refusal, bool japanese);
/// As the house reports failures: the English sentence, and the code as its place.
[[nodiscard]] Error to_error(const EffectRefusal& refusal);

/// An estimate or the refusal that stands in its way. TRY passes the refusal on.
template <typename T>
class [[nodiscard]] Judged {
public:
    using value_type = T;
    Judged(T value) : data_{std::in_place_index<0>, std::move(value)} {}                  // NOLINT
    Judged(EffectRefusal refusal) : data_{std::in_place_index<1>, std::move(refusal)} {}  // NOLINT
    [[nodiscard]] bool has_value() const noexcept { return data_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }
    [[nodiscard]] const T& value() const& { return *std::get_if<0>(&data_); }
    [[nodiscard]] T&& value() && { return std::move(*std::get_if<0>(&data_)); }
    const T& operator*() const { return value(); }
    const T* operator->() const { return &value(); }
    [[nodiscard]] const EffectRefusal& error() const& { return *std::get_if<1>(&data_); }
    [[nodiscard]] EffectRefusal&& error() && { return std::move(*std::get_if<1>(&data_)); }

private:
    std::variant<T, EffectRefusal> data_;
};

template <>
class [[nodiscard]] Judged<void> {
public:
    using value_type = void;
    Judged() = default;
    Judged(EffectRefusal refusal) : refusal_{std::move(refusal)} {}  // NOLINT
    [[nodiscard]] bool has_value() const noexcept { return !refusal_; }
    explicit operator bool() const noexcept { return has_value(); }
    void value() const noexcept {}
    [[nodiscard]] const EffectRefusal& error() const& { return *refusal_; }
    [[nodiscard]] EffectRefusal&& error() && { return std::move(*refusal_); }

private:
    std::optional<EffectRefusal> refusal_;
};

}  // namespace musubi

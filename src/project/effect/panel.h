#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "project/effect/judged.h"

namespace musubi {

/// One value of one place in one period, as a table has it.
struct EffectReading {
    static constexpr std::string_view kOnePlace = "-";  ///< the unit where no place has a name
    std::string unit;
    std::string period;  ///< `2024`, `2024-04`, `2024-04-01`, or a running number
    double value = 0;
    bool treated = false;  ///< for plan_of alone
};

/// Who has the project, and the first period that may show it.
struct EffectPlan {
    std::vector<std::string> treated;
    std::string first_after;
};

/// A table without gaps: each unit has each period. Comparisons come first, in the order of their
/// names, then the treated; the order of the rows it was made from does not show.
struct EffectPanel {
    static constexpr std::size_t kMaxUnits = 2'000;
    static constexpr std::size_t kMaxPeriods = 2'000;
    static constexpr double kMaxValue = 1e100;

    std::vector<std::string> units;
    std::vector<std::string> periods;
    std::vector<double> values;   ///< unit after unit
    std::size_t comparisons = 0;  ///< how many of the units have no project
    std::size_t before = 0;       ///< how many of the periods lie before it

    [[nodiscard]] double at(std::size_t unit, std::size_t period) const {
        return values[unit * periods.size() + period];
    }
    [[nodiscard]] std::size_t treated() const { return units.size() - comparisons; }
    [[nodiscard]] std::size_t after() const { return periods.size() - before; }
    /// The mean of the treated in each period.
    [[nodiscard]] std::vector<double> treated_mean() const;
    /// The mean of the comparisons in each period.
    [[nodiscard]] std::vector<double> comparison_mean() const;
};

/// Reads the plan from the readings' own marks. Refuses: NobodyTreated; NotOneStart where the
/// project begins at different times; TreatmentEnds.
Judged<EffectPlan> plan_of(std::span<const EffectReading> readings);

/// Refuses: NoReadings, TooManyPlaces, TooManyPeriods, NotANumber (infinite and NaN), TooLarge,
/// UnreadablePeriod, GivenTwice, PlacesUnsaid (as GivenTwice, where no place has a name), Gap,
/// UnevenPeriods, UnknownUnit, UnknownPeriod, NobodyTreated, TooFewBefore and TooFewAfter where a
/// side has no period at all.
Judged<EffectPanel> make_panel(std::span<const EffectReading> readings, const EffectPlan& plan);

}  // namespace musubi

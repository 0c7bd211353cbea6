#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace musubi {

enum class EffectMethod {
    InterruptedSeries,
    Differences,
    SyntheticControl,
    SyntheticDifferences,
};

/// What may be asked of each estimator.
struct EffectOptions {
    double level = 0.95;     ///< of the interval; 1 - level is the rate of false alarms
    std::uint64_t seed = 1;  ///< of the chance that an estimator uses, if it does
};

/// A number that the estimate stands on, by a name for programs, such as "lag".
struct EffectFact {
    std::string_view code;
    double value = 0;
};

/// Another number of the same kind as the estimate, with an interval of the same level.
struct EffectPart {
    std::string_view code;
    double estimate = 0;
    double standard_error = 0;
    double low = 0;
    double high = 0;
    double p = 1;
};

/// How much a unit or a period counts in the comparison.
struct EffectWeight {
    std::string name;
    double weight = 0;
};

/// What the same computation gives where one unit plays another part: without one that the estimate
/// leans on, or as if one without the project had it.
struct EffectOther {
    std::string name;
    double estimate = 0;
};

/// What was found, with all that is needed to judge and to draw it. Values are in the unit of the
/// outcome; `estimate` is the mean over the periods since the project began.
struct EffectEstimate {
    EffectMethod method = EffectMethod::InterruptedSeries;
    double estimate = 0;
    double standard_error = 0;
    double low = 0;
    double high = 0;
    double level = 0.95;
    std::string_view interval_by;  ///< code of how the interval was made
    double p = 1;
    std::string_view p_by;  ///< code of how p was made
    /// Where p is a rank: the place from the top among so many.
    std::optional<std::pair<std::size_t, std::size_t>> rank;
    double before_rmse = 0;  ///< of observed less counterfactual before the project
    std::vector<std::string> periods;
    std::vector<double> observed;
    std::vector<double> counterfactual;
    std::size_t before = 0;  ///< periods before the project
    std::vector<EffectPart> parts;
    std::vector<EffectWeight> unit_weights;    ///< those above 0
    std::vector<EffectWeight> period_weights;  ///< those above 0
    std::vector<EffectOther> without;          ///< each unit above 0 left out in turn
    std::vector<EffectOther> placebos;         ///< each unit without the project as if it had it
    std::vector<EffectFact> facts;
    std::vector<std::string_view> assumptions;  ///< codes, in the order to be read
    std::optional<std::uint64_t> seed;          ///< where chance was used

    /// Whether the effect is told from chance at 1 - level.
    [[nodiscard]] bool shown() const { return p <= 1 - level + 1e-12; }
};

/// "its", "did", "sc", "sdid".
[[nodiscard]] std::string_view code_of(EffectMethod method);
/// A code of this page (methods, parts, facts, assumptions, how it was made) in words.
[[nodiscard]] std::string_view effect_words(std::string_view code, bool japanese);
/// For people: what was found, how sure it is, what it stands on.
[[nodiscard]] std::string to_text(const EffectEstimate& estimate, bool japanese);
/// For programs: everything, each number in its shortest exact form.
[[nodiscard]] Json to_json(const EffectEstimate& estimate);

}  // namespace musubi

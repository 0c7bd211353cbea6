#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "project/effect/panel.h"
#include "project/effect/synthetic_control.h"

namespace musubi {

/// Which columns of a table say what, by their names in its header.
struct EffectColumns {
    std::string unit;  ///< empty: the table is of one place
    std::string period;
    std::string value;
    std::string treated;  ///< 1 where and when the project is; empty: it is said otherwise
    std::vector<std::string> predictors;
};

struct EffectTable {
    static constexpr std::size_t kMaxBytes = 64U << 20U;
    std::vector<EffectReading> readings;
    std::vector<std::string> predictor_names;
    std::vector<std::vector<double>> predictors;  ///< of each, one a reading; NaN where empty

    /// The means before the project of each predictor, for each unit of `panel`, in its order.
    /// Fails: BadRequest where a unit has none.
    [[nodiscard]] Result<std::vector<EffectPredictor>> predictors_of(
        const EffectPanel& panel) const;
};

/// Reads a CSV with a header: UTF-8 or Shift_JIS, parted by `,` or `;` or a tab, whichever the
/// header has most of. A cell that is no number becomes NaN, which a panel refuses by its place.
/// Fails: BadRequest, `where` is the line, for a column that is not there, a row of another length,
/// a mark of the project that is neither 1 nor 0.
Result<EffectTable> read_effect_table(std::string_view bytes, const EffectColumns& columns);

}  // namespace musubi

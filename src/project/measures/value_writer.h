#pragma once

#include <string>
#include <string_view>

#include "project/measures/compute.h"
#include "store/transaction.h"

namespace musubi {

/// The version of how values are computed: part of each. Raised when the same readings would give
/// another value.
inline constexpr std::string_view kMeasureCode = "measures-4";

/// Expanded names of what measures are made of (Smart Data Models, KeyPerformanceIndicator, and
/// ours).
struct MeasureNames {
    explicit MeasureNames(const Context& context);
    std::string indicator, measure, value;  // types
    std::string name, description, formula, unit, direction, definition, hash, version;
    std::string kpi_value, calculation_period, of_measure, group, lack, readings, entities, root,
        code, revision, as_of, is_final, by_hand, cases;
};

/// `urn:ngsi-ld:Measure:<id>`.
[[nodiscard]] std::string measure_entity(const Measure& measure);
/// `urn:ngsi-ld:MeasureValue:<id>:<period>:<first day>`, and for a group 16 digits of its hash.
[[nodiscard]] std::string value_entity(const Measure& measure, const MeasureValue& value);

/// Writes a measure's definition as an entity; a later one stands beside it in its history. False
/// where somebody else's entity has its id, which stays as it is.
/// Fails: as Transaction::create, edit.
Result<bool> write_measure(Transaction& tx, const MeasureNames& names, const MeasureSet& set,
                           const Measure& measure);
/// Writes a value as an entity: what it was before stays in its history. A value of a period that
/// is over counts its revisions, from 1; one that says the same again is none. `root`: of the
/// readings; empty: the period is not over. False as above. Fails: as Transaction::create, edit.
Result<bool> write_value(Transaction& tx, const MeasureNames& names, const Measure& measure,
                         const MeasureValue& value, const std::string& root);
/// Takes back the value `id`, which was written as final by a clock that ran ahead: it says so in
/// the place of a value, and counts on when its period is over. Nothing happens where it is gone.
/// Fails: as Transaction::edit.
Result<void> take_back_value(Transaction& tx, const MeasureNames& names, const std::string& id);

}  // namespace musubi

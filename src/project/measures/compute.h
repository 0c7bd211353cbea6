#pragma once

#include <functional>
#include <unordered_map>

#include "project/measures/measure_totals.h"
#include "project/measures/readings_root.h"
#include "store/store.h"

namespace musubi {

/// Numbers for entities, the same for the same id.
class EntityNumbers {
public:
    std::uint32_t of(const std::string& id);
    [[nodiscard]] std::size_t size() const { return numbers_.size(); }

private:
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

/// What is told of the gathering besides its result.
struct GatherNotes {
    /// The newest state that was read of each series.
    std::function<void(std::uint32_t entity, const std::string& attribute, InstanceId newest)> seen;
    ReadingsRoot* root = nullptr;  ///< gets the readings within the period
};

/// Gathers a measure for a period from the readings in the store, as the caller may see them: of
/// the entities that belong to it now, from the history of their default instances.
/// Fails: NoTenant, Io, Corrupt.
Result<MeasureTotals> gather_measure(const Store& store, const Caller& caller,
                                     const Measure& measure, const Period& period,
                                     EntityNumbers& numbers, const GatherNotes& notes = {});

/// The values of a measure for a period, from nothing, and the root of the readings they are made
/// of. Fails: as gather_measure.
struct ComputedMeasure {
    std::vector<MeasureValue> values;
    std::string root;  ///< in hex
};
Result<ComputedMeasure> compute_measure(const Store& store, const Caller& caller,
                                        const Measure& measure, const Period& period, Time as_of);

}  // namespace musubi

#pragma once

#include <functional>
#include <unordered_map>

#include "project/measures/measure_totals.h"
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

/// Gathers a measure for a period from the readings in the store, as the caller may see them: of
/// the entities that belong to it now, from the history of their default instances. `seen`, where
/// it is given, is told the newest state that was read of each series.
/// Fails: NoTenant, Io, Corrupt.
using SeenSeries =
    std::function<void(std::uint32_t entity, const std::string& attribute, InstanceId newest)>;
Result<MeasureTotals> gather_measure(const Store& store, const Caller& caller,
                                     const Measure& measure, const Period& period,
                                     EntityNumbers& numbers, const SeenSeries& seen = nullptr);

/// The values of a measure for a period, from nothing. Fails: as gather_measure.
Result<std::vector<MeasureValue>> compute_measure(const Store& store, const Caller& caller,
                                                  const Measure& measure, const Period& period,
                                                  Time as_of);

}  // namespace musubi

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <unordered_map>
#include <utility>

#include "project/measures/measure_totals.h"
#include "project/measures/readings_root.h"
#include "store/store.h"

namespace musubi {

/// Numbers for entities, the same for the same id.
class EntityNumbers {
public:
    std::uint32_t of(const std::string& id);
    /// Nothing: it has none yet.
    [[nodiscard]] std::optional<std::uint32_t> find(const std::string& id) const;
    [[nodiscard]] std::size_t size() const { return numbers_.size(); }

private:
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

/// Whether entities of these types belong to no measure.
using LeavesOut = std::function<bool(const std::vector<std::string>& types)>;

/// What is said where computing ends because it was to stop.
[[nodiscard]] Error computing_stopped();

/// What is told of the gathering besides its result.
struct GatherNotes {
    EntityNumbers* numbers = nullptr;  ///< null: of this gathering alone
    /// The newest state that was read of each series.
    std::function<void(std::uint32_t entity, const std::string& attribute, InstanceId newest)> seen;
    LeavesOut leaves_out;
    /// Readings that were recorded by a later commit are not taken.
    std::uint64_t known_at = UINT64_MAX;
    std::stop_token stop = {};  ///< asked for: gathering ends before the next entity
};

/// From when to when history tells of an attribute of an entity, as the caller may see it and as it
/// was known at a commit; nothing: never. Fails: NoTenant, Io, Corrupt.
struct ReadingTimes {
    Time first;
    Time last;
};
Result<std::optional<ReadingTimes>> reading_times(const Store& store, const Caller& caller,
                                                  const std::string& entity,
                                                  const std::string& attribute,
                                                  std::uint64_t known_at = UINT64_MAX);

/// Gathers a measure for a period from the readings in the store, as the caller may see them: of
/// the entities that belong to it now, from the history of their default instances.
/// Fails: NoTenant, Io, Corrupt; Busy where it was to stop.
Result<MeasureTotals> gather_measure(const Store& store, const Caller& caller,
                                     const Measure& measure, const Period& period,
                                     const GatherNotes& notes = {});

/// The values of a measure for a period, from nothing, and for each the root of the readings it is
/// made of, in hex; where a group is too small to be shown, that of no readings.
/// Fails: as gather_measure.
struct ComputedMeasure {
    std::vector<MeasureValue> values;
    std::vector<std::string> roots;
};
/// When it is computed, and of whom not.
struct ComputedAt {
    ComputedAt(Time time, LeavesOut of_whom_not = nullptr)  // NOLINT: a time is nearly always all
        : as_of{time}, leaves_out{std::move(of_whom_not)} {}
    Time as_of;
    LeavesOut leaves_out;
    std::uint64_t known_at = UINT64_MAX;  ///< as in GatherNotes
    std::stop_token stop = {};            ///< likewise
};
Result<ComputedMeasure> compute_measure(const Store& store, const Caller& caller,
                                        const Measure& measure, const Period& period,
                                        const ComputedAt& at);
/// The same for several periods, in one pass over the readings: each to the last digit as if it
/// were alone. Fails: as gather_measure.
Result<std::vector<ComputedMeasure>> compute_measures(const Store& store, const Caller& caller,
                                                      const Measure& measure,
                                                      std::span<const Period> periods,
                                                      const ComputedAt& at);

}  // namespace musubi

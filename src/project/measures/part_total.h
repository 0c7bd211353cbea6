#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "project/measures/exact_sum.h"
#include "project/measures/measure.h"
#include "project/measures/reading.h"

namespace musubi {

/// Whether a part is made of readings, and not of who belongs to it.
[[nodiscard]] inline bool is_of_readings(const MeasurePart& part) {
    return part.kind != PartKind::Expected && part.kind != PartKind::Members;
}

/// What a part makes of the readings of one period and group, gathered reading by reading: those of
/// one entity in order of time, the entities in any order. The result depends on the readings
/// alone, to the last digit.
class PartTotal {
public:
    /// `counts_entities`: whether `entities` will be asked.
    PartTotal(const MeasurePart& part, const Period& period, bool counts_entities = false)
        : part_{&part}, period_{period}, counts_entities_{counts_entities} {}

    /// `entity`: any number that names it. `bound`: what the entity's readings are held against,
    /// where the part has a bound; nothing: it has none, and its readings do not count. A reading
    /// from before the period may come first: it lasts into it (TimeBeyond alone).
    void add(std::uint32_t entity, const MeasuredReading& reading, std::optional<double> bound);

    /// An entity that belongs to it, of which readings are due from its first one on. `first`: when
    /// that was, whatever the period; nothing: there is none yet.
    void join(std::optional<Time> first);

    /// `as_of`: what is not over yet is counted up to then. Nothing: there is no reading to make it
    /// of.
    [[nodiscard]] std::optional<double> value(Time as_of) const;
    /// What came of what was due from each entity's first reading on: readings where the part
    /// counts_due (those that arrived), else entities with one (where they are counted).
    struct Came {
        std::uint64_t came = 0;
        std::uint64_t due = 0;
    };
    [[nodiscard]] Came came(Time as_of) const;
    /// Of the readings of each entity at most one each `every`, give or take half of it: those that
    /// conform to GCRA(every, every / 2) (ITU-T I.371, virtual scheduling). Readings that come more
    /// often than they are due do not make up for a silence, nor do those that are due and come a
    /// little early or late count less.
    [[nodiscard]] std::uint64_t arrived() const { return arrived_; }
    /// Readings within the period that counted.
    [[nodiscard]] std::uint64_t readings() const { return count_; }
    /// How many entities they are of; where they are not counted, no bound.
    [[nodiscard]] std::size_t entities() const {
        const bool counted = counts_entities_ && is_of_readings(*part_);
        return counted ? entities_.size() : SIZE_MAX;
    }

private:
    // What is known of one entity, of the kinds that compare its readings.
    struct Track {
        Time first_at;
        Time last_at;
        double first = 0;
        double last = 0;
        double bound = 0;
    };
    [[nodiscard]] std::int64_t lasted(const Track& track, Time until) const;
    void schedule(std::uint32_t entity, Time at);
    void follow(std::uint32_t entity, const MeasuredReading& reading, double bound);
    [[nodiscard]] std::uint64_t due(Time as_of) const;
    [[nodiscard]] std::uint64_t heard(Time as_of) const;
    [[nodiscard]] std::optional<double> quantile() const;
    [[nodiscard]] std::optional<double> change() const;
    [[nodiscard]] std::optional<double> rate() const;
    [[nodiscard]] double hours_beyond(Time as_of) const;

    const MeasurePart* part_;
    Period period_;
    bool counts_entities_ = false;
    std::unordered_set<std::uint32_t> entities_;
    std::uint64_t members_ = 0;
    std::uint64_t heard_before_ = 0;  // entities with a reading before the period
    std::vector<Time> heard_since_;   // the first reading of each of the others
    std::uint64_t count_ = 0;
    std::uint64_t arrived_ = 0;
    std::unordered_map<std::uint32_t, Time> next_due_;  // of Arrived, and where counts_due
    std::uint64_t beyond_ = 0;                          // readings
    std::int64_t beyond_us_ = 0;                        // of what is over
    ExactSum sum_;
    std::map<double, std::uint64_t> values_;  // how often; of Quantile, Min, Max, Distinct
    std::set<std::string> texts_;             // of Distinct
    std::unordered_map<std::uint32_t, Track> tracks_;
};

}  // namespace musubi

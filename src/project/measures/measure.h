#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/context.h"
#include "model/query.h"
#include "project/measures/formula.h"
#include "project/measures/period.h"

namespace musubi {

/// The guardian of the measures and values that Musubi writes, and of what is entered by hand.
inline constexpr std::string_view kMeasureGuardian = "measures";
/// The type of what people enter by hand (docs/measures.md), expanded.
inline constexpr std::string_view kHandValueType =
    "https://uri.etsi.org/ngsi-ld/default-context/HandValue";

/// What a part of a measure makes of its readings (docs/measures.md).
enum class PartKind {
    Count,     ///< how many readings
    Distinct,  ///< how many different values
    Entities,  ///< how many entities with a reading
    Members,   ///< how many entities, with a reading or not
    Arrived,   ///< how many readings, of each entity at most one each `every` (GCRA)
    Expected,  ///< how many readings there should be: one an entity each `every`, from its first on
    Sum,
    Mean,
    Min,
    Max,
    Quantile,    ///< of all readings (Hyndman and Fan 1996, definition 7)
    Share,       ///< of the readings beyond a bound, 0 to 1
    TimeBeyond,  ///< hours beyond a bound, all entities together
    Change,      ///< the mean over the entities of last less first
    Rate,        ///< change an hour, all entities together
};
[[nodiscard]] std::optional<PartKind> part_kind(std::string_view word);
[[nodiscard]] std::string_view name_of(PartKind kind);
inline constexpr std::string_view kPartWords =
    "count|distinct|entities|members|arrived|expected|sum|mean|min|max|quantile|share|time-beyond|"
    "change|"
    "rate";

/// A bound that readings are held against: a number, or an attribute of the entity itself.
struct Bound {
    bool above = true;  ///< at it or above; else at it or below
    double number = 0;
    std::string attribute;  ///< expanded; empty: the number
    [[nodiscard]] bool is_beyond(double value, double bound) const {
        return above ? value >= bound : value <= bound;
    }
};

/// Where the readings of a part come from, and what is made of them.
struct MeasurePart {
    std::string name;
    PartKind kind = PartKind::Count;
    EntityQuery who;               ///< type, q, geo-query and scope; not id, limit or order
    std::string type;              ///< expanded
    std::string attribute;         ///< expanded
    std::string unit;              ///< UN/CEFACT code the readings must have; empty: any
    double quantile = 0.5;         ///< of Quantile
    Bound bound;                   ///< of Share, TimeBeyond
    Duration hold = hours(1);      ///< of TimeBeyond: so long a value is taken to last at most
    Duration every = minutes(10);  ///< of Arrived, Expected, and where counts_due
    bool counts_due = false;       ///< with least_share: of its readings, not of its entities
    int ago = 0;                   ///< of so many periods before
    std::string less;  ///< expanded; readings are taken less what this attribute says now
    /// Expanded names of what decides who belongs to it, and what bounds it.
    std::vector<std::string> looks_at;
};

enum class Direction { Up, Down };

/// What is made of the values of the formula where there is one for each entity.
enum class Across { None, Median, Mean };

/// A measure is a definition, not a number. Immutable.
struct Measure {
    std::string id;
    std::string ja;
    std::string en;
    std::string unit;  ///< UN/CEFACT code of the value
    Direction direction = Direction::Up;
    PeriodKind period = PeriodKind::Month;
    int decimals = 1;  ///< shown
    Formula formula;
    std::vector<MeasurePart> parts;
    Across across = Across::None;
    std::string each;  ///< with across: expanded attribute whose text says whom one value is
                       ///< of; empty: each entity is one
    std::string by;    ///< expanded attribute whose text is the group; empty: all as one
    std::size_t smallest = 1;  ///< entities of a group that is shown
    /// Where of a part less than this share of what was due came there is no value; nothing: it is
    /// given as it is.
    std::optional<double> least_share;
    std::string definition;  ///< canonical JSON (RFC 8785) of all that decides the value
    std::string hash;        ///< SHA-256 of it, in hex

    struct Goal {
        double value = 0;
        Time by;
    };
    std::optional<Period> baseline;
    std::optional<double> baseline_value;  ///< where it is known from elsewhere
    std::vector<Goal> path;                ///< in order of time; the last one is the target
};

struct MeasureSet {
    std::string version;
    std::string context_url;
    ContextPtr context;
    std::vector<Measure> measures;
    /// What it was read from, so that it can be read again elsewhere; of a pack alone.
    std::string text;
    Json context_document;
    [[nodiscard]] const Measure* find(std::string_view id) const;
};
using MeasureSetPtr = std::shared_ptr<const MeasureSet>;

}  // namespace musubi

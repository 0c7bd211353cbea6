#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "project/measures/part_total.h"

namespace musubi {

/// Why a measure has no value.
enum class MeasureLack {
    None,
    Part,       ///< a part has no reading to be made of
    Division,   ///< it would divide by nothing
    NotFinite,  ///< it is beyond what a number can hold
    TooSmall,   ///< fewer entities than are shown
    Unit,       ///< a reading has another unit than the part
    Missing,    ///< too few of what was due came
    TooMany,    ///< more groups than kMaxGroups
};

/// One value of a measure.
struct MeasureValue {
    struct Part {
        std::optional<double> value;
        std::uint64_t readings = 0;
        std::size_t entities = 0;
    };
    std::string group;  ///< what the attribute of its break-down says; empty: all, or nothing
    Period period;
    Time as_of;
    std::optional<double> value;
    MeasureLack lack = MeasureLack::None;
    std::size_t about = 0;    ///< of Part, Unit, Missing: which part
    PartTotal::Came came;     ///< of Missing
    std::string entity;       ///< of Unit: an entity whose unit differs
    std::vector<Part> parts;  ///< nothing of them where it is TooSmall
    friend bool operator==(const MeasureValue& a, const MeasureValue& b);
};

/// The parts of a measure for one period, group by group, as they are gathered.
class MeasureTotals {
public:
    /// Beyond, there are no values.
    static constexpr std::size_t kMaxGroups = 1'000;

    MeasureTotals(const Measure& measure, const Period& period)
        : measure_{&measure}, period_{period} {}

    /// An entity that belongs to a part.
    struct Joining {
        const std::string& entity;
        std::string_view unit;      ///< the code its readings have now
        std::optional<Time> first;  ///< its first reading ever, where the part asks_first
    };
    void join(std::string_view group, std::size_t part, const Joining& who);
    /// As PartTotal::add.
    void add(std::string_view group, std::size_t part, std::uint32_t entity,
             const MeasuredReading& reading, std::optional<double> bound);
    /// One a group, in the order of their names; without a break-down exactly one.
    [[nodiscard]] std::vector<MeasureValue> values(Time as_of) const;
    [[nodiscard]] const Period& period() const { return period_; }
    [[nodiscard]] const Measure& measure() const { return *measure_; }

private:
    struct PartOfGroup {
        PartTotal total;
        std::size_t members = 0;
        std::string other_unit;  // an entity that has one
    };
    using Group = std::vector<PartOfGroup>;
    Group* group(std::string_view name);  // null: there are too many
    [[nodiscard]] Group empty_group() const;
    static void find_missing(const Measure& measure, const Group& group, MeasureValue& value);
    [[nodiscard]] MeasureValue value_of(const std::string& name, const Group& group,
                                        Time as_of) const;

    const Measure* measure_;
    Period period_;
    std::map<std::string, Group, std::less<>> groups_;
};

/// The group an entity is of: the text of its break-down now. Empty where there is none.
[[nodiscard]] std::string group_of(const Measure& measure, const Entity& entity);
/// What the entity's readings are held against; nothing: it has no such number.
[[nodiscard]] std::optional<double> bound_of(const MeasurePart& part, const Entity& entity);
/// Whether the value of a part depends on when the first reading of each entity was.
[[nodiscard]] bool asks_first(const Measure& measure, const MeasurePart& part);
/// The readings a part looks at for a period: with TimeBeyond also what may last into it.
[[nodiscard]] Period reach_of(const MeasurePart& part, const Period& period);

}  // namespace musubi

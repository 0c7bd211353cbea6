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
    bool by_hand = false;     ///< a reading it is made of was entered by hand
    std::size_t cases = 0;    ///< with across: of how many values it is the median or mean
    friend bool operator==(const MeasureValue& a, const MeasureValue& b);
};

/// Where the readings of an entity go.
struct MeasurePlace {
    std::string_view group;
    std::string_view each;  ///< of whom one value of the formula is; empty: of the whole group
    std::size_t part = 0;
};

/// What the readings of an entity are held against now.
struct HeldAgainst {
    std::optional<double> bound;  ///< nothing: there is none, or the entity has no such number
    double less = 0;              ///< they are taken less this
    bool counts = true;           ///< false: it has no number to take them less
    friend bool operator==(const HeldAgainst&, const HeldAgainst&) = default;
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
        std::optional<Time> first;  ///< its first reading ever, where the part asks_first
    };
    void join(const MeasurePlace& place, const Joining& who);
    /// Whose readings are added.
    struct Reader {
        std::uint32_t number;
        const std::string& id;
    };
    /// As PartTotal::add. A reading in another unit than the part's, or in none beside others in
    /// one, leaves the group without a value; true and false are no amounts of a unit. The unit of
    /// the part, where it says none, is that of a measure that is the part alone, unless that is
    /// C62.
    void add(const MeasurePlace& place, const Reader& who, const MeasuredReading& reading,
             const HeldAgainst& against);
    /// One a group, in the order of their names; without a break-down exactly one.
    [[nodiscard]] std::vector<MeasureValue> values(Time as_of) const;
    [[nodiscard]] const Period& period() const { return period_; }
    [[nodiscard]] const Measure& measure() const { return *measure_; }

private:
    struct PartOfGroup {
        PartTotal total;
        std::size_t members = 0;
        std::map<std::uint32_t, std::string> units;  // of its readings: the first entity in each
        std::pair<std::uint32_t, std::uint32_t> seen{};  // unit and entity, of the last one
    };
    void see_unit(PartOfGroup& part, const MeasurePart& of, const Reader& who,
                  const MeasuredReading& reading) const;
    using Parts = std::vector<PartOfGroup>;
    using Group = std::map<std::string, Parts, std::less<>>;  // by whom one value is of
    Parts* parts_at(const MeasurePlace& place);               // null: there are too many groups
    [[nodiscard]] Parts no_parts() const;
    [[nodiscard]] MeasureValue value_of(const std::string& name, const Group& group,
                                        Time as_of) const;
    void add_parts(const Group& group, MeasureValue& value) const;
    void find_unit(const Group& group, MeasureValue& value) const;
    void find_missing(const Group& group, MeasureValue& value) const;
    void evaluate(const Group& group, MeasureValue& value) const;
    [[nodiscard]] bool is_too_small(const Group& group, const MeasureValue& value) const;

    const Measure* measure_;
    Period period_;
    std::map<std::string, Group, std::less<>> groups_;
};

/// Whether the readings of an entity are for a part; of the type of what is entered by hand those
/// alone that Musubi answers for.
[[nodiscard]] bool belongs(const MeasurePart& part, const Entity& entity);
/// The group an entity is of: the text of its break-down now. Empty where there is none.
[[nodiscard]] std::string group_of(const Measure& measure, const Entity& entity);
/// Of whom one value of the formula is, to which the entity belongs: as MeasurePlace::each.
[[nodiscard]] std::string each_of(const Measure& measure, const Entity& entity);
/// What the entity's readings are held against.
[[nodiscard]] HeldAgainst held_against(const MeasurePart& part, const Entity& entity);
/// Whether the value of a part depends on when the first reading of each entity was.
[[nodiscard]] bool asks_first(const Measure& measure, const MeasurePart& part);
/// The period a part is of, for the value of a period.
[[nodiscard]] Period period_of(const Measure& measure, const MeasurePart& part,
                               const Period& period);
/// The period whose value a reading at that time is for.
[[nodiscard]] Period period_for(const Measure& measure, const MeasurePart& part, Time at);
/// The readings a part looks at for the value of a period: with TimeBeyond also what may last into
/// it.
[[nodiscard]] Period reach_of(const Measure& measure, const MeasurePart& part,
                              const Period& period);

}  // namespace musubi

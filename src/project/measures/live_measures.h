#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "project/measures/compute.h"
#include "project/measures/measure.h"
#include "store/change.h"

namespace musubi {

/// The measures of one tenant kept up as readings come: a fold over its changes. What it says of a
/// period is to the last digit what compute_measure says of it; where it can not know, because a
/// reading came late or was corrected, or who belongs to a measure changed, it says so, and the
/// period is gathered anew. For one thread.
class LiveMeasures {
public:
    /// The newest periods of each measure that are kept up.
    static constexpr std::size_t kPeriods = 3;
    using FindEntity = std::function<Result<EntityPtr>(const std::string& id)>;

    using FindTimes = std::function<Result<std::optional<ReadingTimes>>(
        const std::string& id, const std::string& attribute)>;
    /// Periods that a first reading, found to be earlier or later, or somebody who joins or leaves
    /// a measure changes at most, ten years of days: what lies further back stays as it was
    /// computed.
    static constexpr std::size_t kMostChanged = 4'000;

    /// `find` gives the present state of an entity, null where there is none; `find_times` is as
    /// reading_times. Entities of types that `leaves_out` tells belong to no measure.
    LiveMeasures(MeasureSetPtr set, FindEntity find, FindTimes find_times,
                 LeavesOut leaves_out = nullptr);

    /// An entity that is there at the start, before any change is taken. Fails: as `find_times`.
    Result<void> adopt(const Entity& entity);
    /// A change, in order. Fails: as `find`, `find_times`.
    Result<void> take(const Change& change, TenantId tenant);

    /// The values of a period. Nothing: it has to be gathered first.
    [[nodiscard]] std::optional<std::vector<MeasureValue>> values(std::size_t measure,
                                                                  const Period& period,
                                                                  Time as_of) const;
    /// Gathers a period of a measure from the store and keeps it up from then on. Fails: as
    /// gather_measure.
    Result<std::vector<MeasureValue>> gather(const Store& store, const Caller& caller,
                                             std::size_t measure, const Period& period, Time as_of);

    /// A period of a measure that readings changed.
    struct Touched {
        std::size_t measure = 0;
        Period period;
        friend auto operator<=>(const Touched&, const Touched&) = default;
    };
    /// Those since it was asked last.
    [[nodiscard]] std::vector<Touched> take_touched();
    [[nodiscard]] const MeasureSet& set() const { return *set_; }
    /// The newest reading of what belongs to a measure; nothing: there is none.
    [[nodiscard]] std::optional<Time> newest() const {
        return newest_ == Time{INT64_MIN} ? std::nullopt : std::optional{newest_};
    }
    /// The sequence number of the last change that was taken.
    [[nodiscard]] std::uint64_t taken() const { return taken_; }

private:
    struct PartPlace {
        std::uint32_t measure = 0;
        std::uint32_t part = 0;
        friend bool operator==(const PartPlace&, const PartPlace&) = default;
    };
    // An entity that belongs to a part, as it was when that was looked at last.
    struct Member {
        PartPlace of;
        std::string group;
        std::string each;
        HeldAgainst against;
        friend bool operator==(const Member&, const Member&) = default;
    };
    struct Followed {  // one attribute of an entity
        std::vector<Member> members;
        std::optional<MeasuredReading> last;  // of the present state
        // From when to when there are readings, of which the present state need not be the newest.
        Time earliest{INT64_MAX};
        Time newest{INT64_MIN};
        std::optional<Time> first;  // its first reading ever, where a part asks_first
    };
    struct Watched {
        std::string id;
        std::map<std::string, Followed, std::less<>> attributes;
    };
    struct Kept {
        MeasureTotals totals;
        bool dirty = false;
        bool touched = false;
        // What was gathered already of changes that are yet to be taken.
        std::uint64_t gathered_at = 0;
        std::map<std::pair<std::uint32_t, std::string>, InstanceId> gathered;
    };
    struct OfMeasure {
        std::map<Time, Kept> periods;  // by where they begin
        Time fresh_after{INT64_MIN};   // later periods hold nothing that was not seen
        bool looks_back = false;       // a part is of a period before
    };

    [[nodiscard]] std::map<std::string, Followed, std::less<>> look_at(const Entity& entity) const;
    Result<void> take_entity(const Change& change, const EntityChange& entity);
    [[nodiscard]] bool may_change_members(const EntityChange& entity) const;
    Result<void> look_again(const std::string& id, const Entity* entity);
    [[nodiscard]] const MeasurePart& part_of(const Member& member) const {
        return set_->measures[member.of.measure].parts[member.of.part];
    }
    static Time time_of(const Attribute& attribute) {
        return attribute.observed_at.value_or(attribute.modified_at);
    }
    static MeasurePlace place_of(const Member& member) {
        return {member.group, member.each, member.of.part};
    }
    [[nodiscard]] bool asks_for_first(const Followed& followed) const;
    static void see(Followed& followed, std::optional<ReadingTimes> times);
    void begins_at(Followed& followed, std::optional<Time> first);
    void began_otherwise(const Member& member, Time from, Time to);
    Result<void> take_rewrite(const Change& change, const Watched& watched, std::uint32_t number,
                              Followed& followed, const AttributeChange& attribute);
    void take_reading(const Change& change, std::uint32_t number, Followed& followed,
                      const AttributeChange& attribute);
    void append(const Change& change, std::uint32_t number, const Followed& followed,
                const AttributeChange& attribute, const MeasuredReading& reading);
    void disturb_period(const Change& change, std::uint32_t number, const Member& member,
                        const AttributeChange& attribute, Time at);
    void disturb(const Change& change, std::uint32_t number, const Followed& followed,
                 const AttributeChange& attribute, Time at);
    void carry_over(const Change& change, std::uint32_t number, const Member& member,
                    const AttributeChange& attribute, Time at);
    void touch_unkept(std::uint32_t measure, Time at);
    void touch_since(std::uint32_t measure, Time first);
    void bound_periods(OfMeasure& of);
    Kept* kept_for(std::uint32_t measure, Time at);
    Kept* begin_period(std::uint32_t measure, const Period& period);
    void forget(std::uint32_t measure);
    static bool has_gathered(Kept& kept, const Change& change, std::uint32_t number,
                             const AttributeChange& attribute);

    MeasureSetPtr set_;
    FindEntity find_;
    FindTimes find_times_;
    LeavesOut leaves_out_;
    EntityNumbers numbers_;
    std::unordered_map<std::uint32_t, Watched> watched_;
    std::unordered_map<std::string, std::vector<PartPlace>> by_type_;
    std::unordered_set<std::string> looked_at_;  // attributes that decide who belongs
    std::vector<OfMeasure> measures_;
    std::set<Touched> touched_elsewhere_;  // of periods that are not kept up
    Time newest_{INT64_MIN};
    std::uint64_t taken_ = 0;
};

}  // namespace musubi

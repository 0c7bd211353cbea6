#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "history/point.h"

namespace musubi {

/// Relations of a temporal query (GS CIM 009 v1.9.1, 4.11).
enum class TimeRelation {
    Before,   ///< t < timeAt
    After,    ///< timeAt <= t
    Between,  ///< timeAt <= t < endTimeAt: ranges that meet share no point
};
/// `before`, `after`, `between`. Fails: BadRequest.
Result<TimeRelation> parse_time_relation(std::string_view name);

/// The time of a point that is compared (`timeproperty`, 4.11).
enum class TimeProperty {
    ObservedAt,  ///< the event time; whether it was given is in the detail, the caller's to judge
    CreatedAt,   ///< the moment of recording
    ModifiedAt,  ///< the same, unless it was corrected since: that is in the detail
    DeletedAt,   ///< the moment of recording of a deletion; nothing else has one
};
/// `observedAt`, `createdAt`, `modifiedAt`, `deletedAt`. Fails: BadRequest.
Result<TimeProperty> parse_time_property(std::string_view name);

struct TimeSelection {
    std::optional<TimeRelation> relation = {};  ///< none: any time
    Time at = {};
    Time end = {};  ///< for Between
    TimeProperty property = TimeProperty::ObservedAt;

    [[nodiscard]] bool covers(Time time) const;
};
/// Checks what 4.11 asks of the parameters together. Fails: BadRequest, naming the parameter: a
/// relation without timeAt, `between` without endTimeAt or with one that is not later, times
/// without a relation.
Result<TimeSelection> make_time_selection(std::optional<TimeRelation> relation,
                                          std::optional<Time> at, std::optional<Time> end,
                                          TimeProperty property);

/// The event time for ObservedAt, else the moment of recording.
[[nodiscard]] Time plain_time_of(const Point& point, TimeProperty property);

struct PointSelection {
    TimeSelection time = {};
    std::size_t last_n = 0;  ///< the newest so many; 0: all (5.2.21)
    std::size_t offset = 0;  ///< of what would be returned
    std::size_t limit = SIZE_MAX;
    Time (*time_of)(const Point& point, TimeProperty property) = plain_time_of;
};

struct SelectedPoints {
    std::vector<Point> points;
    std::size_t total = 0;  ///< before offset and limit
};

/// Picks from the points of one series, given in any order. They come oldest first; with last_n,
/// newest first. Points of one time stand in the order of their instances (with last_n, the later
/// one first): a correction follows what it corrects, and both are kept. Deletions are kept.
[[nodiscard]] SelectedPoints select_points(std::vector<Point> points,
                                           const PointSelection& selection);

}  // namespace musubi

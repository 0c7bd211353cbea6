#include "history/select.h"

#include <algorithm>
#include <string>

namespace musubi {

Time plain_time_of(const Point& point, TimeProperty property) {
    return property == TimeProperty::ObservedAt ? point.at : point.recorded;
}

Result<TimeRelation> parse_time_relation(std::string_view name) {
    if (name == "before") return TimeRelation::Before;
    if (name == "after") return TimeRelation::After;
    if (name == "between") return TimeRelation::Between;
    return Error{ErrorCode::BadRequest,
                 "'" + std::string(name) + "' is none of before, after, between", "timerel"};
}

Result<TimeProperty> parse_time_property(std::string_view name) {
    if (name == "observedAt") return TimeProperty::ObservedAt;
    if (name == "createdAt") return TimeProperty::CreatedAt;
    if (name == "modifiedAt") return TimeProperty::ModifiedAt;
    if (name == "deletedAt") return TimeProperty::DeletedAt;
    return Error{
        ErrorCode::BadRequest,
        "'" + std::string(name) + "' is none of observedAt, createdAt, modifiedAt, deletedAt",
        "timeproperty"};
}

bool TimeSelection::covers(Time time) const {
    if (!relation) return true;
    switch (*relation) {
        case TimeRelation::Before: return time < at;
        case TimeRelation::After: return time >= at;
        case TimeRelation::Between: return time >= at && time < end;
    }
    return false;
}

Result<TimeSelection> make_time_selection(std::optional<TimeRelation> relation,
                                          std::optional<Time> at, std::optional<Time> end,
                                          TimeProperty property) {
    if (!relation && (at || end)) {
        return Error{ErrorCode::BadRequest, "a time without timerel: say before, after or between",
                     "timerel"};
    }
    if (relation && !at) {
        return Error{ErrorCode::BadRequest, "timerel needs a time to compare with", "timeAt"};
    }
    if (relation == TimeRelation::Between && !end) {
        return Error{ErrorCode::BadRequest, "between needs a second time", "endTimeAt"};
    }
    if (relation == TimeRelation::Between && *end <= *at) {
        return Error{ErrorCode::BadRequest, "endTimeAt must be later than timeAt", "endTimeAt"};
    }
    return TimeSelection{relation, at.value_or(Time{}), end.value_or(Time{}), property};
}

SelectedPoints select_points(std::vector<Point> points, const PointSelection& selection) {
    const TimeProperty property = selection.time.property;
    const auto time_of = selection.time_of;
    std::erase_if(points,
                  [&](const Point& p) { return !selection.time.covers(time_of(p, property)); });
    const auto earlier = [&](const Point& a, const Point& b) {
        const Time at_a = time_of(a, property);
        const Time at_b = time_of(b, property);
        return at_a != at_b ? at_a < at_b : a.instance < b.instance;
    };
    if (!std::is_sorted(points.begin(), points.end(), earlier)) {
        std::sort(points.begin(), points.end(), earlier);
    }
    if (selection.last_n > 0) {
        if (points.size() > selection.last_n) {
            points.erase(points.begin(),
                         points.end() - static_cast<std::ptrdiff_t>(selection.last_n));
        }
        std::reverse(points.begin(), points.end());
    }
    const std::size_t total = points.size();
    const std::size_t from = std::min(selection.offset, total);
    const std::size_t count = std::min(selection.limit, total - from);
    points.erase(points.begin() + static_cast<std::ptrdiff_t>(from + count), points.end());
    points.erase(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(from));
    return {std::move(points), total};
}

}  // namespace musubi

#include "history/select.h"

#include <algorithm>
#include <string>

namespace musubi {
namespace {

// Where a point stands, and what it is put in order by.
struct Place {
    Time at;
    InstanceId instance;
    std::size_t index = 0;
};

bool is_in_place(const std::vector<Place>& places) {
    return std::is_sorted(places.begin(), places.end(),
                          [](const Place& a, const Place& b) { return a.index < b.index; });
}

// Those that are asked for, in the order in which they are given; without offset and limit.
std::vector<Place> places_of(const std::vector<Point>& points, const PointSelection& selection) {
    std::vector<Place> places;
    places.reserve(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Time at = selection.time_of(points[i], selection.time.property);
        if (selection.time.covers(at)) places.push_back({at, points[i].instance, i});
    }
    const auto earlier = [](const Place& a, const Place& b) {
        return a.at != b.at ? a.at < b.at : a.instance < b.instance;
    };
    if (!std::is_sorted(places.begin(), places.end(), earlier)) {
        std::sort(places.begin(), places.end(), earlier);
    }
    if (selection.last_n > 0) {
        if (places.size() > selection.last_n) {
            places.erase(places.begin(),
                         places.end() - static_cast<std::ptrdiff_t>(selection.last_n));
        }
        std::reverse(places.begin(), places.end());
    }
    return places;
}

}  // namespace

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
    const std::vector<Place> places = places_of(points, selection);
    const std::size_t total = places.size();
    const std::size_t from = std::min(selection.offset, total);
    const std::size_t count = std::min(selection.limit, total - from);
    if (count == points.size() && selection.last_n == 0 && is_in_place(places)) {
        return {std::move(points), total};
    }
    // A point is heavy: each is moved once, however the places were put in order.
    std::vector<Point> chosen;
    chosen.reserve(count);
    for (std::size_t i = from; i < from + count; ++i) {
        chosen.push_back(std::move(points[places[i].index]));
    }
    return {std::move(chosen), total};
}

}  // namespace musubi

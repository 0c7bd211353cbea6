#include "history/select.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

Point at_minute(std::int64_t minute, std::uint64_t sequence) {
    return {.at = Time{} + minutes(minute),
            .recorded = Time{} + hours(static_cast<std::int64_t>(sequence)),
            .instance = {sequence, 0},
            .deleted = false,
            .value = Json{minute},
            .detail = {}};
}

// Minutes of event time 10, 20, 20 (a correction), 15 (late), 30, in the order of recording.
std::vector<Point> series() {
    return {at_minute(10, 1), at_minute(20, 2), at_minute(20, 3), at_minute(15, 4),
            at_minute(30, 5)};
}

std::vector<std::uint64_t> selected(const PointSelection& selection) {
    std::vector<std::uint64_t> sequences;
    for (const Point& p : select_points(series(), selection).points) {
        sequences.push_back(p.instance.sequence);
    }
    return sequences;
}
using Sequences = std::vector<std::uint64_t>;

TimeSelection by(TimeRelation relation, std::int64_t from, std::int64_t to = 0) {
    return {relation, Time{} + minutes(from), Time{} + minutes(to), TimeProperty::ObservedAt};
}

TEST(SelectPoints, PutsThemInOrderOfTime) {
    EXPECT_EQ(selected({}), (Sequences{1, 4, 2, 3, 5}));
    PointSelection by_recording;
    by_recording.time.property = TimeProperty::ModifiedAt;
    EXPECT_EQ(selected(by_recording), (Sequences{1, 2, 3, 4, 5}));
}

TEST(SelectPoints, KeepsTheRange) {
    EXPECT_EQ(selected({.time = by(TimeRelation::Before, 20)}), (Sequences{1, 4}));
    EXPECT_EQ(selected({.time = by(TimeRelation::After, 20)}), (Sequences{2, 3, 5}));
    EXPECT_EQ(selected({.time = by(TimeRelation::Between, 15, 30)}), (Sequences{4, 2, 3}));
    PointSelection by_recording{.time = by(TimeRelation::After, 60 * 3)};
    by_recording.time.property = TimeProperty::CreatedAt;
    EXPECT_EQ(selected(by_recording), (Sequences{3, 4, 5}));
}

TEST(SelectPoints, GivesTheNewestFirstWhereSoManyAreAskedFor) {
    EXPECT_EQ(selected({.last_n = 3}), (Sequences{5, 3, 2}));
    EXPECT_EQ(selected({.last_n = 99}), (Sequences{5, 3, 2, 4, 1}));
    EXPECT_EQ(selected({.time = by(TimeRelation::Before, 30), .last_n = 1}), (Sequences{3}));
}

TEST(SelectPoints, Pages) {
    EXPECT_EQ(selected({.offset = 1, .limit = 2}), (Sequences{4, 2}));
    EXPECT_EQ(selected({.last_n = 3, .offset = 2, .limit = 2}), (Sequences{2}));
    EXPECT_EQ(selected({.offset = 9}), (Sequences{}));
    EXPECT_EQ(selected({.limit = 0}), (Sequences{}));
    EXPECT_EQ(select_points(series(), {.offset = 1, .limit = 2}).total, 5U);
    EXPECT_EQ(select_points(series(), {.last_n = 3, .limit = 1}).total, 3U);
}

TEST(TimeSelection, ChecksItsParametersTogether) {
    const Time one{1};
    const Time two{2};
    const auto make = [](std::optional<TimeRelation> relation, std::optional<Time> at,
                         std::optional<Time> end) {
        const auto made = make_time_selection(relation, at, end, TimeProperty::ObservedAt);
        return made ? std::string{"fine"} : made.error().where;
    };
    EXPECT_EQ(make({}, {}, {}), "fine");
    EXPECT_EQ(make(TimeRelation::Before, one, {}), "fine");
    EXPECT_EQ(make(TimeRelation::Between, one, two), "fine");
    EXPECT_EQ(make({}, one, {}), "timerel");
    EXPECT_EQ(make(TimeRelation::After, {}, {}), "timeAt");
    EXPECT_EQ(make(TimeRelation::Between, one, {}), "endTimeAt");
    EXPECT_EQ(make(TimeRelation::Between, two, two), "endTimeAt");
    EXPECT_FALSE(parse_time_relation("during"));
    EXPECT_FALSE(parse_time_property("seenAt"));
    EXPECT_EQ(*parse_time_relation("between"), TimeRelation::Between);
    EXPECT_EQ(*parse_time_property("createdAt"), TimeProperty::CreatedAt);
}

}  // namespace
}  // namespace musubi

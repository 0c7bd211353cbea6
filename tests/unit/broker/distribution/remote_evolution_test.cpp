#include "broker/distribution/remote_evolution.h"

#include <gtest/gtest.h>

namespace musubi::testing {
namespace {

EvolutionView view_of(const std::string& members) {
    const auto json = parse_json(R"({"id":"urn:e:1","type":"Gauge",)" + members + "}");
    EXPECT_TRUE(json);
    auto view = read_remote_evolution(*json, *core_context());
    EXPECT_TRUE(view) << to_text(view.error());
    return std::move(view).value();
}

std::string instance(int value, const std::string& at, const std::string& more = "") {
    return R"({"type":"Property","value":)" + std::to_string(value) + R"(,"observedAt":")" + at +
           R"(")" + more + "}";
}
std::string level(const std::string& instances) { return R"("level":[)" + instances + "]"; }
std::string recorded(const std::string& at) {
    return R"(,"createdAt":")" + at + R"(","modifiedAt":")" + at + R"(")";
}

constexpr auto kFirst = "2026-05-01T00:00:00Z";
constexpr auto kSecond = "2026-05-02T00:00:00Z";
constexpr auto kThird = "2026-05-03T00:00:00Z";

std::string text_of(const EvolutionView& view, const TemporalQuery& query) {
    std::string out;
    EXPECT_TRUE(write_evolution(out, view, *core_context(), query).value());
    return out;
}

// The values of the only entity, after the merge.
std::string values_of(EvolutionMerge& merge, TemporalQuery query) {
    auto views = merge.take();
    EXPECT_EQ(views.size(), 1U);
    query.format = TemporalFormat::Values;
    query.omit = {"id", "type"};
    return text_of(views.front(), query);
}

TEST(RemoteEvolution, WhatAnotherBrokerRecordedIsKept) {
    const std::string whole =
        R"({"id":"urn:e:1","type":"Gauge","createdAt":"2026-04-01T00:00:00Z",)"
        R"("modifiedAt":"2026-05-01T00:00:00Z","level":[{"type":"Property","value":1,)"
        R"("unitCode":"MTR","observedAt":"2026-05-01T00:00:00Z","createdAt":"2026-05-01T00:00:01Z",)"
        R"("modifiedAt":"2026-05-01T00:00:02Z","instanceId":"urn:x:a"},{"type":"Property",)"
        R"("value":"urn:ngsi-ld:null","deletedAt":"2026-05-02T00:00:00Z",)"
        R"("createdAt":"2026-05-02T00:00:00Z","modifiedAt":"2026-05-02T00:00:00Z",)"
        R"("instanceId":"urn:x:b"}]})";
    const auto view = read_remote_evolution(*parse_json(whole), *core_context());
    ASSERT_TRUE(view) << to_text(view.error());
    TemporalQuery query;
    query.sys_attrs = true;
    EXPECT_EQ(to_text(*parse_json(text_of(*view, query))), to_text(*parse_json(whole)));
}

TEST(RemoteEvolution, AnInstanceWithoutATimeHasNoPlace) {
    for (const std::string wrong :
         {R"({"id":"urn:e:1","type":"G","level":[{"type":"Property","value":1}]})",
          R"({"id":"urn:e:1","type":"G","level":5})",
          R"({"id":"urn:e:1","type":"G","level":[{"type":"Property","value":1,"deletedAt":7}]})",
          R"({"id":"urn:e:1","type":"G","scope":[{"type":"Property","createdAt":"now"}]})",
          R"({"type":"G"})", "[]"}) {
        EXPECT_FALSE(read_remote_evolution(*parse_json(wrong), *core_context())) << wrong;
    }
}

TEST(EvolutionMerge, UnitesInstancesInOrderOfTimeAndKeepsEachTimeOnce) {
    const TemporalQuery query;
    EvolutionMerge merge{query};
    merge.add(view_of(level(instance(3, kThird) + "," + instance(1, kFirst, recorded(kFirst)))),
              Precedence::Equal);
    merge.add(view_of(level(instance(11, kFirst, recorded(kThird)) + "," + instance(2, kSecond))),
              Precedence::Equal);
    merge.add(view_of(level(instance(33, kThird))), Precedence::Equal);
    EXPECT_EQ(values_of(merge, query),
              R"({"level":{"type":"Property","values":[[11,"2026-05-01T00:00:00Z"],)"
              R"([2,"2026-05-02T00:00:00Z"],[3,"2026-05-03T00:00:00Z"]]}})");
}

TEST(EvolutionMerge, WhatOneSourceHasOfATimeStaysTogether) {
    const TemporalQuery query;
    EvolutionMerge merge{query};
    merge.add(view_of(level(instance(1, kFirst, recorded(kSecond)) + "," +
                            instance(2, kFirst, recorded(kThird)))),
              Precedence::Equal);
    merge.add(view_of(level(instance(5, kFirst, recorded(kSecond)))), Precedence::Equal);
    EXPECT_EQ(values_of(merge, query),
              R"({"level":{"type":"Property","values":[[1,"2026-05-01T00:00:00Z"],)"
              R"([2,"2026-05-01T00:00:00Z"]]}})");
}

TEST(EvolutionMerge, LastNIsOfAllTogetherAndNewestFirst) {
    TemporalQuery query;
    query.last_n = 2;
    EvolutionMerge merge{query};
    merge.add(view_of(level(instance(1, kFirst) + "," + instance(3, kThird))), Precedence::Equal);
    merge.add(view_of(level(instance(2, kSecond))), Precedence::Equal);
    EXPECT_EQ(values_of(merge, query),
              R"({"level":{"type":"Property","values":[[3,"2026-05-03T00:00:00Z"],)"
              R"([2,"2026-05-02T00:00:00Z"]]}})");
}

TEST(EvolutionMerge, AnExclusiveSourceHasItsSeriesAlone) {
    const TemporalQuery query;
    EvolutionMerge merge{query};
    merge.add(view_of(level(instance(1, kFirst, R"(,"datasetId":"urn:d:1")") + "," +
                            instance(2, kSecond))),
              Precedence::Equal);
    merge.add(view_of(level(instance(9, kThird))), Precedence::Exclusive);
    EXPECT_EQ(
        values_of(merge, query),
        R"({"level":[{"type":"Property","values":[[9,"2026-05-03T00:00:00Z"]]},)"
        R"({"type":"Property","datasetId":"urn:d:1","values":[[1,"2026-05-01T00:00:00Z"]]}]})");
}

TEST(EvolutionMerge, AnAuxiliarySourceAddsTimesThatNobodyHas) {
    const TemporalQuery query;
    EvolutionMerge merge{query};
    merge.add(view_of(level(instance(10, kFirst, recorded(kThird)) + "," + instance(20, kSecond))),
              Precedence::Auxiliary);
    merge.add(view_of(level(instance(1, kFirst, recorded(kFirst)))), Precedence::Equal);
    EXPECT_EQ(values_of(merge, query),
              R"({"level":{"type":"Property","values":[[1,"2026-05-01T00:00:00Z"],)"
              R"([20,"2026-05-02T00:00:00Z"]]}})");
}

TEST(EvolutionMerge, EachKeepsItsInstanceIds) {
    const TemporalQuery query;
    EvolutionMerge merge{query};
    merge.add(view_of(level(instance(2, kSecond, R"(,"instanceId":"urn:x:same")"))),
              Precedence::Equal);
    merge.add(view_of(level(instance(1, kFirst, R"(,"instanceId":"urn:x:same")") + "," +
                            instance(3, kThird, R"(,"instanceId":"urn:x:c")"))),
              Precedence::Equal);
    auto views = merge.take();
    ASSERT_EQ(views.size(), 1U);
    const std::string text = text_of(views.front(), query);
    EXPECT_LT(text.find("\"value\":1,"), text.find("\"value\":2,"));
    EXPECT_NE(
        text.find(R"("value":2,"observedAt":"2026-05-02T00:00:00Z","instanceId":"urn:x:same")"),
        std::string::npos)
        << text;
    EXPECT_NE(text.find(R"("value":3,"observedAt":"2026-05-03T00:00:00Z","instanceId":"urn:x:c")"),
              std::string::npos)
        << text;
}

TEST(EvolutionMerge, AnEntityIsGoneWhereNobodyHasItAnyMore) {
    const TemporalQuery query;
    const std::string gone = R"("deletedAt":"2026-05-02T00:00:00Z")";
    EvolutionMerge merge{query};
    merge.add(view_of(gone), Precedence::Equal);
    merge.add(view_of(R"("deletedAt":"2026-05-03T00:00:00Z")"), Precedence::Equal);
    EXPECT_EQ(merge.take().front().deleted_at, *parse_time(kThird));
    merge.add(view_of(gone), Precedence::Equal);
    merge.add(view_of(R"("level":[])"), Precedence::Equal);
    merge.add(view_of(gone), Precedence::Equal);
    EXPECT_EQ(merge.take().front().deleted_at, std::nullopt);
}

TEST(EvolutionMerge, EntitiesStandAsTheyCame) {
    const TemporalQuery query;
    EvolutionMerge merge{query};
    for (const std::string id : {"urn:e:2", "urn:e:1", "urn:e:2"}) {
        EvolutionView view;
        view.id = id;
        merge.add(std::move(view), Precedence::Equal);
    }
    const auto views = merge.take();
    ASSERT_EQ(views.size(), 2U);
    EXPECT_EQ(views.front().id, "urn:e:2");
    EXPECT_TRUE(merge.take().empty());
}

TEST(SelectAgain, TheWordOfASourceIsNotTakenForIt) {
    TemporalQuery query;
    query.time = {TimeRelation::Between, *parse_time(kSecond), *parse_time(kThird)};
    query.attrs = {core_context()->expand("level")};
    auto view = view_of(
        level(instance(3, kThird) + "," + instance(1, kFirst) + "," + instance(2, kSecond)) +
        R"(,"depth":[)" + instance(9, kSecond) + "]");
    select_again(view, query);
    ASSERT_EQ(view.series.size(), 1U);
    ASSERT_EQ(view.series.front().points.size(), 1U);
    EXPECT_EQ(view.series.front().points.front().at, *parse_time(kSecond));
}

TEST(CutToPage, WhereASourceHadToStopTheAnswerStops) {
    TemporalQuery query;
    query.time = {TimeRelation::After, *parse_time("2026-04-01T00:00:00Z"), {}};
    std::vector<EvolutionView> views{view_of(
        level(instance(1, kFirst) + "," + instance(2, kSecond) + "," + instance(3, kThird)))};
    const auto range = cut_to_page(views, query, *parse_time(kSecond));
    ASSERT_TRUE(range);
    EXPECT_EQ(range->start, query.time.at);
    EXPECT_EQ(range->end, *parse_time(kSecond));
    EXPECT_EQ(views.front().series.front().points.size(), 2U);
    // Nothing of it is left: it is still told from where to go on.
    const auto none = cut_to_page(views, query, *parse_time("2026-04-02T00:00:00Z"));
    ASSERT_TRUE(none);
    EXPECT_EQ(none->end, *parse_time("2026-04-02T00:00:00Z"));
    EXPECT_TRUE(views.front().series.front().points.empty());
}

TEST(CutToPage, FromTheNewestBackwardsTheLatestStopCounts) {
    TemporalQuery query;
    query.last_n = 10;
    EXPECT_EQ(nearer(*parse_time(kFirst), *parse_time(kThird), query), *parse_time(kThird));
    query.last_n = 0;
    EXPECT_EQ(nearer(*parse_time(kFirst), *parse_time(kThird), query), *parse_time(kFirst));
    EXPECT_EQ(nearer({}, *parse_time(kThird), query), *parse_time(kThird));
}

}  // namespace
}  // namespace musubi::testing

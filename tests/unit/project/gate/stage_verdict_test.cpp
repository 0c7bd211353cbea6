#include "../loop/loop_world.h"
#include "project/gate/stage_values.h"

namespace musubi::testing {
namespace {

StageQuestion question_of(const std::string& more) {
    const auto question = read_question(json_of(
        R"({"from": "2026-06-01", "to": "2026-06-30", "baselineFrom": "2026-04-01")" + more + "}"));
    EXPECT_TRUE(question) << to_text(question.error());
    return *question;
}

std::string expectation(const std::string& better, double threshold,
                        const std::string& group = "") {
    return R"(, "expectations": [{"measure": "m", "better": ")" + better + R"(", "threshold": )" +
           std::to_string(threshold) + (group.empty() ? "" : R"(, "group": ")" + group + "\"") +
           "}]";
}

// Days from 1 April on: `before` until June, `after` from then on, with a ripple.
Json::Array days_of(const std::string& group, double before, double after, int seed) {
    Json::Array out;
    Time at = *parse_day("2026-04-01");
    const Time begins = *parse_day("2026-06-01");
    for (int i = 0; i < 91; ++i) {
        Json value;
        value.set("from", to_iso(at));
        if (!group.empty()) value.set("group", group);
        const double ripple = 0.01 * static_cast<double>((i * 37 + seed * 11) % 17 - 8);
        value.set("value", (at < begins ? before : after) + ripple);
        out.push_back(std::move(value));
        at = at + days(1);
    }
    return out;
}

Json values_of(Json::Array list) {
    Json item;
    item.set("measure", "m");
    item.set("values", std::move(list));
    return Json{Json::Array{item}};
}

Json judged(const StageQuestion& question, const Json& values) {
    const auto out = judge_values(question, values);
    EXPECT_TRUE(out) << to_text(out.error());
    return out->array()[0];
}

TEST(StageVerdict, WithoutAnEstimatorTheLastPeriodDecides) {
    const Json values = values_of(days_of("", 5, 3, 1));
    EXPECT_EQ(*judged(question_of(expectation("down", 4)), values).find("verdict"), Json{"met"});
    EXPECT_EQ(*judged(question_of(expectation("down", 2)), values).find("verdict"),
              Json{"not-met"});
    EXPECT_EQ(*judged(question_of(expectation("up", 2)), values).find("verdict"), Json{"met"});
    EXPECT_EQ(*judged(question_of(expectation("up", 2)), values_of({})).find("verdict"),
              Json{"not-told"});
}

TEST(StageVerdict, AnInterruptedSeriesIsJudgedByItsInterval) {
    const std::string how = R"(, "estimator": "interrupted-series")";
    const Json values = values_of(days_of("", 5, 3, 1));
    const Json met = judged(question_of(how + expectation("down", -1)), values);
    EXPECT_EQ(*met.find("verdict"), Json{"met"});
    EXPECT_NEAR(met.find("estimate")->find("estimate")->number(), -2, 0.1);
    EXPECT_EQ(*judged(question_of(how + expectation("down", -3)), values).find("verdict"),
              Json{"not-met"});
    EXPECT_EQ(*judged(question_of(how + expectation("up", 1)), values).find("verdict"),
              Json{"not-met"});
}

TEST(StageVerdict, MoreLooksMakeTheIntervalWider) {
    const std::string how = R"(, "estimator": "interrupted-series")" + expectation("down", -1);
    const Json values = values_of(days_of("", 5, 3, 1));
    const Json one = judged(question_of(how), values);
    const Json five = judged(question_of(how + R"(, "looks": 5)"), values);
    ASSERT_NE(one.find("estimate"), nullptr) << to_text(*one.find("why"));
    ASSERT_NE(five.find("estimate"), nullptr) << to_text(*five.find("why"));
    EXPECT_LT(five.find("estimate")->find("interval")->find("low")->number(),
              one.find("estimate")->find("interval")->find("low")->number());
}

TEST(StageVerdict, ALookBeyondThoseThatWerePromisedTellsNothing) {
    StageQuestion question = question_of(expectation("down", 4) + R"(, "looks": 2)");
    const Json values = values_of(days_of("", 5, 3, 1));
    question.look = 2;
    EXPECT_EQ(*judged(question, values).find("verdict"), Json{"met"});
    question.look = 3;
    EXPECT_EQ(*judged(question, values).find("verdict"), Json{"not-told"});
}

TEST(StageVerdict, RefusesWhatTheReadingsCanNotCarry) {
    const std::string how = R"(, "estimator": "interrupted-series")" + expectation("down", -1);
    Json::Array list = days_of("", 5, 3, 1);
    list.resize(64);  // three days after
    const Json few = judged(question_of(how), values_of(list));
    EXPECT_EQ(*few.find("verdict"), Json{"not-told"});
    EXPECT_EQ(*few.find("refusal")->find("rule"), Json{"too_few_after"});
}

TEST(StageVerdict, GroupsAreComparedWithEachOther) {
    Json::Array list = days_of("a", 5, 3, 1);
    std::string comparison;
    for (int i = 0; i < 20; ++i) {
        const std::string name = "c" + std::to_string(i);
        for (Json& value : days_of(name, 5 + i, 5 + i, i + 2)) list.push_back(std::move(value));
        comparison += (i == 0 ? "\"" : ", \"") + name + "\"";
    }
    const std::string more = R"(, "estimator": "differences", "comparison": [)" + comparison + "]" +
                             expectation("down", -1, "a");
    const Json found = judged(question_of(more), values_of(list));
    ASSERT_NE(found.find("estimate"), nullptr) << to_text(*found.find("why"));
    EXPECT_NEAR(found.find("estimate")->find("estimate")->number(), -2, 0.1);
}

TEST(StageVerdict, AGapIsNamedByItsDay) {
    Json::Array list = days_of("a", 5, 3, 1);
    for (Json& value : days_of("b", 5, 5, 2)) list.push_back(std::move(value));
    Json lacking;
    lacking.set("from", *list[2].find("from"));
    lacking.set("group", "a");
    list[2] = lacking;
    StageQuestion question = question_of(R"(, "estimator": "differences", "comparison": ["b"])" +
                                         expectation("down", -1, "a"));
    const auto why = [&] {
        return judged(question, values_of(list)).find("why")->find("ja")->string();
    };
    EXPECT_NE(why().find("a, 2026-04-03"), std::string::npos) << why();
    // Evidence that was signed before says it as it did.
    question.names_days = false;
    EXPECT_NE(why().find("a, 3 "), std::string::npos) << why();
}

TEST(StageVerdict, SaysWhereThePromiseWasLockedLate) {
    const Json values = values_of(days_of("", 5, 3, 1));
    const auto why = [&](const std::string& on) {
        const Json item =
            judged(question_of(expectation("down", 4) + R"(, "lockedOn": ")" + on + "\""), values);
        EXPECT_EQ(*item.find("verdict"), Json{"met"});
        return item.find("why")->find("en")->string();
    };
    EXPECT_EQ(why("2026-06-01").find("locked"), std::string::npos);
    EXPECT_NE(why("2026-06-02").find("after the stage's first day"), std::string::npos);
    EXPECT_NE(why("2026-07-01").find("after the stage's last day"), std::string::npos);
}

TEST(StageVerdict, IsTheSameToTheBit) {
    const std::string how = R"(, "estimator": "interrupted-series")" + expectation("down", -1);
    const Json values = values_of(days_of("", 5, 4.9, 1));
    EXPECT_EQ(to_text(judged(question_of(how), values)), to_text(judged(question_of(how), values)));
}

}  // namespace
}  // namespace musubi::testing

#include "api/source_reply.h"

#include <gtest/gtest.h>

namespace musubi::testing {
namespace {

SourceReply reply(int status, std::string body,
                  std::vector<std::pair<std::string, std::string>> headers = {}) {
    return {nullptr, SourceResponse{status, std::move(headers), std::move(body)}};
}

TEST(SourceReply, TellsACountWhereItIsANumber) {
    EXPECT_EQ(count_in(reply(200, "[]", {{"ngsild-results-count", "12"}})), 12U);
    EXPECT_EQ(count_in(reply(200, "[]")), std::nullopt);
    EXPECT_EQ(count_in(reply(200, "[]", {{"NGSILD-Results-Count", "many"}})), std::nullopt);
    EXPECT_EQ(count_in({nullptr, Error{ErrorCode::Timeout, "late"}}), std::nullopt);
}

TEST(SourceReply, TellsHowFarAnAnswerWentThatCouldNotHoldEverything) {
    const Time end = *parse_time("2026-02-01T00:00:00Z");
    for (const std::string text :
         {"date-time 2026-01-01T00:00:00Z-2026-02-01T00:00:00Z/*",
          "date-time 2026-03-01T00:00:00.5Z-2026-02-01T00:00:00Z/20",
          "date-time 2026-01-01T09:00:00-05:00-2026-02-01T09:00:00+09:00/*"}) {
        EXPECT_EQ(end_of_range(text), end) << text;
    }
    for (const std::string text :
         {"", "date-time ", "date-time */20", "items 1-2/3", "date-time 2026-01-01T00:00:00Z/5",
          "date-time x-2026-02-01T00:00:00Z/5"}) {
        EXPECT_EQ(end_of_range(text), std::nullopt) << text;
    }
    const std::string range = "date-time 2026-01-01T00:00:00Z-2026-02-01T00:00:00Z/*";
    EXPECT_EQ(reached_in(reply(206, "[]", {{"content-range", range}})), end);
    EXPECT_EQ(reached_in(reply(200, "[]", {{"content-range", range}})), std::nullopt);
}

TEST(SourceReply, WhatWasDoneIsNoProblem) {
    for (const int status : {200, 201, 204, 207}) {
        EXPECT_TRUE(problem_in(reply(status, "")).is_null()) << status;
    }
}

TEST(SourceReply, AProblemIsPassedOnWithTheStatusItCameWith) {
    const Json problem = problem_in(reply(
        409, R"({"type": "https://x.example/e", "title": "No", "status": 200, "detail": "d"})"));
    EXPECT_EQ(to_text(problem),
              R"({"type":"https://x.example/e","title":"No","status":409,"detail":"d"})");
}

TEST(SourceReply, ARefusalWithoutAProblemBecomesOne) {
    for (const std::string body : {"", "<html>", "[1]", R"({"type": 1, "title": []})"}) {
        const Json problem = problem_in(reply(500, body));
        EXPECT_EQ(problem.find("type")->string(), "about:blank") << body;
        EXPECT_EQ(problem.find("title")->string(), "The context source refused") << body;
        EXPECT_EQ(problem.find("status")->integer(), 500) << body;
    }
}

TEST(SourceReply, NoAnswerIsAProblemInWords) {
    const Json problem = problem_in({nullptr, Error{ErrorCode::Timeout, "a.example was late"}});
    EXPECT_EQ(problem.find("detail")->string(),
              "the context source could not do it: a.example was late");
    EXPECT_GE(problem.find("status")->integer(), 500);
}

TEST(SourceReply, KnowsWhetherContextsComeWithAnswers) {
    EXPECT_FALSE(bring_contexts({}));
    EXPECT_FALSE(bring_contexts({reply(200, "[]"), {nullptr, Error{ErrorCode::Timeout, "late"}}}));
    EXPECT_TRUE(bring_contexts({reply(200, "[]"), reply(200, R"([{"@context": "http://a.b"}])")}));
}

TEST(SourceWarnings, ContextsAreFetchedForABoundedTime) {
    SourceWarnings warnings;
    EXPECT_TRUE(warnings.may_fetch(seconds(100)));
    EXPECT_TRUE(warnings.may_fetch(seconds(104)));
    EXPECT_FALSE(warnings.may_fetch(seconds(105)));
}

}  // namespace
}  // namespace musubi::testing

#include <gtest/gtest.h>

#include <deque>

#include "feed_house.h"

namespace musubi {
namespace {

using test::comes_to_rest;
using test::eventually;
using test::House;
using test::kLevel;
using test::level_feed;
using test::reaches;

/// Answers what it was told to, and remembers what it was asked.
class ScriptedHttp final : public HttpClient {
public:
    struct State {
        std::deque<HttpResponse> answers;
        std::vector<HttpClientRequest> asked;
    };
    Guarded<State> state;

    void send(HttpClientRequest request, Callback done) override {
        HttpResponse answer = state.with([&](State& now) {
            now.asked.push_back(std::move(request));
            if (now.answers.empty()) return HttpResponse{.status = 304, .headers = {}, .body = {}};
            HttpResponse next = std::move(now.answers.front());
            now.answers.pop_front();
            return next;
        });
        if (answer.status == 0) return done(Error{ErrorCode::Unavailable, "refused"});
        done(std::move(answer));
    }
    void drain(Duration /*patience*/) override {}  // it answers within send
    void will_answer(int status, std::string body, std::vector<HttpHeader> headers = {}) {
        state.with([&](State& now) {
            now.answers.push_back({status, std::move(headers), std::move(body)});
        });
    }
    std::size_t asked() {
        return state.with([](State& now) { return now.asked.size(); });
    }
    std::string header(std::size_t request, const std::string& name) {
        return state.with([&](State& now) {
            for (const auto& [key, value] : now.asked.at(request).headers) {
                if (key == name) return value;
            }
            return std::string{};
        });
    }
};

const std::string kFirstRows = "time,id,level\n2026-11-22T02:00,a,1\n2026-11-22T02:10,a,2\n";

TEST(UrlSource, AsksOnlyForWhatIsNewAndReadsOnlyWhatWasAdded) {
    ScriptedHttp http;
    http.will_answer(200, kFirstRows, {{"etag", "\"1\""}, {"Last-Modified", "yesterday"}});
    House house;
    auto runner = house.runner(level_feed("url", "http://levels.example/now.csv"), &http);
    runner->start();
    ASSERT_TRUE(reaches(*runner, FeedState::Waiting)) << runner->snapshot().detail.en;
    EXPECT_EQ(runner->snapshot().totals.counts.rows, 2U);
    EXPECT_EQ(http.header(0, "If-None-Match"), "");

    house.clock.advance(seconds(61));
    ASSERT_TRUE(comes_to_rest(*runner, [&] { return http.asked() == 2; }));
    EXPECT_EQ(http.header(1, "If-None-Match"), "\"1\"");
    EXPECT_EQ(http.header(1, "If-Modified-Since"), "yesterday");

    http.will_answer(200, kFirstRows + "2026-11-22T02:20,a,3", {{"ETag", "\"2\""}});
    house.clock.advance(seconds(61));
    ASSERT_TRUE(comes_to_rest(*runner, [&] { return runner->snapshot().totals.counts.rows == 3; }));
    http.will_answer(200, kFirstRows + "2026-11-22T02:20,a,3\n2026-11-22T02:30,a,4\n");
    house.clock.advance(seconds(61));
    ASSERT_TRUE(comes_to_rest(*runner, [&] { return runner->snapshot().totals.counts.rows == 4; }));
    EXPECT_EQ(house.states("urn:x:a", kLevel), 4U);
    EXPECT_EQ(runner->snapshot().totals.counts.repeated, 0U);

    // Another text altogether is read from its beginning.
    http.will_answer(200, "level,id,time\n5,a,2026-11-22T02:40\n2,a,2026-11-22T02:10\n");
    house.clock.advance(seconds(61));
    ASSERT_TRUE(eventually([&] { return runner->snapshot().totals.counts.rows == 6; }));
    EXPECT_EQ(runner->snapshot().totals.counts.repeated, 1U);
}

TEST(UrlSource, RemembersAcrossAStopWhatItHas) {
    ScriptedHttp http;
    http.will_answer(200, kFirstRows, {{"ETag", "\"1\""}});
    House house;
    {
        auto runner = house.runner(level_feed("url", "http://levels.example/now.csv"), &http);
        runner->start();
        ASSERT_TRUE(reaches(*runner, FeedState::Waiting));
    }
    auto runner = house.runner(level_feed("url", "http://levels.example/now.csv"), &http);
    runner->start();
    ASSERT_TRUE(eventually([&] { return http.asked() == 2; }));
    EXPECT_EQ(http.header(1, "If-None-Match"), "\"1\"");
}

TEST(UrlSource, BacksOffWhenItFailsAndHonoursRetryAfter) {
    ScriptedHttp http;
    http.will_answer(503, "", {{"Retry-After", "600"}});
    http.will_answer(0, "");
    http.will_answer(200, kFirstRows);
    House house;
    auto runner = house.runner(level_feed("url", "http://levels.example/now.csv"), &http);
    runner->start();
    ASSERT_TRUE(reaches(*runner, FeedState::Failing));
    EXPECT_EQ(runner->snapshot().detail.en, "http://levels.example/now.csv answered 503");
    house.clock.advance(seconds(590));
    std::this_thread::sleep_for(std::chrono::milliseconds{250});
    EXPECT_EQ(http.asked(), 1U);
    const std::string said = runner->snapshot().detail.en;
    house.clock.advance(seconds(11));
    ASSERT_TRUE(eventually([&] { return runner->snapshot().detail.en != said; }));
    EXPECT_EQ(http.asked(), 2U);
    house.clock.advance(seconds(61));
    ASSERT_TRUE(reaches(*runner, FeedState::Waiting));
    EXPECT_EQ(runner->snapshot().totals.counts.rows, 2U);
}

TEST(UrlSource, ANameWithADateFollowsTheDay) {
    ScriptedHttp http;
    http.will_answer(404, "");
    House house;
    house.clock.jump_to(*parse_time("2026-11-22T00:30:00Z"));
    auto runner =
        house.runner(level_feed("url", "http://levels.example/%Y/%m-%d.csv?x=%20"), &http);
    runner->start();
    ASSERT_TRUE(reaches(*runner, FeedState::Waiting)) << "the day's file is not there yet";
    ASSERT_TRUE(eventually([&] { return http.asked() == 2; }));
    http.state.with([](ScriptedHttp::State& now) {
        EXPECT_EQ(now.asked[0].url, "http://levels.example/2026/11-21.csv?x=%20");
        EXPECT_EQ(now.asked[1].url, "http://levels.example/2026/11-22.csv?x=%20");
    });
}

TEST(UrlSource, NeedsAnHttpClient) {
    House house;
    const auto made = FeedRunner::create(
        level_feed("url", "http://levels.example/"), test::pack_contexts(),
        {*house.store, nullptr, house.clock, house.random, house.log, house.metrics});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::Unsupported);
}

}  // namespace
}  // namespace musubi

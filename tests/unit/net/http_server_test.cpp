#include "net/http_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "unit/net/server_fixture.h"

namespace musubi {
namespace {

using net_test::get;
using net_test::RawAnswer;
using net_test::RawSocket;
using net_test::ServerTest;

class HttpServerTest : public ServerTest {};

TEST_F(HttpServerTest, AnswersOverAndOverOnOneConnection) {
    start();
    RawSocket peer = connect();
    for (int i = 0; i < 3; ++i) {
        peer.send(get("/echo/" + std::to_string(i)));
        const RawAnswer answer = peer.read_answer();
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, "GET /echo/" + std::to_string(i) + "  loopback");
        EXPECT_EQ(answer.header("Connection"), "");
        EXPECT_EQ(answer.header("Date").size(), 29U);
    }
    EXPECT_NE(metrics.render().find("musubi_http_requests_total 3"), std::string::npos);
    EXPECT_NE(metrics.render().find("musubi_http_connections 1"), std::string::npos);
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrderThoughLaterOnesAreReadyFirst) {
    start();
    RawSocket peer = connect();
    std::string bytes;
    for (int i = 0; i < 50; ++i) {
        bytes += get((i % 3 == 0 ? "/later/" : "/echo/") + std::to_string(i));
    }
    peer.send(bytes);
    for (int i = 0; i < 50; ++i) {
        const RawAnswer answer = peer.read_answer();
        ASSERT_EQ(answer.status, 200);
        EXPECT_NE(answer.body.find("/" + std::to_string(i) + " "), std::string::npos)
            << answer.body;
    }
}

TEST_F(HttpServerTest, ReadsARequestSplitAtEveryPosition) {
    start();
    const std::string request =
        "POST /echo/s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    RawSocket peer = connect();
    for (std::size_t i = 1; i < request.size(); ++i) {
        peer.send(std::string_view{request}.substr(0, i));
        std::this_thread::sleep_for(std::chrono::microseconds{300});
        peer.send(std::string_view{request}.substr(i));
        EXPECT_EQ(peer.read_answer().body, "POST /echo/s abcde loopback") << i;
    }
}

TEST_F(HttpServerTest, SendsNoBodyToHeadAndWith204) {
    start();
    RawSocket peer = connect();
    peer.send("HEAD /echo/h HTTP/1.1\r\nHost: x\r\n\r\n" + get("/status/204") + get("/echo/x"));
    const RawAnswer head = peer.read_answer(true);
    EXPECT_EQ(head.header("Content-Length"), "22");
    const RawAnswer none = peer.read_answer(true);
    EXPECT_EQ(none.status, 204);
    EXPECT_EQ(none.header("Content-Length"), "");
    EXPECT_EQ(peer.read_answer().body, "GET /echo/x  loopback");
}

TEST_F(HttpServerTest, SaysContinueToWhoWaitsForIt) {
    start();
    RawSocket peer = connect();
    peer.send(
        "PUT /echo/c HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\n"
        "Content-Length: 2\r\n\r\n");
    EXPECT_EQ(peer.read_answer().status, 100);
    peer.send("ok");
    EXPECT_EQ(peer.read_answer().body, "PUT /echo/c ok loopback");
}

TEST_F(HttpServerTest, ClosesAsTheVersionsSay) {
    start();
    RawSocket old = connect();
    old.send("GET /echo/o HTTP/1.0\r\n\r\n");
    EXPECT_EQ(old.read_answer().header("Connection"), "close");
    EXPECT_TRUE(old.closes());

    RawSocket kept = connect();
    kept.send("GET /echo/k HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(kept.read_answer().header("Connection"), "keep-alive");
    kept.send("GET /echo/k HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(kept.read_answer().header("Connection"), "close");
    EXPECT_TRUE(kept.closes());
}

TEST_F(HttpServerTest, AnswersAPeerThatHasClosedItsSide) {
    start();
    for (const char* path : {"/echo/half", "/later/half", "/large"}) {
        RawSocket peer = connect();
        peer.send(get(path));
        peer.half_close();
        const RawAnswer answer = peer.read_answer();
        EXPECT_EQ(answer.status, 200) << path;
        EXPECT_EQ(answer.body.size(), std::stoul(answer.header("Content-Length"))) << path;
        EXPECT_TRUE(peer.closes());
    }
}

TEST_F(HttpServerTest, Answers500WhereAResponderIsDropped) {
    start();
    RawSocket peer = connect();
    peer.send(get("/drop"));
    const RawAnswer answer = peer.read_answer();
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
}

TEST_F(HttpServerTest, LetsNoValueForgeAHeader) {
    start();
    RawSocket peer = connect();
    peer.send(get("/forge"));
    const RawAnswer answer = peer.read_answer();
    EXPECT_EQ(answer.header("Location"), "/a  Set-Cookie: b");
    EXPECT_EQ(answer.header("Set-Cookie"), "");
    EXPECT_EQ(answer.header("Content-Length"), "2");
}

TEST_F(HttpServerTest, DeliversALargeAnswerWhole) {
    start();
    RawSocket peer = connect();
    peer.send(get("/large") + get("/echo/after"));
    EXPECT_EQ(peer.read_answer().body, std::string(net_test::kLarge, 'L'));
    EXPECT_EQ(peer.read_answer().body, "GET /echo/after  loopback");
}

TEST_F(HttpServerTest, ServesAThousandConnectionsAtOnce) {
    start();
    std::vector<RawSocket> peers;
    for (int i = 0; i < 1000; ++i) peers.push_back(connect());
    for (auto& peer : peers) ASSERT_TRUE(peer.send(get("/later/x")));
    for (auto& peer : peers) ASSERT_EQ(peer.read_answer().status, 200);
}

TEST_F(HttpServerTest, AnswersAConnectionFromAnotherOnesHandler) {
    std::mutex mutex;
    std::optional<HttpResponder> parked;
    options.threads = 1;
    start([&](const HttpRequest& request, HttpResponder responder) {
        const std::lock_guard lock{mutex};
        if (request.path == "/park") {
            parked.emplace(std::move(responder));
            return;
        }
        responder.send({.body = "mine"});
        if (parked) std::exchange(parked, std::nullopt)->send({.body = "yours"});
    });
    RawSocket first = connect();
    first.send(get("/park"));
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    RawSocket second = connect();
    second.send(get("/go") + get("/go"));
    EXPECT_EQ(first.read_answer().body, "yours");
    EXPECT_EQ(second.read_answer().body, "mine");
    EXPECT_EQ(second.read_answer().body, "mine");
}

TEST_F(HttpServerTest, StopsAfterTheAnswersThatAreUnderWay) {
    start();
    RawSocket idle = connect();
    idle.send(get("/echo/i"));
    EXPECT_EQ(idle.read_answer().status, 200);
    RawSocket busy = connect();
    busy.send(get("/slow"));
    std::this_thread::sleep_for(std::chrono::milliseconds{30});
    std::thread stopper{[&] { server->stop(seconds(5)); }};
    EXPECT_TRUE(idle.closes());
    const RawAnswer answer = busy.read_answer();
    EXPECT_EQ(answer.body, "slow");
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(busy.closes());
    stopper.join();
    EXPECT_FALSE(RawSocket::connect(port).is_open());
}

TEST_F(HttpServerTest, SurvivesAResponderThatOutlivesIt) {
    std::optional<HttpResponder> parked;
    std::mutex mutex;
    start([&](const HttpRequest&, HttpResponder responder) {
        const std::lock_guard lock{mutex};
        parked.emplace(std::move(responder));
    });
    RawSocket peer = connect();
    peer.send(get("/"));
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    server->stop(milliseconds(10));
    server.reset();
    EXPECT_TRUE(peer.closes());
    const std::lock_guard lock{mutex};
    ASSERT_TRUE(parked);
    parked->send({.body = "too late"});
}

TEST(HttpServerStart, SaysWhichAddressItCanNotHave) {
    Log log{LogLevel::Off};
    Metrics metrics;
    const auto handler = [](const HttpRequest&, HttpResponder) {};
    const auto wrong = HttpServer::start({.host = "not an address"}, handler, log, metrics);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, ErrorCode::Io);
    EXPECT_NE(wrong.error().detail.find("not an address"), std::string::npos);
    const auto first = HttpServer::start({.port = 0, .threads = 1}, handler, log, metrics);
    ASSERT_TRUE(first);
    const std::uint16_t port = first.value()->port();
    const auto second = HttpServer::start({.port = port, .threads = 1}, handler, log, metrics);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().detail.find(std::to_string(port)), std::string::npos);
}

TEST_F(HttpServerTest, LooksOnceMoreBeforeAnAnswerLeaves) {
    std::atomic<bool> withdrawn = false;
    start([&](const HttpRequest& request, HttpResponder responder) {
        const LastLook look = [&]() -> std::optional<HttpResponse> {
            if (!withdrawn) return std::nullopt;
            return HttpResponse{.status = 403, .headers = {}, .body = "no"};
        };
        if (request.path == "/here") return responder.send({.body = "data"}, look);
        helpers.with([&](auto& threads) {
            threads.emplace_back([responder = std::move(responder), look]() mutable {
                responder.send({.body = "data"}, look);
            });
        });
    });
    RawSocket peer = connect();
    for (const char* path : {"/here", "/elsewhere"}) {
        peer.send(get(path));
        EXPECT_EQ(peer.read_answer().body, "data");
    }
    withdrawn = true;
    for (const char* path : {"/here", "/elsewhere"}) {
        peer.send(get(path));
        const RawAnswer answer = peer.read_answer();
        EXPECT_EQ(answer.status, 403);
        EXPECT_EQ(answer.body, "no");
    }
}

TEST_F(HttpServerTest, DrainsWhatItsPeersTakeAndCutsOffWhoDoesNot) {
    start();
    RawSocket slow = connect(4096);
    slow.send(get("/large"));
    ASSERT_FALSE(slow.read_some().empty());
    RawSocket idle = connect();
    idle.send(get("/echo/1"));
    EXPECT_EQ(idle.read_answer().status, 200);
    const SystemClock clock;
    const Duration begun = clock.monotonic();
    server->drain(milliseconds(200));
    const Duration took = clock.monotonic() - begun;
    EXPECT_GE(took, milliseconds(200));
    EXPECT_LT(took, seconds(5));
    EXPECT_LT(slow.read_all().size(), net_test::kLarge);
    idle.send(get("/echo/2"));
    EXPECT_EQ(idle.read_answer().status, 200);
    server->drain(seconds(10));  // nothing is left: at once
    EXPECT_LT(clock.monotonic() - begun, seconds(8));
    server->stop(milliseconds(10));
    server->drain(seconds(10));
    EXPECT_LT(clock.monotonic() - begun, seconds(9));
}

}  // namespace
}  // namespace musubi

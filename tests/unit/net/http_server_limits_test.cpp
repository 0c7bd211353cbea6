#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "base/json.h"
#include "unit/net/server_fixture.h"

namespace musubi {
namespace {

using net_test::get;
using net_test::RawAnswer;
using net_test::RawSocket;
using net_test::ServerTest;

void pause_ms(int n) { std::this_thread::sleep_for(std::chrono::milliseconds{n}); }

class HttpServerLimits : public ServerTest {
protected:
    void expect_problem(RawSocket& peer, int status) {
        const RawAnswer answer = peer.read_answer();
        ASSERT_EQ(answer.status, status) << answer.head;
        EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
        EXPECT_EQ(answer.header("Connection"), "close");
        const Json problem = parse_json(answer.body).value();
        EXPECT_EQ(problem.find("status")->integer(), status);
        EXPECT_FALSE(problem.find("title")->string().empty());
        EXPECT_FALSE(problem.find("detail")->string().empty());
        const bool bad = status == 400;
        EXPECT_EQ(problem.find("type")->string(),
                  bad ? "https://uri.etsi.org/ngsi-ld/errors/BadRequestData" : "about:blank");
        EXPECT_TRUE(peer.closes());
    }
};

TEST_F(HttpServerLimits, AnswersAMalformedRequestWithAProblemAndCloses) {
    start();
    RawSocket peer = connect();
    peer.send(get("/echo/ok") + "GET / HTTP/1.1\r\nHost : x\r\n\r\n" + get("/echo/never"));
    EXPECT_EQ(peer.read_answer().status, 200);
    expect_problem(peer, 400);
    EXPECT_NE(metrics.render().find("musubi_http_refused_total 1"), std::string::npos);
    EXPECT_NE(metrics.render().find("musubi_http_requests_total 1"), std::string::npos);
}

TEST_F(HttpServerLimits, RefusesALargeBodyWhileItIsStillBeingSent) {
    options.max_body_bytes = 1000;
    start();
    RawSocket peer = connect();
    peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n");
    peer.send(std::string(3'000'000, 'b'));
    expect_problem(peer, 413);
}

TEST_F(HttpServerLimits, RefusesALargeHead) {
    options.max_head_bytes = 1000;
    start();
    RawSocket peer = connect();
    peer.send("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(2000, 'a'));
    expect_problem(peer, 431);
}

TEST_F(HttpServerLimits, BoundsAllBodiesTogether) {
    options.max_body_bytes_total = 200'000;
    start();
    const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 150000\r\n\r\n";
    RawSocket first = connect();
    first.send(head + std::string(140'000, 'b'));
    pause_ms(50);
    RawSocket second = connect();
    second.send(head + std::string(140'000, 'b'));
    const RawAnswer refused = second.read_answer();
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.header("Retry-After"), "1");
    first.send(std::string(10'000, 'b'));
    EXPECT_EQ(first.read_answer().status, 200);
    // What the first one held is free again.
    RawSocket third = connect();
    third.send(head + std::string(150'000, 'b'));
    EXPECT_EQ(third.read_answer().status, 200);
}

TEST_F(HttpServerLimits, TurnsAwayConnectionsBeyondTheLimit) {
    options.max_connections = 2;
    start();
    RawSocket first = connect();
    RawSocket second = connect();
    first.send(get("/echo"));
    second.send(get("/echo"));
    EXPECT_EQ(first.read_answer().status, 200);
    EXPECT_EQ(second.read_answer().status, 200);
    RawSocket third = connect();
    expect_problem(third, 503);
    third.close();
    first.close();
    pause_ms(100);
    RawSocket fourth = connect();
    fourth.send(get("/echo"));
    EXPECT_EQ(fourth.read_answer().status, 200);
}

TEST_F(HttpServerLimits, ClosesWhoNeverSpeaks) {
    options.head_timeout = milliseconds(150);
    start();
    RawSocket peer = connect();
    EXPECT_TRUE(peer.closes());
}

TEST_F(HttpServerLimits, ClosesAnIdleConnection) {
    options.idle_timeout = milliseconds(150);
    start();
    RawSocket peer = connect();
    peer.send(get("/echo"));
    EXPECT_EQ(peer.read_answer().status, 200);
    EXPECT_TRUE(peer.closes());
}

TEST_F(HttpServerLimits, GivesUpOnAHeadThatDripsIn) {
    options.head_timeout = milliseconds(200);
    start();
    RawSocket peer = connect();
    const std::string request = get("/echo") + get("/echo/second");
    // The limit holds for the second head of a connection as for the first.
    peer.send(request.substr(0, get("/echo").size() + 1));
    EXPECT_EQ(peer.read_answer().status, 200);
    for (int i = 0; i < 15; ++i) {
        peer.send("G");
        pause_ms(30);
    }
    expect_problem(peer, 408);
}

TEST_F(HttpServerLimits, GivesUpOnABodyThatDripsIn) {
    options.body_timeout = milliseconds(200);
    start();
    RawSocket peer = connect();
    peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
    for (int i = 0; i < 15; ++i) {
        peer.send("b");
        pause_ms(30);
    }
    expect_problem(peer, 408);
}

TEST_F(HttpServerLimits, WaitsForABodyThatComesAlong) {
    options.body_timeout = milliseconds(200);
    start();
    RawSocket peer = connect();
    peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n");
    for (int i = 0; i < 10; ++i) {
        peer.send(std::string(2000, 'b'));
        pause_ms(60);
    }
    EXPECT_EQ(peer.read_answer().status, 200);
}

TEST_F(HttpServerLimits, GivesUpOnAPeerThatDoesNotTakeItsAnswer) {
    options.write_timeout = milliseconds(200);
    start();
    RawSocket peer = connect(4096);
    peer.send(get("/large"));
    pause_ms(800);
    EXPECT_LT(peer.read_all().size(), net_test::kLarge);
    EXPECT_NE(metrics.render().find("musubi_http_connections 0"), std::string::npos);
}

TEST_F(HttpServerLimits, DoesNotReadOnFromAPeerThatTakesNoAnswers) {
    start();
    RawSocket peer = connect(4096);
    std::string many;
    for (int i = 0; i < 8; ++i) many += get("/large");
    peer.send(many);
    pause_ms(200);
    EXPECT_NE(metrics.render().find("musubi_http_requests_total 1"), std::string::npos);
}

TEST_F(HttpServerLimits, SurvivesPeersThatVanish) {
    start();
    for (int i = 0; i < 50; ++i) {
        RawSocket peer = connect();
        peer.send(i % 2 == 0 ? get("/later/x") : get("/large"));
        if (i % 3 == 0) peer.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
        peer.reset();
    }
    RawSocket peer = connect();
    peer.send(get("/echo"));
    EXPECT_EQ(peer.read_answer().status, 200);
}

}  // namespace
}  // namespace musubi

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>

#include "net/http_client.h"
#include "unit/net/raw_socket.h"

namespace musubi {
namespace {

using net_test::RawListener;
using net_test::RawSocket;

/// A peer that does as it is told with each connection in turn, and a client that asks it.
class HttpClientHostile : public ::testing::Test {
protected:
    void TearDown() override {
        client.reset();
        if (peer.joinable()) peer.join();
    }
    void serve(std::vector<std::function<void(RawSocket&)>> acts) {
        peer = std::thread{[this, acts = std::move(acts)] {
            for (const auto& act : acts) {
                RawSocket socket = listener.accept();
                if (!socket.is_open()) return;
                act(socket);
            }
        }};
    }
    /// Answers one request with these bytes and closes.
    void serve_bytes(std::string bytes) {
        serve({[bytes = std::move(bytes)](RawSocket& socket) {
            socket.read_until("\r\n\r\n");
            socket.send(bytes);
        }});
    }
    Result<HttpResponse> ask(HttpClientRequest request = {}) {
        request.url = "http://127.0.0.1:" + std::to_string(listener.port()) + "/hook";
        return client->fetch(std::move(request));
    }

    RawListener listener;
    Log log{LogLevel::Off};
    Metrics metrics;
    std::unique_ptr<HttpClient> client =
        HttpClient::create({.allow_private_addresses = true}, log, metrics);
    std::thread peer;
};

TEST_F(HttpClientHostile, ThatNeverAnswers) {
    serve({[](RawSocket& socket) { socket.read_all(); }});
    const auto answer = ask({.timeout = milliseconds(200)});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::Timeout);
}

TEST_F(HttpClientHostile, ThatAnswersForEver) {
    serve({[](RawSocket& socket) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\n\r\n");
        while (socket.send(std::string(10'000, 'x'))) {
        }
    }});
    const auto answer = ask({.max_response_bytes = 1'000'000});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::TooLarge);
}

TEST_F(HttpClientHostile, ThatDripsForEver) {
    serve({[](RawSocket& socket) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\n\r\n");
        while (socket.send("x")) std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }});
    const auto answer = ask({.timeout = milliseconds(300)});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::Timeout);
}

TEST_F(HttpClientHostile, ThatSendsHeadersForEver) {
    serve({[](RawSocket& socket) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\n");
        while (socket.send("A: " + std::string(1000, 'a') + "\r\n")) {
        }
    }});
    EXPECT_EQ(ask().error().code, ErrorCode::TooLarge);
}

TEST_F(HttpClientHostile, ThatSendsInterimAnswersForEver) {
    serve({[](RawSocket& socket) {
        socket.read_until("\r\n\r\n");
        while (socket.send("HTTP/1.1 102 Processing\r\n\r\n")) {
        }
    }});
    EXPECT_EQ(ask().error().code, ErrorCode::Unavailable);
}

TEST_F(HttpClientHostile, ThatLiesAboutItsLength) {
    serve_bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
    EXPECT_EQ(ask().error().code, ErrorCode::Unavailable);
}

TEST_F(HttpClientHostile, ThatSaysMoreThanItsLength) {
    serve({[](RawSocket& socket) {
               socket.read_until("\r\n\r\n");
               socket.send(
                   "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n"
                   "Content-Length: 4\r\n\r\nevil");
               socket.read_all();
           },
           [](RawSocket& socket) {
               socket.read_until("\r\n\r\n");
               socket.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
           }});
    EXPECT_EQ(ask().value().body, "ok");
    EXPECT_EQ(ask().value().body, "good") << "the surplus is no answer to the next request";
}

TEST_F(HttpClientHostile, ThatClosesAtOnce) {
    serve({[](RawSocket& socket) { socket.close(); }});
    EXPECT_EQ(ask().error().code, ErrorCode::Unavailable);
}

TEST_F(HttpClientHostile, ThatIsNotThere) {
    const auto answer = client->fetch({.url = "http://127.0.0.1:1/"});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::Unavailable);
    EXPECT_NE(answer.error().detail.find("127.0.0.1:1"), std::string::npos);
    EXPECT_EQ(client->fetch({.url = "http://no-such-host.invalid/"}).error().code,
              ErrorCode::Unavailable);
}

TEST_F(HttpClientHostile, ThatTalksRubbish) {
    for (const char* bytes :
         {"\x16\x03\x01garbage\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          "HTTP/1.1 101 Switching Protocols\r\n\r\n", "HTTP/1.1 200 OK\r\nbad header\r\n\r\n"}) {
        serve_bytes(bytes);
        const auto answer = ask();
        peer.join();
        ASSERT_FALSE(answer) << bytes;
        EXPECT_EQ(answer.error().code, ErrorCode::Unavailable) << bytes;
    }
}

TEST_F(HttpClientHostile, ThatRedirectsIsNotFollowed) {
    serve_bytes(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
        "Content-Length: 0\r\n\r\n");
    const auto answer = ask();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 302);
}

TEST_F(HttpClientHostile, ThatAnswersInOddButLawfulWays) {
    serve({[](RawSocket& socket) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\n");
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
        for (const char c : std::string{"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
                                        "2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n"}) {
            socket.send(std::string_view{&c, 1});
        }
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.0 200 Fine\r\n\r\nuntil the end");
    }});
    const auto chunked = ask();
    ASSERT_TRUE(chunked) << chunked.error().detail;
    EXPECT_EQ(chunked->body, "abcde");
    ASSERT_EQ(chunked->headers.size(), 1U) << "neither the hint's nor the trailer";
    EXPECT_EQ(ask().value().body, "until the end");
}

/// The peer answers once, takes a second request, and hangs up without a word.
std::vector<std::function<void(RawSocket&)>> hang_up_after_the_second() {
    return {[](RawSocket& socket) {
                socket.read_until("\r\n\r\n");
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst");
                socket.read_until("\r\n\r\n");
            },
            [](RawSocket& socket) {
                socket.read_until("\r\n\r\n");
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nagain");
            }};
}

TEST_F(HttpClientHostile, ThatHangsUpOnAKeptConnectionIsAskedOnceMore) {
    serve(hang_up_after_the_second());
    EXPECT_EQ(ask({.method = HttpMethod::Put}).value().body, "first");
    const auto second = ask({.method = HttpMethod::Put, .body = ""});
    ASSERT_TRUE(second) << second.error().detail;
    EXPECT_EQ(second->body, "again");
}

TEST_F(HttpClientHostile, ThatHangsUpOnAPostThatItReadIsNotAskedTwice) {
    serve(hang_up_after_the_second());
    EXPECT_EQ(ask({.method = HttpMethod::Post}).value().body, "first");
    const auto second = ask({.method = HttpMethod::Post});
    ASSERT_FALSE(second) << "it was asked twice";
    EXPECT_EQ(second.error().code, ErrorCode::Unavailable);
    EXPECT_EQ(ask({.method = HttpMethod::Post}).value().body, "again");
}

TEST_F(HttpClientHostile, ThatClosedBetweenTwoPostsIsSimplyAskedAgain) {
    const auto once = [](RawSocket& socket) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    };
    serve({once, once, once});
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(ask({.method = HttpMethod::Post}));
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}

}  // namespace
}  // namespace musubi

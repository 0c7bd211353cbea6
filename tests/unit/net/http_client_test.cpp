#include "net/http_client.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <latch>

#include "unit/net/server_fixture.h"

namespace musubi {
namespace {

using net_test::ServerTest;

class HttpClientTest : public ServerTest {
protected:
    void make_client(HttpClientOptions client_options = {.allow_private_addresses = true}) {
        client = HttpClient::create(client_options, log, metrics);
    }
    [[nodiscard]] std::string url(std::string_view path) const {
        return "http://127.0.0.1:" + std::to_string(port) + std::string{path};
    }
    std::unique_ptr<HttpClient> client;
};

TEST_F(HttpClientTest, ExchangesWithOurServer) {
    start();
    make_client();
    for (const HttpMethod method : {HttpMethod::Get, HttpMethod::Post, HttpMethod::Put,
                                    HttpMethod::Patch, HttpMethod::Delete}) {
        const auto answer =
            client->fetch({.method = method, .url = url("/echo/a?q=1"), .body = "hello"});
        ASSERT_TRUE(answer) << answer.error().detail;
        EXPECT_EQ(answer->status, 200);
        EXPECT_EQ(answer->body, std::string{name_of(method)} + " /echo/a hello loopback");
    }
    const auto head = client->fetch({.method = HttpMethod::Head, .url = url("/echo/h")});
    ASSERT_TRUE(head);
    EXPECT_EQ(head->body, "");
    EXPECT_NE(metrics.render().find("musubi_http_connections 1"), std::string::npos)
        << "one connection serves them all";
}

TEST_F(HttpClientTest, SendsHeadersAndFindsTheAnswersOnes) {
    start([](const HttpRequest& request, HttpResponder responder) {
        HttpResponse response;
        response.body = std::string{request.header("Host")} + '|' +
                        std::string{request.header("X-Mine")} + '|' +
                        std::to_string(request.count("Content-Length"));
        response.headers = {{"X-Yours", "b"}};
        responder.send(std::move(response));
    });
    make_client();
    const auto answer = client->fetch({.method = HttpMethod::Post,
                                       .url = url("/"),
                                       .headers = {{"X-Mine", "a"}, {"Content-Length", "77"}}});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "127.0.0.1:" + std::to_string(port) + "|a|1");
    const HttpHeader wanted{"X-Yours", "b"};
    EXPECT_NE(std::ranges::find(answer->headers, wanted), answer->headers.end());
}

TEST_F(HttpClientTest, RefusesWhatCanNotBeSent) {
    make_client();
    const auto code = [&](HttpClientRequest request) {
        return client->fetch(std::move(request)).error().code;
    };
    EXPECT_EQ(code({.url = "gopher://x/"}), ErrorCode::BadRequest);
    EXPECT_EQ(code({.url = "http://x/", .headers = {{"A", "b\r\nC: d"}}}), ErrorCode::BadRequest);
    EXPECT_EQ(code({.url = "http://x/", .headers = {{"A b", "c"}}}), ErrorCode::BadRequest);
    EXPECT_EQ(code({.method = HttpMethod::Other, .url = "http://x/"}), ErrorCode::BadRequest);
}

TEST_F(HttpClientTest, ReachesNoPrivateAddressUnlessAllowed) {
    start();
    make_client(HttpClientOptions{});
    const std::string suffix = ":" + std::to_string(port) + "/echo";
    for (const char* host : {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0",
                             "10.0.0.1", "169.254.169.254", "127.1"}) {
        const auto answer = client->fetch({.url = "http://" + std::string{host} + suffix});
        ASSERT_FALSE(answer) << host;
        EXPECT_EQ(answer.error().code, ErrorCode::Forbidden) << host << answer.error().detail;
    }
    EXPECT_EQ(metrics.render().find("musubi_http_requests_total 1"), std::string::npos);
}

TEST_F(HttpClientTest, TakesLargeBodiesBothWays) {
    start();
    make_client();
    const auto large = client->fetch({.url = url("/large"), .max_response_bytes = 32U << 20U});
    ASSERT_TRUE(large) << large.error().detail;
    EXPECT_EQ(large->body.size(), net_test::kLarge);
    const auto dropped =
        client->fetch({.url = url("/large"), .max_response_bytes = 32U << 20U, .drop_body = true});
    ASSERT_TRUE(dropped);
    EXPECT_EQ(dropped->body.size(), 0U);
    const auto beyond = client->fetch({.url = url("/large"), .max_response_bytes = 1U << 20U});
    ASSERT_FALSE(beyond);
    EXPECT_EQ(beyond.error().code, ErrorCode::TooLarge);
    const std::string body(3U << 20U, 'u');
    const auto up =
        client->fetch({.method = HttpMethod::Post, .url = url("/echo/u"), .body = body});
    ASSERT_TRUE(up);
    EXPECT_EQ(up->body, "POST /echo/u " + body + " loopback");
}

TEST_F(HttpClientTest, TellsARefusalOfALargeBody) {
    options.max_body_bytes = 1000;
    start();
    make_client();
    for (int i = 0; i < 20; ++i) {
        const auto answer = client->fetch(
            {.method = HttpMethod::Post, .url = url("/echo"), .body = std::string(4U << 20U, 'b')});
        ASSERT_TRUE(answer) << answer.error().detail;
        EXPECT_EQ(answer->status, 413);
    }
}

TEST_F(HttpClientTest, StartsThoseWhoWaitInOrder) {
    std::string seen;
    options.threads = 1;
    start([&](const HttpRequest& request, HttpResponder responder) {
        seen += request.path;
        responder.send({});
    });
    make_client({.allow_private_addresses = true, .max_connections_per_host = 1});
    std::latch done{100};
    std::string expected;
    for (int i = 0; i < 100; ++i) {
        const std::string path = "/" + std::to_string(i);
        expected += path;
        client->send({.url = url(path)}, [&](const Result<HttpResponse>& answer) {
            EXPECT_TRUE(answer);
            done.count_down();
        });
    }
    done.wait();
    EXPECT_EQ(seen, expected);
}

TEST_F(HttpClientTest, OpensNoMoreConnectionsThanAllowedAndSaysBusyBeyondTheQueue) {
    start();
    make_client({.allow_private_addresses = true,
                 .max_connections_per_host = 3,
                 .max_waiting_per_host = 10});
    std::latch done{50};
    std::atomic<int> good = 0;
    std::atomic<int> busy = 0;
    for (int i = 0; i < 50; ++i) {
        client->send({.url = url("/slow")}, [&](const Result<HttpResponse>& answer) {
            if (answer) ++good;
            if (!answer && answer.error().code == ErrorCode::Busy) ++busy;
            done.count_down();
        });
    }
    done.wait();
    EXPECT_EQ(good + busy, 50);
    EXPECT_GE(good, 10);
    EXPECT_GE(busy, 30);
    EXPECT_NE(metrics.render().find("musubi_http_connections 3"), std::string::npos);
}

TEST_F(HttpClientTest, TellsThoseWhoWaitWhenItGoes) {
    start([](const HttpRequest&, HttpResponder responder) {
        static_cast<void>(responder.stream({}));
    });
    net_test::RawListener silent;
    port = silent.port();
    make_client({.allow_private_addresses = true, .max_connections_per_host = 1});
    std::vector<ErrorCode> codes;
    for (int i = 0; i < 3; ++i) {
        client->send({.url = url("/")}, [&](const Result<HttpResponse>& answer) {
            codes.push_back(answer ? ErrorCode::Internal : answer.error().code);
            // Whoever asks again from here is told at once.
            if (client) client->send({.url = url("/")}, [&](const Result<HttpResponse>&) {});
        });
    }
    auto peer = silent.accept();
    HttpClient* const last = client.get();
    ASSERT_NE(last, nullptr);
    client.reset();
    EXPECT_EQ(codes, (std::vector<ErrorCode>{3, ErrorCode::Unavailable}));
}

TEST_F(HttpClientTest, CarriesTenThousandSmallPosts) {
    start();
    make_client({.allow_private_addresses = true, .max_waiting_per_host = 20'000});
    constexpr int kPosts = 10'000;
    std::latch done{kPosts};
    std::atomic<int> good = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kPosts; ++i) {
        client->send({.method = HttpMethod::Post, .url = url("/echo"), .body = "{}"},
                     [&](const Result<HttpResponse>& answer) {
                         if (answer && answer->status == 200) ++good;
                         done.count_down();
                     });
    }
    done.wait();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    RecordProperty("posts_per_second", std::to_string(kPosts / took.count()));
    EXPECT_EQ(good, kPosts);
}

}  // namespace
}  // namespace musubi

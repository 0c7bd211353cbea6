#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "net/http_server.h"
#include "unit/net/raw_socket.h"

namespace musubi::net_test {

constexpr std::size_t kLarge = 20U << 20U;

inline std::string get(std::string_view path) {
    return "GET " + std::string{path} + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

/// A server on a free port with a handler that shows what a handler can do.
class ServerTest : public ::testing::Test {
protected:
    void TearDown() override {
        if (server) server->stop(milliseconds(10));
        server.reset();
        helpers.with([](auto& threads) {
            for (auto& thread : threads) thread.join();
        });
    }

    void start() {
        start([this](const HttpRequest& request, HttpResponder responder) {
            handle(request, std::move(responder));
        });
    }
    void start(HttpHandler handler) {
        options.port = 0;
        auto started = HttpServer::start(options, std::move(handler), log, metrics);
        ASSERT_TRUE(started) << started.error().detail;
        server = std::move(started).value();
        port = server->port();
    }
    [[nodiscard]] RawSocket connect(int receive_buffer = 0) const {
        return RawSocket::connect(port, receive_buffer);
    }

    HttpServerOptions options{.threads = 2};
    Log log{LogLevel::Off};
    Metrics metrics;
    std::unique_ptr<HttpServer> server;
    std::uint16_t port = 0;
    Guarded<std::vector<std::thread>> helpers;

private:
    static HttpResponse echo(const HttpRequest& request) {
        HttpResponse response;
        response.body = std::string{name_of(request.method)} + ' ' + std::string{request.path} +
                        ' ' + std::string{request.body};
        response.body += request.from_loopback ? " loopback" : " elsewhere";
        return response;
    }

    void later(HttpResponder responder, HttpResponse response, int milliseconds) {
        helpers.with([&](auto& threads) {
            threads.emplace_back([responder = std::move(responder), response = std::move(response),
                                  milliseconds]() mutable {
                std::this_thread::sleep_for(std::chrono::milliseconds{milliseconds});
                responder.send(std::move(response));
            });
        });
    }

    void handle(const HttpRequest& request, HttpResponder responder) {
        if (request.path.starts_with("/echo")) {
            responder.send(echo(request));
        } else if (request.path.starts_with("/later")) {
            later(std::move(responder), echo(request), 2);
        } else if (request.path == "/slow") {
            later(std::move(responder), {.body = "slow"}, 200);
        } else if (request.path == "/large") {
            responder.send({.body = std::string(kLarge, 'L')});
        } else if (request.path == "/status/204") {
            responder.send({.status = 204});
        } else if (request.path == "/forge") {
            responder.send(
                {.headers = {{"Location", "/a\r\nSet-Cookie: b"}, {"content-length", "99"}},
                 .body = "ok"});
        }
        // Else: dropped.
    }
};

}  // namespace musubi::net_test

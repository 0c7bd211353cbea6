#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "net/client_connection.h"
#include "net/drain.h"
#include "net/http_client.h"

namespace musubi {

/// The client: for each peer a queue of exchanges and a few connections. All but send and the
/// destructor runs on its own thread.
class PooledClient final : public HttpClient, public ClientConnection::Owner {
public:
    PooledClient(const HttpClientOptions& options, Log& log, Metrics& metrics);
    ~PooledClient() override;

    void send(HttpClientRequest request, Callback done) override;
    void stop() override;
    void drain(Duration patience) override;

private:
    struct Host {
        Peer peer;
        std::deque<std::unique_ptr<Exchange>> waiting;
        std::vector<std::shared_ptr<ClientConnection>> connections;
        std::int64_t no_connect_before_us = 0;
    };
    struct Box {
        std::vector<std::unique_ptr<Exchange>> exchanges;
        bool closed = false;
    };

    void on_connected(ClientConnection& connection) override;
    void on_connect_failed(ClientConnection& connection, const Error& error) override;
    void on_done(ClientConnection& connection, std::unique_ptr<Exchange> exchange,
                 Result<HttpResponse> result) override;
    void on_stale(ClientConnection& connection, std::unique_ptr<Exchange> exchange) override;
    void on_idle_closed(ClientConnection& connection) override;

    void open_box();
    void enqueue(std::unique_ptr<Exchange> exchange);
    void dispatch(Host& host);
    void open_connection(Host& host);
    void forget(ClientConnection& connection);
    [[nodiscard]] Host* host_of(const ClientConnection& connection);
    void finish(std::unique_ptr<Exchange> exchange, Result<HttpResponse> result);
    void watch();
    void sweep();
    void sweep_waiting(Host& host, std::int64_t now);
    void sweep_connections(Host& host, std::int64_t now);
    [[nodiscard]] std::vector<Unsent> unsent();
    void shut_down();

    HttpClientOptions options_;
    Log& log_;
    Counter& requests_;
    Counter& failures_;
    boost::asio::io_context context_;
    ClientTls tls_;
    boost::asio::steady_timer timer_;
    bool watching_ = false;
    bool closing_ = false;
    Guarded<Box> box_;
    std::map<std::string, Host, std::less<>> hosts_;
    std::thread thread_;
};

}  // namespace musubi

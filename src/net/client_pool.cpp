#include "net/client_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "net/own_thread.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxHosts = 4096;
constexpr Duration kConnectPause = seconds(1);  ///< after a failure, while others serve

std::string host_key(std::string_view scheme, std::string_view host, std::uint16_t port) {
    return fmt::format("{}://{}:{}", scheme, host, port);
}

}  // namespace

PooledClient::PooledClient(const HttpClientOptions& options, Log& log, Metrics& metrics)
    : options_{options},
      log_{log},
      requests_{metrics.counter("musubi_http_client_requests_total", "Requests sent to others")},
      failures_{metrics.counter("musubi_http_client_failures_total",
                                "Requests to others that got no answer")},
      tls_{log_, options_.ca_file},
      timer_{context_} {
    thread_ = std::thread{[this] {
        const auto work = boost::asio::make_work_guard(context_);
        context_.run();
    }};
}

PooledClient::~PooledClient() { PooledClient::stop(); }

void PooledClient::stop() {
    if (!thread_.joinable()) return;
    boost::asio::post(context_, [this] { shut_down(); });
    thread_.join();
}

void PooledClient::send(HttpClientRequest request, Callback done) {
    auto exchange = std::make_unique<Exchange>();
    exchange->deadline_us = steady_us() + request.timeout.us;
    exchange->request = std::move(request);
    exchange->done = std::move(done);
    bool wake = false;
    box_.with([&](Box& box) {
        if (box.closed) return;
        if (box.exchanges.size() >= kMaxBox) {
            exchange->refused = true;
            std::string{}.swap(exchange->request.body);
        }
        wake = box.exchanges.empty();
        box.exchanges.push_back(std::move(exchange));
    });
    if (wake) boost::asio::post(context_, [this] { open_box(); });
    // It is closing, or has closed.
    if (exchange) exchange->done(Error{ErrorCode::Unavailable, "the HTTP client is closing"});
}

void PooledClient::open_box() {
    std::vector<std::unique_ptr<Exchange>> exchanges;
    box_.with([&](Box& box) { std::swap(box.exchanges, exchanges); });
    for (auto& exchange : exchanges) enqueue(std::move(exchange));
    watch();
}

void PooledClient::enqueue(std::unique_ptr<Exchange> exchange) {
    requests_.add();
    auto url = parse_url(exchange->request.url);
    if (!url) return finish(std::move(exchange), std::move(url).error());
    exchange->url = std::move(url).value();
    if (auto head = client_request_head(exchange->request, exchange->url); !head) {
        return finish(std::move(exchange), std::move(head).error());
    }
    const Url& to = exchange->url;
    const std::string key = host_key(to.scheme, to.host, to.port);
    auto found = hosts_.find(key);
    const bool room = found != hosts_.end()
                          ? found->second.waiting.size() < options_.max_waiting_per_host
                          : hosts_.size() < kMaxHosts;
    if (closing_ || exchange->refused || !room) {
        const Error error =
            closing_
                ? Error{ErrorCode::Unavailable, "the HTTP client is closing"}
                : Error{ErrorCode::Busy, fmt::format("too many requests wait for {}:{}; try again "
                                                     "later",
                                                     to.host, to.port)};
        return finish(std::move(exchange), error);
    }
    if (found == hosts_.end()) {
        Host host;
        host.peer = {.host = to.host,
                     .port = to.port,
                     .tls = to.scheme == "https",
                     .allow_private = options_.allow_private_addresses};
        found = hosts_.emplace(key, std::move(host)).first;
    }
    found->second.waiting.push_back(std::move(exchange));
    dispatch(found->second);
}

/// Puts the first of those who wait on free connections, and opens more where there are too few.
void PooledClient::dispatch(Host& host) {
    const auto idle = [](const auto& connection) {
        return connection->state() == ClientConnection::State::Idle;
    };
    while (!host.waiting.empty() && !closing_) {
        const auto free = std::ranges::find_if(host.connections, idle);
        if (free == host.connections.end()) break;
        const auto& still = host.waiting.front()->request.still;
        if (auto may = still ? still() : Result<void>{}; !may) {
            auto exchange = std::move(host.waiting.front());
            host.waiting.pop_front();
            finish(std::move(exchange), std::move(may).error());
            continue;
        }
        const std::shared_ptr<ClientConnection> connection = *free;
        if (connection->start(host.waiting.front())) {
            host.waiting.pop_front();
        } else {
            connection->close();
            forget(*connection);
        }
    }
    const auto connecting = static_cast<std::size_t>(
        std::ranges::count_if(host.connections, [](const auto& connection) {
            return connection->state() == ClientConnection::State::Connecting;
        }));
    if (host.waiting.size() <= connecting || closing_) return;
    if (!host.connections.empty() && steady_us() < host.no_connect_before_us) return;
    const std::size_t room = options_.max_connections_per_host - host.connections.size();
    const std::size_t wanted = std::min(host.waiting.size() - connecting, room);
    for (std::size_t i = 0; i < wanted; ++i) open_connection(host);
}

void PooledClient::open_connection(Host& host) {
    auto connection = std::make_shared<ClientConnection>(context_, tls_, *this, host.peer);
    connection->since_us = steady_us();
    host.connections.push_back(connection);
    connection->connect();
}

PooledClient::Host* PooledClient::host_of(const ClientConnection& connection) {
    const auto& peer = connection.peer();
    const auto found = hosts_.find(host_key(peer.tls ? "https" : "http", peer.host, peer.port));
    return found == hosts_.end() ? nullptr : &found->second;
}

void PooledClient::forget(ClientConnection& connection) {
    Host* const host = host_of(connection);
    if (host == nullptr) return;
    std::erase_if(host->connections, [&](const auto& kept) { return kept.get() == &connection; });
}

void PooledClient::finish(std::unique_ptr<Exchange> exchange, Result<HttpResponse> result) {
    if (!result) failures_.add();
    exchange->done(std::move(result));
}

void PooledClient::on_connected(ClientConnection& connection) {
    connection.since_us = steady_us();
    if (Host* const host = host_of(connection)) dispatch(*host);
}

void PooledClient::on_connect_failed(ClientConnection& connection, const Error& error) {
    Host* const host = host_of(connection);
    forget(connection);
    if (host == nullptr) return;
    host->no_connect_before_us = steady_us() + kConnectPause.us;
    if (!host->connections.empty()) return;  // the others serve those who wait
    log_.debug("net", "can't connect",
               {field("host", host->peer.host), field("why", error.detail)});
    auto waiting = std::exchange(host->waiting, {});
    for (auto& exchange : waiting) finish(std::move(exchange), error);
}

void PooledClient::on_done(ClientConnection& connection, std::unique_ptr<Exchange> exchange,
                           Result<HttpResponse> result) {
    connection.since_us = steady_us();
    if (connection.state() == ClientConnection::State::Closed) forget(connection);
    if (Host* const host = host_of(connection)) dispatch(*host);
    finish(std::move(exchange), std::move(result));
}

void PooledClient::on_stale(ClientConnection& connection, std::unique_ptr<Exchange> exchange) {
    forget(connection);
    Host* const host = host_of(connection);
    if (host == nullptr) {
        return finish(std::move(exchange), Error{ErrorCode::Unavailable, "the peer is gone"});
    }
    // Its other idle connections are likely to be as old.
    std::erase_if(host->connections, [](const auto& kept) {
        if (kept->state() != ClientConnection::State::Idle) return false;
        kept->close();
        return true;
    });
    host->waiting.push_front(std::move(exchange));
    dispatch(*host);
}

void PooledClient::on_idle_closed(ClientConnection& connection) {
    forget(connection);
    if (Host* const host = host_of(connection)) dispatch(*host);
}

void PooledClient::watch() {
    if (watching_ || hosts_.empty() || closing_) return;
    watching_ = true;
    timer_.expires_after(kSweepEvery);
    timer_.async_wait([this](const boost::system::error_code& ec) {
        watching_ = false;
        if (!ec) sweep();
    });
}

void PooledClient::sweep() {
    const std::int64_t now = steady_us();
    for (auto& [key, host] : hosts_) {
        sweep_waiting(host, now);
        sweep_connections(host, now);
        dispatch(host);
    }
    std::erase_if(hosts_, [](const auto& entry) {
        return entry.second.waiting.empty() && entry.second.connections.empty();
    });
    watch();
}

void PooledClient::sweep_waiting(Host& host, std::int64_t now) {
    std::vector<std::unique_ptr<Exchange>> late;
    for (auto& exchange : host.waiting) {
        if (exchange->deadline_us <= now) late.push_back(std::move(exchange));
    }
    if (late.empty()) return;
    std::erase(host.waiting, nullptr);
    for (auto& exchange : late) {
        finish(std::move(exchange),
               Error{ErrorCode::Timeout, fmt::format("{}:{} could not be asked in time",
                                                     host.peer.host, host.peer.port)});
    }
}

void PooledClient::sweep_connections(Host& host, std::int64_t now) {
    const auto connections = host.connections;
    for (const auto& connection : connections) {
        switch (connection->state()) {
            case ClientConnection::State::Connecting:
                if (now - connection->since_us > kConnectTimeout.us) {
                    connection->close();
                    on_connect_failed(*connection, {ErrorCode::Timeout,
                                                    fmt::format("can't connect to {}:{} in time",
                                                                host.peer.host, host.peer.port)});
                }
                break;
            case ClientConnection::State::Idle:
                if (now - connection->since_us > options_.idle_timeout.us) {
                    connection->close();
                    forget(*connection);
                }
                break;
            case ClientConnection::State::Busy:
                if (connection->exchange()->deadline_us <= now) {
                    on_done(*connection, connection->close(),
                            Error{ErrorCode::Timeout, fmt::format("{}:{} did not answer in time",
                                                                  host.peer.host, host.peer.port)});
                }
                break;
            case ClientConnection::State::Closed: break;
        }
    }
}

void PooledClient::drain(Duration patience) {
    musubi::drain(
        context_, [this] { return unsent(); }, patience);
}

std::vector<Unsent> PooledClient::unsent() {
    std::vector<Unsent> all;
    for (const auto& [key, host] : hosts_) {
        for (const auto& connection : host.connections) {
            const std::uint64_t number = connection->unsent();
            if (number == 0) continue;
            const auto is_left = [connection, number] { return connection->unsent() == number; };
            const auto cut = [this, connection] {
                on_done(*connection, connection->close(),
                        Error{ErrorCode::Unavailable, "the peer did not take it in time"});
            };
            all.push_back({.is_left = is_left, .cut = cut});
        }
    }
    return all;
}

void PooledClient::shut_down() {
    closing_ = true;
    timer_.cancel();
    std::vector<std::unique_ptr<Exchange>> left;
    box_.with([&](Box& box) {
        box.closed = true;
        std::swap(box.exchanges, left);
    });
    for (auto& [key, host] : hosts_) {
        for (const auto& connection : host.connections) {
            if (auto exchange = connection->close()) left.push_back(std::move(exchange));
        }
        for (auto& exchange : host.waiting) left.push_back(std::move(exchange));
    }
    hosts_.clear();
    for (auto& exchange : left) {
        finish(std::move(exchange), Error{ErrorCode::Unavailable, "the HTTP client is closing"});
    }
    context_.stop();
}

}  // namespace musubi

#include "net/io_thread.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cassert>
#include <chrono>

#include "base/clock.h"
#include "net/connection.h"
#include "net/http_text.h"
#include "net/own_thread.h"

namespace musubi {
namespace {

Duration tick_for(const HttpServerOptions& options) {
    const Duration shortest =
        std::min({options.head_timeout, options.body_timeout, options.idle_timeout,
                  options.write_timeout, options.handshake_timeout});
    return {std::clamp(shortest.us / 8, milliseconds(10).us, milliseconds(500).us)};
}

}  // namespace

ServerShared::ServerShared(const HttpServerOptions& the_options, HttpHandler the_handler,
                           Log& the_log, Metrics& metrics)
    : options{the_options},
      limits{.max_head_bytes = the_options.max_head_bytes,
             .max_body_bytes = the_options.max_body_bytes},
      handler{std::move(the_handler)},
      log{the_log},
      requests{metrics.counter("musubi_http_requests_total", "Requests read")},
      refused{metrics.counter("musubi_http_refused_total",
                              "Requests and connections refused by the HTTP layer")},
      budget{the_options.max_body_bytes_total},
      open{std::make_shared<std::atomic<std::int64_t>>(0)} {
    metrics.gauge("musubi_http_connections", "Open connections",
                  [count = open] { return static_cast<double>(count->load()); });
}

IoThread::IoThread(std::shared_ptr<ServerShared> shared)
    : shared_{std::move(shared)},
      // All its sockets are used on this thread alone; only posting comes from others.
      context_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO},
      timer_{context_},
      tick_{tick_for(shared_->options)},
      now_us_{steady_us()},
      date_{http_date(SystemClock{}.now())} {}

IoThread::~IoThread() { assert(!thread_.joinable()); }

void IoThread::start() {
    wait_for_tick();
    thread_ = std::thread{[this] {
        id_ = std::this_thread::get_id();
        context_.run();
    }};
}

bool IoThread::is_current() const noexcept { return std::this_thread::get_id() == id_.load(); }

void IoThread::post(Mail mail) {
    const bool wake = box_.with([&](Box& box) {
        if (box.closed) return false;
        box.mail.push_back(std::move(mail));
        return box.mail.size() == 1;
    });
    if (wake) boost::asio::post(context_, [this] { open_box(); });
}

void IoThread::open_box() {
    box_.with([this](Box& box) { std::swap(box.mail, opened_); });
    for (Mail& mail : opened_) mail.connection->receive(mail);
    opened_.clear();
}

void IoThread::add(std::shared_ptr<Connection> connection) {
    connection->place = connections_.size();
    connections_.push_back(std::move(connection));
}

IoThread::Handshake IoThread::begin_handshake(std::shared_ptr<Connection> connection) {
    if (handshakes_.size() >= shared_->handshakes_a_thread) {
        const std::shared_ptr<Connection> oldest = handshakes_.front();
        oldest->close();
    }
    return handshakes_.insert(handshakes_.end(), std::move(connection));
}

void IoThread::remove(Connection& connection) {
    const std::size_t place = connection.place;
    assert(place < connections_.size() && connections_[place].get() == &connection);
    std::swap(connections_[place], connections_.back());
    connections_[place]->place = place;
    connections_.pop_back();
}

std::vector<Unsent> IoThread::unsent() const {
    std::vector<Unsent> all;
    for (const auto& connection : connections_) {
        const std::uint64_t number = connection->unsent();
        if (number == 0) continue;
        all.push_back({.is_left = [connection, number] { return connection->unsent() == number; },
                       .cut = [connection] { connection->close(); }});
    }
    return all;
}

void IoThread::wait_for_tick() {
    timer_.expires_after(std::chrono::microseconds{tick_.us});
    timer_.async_wait([this](const boost::system::error_code& ec) {
        if (!ec) tick();
    });
}

void IoThread::tick() {
    now_us_ = steady_us();
    date_ = http_date(SystemClock{}.now());
    // Backwards: whoever closes is replaced by one that was seen already.
    for (std::size_t i = connections_.size(); i > 0; --i) {
        if (i <= connections_.size()) std::shared_ptr {
                connections_[i - 1]
                } -> check_deadline();
    }
    wait_for_tick();
}

void IoThread::begin_stop() {
    boost::asio::post(context_, [this] {
        stopping_ = true;
        const auto connections = connections_;
        for (const auto& connection : connections) connection->begin_stop();
    });
}

void IoThread::finish() {
    if (!thread_.joinable()) return;
    boost::asio::post(context_, [this] {
        timer_.cancel();
        const auto connections = connections_;
        for (const auto& connection : connections) connection->close();
        context_.stop();
    });
    thread_.join();
    box_.with([](Box& box) { box.closed = true; });
    opened_.clear();
    box_.with([this](Box& box) { std::swap(box.mail, opened_); });
    opened_.clear();
    // What was cancelled above is told so, and lets go of its connection.
    context_.restart();
    context_.poll();
}

}  // namespace musubi

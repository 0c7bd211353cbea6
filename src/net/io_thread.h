#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "base/metrics.h"
#include "net/drain.h"
#include "net/http_parser.h"
#include "net/http_server.h"

namespace musubi {

class Connection;
class StreamBuffer;

/// What the threads of one server have in common. Shared, because a responder may outlive the
/// server.
struct ServerShared {
    ServerShared(const HttpServerOptions& the_options, HttpHandler the_handler, Log& the_log,
                 Metrics& metrics);

    HttpServerOptions options;
    HttpLimits limits;
    HttpHandler handler;
    Log& log;
    Counter& requests;
    Counter& refused;
    HttpBodyBudget budget;
    std::size_t handshakes_a_thread = 1;
    /// Its own owner: the gauge that reads it lives as long as the metrics do.
    std::shared_ptr<std::atomic<std::int64_t>> open;
    std::mutex closing_mutex;
    std::condition_variable closing;  ///< a connection is gone
};

/// Something for a connection that another thread brings.
struct Mail {
    enum class Kind { Adopt, Respond, OpenStream, StreamData };
    std::shared_ptr<Connection> connection;
    Kind kind = Kind::Respond;
    HttpResponse response = {};
    std::shared_ptr<StreamBuffer> stream = {};
    LastLook look = {};
};

/// One I/O thread: an event loop and the connections that live on it.
class IoThread {
public:
    explicit IoThread(std::shared_ptr<ServerShared> shared);
    IoThread(const IoThread&) = delete;
    IoThread& operator=(const IoThread&) = delete;
    ~IoThread();

    void start();
    /// Closes what is idle, has the rest close after its answer. From any thread.
    void begin_stop();
    /// Closes everything, ends the loop, joins. Not from the thread itself.
    void finish();

    [[nodiscard]] bool is_current() const noexcept;
    /// Puts it in the box; many pieces cost one wake-up. From any thread.
    void post(Mail mail);

    // From here on: on the thread itself.
    void add(std::shared_ptr<Connection> connection);
    void remove(Connection& connection);
    /// What peers have been sent and have not taken.
    [[nodiscard]] std::vector<Unsent> unsent() const;
    /// Connections in their handshake; where they are too many, the one that began first is closed.
    using Handshake = std::list<std::shared_ptr<Connection>>::iterator;
    [[nodiscard]] Handshake begin_handshake(std::shared_ptr<Connection> connection);
    void end_handshake(Handshake handshake) { handshakes_.erase(handshake); }
    [[nodiscard]] std::int64_t now_us() const noexcept { return now_us_; }
    /// The moment after which `timeout` has surely passed.
    [[nodiscard]] std::int64_t deadline(Duration timeout) const noexcept {
        return now_us_ + timeout.us + tick_.us;
    }
    [[nodiscard]] std::string_view date() const noexcept { return date_; }
    [[nodiscard]] bool stopping() const noexcept { return stopping_; }
    [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }
    [[nodiscard]] ServerShared& shared() noexcept { return *shared_; }

    /// Whose requests are being handled just now, if any; the scratch is its.
    Connection* turn = nullptr;
    /// Answers are written here before they are sent; empty between two connections' turns.
    std::string scratch;
    /// The same after TLS.
    std::string sealed;
    /// Bytes read only to be dropped, or to be given to TLS at once.
    std::array<char, 16U << 10U> waste;

private:
    void open_box();
    void tick();
    void wait_for_tick();

    struct Box {
        std::vector<Mail> mail;
        bool closed = false;
    };

    std::shared_ptr<ServerShared> shared_;
    boost::asio::io_context context_;
    boost::asio::steady_timer timer_;
    Guarded<Box> box_;
    std::vector<Mail> opened_;  ///< the box's other half, so that neither is allocated anew
    std::vector<std::shared_ptr<Connection>> connections_;
    std::list<std::shared_ptr<Connection>> handshakes_;
    Duration tick_;
    std::int64_t now_us_ = 0;
    std::string date_;
    bool stopping_ = false;
    std::atomic<std::thread::id> id_{};
    std::thread thread_;
};

}  // namespace musubi

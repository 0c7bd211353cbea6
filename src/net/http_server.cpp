#include "net/http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "net/connection.h"
#include "net/drain.h"
#include "net/http_text.h"
#include "net/io_thread.h"

namespace musubi {
namespace {

using boost::asio::ip::tcp;

/// Connections beyond the limit that are told so; more are closed without a word.
constexpr std::int64_t kRefusalRoom = 64;
constexpr int kAcceptsAtOnce = 64;
constexpr auto kAcceptPause = std::chrono::milliseconds{100};

bool is_loopback(const sockaddr_storage& peer) {
    if (peer.ss_family == AF_INET) {
        sockaddr_in address{};
        std::memcpy(&address, &peer, sizeof address);
        return (ntohl(address.sin_addr.s_addr) >> 24U) == 127;
    }
    if (peer.ss_family != AF_INET6) return false;
    sockaddr_in6 address{};
    std::memcpy(&address, &peer, sizeof address);
    if (IN6_IS_ADDR_V4MAPPED(&address.sin6_addr)) return address.sin6_addr.s6_addr[12] == 127;
    return IN6_IS_ADDR_LOOPBACK(&address.sin6_addr);
}

// Empty where it is neither IPv4 nor IPv6.
std::string address_text(const sockaddr_storage& peer) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* address = nullptr;
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (peer.ss_family == AF_INET) {
        std::memcpy(&v4, &peer, sizeof v4);
        address = &v4.sin_addr;
    } else if (peer.ss_family == AF_INET6) {
        std::memcpy(&v6, &peer, sizeof v6);
        address = &v6.sin6_addr;
    }
    if (address == nullptr) return {};
    const char* written = inet_ntop(peer.ss_family, address, text.data(), text.size());
    return written == nullptr ? std::string{} : std::string(written);
}

/// Takes connections in at one address and gives them to the threads in turn. On the first thread.
class Listener {
public:
    Listener(std::shared_ptr<ServerShared> shared,
             const std::vector<std::shared_ptr<IoThread>>& threads, Connection::Speaks speaks)
        : shared_{std::move(shared)},
          threads_{threads},
          speaks_{speaks},
          acceptor_{threads.front()->context()},
          pause_{threads.front()->context()} {}

    /// Fails: Io.
    Result<void> open(const HttpAddress& where);
    void close();
    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    void wait_for_peers();
    void accept_some();
    bool accept_one();
    void pause();

    std::shared_ptr<ServerShared> shared_;
    const std::vector<std::shared_ptr<IoThread>>& threads_;
    Connection::Speaks speaks_;
    tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    std::size_t next_thread_ = 0;
    std::uint16_t port_ = 0;
};

Result<void> Listener::open(const HttpAddress& where) {
    const auto fail = [&](std::string_view why) {
        return Error{ErrorCode::Io,
                     fmt::format("can't listen on {}:{}: {}", where.host, where.port, why)};
    };
    boost::system::error_code ec;
    const std::string host = where.host == "localhost" ? "127.0.0.1" : where.host;
    const auto address = boost::asio::ip::make_address(host, ec);
    if (ec) return fail("the host is not an IP address of this machine");
    const tcp::endpoint endpoint{address, where.port};
    acceptor_.open(endpoint.protocol(), ec);
    if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address{true}, ec);
    // Accepted sockets inherit it.
    if (!ec) acceptor_.set_option(tcp::no_delay{true}, ec);
    if (!ec) acceptor_.bind(endpoint, ec);
    if (!ec) acceptor_.listen(boost::asio::socket_base::max_listen_connections, ec);
    if (!ec) acceptor_.native_non_blocking(true, ec);
    if (!ec) port_ = acceptor_.local_endpoint(ec).port();
    if (ec) return fail(ec.message());
    wait_for_peers();
    shared_->log.info(
        "net", "listening",
        {field("host", where.host), field("port", port_), field("threads", threads_.size()),
         field("tls", speaks_ == Connection::Speaks::Tls)});
    return {};
}

void Listener::close() {
    boost::system::error_code ec;
    acceptor_.close(ec);
    pause_.cancel();
}

void Listener::wait_for_peers() {
    acceptor_.async_wait(boost::asio::socket_base::wait_read,
                         [this](const boost::system::error_code& ec) {
                             if (!ec) accept_some();
                         });
}

void Listener::accept_some() {
    for (int i = 0; i < kAcceptsAtOnce; ++i) {
        if (accept_one()) continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) break;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            shared_->log.warn("net", "can't accept connections for now",
                              {field("why", std::strerror(errno))});  // NOLINT
            return pause();
        }
        // Else: a peer that left before it was greeted.
    }
    wait_for_peers();
}

void Listener::pause() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](const boost::system::error_code& ec) {
        if (!ec) wait_for_peers();
    });
}

bool Listener::accept_one() {
    sockaddr_storage peer{};
    socklen_t length = sizeof peer;
    const int socket = ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&peer),
                                 &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return false;
    const auto limit = static_cast<std::int64_t>(shared_->options.max_connections);
    const std::int64_t open = shared_->open->fetch_add(1) + 1;
    const bool refused = open > limit;
    const auto& thread = threads_[next_thread_++ % threads_.size()];
    auto connection = std::make_shared<Connection>(
        thread, socket, HttpPeer{address_text(peer), is_loopback(peer)}, speaks_, refused);
    if (open > limit + kRefusalRoom) {
        shared_->refused.add();
        return true;  // and the connection goes
    }
    thread->post({.connection = std::move(connection), .kind = Mail::Kind::Adopt});
    return true;
}

class Server final : public HttpServer {
public:
    Server(std::shared_ptr<ServerShared> shared, int threads) : shared_{std::move(shared)} {
        for (int i = 0; i < threads; ++i) {
            threads_.push_back(std::make_shared<IoThread>(shared_));
        }
    }
    ~Server() override { stop_all({}); }

    Result<void> listen();
    [[nodiscard]] std::uint16_t port() const override { return port_; }
    [[nodiscard]] std::uint16_t plain_port() const override { return plain_port_; }
    void drain(Duration patience) override;
    void stop(Duration grace) override { stop_all(grace); }

private:
    void stop_all(Duration grace);

    std::shared_ptr<ServerShared> shared_;
    std::vector<std::shared_ptr<IoThread>> threads_;
    std::vector<std::unique_ptr<Listener>> listeners_;
    std::uint16_t port_ = 0;
    std::uint16_t plain_port_ = 0;
    bool stopped_ = false;
};

Result<void> Server::listen() {
    const HttpServerOptions& options = shared_->options;
    const auto speaks = options.tls ? Connection::Speaks::Tls : Connection::Speaks::Plain;
    listeners_.push_back(std::make_unique<Listener>(shared_, threads_, speaks));
    TRY(listeners_.back()->open({options.host, options.port}));
    port_ = listeners_.back()->port();
    if (options.plain) {
        listeners_.push_back(
            std::make_unique<Listener>(shared_, threads_, Connection::Speaks::Plain));
        TRY(listeners_.back()->open(*options.plain));
        plain_port_ = listeners_.back()->port();
    }
    for (const auto& thread : threads_) thread->start();
    return {};
}

void Server::drain(Duration patience) {
    const SystemClock clock;
    const Duration end = clock.monotonic() + patience;
    for (const auto& thread : threads_) {
        const Duration left = std::max(end - clock.monotonic(), Duration{});
        musubi::drain(
            thread->context(), [thread] { return thread->unsent(); }, left);
    }
}

void Server::stop_all(Duration grace) {
    if (std::exchange(stopped_, true)) return;
    boost::asio::post(threads_.front()->context(), [this] {
        for (const auto& listener : listeners_) listener->close();
    });
    for (const auto& thread : threads_) thread->begin_stop();
    {
        std::unique_lock lock{shared_->closing_mutex};
        shared_->closing.wait_for(lock, std::chrono::microseconds{grace.us},
                                  [this] { return shared_->open->load() == 0; });
    }
    for (const auto& thread : threads_) thread->finish();
    listeners_.clear();
    shared_->log.info("net", "stopped listening", {field("port", port_)});
}

}  // namespace

HttpResponder::HttpResponder(std::shared_ptr<Impl> impl) : impl_{std::move(impl)} {}

HttpResponder::~HttpResponder() {
    if (!impl_) return;
    const std::shared_ptr<Impl> impl = std::move(impl_);
    impl->respond(problem_response(500, "the request was dropped without an answer"), nullptr);
}

void HttpResponder::send(HttpResponse response, LastLook look) {
    const std::shared_ptr<Impl> impl = std::move(impl_);
    if (impl) impl->respond(std::move(response), std::move(look));
}

std::shared_ptr<HttpStream> HttpResponder::stream(HttpResponse head) {
    const std::shared_ptr<Impl> impl = std::move(impl_);
    return impl ? impl->open_stream(std::move(head)) : nullptr;
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpServerOptions& options,
                                                      HttpHandler handler, Log& log,
                                                      Metrics& metrics) {
    auto shared = std::make_shared<ServerShared>(options, std::move(handler), log, metrics);
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    const int threads = options.threads > 0 ? options.threads : std::max(cores, 1);
    shared->handshakes_a_thread =
        std::max<std::size_t>(options.max_handshakes / static_cast<std::size_t>(threads), 1);
    auto server = std::make_unique<Server>(std::move(shared), threads);
    TRY(server->listen());
    return std::unique_ptr<HttpServer>{std::move(server)};
}

}  // namespace musubi

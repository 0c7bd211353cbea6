#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"

namespace musubi {

/// Whom to connect to.
struct Peer {
    std::string host;  ///< a name or an address
    std::uint16_t port = 0;
    bool tls = false;
    bool allow_private = false;
};

/// What a client needs for TLS 1.2 and later: the system's list of authorities, or
/// the one of a file. Read when a peer
/// first asks for TLS, since that takes longer than all else of a start and many never do. For one
/// thread.
class ClientTls {
public:
    explicit ClientTls(Log& log, std::string ca_file = {})
        : log_{log}, ca_file_{std::move(ca_file)} {}
    [[nodiscard]] boost::asio::ssl::context& context();

private:
    Log& log_;
    std::string ca_file_;
    std::optional<boost::asio::ssl::context> context_;
};

/// The way to a peer: resolves its name, checks what comes out against the address policy, connects
/// to an address that was checked, and speaks TLS where asked (certificate checked against the
/// system's list and for the peer's name). On one thread.
class Dial {
public:
    /// Keeps its owner, and with it the dial, alive.
    using Done = std::function<void(Result<void>)>;

    Dial(boost::asio::io_context& context, ClientTls& tls, Peer peer);
    /// Once. Not called back after close(), else once, never from within.
    /// Fails: Unavailable, Forbidden (address not allowed).
    void connect(Done done);
    void close();

    [[nodiscard]] const Peer& peer() const noexcept { return peer_; }
    [[nodiscard]] bool is_open() const { return socket_.is_open(); }
    [[nodiscard]] bool speaks_tls() const noexcept { return tls_.has_value(); }
    [[nodiscard]] boost::asio::ip::tcp::socket& socket() noexcept { return socket_; }

    template <typename Buffer, typename Handler>
    void read_some(const Buffer& buffer, Handler handler) {
        if (tls_) {
            tls_->async_read_some(buffer, std::move(handler));
        } else {
            socket_.async_read_some(buffer, std::move(handler));
        }
    }
    /// Calls `write` with the stream to write to.
    template <typename Write>
    void with_stream(Write write) {
        if (tls_) {
            write(*tls_);
        } else {
            write(socket_);
        }
    }

private:
    using Endpoint = boost::asio::ip::tcp::endpoint;
    void resolve(Done done);
    void use(const std::vector<Endpoint>& found, Done done);
    void try_next(const Error& why, Done done);
    void begin_tls(Done done);
    [[nodiscard]] Error failure(ErrorCode code, std::string_view why) const;

    boost::asio::io_context& context_;
    ClientTls& client_tls_;
    Peer peer_;
    boost::asio::ip::tcp::resolver resolver_;
    boost::asio::ip::tcp::socket socket_;
    std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
    std::vector<Endpoint> endpoints_;
    std::size_t next_endpoint_ = 0;
    bool closed_ = false;
};

}  // namespace musubi

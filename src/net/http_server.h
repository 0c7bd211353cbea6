#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/metrics.h"
#include "base/time.h"
#include "net/http.h"

namespace musubi {

/// An open response whose body is written piece by piece (server-sent events). Safe from any
/// thread. Bounded: what the peer does not take piles up to `max_buffer`, then it is closed.
class HttpStream {
public:
    HttpStream() = default;
    HttpStream(const HttpStream&) = delete;
    HttpStream& operator=(const HttpStream&) = delete;
    virtual ~HttpStream() = default;
    /// False once the peer is gone or too slow: stop writing and drop the stream.
    virtual bool write(std::string_view bytes) = 0;
    /// True while the buffer is empty enough for more (back-pressure for whoever can wait).
    [[nodiscard]] virtual bool writable() const = 0;
    [[nodiscard]] virtual bool closed() const = 0;
    virtual void close() = 0;
    /// Closes it now: what the peer did not take yet does not leave any more.
    virtual void cut() = 0;
};

/// Asked on the I/O thread, just before the bytes of an answer leave: another answer in its place,
/// or nothing. Must not block.
using LastLook = std::function<std::optional<HttpResponse>()>;

/// Answers one request, exactly once, from any thread, now or later. Dropped unanswered, it
/// answers 500.
class HttpResponder {
public:
    struct Impl;
    explicit HttpResponder(std::shared_ptr<Impl> impl);
    HttpResponder(HttpResponder&&) noexcept = default;
    HttpResponder& operator=(HttpResponder&&) noexcept = default;
    HttpResponder(const HttpResponder&) = delete;
    HttpResponder& operator=(const HttpResponder&) = delete;
    ~HttpResponder();
    void send(HttpResponse response, LastLook look = nullptr);
    /// Sends the head now and leaves the body open (chunked).
    [[nodiscard]] std::shared_ptr<HttpStream> stream(HttpResponse head);

private:
    std::shared_ptr<Impl> impl_;
};

/// Called on an I/O thread: must not block. `request` and its views live until the response, and
/// until the handler returns.
using HttpHandler = std::function<void(const HttpRequest& request, HttpResponder responder)>;

class ServerTls;

/// Where a server listens.
struct HttpAddress {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;  ///< 0: any free one, see HttpServer::port
};

struct HttpServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;  ///< 0: any free one, see HttpServer::port
    /// Speaks TLS at that address; null: plain.
    std::shared_ptr<ServerTls> tls = nullptr;
    /// Beside TLS: another address, which is plain.
    std::optional<HttpAddress> plain = std::nullopt;
    Duration handshake_timeout = seconds(10);  ///< of TLS, from the connection to its end
    std::size_t max_handshakes = 256;          ///< at once; beyond, the oldest is given up
    /// Told why a handshake failed over the peer's certificate, and the peer's address. Any I/O
    /// thread; must not block.
    std::function<void(std::string_view why, std::string_view peer)> handshake_refused = nullptr;
    int threads = 0;  ///< 0: one a core
    std::size_t max_head_bytes = 32U << 10U;
    std::size_t max_body_bytes = 16U << 20U;
    std::size_t max_body_bytes_total = 256U << 20U;  ///< of all requests being read; beyond: 503
    std::size_t max_connections = 4096;              ///< beyond: 503 and close
    Duration head_timeout = seconds(10);             ///< from the first byte of a head to its end
    Duration body_timeout = seconds(30);             ///< for each 1 kB of the body
    Duration idle_timeout = seconds(75);             ///< between requests
    Duration write_timeout = seconds(30);            ///< for each 16 kB of the answer
    std::size_t max_stream_buffer = 1U << 20U;
};

/// An HTTP/1.1 server on its own I/O threads: keep-alive, pipelining (answers in order), chunked
/// request bodies, Expect: 100-continue, HEAD. Whatever a peer does is answered with an error
/// (400, 408, 411, 413, 417, 431, 501, 503, 505) as application/problem+json or by closing, in
/// bounded memory; request smuggling (two lengths, both length and chunked, bare CR or LF in
/// headers) is refused. The requests of one connection are handled one at a time; a request whose
/// peer has closed its sending side is still answered, but a stream ends with that side. Limits in
/// time are checked every half second, or finer where they are shorter than four. Over TLS
/// (net/tls.h) the same; a peer that speaks plain HTTP there is told so, once.
class HttpServer {
public:
    /// Binds and listens. Fails: Io, saying which address and why.
    static Result<std::unique_ptr<HttpServer>> start(const HttpServerOptions& options,
                                                     HttpHandler handler, Log& log,
                                                     Metrics& metrics);
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;
    virtual ~HttpServer() = default;  ///< stops
    [[nodiscard]] virtual std::uint16_t port() const = 0;
    /// Of HttpServerOptions::plain; 0: there is none.
    [[nodiscard]] virtual std::uint16_t plain_port() const = 0;
    /// Returns once all that was let out before has left: each I/O thread has ended the turn that
    /// it was in, and whoever does not take within `patience` what was begun to be sent to them is
    /// cut off. For a thread that may wait, one at a time; does nothing once stopped.
    virtual void drain(Duration patience) = 0;
    /// Stops accepting, lets running requests end for `grace`, closes streams, joins the threads.
    /// Not from a handler. Responders that are answered later do nothing.
    virtual void stop(Duration grace) = 0;

protected:
    HttpServer() = default;
};

}  // namespace musubi

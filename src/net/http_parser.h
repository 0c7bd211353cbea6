#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/http.h"

namespace musubi {

/// How large one request may be.
struct HttpLimits {
    std::size_t max_head_bytes = 32U << 10U;
    std::size_t max_body_bytes = 16U << 20U;
    std::size_t max_headers = 128;
};

/// What all bodies being read may hold together. Safe from any thread.
class HttpBodyBudget {
public:
    explicit HttpBodyBudget(std::size_t limit) : limit_{limit} {}
    /// False, and nothing taken, where that would pass the limit.
    [[nodiscard]] bool take(std::size_t bytes) noexcept;
    void give_back(std::size_t bytes) noexcept { used_.fetch_sub(bytes); }
    [[nodiscard]] std::size_t used() const noexcept { return used_.load(); }

private:
    std::size_t limit_;
    std::atomic<std::size_t> used_{0};
};

/// Why a request is refused: the status to answer with and what to tell the peer.
struct HttpFault {
    int status = 400;
    std::string_view detail;
};

/// Reads requests out of the bytes of one connection (RFC 9112), however they are split. It owns
/// the bytes; what it hands out are views into them. No sockets, no clock.
///
/// Refused, because two readers could see different requests in it: two Content-Lengths, a length
/// together with chunked, a Transfer-Encoding that is not just `chunked`, folded headers, a bare LF
/// or CR, white space before a colon, no Host or two. Trailers of a chunked body are read and left
/// out. Memory: the head's limit, the body's, and 64 kB.
class HttpRequestParser {
public:
    enum class Step {
        NeedMore,  ///< read more bytes
        Continue,  ///< the peer waits for `100 Continue`; then go on
        Complete,  ///< request() is there
        Failed     ///< fault() says why; nothing can be read from this peer any more
    };
    enum class Phase { Start, Head, Body };  ///< Start: no byte of a request yet

    HttpRequestParser(const HttpLimits& limits, HttpBodyBudget& budget);
    HttpRequestParser(const HttpRequestParser&) = delete;
    HttpRequestParser& operator=(const HttpRequestParser&) = delete;
    ~HttpRequestParser();

    /// Where to put the next bytes; never empty. Only after NeedMore.
    [[nodiscard]] std::span<char> space();
    /// That many bytes were put into space().
    void added(std::size_t bytes) noexcept;
    [[nodiscard]] Step advance();
    [[nodiscard]] Phase phase() const noexcept { return phase_; }

    /// After Complete, until next().
    [[nodiscard]] const HttpRequest& request() const noexcept { return request_; }
    [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }
    [[nodiscard]] bool http_10() const noexcept { return http_10_; }
    /// Done with this request; what came after it is kept.
    void next();

    [[nodiscard]] const HttpFault& fault() const noexcept { return fault_; }
    /// To be handed on with each request.
    void set_peer(std::string address, bool from_loopback) {
        peer_ = std::move(address);
        request_.peer = peer_;
        request_.from_loopback = from_loopback;
    }
    /// The same of a connection that speaks TLS; the certificate lives as long.
    void set_secure(const PeerCertificate* certificate) {
        request_.secure = true;
        request_.certificate = certificate;
    }

private:
    class Grammar;

    Step fail(int status, std::string_view detail);
    Step advance_start();
    Step advance_head();
    Step advance_body();
    Step advance_sized();
    Step advance_chunked();
    Step finish_head();
    bool find_head_end();
    bool append_body(std::string_view bytes);
    void move_to(std::unique_ptr<char[]> memory, std::size_t capacity);

    HttpLimits limits_;
    std::string peer_;
    HttpBodyBudget& budget_;
    std::unique_ptr<Grammar> grammar_;
    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;     ///< of the present request
    std::size_t scan_ = 0;      ///< the head's lines up to here are in order
    std::size_t head_end_ = 0;  ///< behind the head, once it is there
    std::size_t parsed_ = 0;    ///< of the body, behind the head
    std::size_t end_ = 0;       ///< of what has been read
    Phase phase_ = Phase::Start;
    std::size_t remaining_ = 0;  ///< bytes of the body still to come, where a length was given
    bool chunked_ = false;
    bool keep_alive_ = true;
    bool http_10_ = false;
    bool blank_skipped_ = false;
    HttpRequest request_;
    std::string body_;           ///< a body that did not come together with its head
    std::size_t body_held_ = 0;  ///< taken from the budget for it
    HttpFault fault_;
};

}  // namespace musubi

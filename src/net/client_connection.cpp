#include "net/client_connection.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "net/address_policy.h"
#include "net/http_text.h"

namespace musubi {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kMaxEndpoints = 8;

/// RFC 9110, 9.2.2: doing it twice does what doing it once does.
bool is_idempotent(HttpMethod method) {
    return method != HttpMethod::Post && method != HttpMethod::Patch && method != HttpMethod::Other;
}

}  // namespace

Result<std::string> client_request_head(const HttpClientRequest& request, const Url& url) {
    if (request.method == HttpMethod::Other) {
        return Error{ErrorCode::BadRequest, "the client sends only methods that it knows"};
    }
    const bool default_port = url.port == (url.scheme == "https" ? 443 : 80);
    const bool is_v6 = url.host.find(':') != std::string::npos;
    std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: {}{}{}", name_of(request.method),
                                   url.target, is_v6 ? "[" : "", url.host, is_v6 ? "]" : "");
    if (!default_port) head += fmt::format(":{}", url.port);
    head += "\r\n";
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name) || !is_header_value(value)) {
            return Error{ErrorCode::BadRequest, "a header to be sent has a character it can't have",
                         is_token(name) ? name : std::string{}};
        }
        const bool ours =
            same_ignoring_case(name, "Host") || same_ignoring_case(name, "Content-Length") ||
            same_ignoring_case(name, "Connection") || same_ignoring_case(name, "Transfer-Encoding");
        if (!ours) append_header(head, name, value);
    }
    const bool bodiless =
        request.body.empty() &&
        (request.method == HttpMethod::Get || request.method == HttpMethod::Head ||
         request.method == HttpMethod::Delete || request.method == HttpMethod::Options);
    if (!bodiless) head += fmt::format("Content-Length: {}\r\n", request.body.size());
    head += "\r\n";
    return head;
}

ClientConnection::ClientConnection(boost::asio::io_context& context, boost::asio::ssl::context& tls,
                                   Owner& owner, Peer peer)
    : context_{context},
      tls_context_{tls},
      owner_{owner},
      peer_{std::move(peer)},
      resolver_{context},
      socket_{context} {}

void ClientConnection::connect() {
    error_code ec;
    const auto literal = boost::asio::ip::make_address(peer_.host, ec);
    if (ec) return resolve();
    boost::asio::post(context_, [self = shared_from_this(), literal] {
        self->use({tcp::endpoint{literal, self->peer_.port}});
    });
}

void ClientConnection::resolve() {
    resolver_.async_resolve(peer_.host, std::to_string(peer_.port), tcp::resolver::numeric_service,
                            [self = shared_from_this()](const error_code& ec,
                                                        const tcp::resolver::results_type& found) {
                                if (self->state_ != State::Connecting) return;
                                if (ec) {
                                    return self->fail_connect(
                                        ErrorCode::Unavailable,
                                        "its name is unknown: " + ec.message());
                                }
                                self->use({found.begin(), found.end()});
                            });
}

void ClientConnection::use(const std::vector<tcp::endpoint>& found) {
    if (state_ != State::Connecting) return;
    for (const tcp::endpoint& endpoint : found) {
        if (!peer_.allow_private && !is_public_address(endpoint.address())) continue;
        if (endpoints_.size() < kMaxEndpoints) endpoints_.push_back(endpoint);
    }
    if (endpoints_.empty()) {
        return fail_connect(ErrorCode::Forbidden,
                            "its address is not on the public internet; only an operator can "
                            "allow private addresses");
    }
    try_next({ErrorCode::Unavailable, "it has no address"});
}

void ClientConnection::try_next(Error why) {
    if (next_endpoint_ == endpoints_.size()) return fail_connect(why.code, why.detail);
    error_code ignored;
    socket_.close(ignored);
    socket_.async_connect(endpoints_[next_endpoint_++],
                          [self = shared_from_this()](const error_code& ec) {
                              if (self->state_ != State::Connecting) return;
                              if (!ec) return self->on_tcp_connected();
                              self->try_next({ErrorCode::Unavailable, ec.message()});
                          });
}

void ClientConnection::on_tcp_connected() {
    error_code ignored;
    socket_.set_option(tcp::no_delay{true}, ignored);
    if (peer_.scheme == "https") {
        begin_tls();
    } else {
        connected();
    }
}

void ClientConnection::begin_tls() {
    tls_.emplace(socket_, tls_context_);
    error_code ec;
    boost::asio::ip::make_address(peer_.host, ec);
    const bool is_name = static_cast<bool>(ec);
    if (is_name && SSL_set_tlsext_host_name(tls_->native_handle(), peer_.host.c_str()) != 1) {
        return fail_connect(ErrorCode::Unavailable, "its name does not fit into TLS");
    }
    tls_->set_verify_mode(boost::asio::ssl::verify_peer, ec);
    tls_->set_verify_callback(boost::asio::ssl::host_name_verification{peer_.host}, ec);
    if (ec) return fail_connect(ErrorCode::Internal, ec.message());
    tls_->async_handshake(boost::asio::ssl::stream_base::client, [self = shared_from_this()](
                                                                     const error_code& error) {
        if (self->state_ != State::Connecting) return;
        if (!error) return self->connected();
        self->fail_connect(ErrorCode::Unavailable, "no TLS: " + error.message());
    });
}

void ClientConnection::connected() {
    state_ = State::Idle;
    read();
    owner_.on_connected(*this);
}

void ClientConnection::fail_connect(ErrorCode code, std::string_view why) {
    const auto self = shared_from_this();
    close();
    owner_.on_connect_failed(
        *this, {code, fmt::format("can't connect to {}:{}: {}", peer_.host, peer_.port, why)});
}

std::unique_ptr<Exchange> ClientConnection::close() {
    state_ = State::Closed;
    error_code ignored;
    resolver_.cancel();
    socket_.close(ignored);
    return std::move(exchange_);
}

/// The event of its closing may be waiting behind the one that brought us here.
bool ClientConnection::peer_has_closed() {
    char byte = 0;
    const ssize_t n = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
    return n == 0 || !tls_;  // over TLS, bytes may be a session ticket
}

bool ClientConnection::start(std::unique_ptr<Exchange>& exchange) {
    if (served_ > 0 && peer_has_closed()) return false;
    exchange_ = std::move(exchange);
    state_ = State::Busy;
    const HttpClientRequest& request = exchange_->request;
    parser_.emplace(ResponseRules{.to_head = request.method == HttpMethod::Head,
                                  .max_body_bytes = request.max_response_bytes,
                                  .drop_body = request.drop_body});
    write_request();
    return true;
}

void ClientConnection::write_request() {
    auto head = client_request_head(exchange_->request, exchange_->url);
    if (!head) {  // send() looked already
        owner_.on_done(*this, close(), std::move(head).error());
        return;
    }
    head_ = std::move(head).value();
    body_ = std::move(exchange_->request.body);
    writing_ = true;
    nothing_sent_ = false;
    const std::array<boost::asio::const_buffer, 2> parts{boost::asio::buffer(head_),
                                                         boost::asio::buffer(body_)};
    auto written = [self = shared_from_this()](const error_code& ec, std::size_t bytes) {
        self->on_written(ec, bytes);
    };
    if (tls_) {
        boost::asio::async_write(*tls_, parts, std::move(written));
    } else {
        boost::asio::async_write(socket_, parts, std::move(written));
    }
}

void ClientConnection::on_written(const error_code& ec, std::size_t bytes) {
    writing_ = false;
    if (state_ != State::Busy || !ec) return;
    // A peer may answer without reading all of the request: leave the last word to the reading.
    nothing_sent_ = bytes == 0;
}

void ClientConnection::read() {
    auto on_bytes = [self = shared_from_this()](const error_code& ec, std::size_t bytes) {
        self->on_read(ec, bytes);
    };
    if (tls_) {
        tls_->async_read_some(boost::asio::buffer(input_), std::move(on_bytes));
    } else {
        socket_.async_read_some(boost::asio::buffer(input_), std::move(on_bytes));
    }
}

void ClientConnection::on_read(const error_code& ec, std::size_t bytes) {
    if (state_ == State::Closed) return;
    if (state_ == State::Idle) {  // nothing is due: it closed, or it talks out of turn
        const auto self = shared_from_this();
        close();
        return owner_.on_idle_closed(*this);
    }
    if (!ec) return check_answer(parser_->feed({input_.data(), bytes}));
    // Over TLS an end without close_notify may be somebody else's cut.
    const bool clean = ec == boost::asio::error::eof;
    if (clean && parser_->started()) return check_answer(parser_->end());
    break_off(clean ? "the peer closed the connection without an answer" : ec.message());
}

void ClientConnection::check_answer(Result<void> read_result) {
    if (!read_result) {
        const auto self = shared_from_this();
        return owner_.on_done(*this, close(), std::move(read_result).error());
    }
    if (!parser_->complete()) return read();
    HttpResponse response = parser_->take();
    ++served_;
    const auto self = shared_from_this();
    if (parser_->keep_alive() && !writing_ && socket_.is_open()) {
        state_ = State::Idle;
        auto done = std::move(exchange_);
        read();
        owner_.on_done(*this, std::move(done), std::move(response));
    } else {
        owner_.on_done(*this, close(), std::move(response));
    }
}

void ClientConnection::break_off(std::string_view why) {
    const auto self = shared_from_this();
    const bool again = served_ > 0 && !parser_->started() && !exchange_->retried &&
                       (nothing_sent_ || is_idempotent(exchange_->request.method));
    auto exchange = close();
    if (again) {
        exchange->retried = true;
        exchange->request.body = body_;
        return owner_.on_stale(*this, std::move(exchange));
    }
    owner_.on_done(
        *this, std::move(exchange),
        Error{ErrorCode::Unavailable, fmt::format("{}:{}: {}", peer_.host, peer_.port, why)});
}

}  // namespace musubi

#include "net/client_connection.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "net/http_text.h"

namespace musubi {
namespace {

using boost::system::error_code;

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

ClientConnection::ClientConnection(boost::asio::io_context& context, ClientTls& tls, Owner& owner,
                                   Peer peer)
    : owner_{owner}, dial_{context, tls, std::move(peer)} {}

void ClientConnection::connect() {
    dial_.connect([self = shared_from_this()](Result<void> connected) {
        if (!connected) {
            self->close();
            return self->owner_.on_connect_failed(*self, connected.error());
        }
        self->state_ = State::Idle;
        self->read();
        self->owner_.on_connected(*self);
    });
}

std::unique_ptr<Exchange> ClientConnection::close() {
    state_ = State::Closed;
    dial_.close();
    return std::move(exchange_);
}

/// The event of its closing may be waiting behind the one that brought us here.
bool ClientConnection::peer_has_closed() {
    char byte = 0;
    const ssize_t n = ::recv(dial_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
    return n == 0 || !dial_.speaks_tls();  // over TLS, bytes may be a session ticket
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
    ++begun_;
    nothing_sent_ = false;
    const std::array<boost::asio::const_buffer, 2> parts{boost::asio::buffer(head_),
                                                         boost::asio::buffer(body_)};
    auto written = [self = shared_from_this()](const error_code& ec, std::size_t bytes) {
        self->on_written(ec, bytes);
    };
    dial_.with_stream(
        [&](auto& stream) { boost::asio::async_write(stream, parts, std::move(written)); });
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
    dial_.read_some(boost::asio::buffer(input_), std::move(on_bytes));
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
    if (parser_->keep_alive() && !writing_ && dial_.is_open()) {
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
        Error{ErrorCode::Unavailable, fmt::format("{}:{}: {}", peer().host, peer().port, why)});
}

}  // namespace musubi

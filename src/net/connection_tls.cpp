// What a connection does where it speaks TLS; its calculations are in tls.cpp.
#include <sys/socket.h>

#include <cerrno>

#include "net/connection.h"

namespace musubi {
namespace {

constexpr char kHandshakeRecord = 0x16;  // the first byte that a peer of TLS sends (RFC 8446, 5.1)
constexpr std::size_t kKeptSealed = 256U << 10U;

}  // namespace

// What a peer that stalls holds until the deadline, or until enough others have come: its socket.
void Connection::begin_handshake() {
    state_ = State::Shaking;
    deadline_ = thread_->deadline(thread_->shared().options.handshake_timeout);
    handshake_ = thread_->begin_handshake(shared_from_this());
    read_sealed();
}

void Connection::leave_handshake() {
    if (!handshake_) return;
    thread_->end_handshake(*handshake_);
    handshake_.reset();
}

// Waits without a buffer, so that a peer at rest costs none.
void Connection::read_sealed() {
    if (reading_) return;
    reading_ = true;
    socket_.async_wait(boost::asio::socket_base::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& ec) {
                           self->reading_ = false;
                           if (self->state_ == State::Closed) return;
                           if (ec) return self->close();
                           self->on_sealed();
                       });
}

void Connection::on_sealed() {
    const bool wanted = state_ == State::Shaking || state_ == State::Reading;
    const ssize_t got = ::recv(native_, thread_->waste.data(), thread_->waste.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
        return wanted ? read_sealed() : read_waste();
    }
    if (got <= 0) return close();
    const std::string_view bytes{thread_->waste.data(), static_cast<std::size_t>(got)};
    if (!wanted) return on_waste({}, bytes.size());
    if (state_ == State::Shaking) return shake(bytes);
    tls_->feed(bytes);
    take_turn();
}

void Connection::shake(std::string_view bytes) {
    if (!tls_) {
        if (bytes.front() != kHandshakeRecord) {
            leave_handshake();
            return refuse(400, "this port speaks TLS: ask for https://");
        }
        tls_ = thread_->shared().options.tls->begin();
        if (!tls_) return close();
    }
    tls_->feed(bytes);
    switch (tls_->handshake()) {
        case TlsSession::Step::Failed: return give_up_handshake();
        case TlsSession::Step::NeedMore:
            if (flush()) read_sealed();
            return;
        case TlsSession::Step::Done: break;
    }
    leave_handshake();
    state_ = State::Reading;
    deadline_ = 0;
    timed_.reset();
    parser_.set_secure(tls_->certificate());
    take_turn();
}

void Connection::give_up_handshake() {
    ServerShared& shared = thread_->shared();
    shared.refused.add();
    shared.log.debug("net", "handshake refused", {field("why", tls_->fault())});
    if (tls_->certificate_fault() && shared.options.handshake_refused) {
        shared.options.handshake_refused(tls_->fault(), parser_.request().peer);
    }
    leave_handshake();
    state_ = State::Finishing;
    if (flush()) on_all_sent();  // the alert
}

Connection::Pulled Connection::pull() {
    const auto bytes = tls_->read(parser_.space());
    if (!bytes) return Pulled::Over;
    if (*bytes == 0) return Pulled::Nothing;
    parser_.added(*bytes);
    progress_ += *bytes;
    return Pulled::Some;
}

bool Connection::flush_sealed(std::string_view body) {
    if (!output_.empty()) return false;
    std::string& scratch = thread_->scratch;
    std::string& sealed = thread_->sealed;
    const bool good = tls_->seal(scratch, sealed) && tls_->seal(body, sealed);
    scratch.clear();
    bool sent = sealed.empty();
    if (!good) {
        close();
    } else if (!sent) {
        sent = send(sealed, {});
    }
    sealed.clear();
    if (sealed.capacity() > kKeptSealed) sealed.shrink_to_fit();
    return good && sent;
}

// Where the socket does not take it at once, the peer sees the connection's end alone.
void Connection::say_over() {
    std::string& sealed = thread_->sealed;
    tls_->close(sealed);
    if (!sealed.empty()) {
        ServerOutput last;
        if (last.send(native_, sealed, {}) == ServerOutput::State::Failed) close();
    }
    sealed.clear();
}

}  // namespace musubi

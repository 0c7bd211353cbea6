#include "net/connection.h"

#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <cassert>
#include <utility>

#include "net/http_text.h"

namespace musubi {
namespace {

constexpr std::size_t kCopiedBody = 16U << 10U;  ///< up to here a body is put behind its head
constexpr std::size_t kMaxScratch = 64U << 10U;
constexpr std::size_t kKeptScratch = 256U << 10U;
constexpr std::size_t kBodyProgress = 1U << 10U;    ///< renews the deadline of a body
constexpr std::size_t kWriteProgress = 16U << 10U;  ///< renews the deadline of an answer
constexpr std::size_t kMaxDropped = 16U << 20U;     ///< after the last answer
constexpr std::size_t kMaxStreamInput = 64U << 10U;
constexpr Duration kDrainTime = seconds(2);

}  // namespace

Connection::Connection(std::shared_ptr<IoThread> thread, int socket, HttpPeer peer, Speaks speaks,
                       bool refused)
    : thread_{std::move(thread)},
      socket_{thread_->context()},
      native_{socket},
      speaks_{speaks},
      refused_{refused},
      parser_{thread_->shared().limits, thread_->shared().budget} {
    parser_.set_peer(std::move(peer.address), peer.from_loopback);
}

Connection::~Connection() {
    if (!adopted_) {
        ::close(native_);
        thread_->shared().open->fetch_sub(1);
    }
}

void Connection::adopt() {
    boost::system::error_code ec;
    socket_.assign(boost::asio::ip::tcp::v4(), native_, ec);
    if (ec) return;
    adopted_ = true;
    thread_->add(shared_from_this());
    const bool speechless = refused_ && speaks_ == Speaks::Tls;
    if (speechless || (thread_->stopping() && !refused_)) {
        close();
    } else if (refused_) {
        refuse(503, "too many connections; try again later");
    } else if (speaks_ == Speaks::Tls) {
        begin_handshake();
    } else {
        read();
    }
}

void Connection::receive(Mail& mail) {
    switch (mail.kind) {
        case Mail::Kind::Adopt: adopt(); break;
        case Mail::Kind::Respond: answer(std::move(mail.response), mail.look); break;
        case Mail::Kind::OpenStream:
            stream_ = std::move(mail.stream);
            start_stream(std::move(mail.response));
            break;
        case Mail::Kind::StreamData: pump_stream(); break;
    }
}

void Connection::set_read_deadline() {
    const HttpServerOptions& options = thread_->shared().options;
    const HttpRequestParser::Phase phase = parser_.phase();
    const bool renewed = phase == HttpRequestParser::Phase::Body && progress_ >= kBodyProgress;
    if (timed_ == phase && !renewed) return;
    timed_ = phase;
    progress_ = 0;
    switch (phase) {
        case HttpRequestParser::Phase::Start:
            deadline_ =
                thread_->deadline(served_ == 0 ? options.head_timeout : options.idle_timeout);
            break;
        case HttpRequestParser::Phase::Head:
            deadline_ = thread_->deadline(options.head_timeout);
            break;
        case HttpRequestParser::Phase::Body:
            deadline_ = thread_->deadline(options.body_timeout);
            break;
    }
}

void Connection::read() {
    set_read_deadline();
    if (tls_) return read_sealed();
    reading_ = true;
    const auto space = parser_.space();
    socket_.async_read_some(
        boost::asio::buffer(space.data(), space.size()),
        [self = shared_from_this()](const boost::system::error_code& ec, std::size_t bytes) {
            self->on_read(ec, bytes);
        });
}

void Connection::on_read(const boost::system::error_code& ec, std::size_t bytes) {
    if (state_ != State::Reading) return on_waste(ec, bytes);
    reading_ = false;
    if (ec) return close();
    parser_.added(bytes);
    progress_ += bytes;
    take_turn();
}

/// Reads on only to see the peer go.
void Connection::read_waste() {
    if (reading_) return;
    reading_ = true;
    socket_.async_read_some(
        boost::asio::buffer(thread_->waste),
        [self = shared_from_this()](const boost::system::error_code& ec, std::size_t bytes) {
            self->on_waste(ec, bytes);
        });
}

void Connection::on_waste(const boost::system::error_code& ec, std::size_t bytes) {
    reading_ = false;
    if (state_ == State::Closed) return;
    dropped_ += bytes;
    const bool enough = dropped_ > (state_ == State::Streaming ? kMaxStreamInput : kMaxDropped);
    if (ec || enough) return close();
    read_waste();
}

void Connection::take_turn() {
    thread_->turn = this;
    while (state_ == State::Reading && output_.empty()) {
        const HttpRequestParser::Step step = parser_.advance();
        if (step == HttpRequestParser::Step::Complete) {
            handle_request();
        } else if (step == HttpRequestParser::Step::Continue) {
            thread_->scratch += "HTTP/1.1 100 Continue\r\n\r\n";
        } else if (step == HttpRequestParser::Step::Failed) {
            refuse(parser_.fault().status, parser_.fault().detail);
        } else {
            const Pulled pulled = tls_ ? pull() : Pulled::Nothing;
            if (pulled == Pulled::Some) continue;
            thread_->turn = nullptr;
            if (!flush()) return;
            return pulled == Pulled::Over ? finish() : read();
        }
        if (thread_->scratch.size() > kMaxScratch && !flush()) break;
    }
    thread_->turn = nullptr;
    if (state_ != State::Closed && output_.empty() && flush()) on_all_sent();
}

void Connection::handle_request() {
    ServerShared& shared = thread_->shared();
    shared.requests.add();
    ++served_;
    state_ = State::Handling;
    answered_ = false;
    deadline_ = 0;
    timed_.reset();
    shared.handler(parser_.request(), HttpResponder{shared_from_this()});
    if (answered_ && state_ == State::Reading) parser_.next();
}

/// Not while another connection's answers are in the scratch.
bool Connection::can_answer_here() const noexcept {
    return thread_->is_current() && (thread_->turn == nullptr || in_turn());
}

void Connection::respond(HttpResponse response, LastLook look) {
    if (can_answer_here()) {
        answer(std::move(response), look);
    } else {
        thread_->post({.connection = shared_from_this(),
                       .kind = Mail::Kind::Respond,
                       .response = std::move(response),
                       .look = std::move(look)});
    }
}

void Connection::answer(HttpResponse response, const LastLook& look) {
    if (state_ != State::Handling) return;  // closed while the answer was made
    if (!output_.empty()) {
        held_ = std::move(response);
        held_look_ = look;
        return;
    }
    if (look) {
        if (auto other = look()) response = *std::move(other);
    }
    const bool keep_alive = parser_.keep_alive() && !thread_->stopping();
    const bool head_only = parser_.request().method == HttpMethod::Head;
    state_ = keep_alive ? State::Reading : State::Finishing;
    answered_ = true;
    write_answer(std::move(response), keep_alive, head_only);
    if (in_turn() || state_ == State::Closed) return;
    if (keep_alive) parser_.next();
    if (output_.empty()) take_turn();
}

void Connection::write_answer(HttpResponse response, bool keep_alive, bool head_only) {
    std::string& scratch = thread_->scratch;
    append_response_head(scratch, response,
                         {.date = thread_->date(),
                          .http_10 = parser_.http_10(),
                          .keep_alive = keep_alive,
                          .head_only = head_only,
                          .secure = tls_ != nullptr});
    if (head_only || never_has_body(response.status)) return;
    if (response.body.size() <= kCopiedBody) {
        scratch += response.body;
    } else {
        flush(std::move(response.body));
    }
}

void Connection::refuse(int status, std::string_view detail) {
    ServerShared& shared = thread_->shared();
    shared.refused.add();
    shared.log.debug("net", "request refused", {field("status", status), field("why", detail)});
    state_ = State::Finishing;
    write_answer(problem_response(status, detail), false, false);
    if (!in_turn() && state_ != State::Closed && output_.empty() && flush()) on_all_sent();
}

bool Connection::flush(std::string body) {
    std::string& scratch = thread_->scratch;
    if (tls_) return flush_sealed(body);
    if (scratch.empty() && body.empty()) return output_.empty();
    const bool sent = send(scratch, std::move(body));
    scratch.clear();
    if (scratch.capacity() > kKeptScratch) scratch.shrink_to_fit();
    return sent;
}

/// True when all of it is gone. Requires that nothing else waits.
bool Connection::send(std::string_view bytes, std::string body) {
    const ServerOutput::State sent = output_.send(native_, bytes, std::move(body));
    if (sent == ServerOutput::State::Sent) return true;
    if (sent == ServerOutput::State::Failed) {
        close();
        return false;
    }
    ++blocked_;
    if (state_ != State::Shaking) {
        progress_ = 0;
        timed_.reset();
        deadline_ = thread_->deadline(thread_->shared().options.write_timeout);
    }
    wait_writable();
    return false;
}

void Connection::wait_writable() {
    socket_.async_wait(boost::asio::socket_base::wait_write,
                       [self = shared_from_this()](const boost::system::error_code& ec) {
                           if (!ec) self->on_writable();
                       });
}

void Connection::on_writable() {
    if (state_ == State::Closed) return;
    const std::size_t before = output_.left();
    const ServerOutput::State sent = output_.resume(native_);
    if (sent == ServerOutput::State::Failed) return close();
    if (sent == ServerOutput::State::Sent) {
        if (state_ != State::Shaking) deadline_ = 0;
        progress_ = 0;
        return on_all_sent();
    }
    if (state_ == State::Shaking) return wait_writable();
    progress_ += before - output_.left();
    if (progress_ >= kWriteProgress) {
        progress_ = 0;
        deadline_ = thread_->deadline(thread_->shared().options.write_timeout);
    }
    wait_writable();
}

void Connection::on_all_sent() {
    switch (state_) {
        case State::Shaking: read_sealed(); break;
        case State::Reading: take_turn(); break;
        case State::Handling:
            if (!held_) break;
            if (stream_) {
                start_stream(*std::exchange(held_, std::nullopt));
            } else {
                answer(*std::exchange(held_, std::nullopt), std::exchange(held_look_, nullptr));
            }
            break;
        case State::Streaming: pump_stream(); break;
        case State::Finishing: finish(); break;
        case State::Draining:
        case State::Closed: break;
    }
}

/// Closing at once could make the kernel send a reset that destroys the answer on its way.
void Connection::finish() {
    state_ = State::Draining;
    deadline_ = thread_->deadline(kDrainTime);
    if (tls_) say_over();
    if (state_ == State::Closed) return;
    boost::system::error_code ec;
    socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ec);
    // While stopping nobody waits for the peer: what was read whole is closed without a reset.
    if (ec || thread_->stopping()) return close();
    read_waste();
}

void Connection::check_deadline() {
    if (deadline_ == 0 || thread_->now_us() < deadline_ || state_ == State::Closed) return;
    const bool mid_request =
        state_ == State::Reading && parser_.phase() != HttpRequestParser::Phase::Start;
    if (mid_request && output_.empty()) {
        refuse(408, "the request took too long to arrive");
    } else {
        close();
    }
}

void Connection::begin_stop() {
    const bool idle = state_ == State::Draining || state_ == State::Shaking ||
                      (state_ == State::Reading && output_.empty() &&
                       parser_.phase() == HttpRequestParser::Phase::Start);
    if (idle) return close();
    if (state_ == State::Streaming && stream_->end() && output_.empty()) pump_stream();
}

void Connection::close() {
    if (state_ == State::Closed) return;
    state_ = State::Closed;
    if (in_turn()) thread_->scratch.clear();
    const auto self = shared_from_this();
    leave_handshake();
    boost::system::error_code ec;
    socket_.close(ec);
    if (stream_) stream_->abandon();
    held_.reset();
    thread_->remove(*this);
    ServerShared& shared = thread_->shared();
    shared.open->fetch_sub(1);
    if (thread_->stopping()) {
        const std::lock_guard lock{shared.closing_mutex};
        shared.closing.notify_all();
    }
}

}  // namespace musubi

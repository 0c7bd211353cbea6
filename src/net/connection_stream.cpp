#include <utility>

#include "net/connection.h"
#include "net/http_text.h"

namespace musubi {
namespace {

class StreamHandle final : public HttpStream {
public:
    StreamHandle(std::shared_ptr<Connection> connection, std::shared_ptr<StreamBuffer> buffer)
        : connection_{std::move(connection)}, buffer_{std::move(buffer)} {}
    ~StreamHandle() override { end(); }

    bool write(std::string_view bytes) override {
        const StreamBuffer::Written written = buffer_->write(bytes);
        if (written.wake) connection_->stream_has_data();
        return written.accepted;
    }
    [[nodiscard]] bool writable() const override { return buffer_->writable(); }
    [[nodiscard]] bool closed() const override { return buffer_->closed(); }
    void close() override { end(); }
    void cut() override {
        if (buffer_->cut()) connection_->stream_has_data();
    }

private:
    void end() {
        if (buffer_->end()) connection_->stream_has_data();
    }

    std::shared_ptr<Connection> connection_;
    std::shared_ptr<StreamBuffer> buffer_;
};

}  // namespace

std::shared_ptr<HttpStream> Connection::open_stream(HttpResponse head) {
    // The parser rests while a responder is out, so it can be asked from any thread.
    auto buffer = std::make_shared<StreamBuffer>(thread_->shared().options.max_stream_buffer,
                                                 !parser_.http_10());
    auto handle = std::make_shared<StreamHandle>(shared_from_this(), buffer);
    if (can_answer_here()) {
        stream_ = std::move(buffer);
        start_stream(std::move(head));
    } else {
        thread_->post({.connection = shared_from_this(),
                       .kind = Mail::Kind::OpenStream,
                       .response = std::move(head),
                       .stream = std::move(buffer)});
    }
    return handle;
}

void Connection::stream_has_data() {
    thread_->post({.connection = shared_from_this(), .kind = Mail::Kind::StreamData});
}

void Connection::start_stream(HttpResponse head) {
    if (state_ != State::Handling) return stream_->abandon();
    if (!output_.empty()) {
        held_ = std::move(head);
        return;
    }
    const bool head_only = parser_.request().method == HttpMethod::Head;
    const bool no_body = head_only || never_has_body(head.status);
    head.body.clear();
    append_response_head(thread_->scratch, head,
                         {.date = thread_->date(),
                          .length = parser_.http_10() ? ResponseFrame::Length::UntilClose
                                                      : ResponseFrame::Length::Chunked,
                          .http_10 = parser_.http_10(),
                          .keep_alive = false,
                          .head_only = head_only,
                          .secure = tls_ != nullptr});
    state_ = no_body ? State::Finishing : State::Streaming;
    if (no_body) stream_->abandon();
    if (thread_->stopping()) stream_->end();
    if (!no_body) read_waste();
    if (!in_turn() && flush()) on_all_sent();
}

void Connection::pump_stream() {
    if (state_ != State::Streaming) return;
    if (!output_.empty()) {
        if (stream_->is_lost()) close();
        return;
    }
    StreamBuffer::Taken taken = stream_->take();
    if (taken.overflown) return close();
    if (taken.ended) state_ = State::Finishing;
    if (taken.bytes.empty() && !taken.ended) return;
    if (flush(std::move(taken.bytes))) on_all_sent();
}

}  // namespace musubi

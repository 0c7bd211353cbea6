#include "net/mqtt_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace musubi {
namespace {

using boost::system::error_code;

// What a refusal by the broker means to who asked.
Error refusal(const MqttReply& reply, std::string why) {
    const bool user = reply.kind == MqttReply::Kind::Connected ? true : reply.reason == 0x87;
    const bool unavailable = reply.reason == 0x88 || reply.reason == 0x89 || reply.reason == 0x97;
    return {unavailable ? ErrorCode::Unavailable
            : user      ? ErrorCode::Forbidden
                        : ErrorCode::BadRequest,
            std::move(why)};
}

}  // namespace

MqttConnection::MqttConnection(boost::asio::io_context& context, ClientTls& tls, Owner& owner,
                               Peer peer, std::size_t max_unanswered)
    : owner_{owner}, dial_{context, tls, std::move(peer)}, room_{max_unanswered} {}

void MqttConnection::connect(const MqttUrl& url, MqttVersion version) {
    version_ = version;
    dial_.connect([self = shared_from_this(),
                   hello = mqtt_connect(url, version)](const Result<void>& connected) {
        if (!connected) return self->lose(connected.error());
        self->write({hello, 0});
        self->read();
    });
}

bool MqttConnection::has_room() const {
    return state_ == State::Ready &&
           sent_.size() < std::min<std::size_t>(room_, limits_.receive_maximum);
}

Result<void> MqttConnection::publish(MqttExchangePtr& exchange) {
    if (exchange->message.qos > limits_.max_qos) {
        return Error{ErrorCode::BadRequest,
                     fmt::format("{} does at most QoS {}", dial_.peer().host, limits_.max_qos)};
    }
    while (next_id_ == 0 || sent_.contains(next_id_)) ++next_id_;
    std::string bytes = mqtt_publish(exchange->url, exchange->message, next_id_);
    if (limits_.max_packet > 0 && bytes.size() > limits_.max_packet) {
        return Error{ErrorCode::TooLarge, fmt::format("{} takes at most {} bytes",
                                                      dial_.peer().host, limits_.max_packet)};
    }
    const bool unanswered = exchange->message.qos == 0;
    exchange->message.payload.clear();
    sent_.emplace(next_id_, std::move(exchange));
    write({std::move(bytes), unanswered ? next_id_ : std::uint16_t{0}});
    ++next_id_;
    return {};
}

bool MqttConnection::overdue(std::int64_t now_us) const {
    return std::any_of(sent_.begin(), sent_.end(),
                       [&](const auto& item) { return item.second->deadline_us <= now_us; });
}

std::vector<MqttExchangePtr> MqttConnection::close() {
    // A broker that is not told takes it for a fault of the line, which it is not.
    if (state_ == State::Ready && lines_.empty() && !dial_.speaks_tls()) {
        error_code ignored;
        const std::string bye = mqtt_disconnect();
        dial_.socket().non_blocking(true, ignored);
        dial_.socket().send(boost::asio::buffer(bye), 0, ignored);
    }
    state_ = State::Closed;
    dial_.close();
    std::vector<MqttExchangePtr> left;
    for (auto& [id, exchange] : sent_) left.push_back(std::move(exchange));
    sent_.clear();
    return left;
}

void MqttConnection::lose(Error why) {
    if (state_ == State::Closed) return;
    const auto self = shared_from_this();
    owner_.on_lost(*this, close(), why);
}

void MqttConnection::write(Line line) {
    lines_.push_back(std::move(line));
    if (lines_.size() == 1) write_next();
}

void MqttConnection::write_next() {
    const auto written = [self = shared_from_this()](const error_code& ec, std::size_t) {
        if (self->state_ == State::Closed) return;
        if (ec) return self->lose({ErrorCode::Unavailable, ec.message()});
        const std::uint16_t done = self->lines_.front().done;
        self->lines_.pop_front();
        ++self->sent_lines_;
        if (!self->lines_.empty()) self->write_next();
        if (done != 0) self->finish(done, {});
    };
    dial_.with_stream([&](auto& stream) {
        boost::asio::async_write(stream, boost::asio::buffer(lines_.front().bytes), written);
    });
}

void MqttConnection::read() {
    dial_.read_some(boost::asio::buffer(piece_),
                    [self = shared_from_this()](const error_code& ec, std::size_t bytes) {
                        self->on_read(ec, bytes);
                    });
}

void MqttConnection::on_read(const error_code& ec, std::size_t bytes) {
    if (state_ == State::Closed) return;
    if (ec) {
        const bool ended = ec == boost::asio::error::eof;
        return lose({ErrorCode::Unavailable,
                     ended ? std::string{"the broker closed the connection"} : ec.message()});
    }
    input_.append(piece_.data(), bytes);
    take_replies();
    if (state_ != State::Closed) read();
}

void MqttConnection::take_replies() {
    while (state_ != State::Closed) {
        auto reply = take_mqtt_reply(input_, version_);
        if (!reply) return lose(std::move(reply).error());
        if (!*reply) return;
        if (auto taken = on_reply(**reply); !taken) return lose(std::move(taken).error());
    }
}

// Fails where the connection is of no more use.
Result<void> MqttConnection::on_reply(const MqttReply& reply) {
    const bool first = state_ == State::Connecting;
    if (reply.kind == MqttReply::Kind::Disconnected) {
        const std::string why = mqtt_refusal(reply, version_);
        return refusal(reply, "the broker took leave" + (why.empty() ? why : ": " + why));
    }
    if (first != (reply.kind == MqttReply::Kind::Connected)) {
        return Error{ErrorCode::Unavailable, "it does not speak MQTT as it should: out of turn"};
    }
    if (!first) return on_answer(reply);
    if (std::string why = mqtt_refusal(reply, version_); !why.empty()) {
        return refusal(reply, std::move(why));
    }
    limits_ = reply;
    state_ = State::Ready;
    owner_.on_ready(*this);
    return {};
}

Result<void> MqttConnection::on_answer(const MqttReply& reply) {
    using Kind = MqttReply::Kind;
    const auto sent = sent_.find(reply.id);
    const int qos = sent == sent_.end() ? 0 : sent->second->message.qos;
    const bool released = qos > 0 && sent->second->released;
    const bool expected = reply.kind == Kind::Acknowledged
                              ? qos == 1
                              : qos == 2 && released == (reply.kind == Kind::Completed);
    if (!expected) {
        return Error{ErrorCode::Unavailable, "it answers a message that it was not sent"};
    }
    std::string why = mqtt_refusal(reply, version_);
    if (!why.empty()) {
        finish(reply.id, refusal(reply, std::move(why)));
    } else if (reply.kind == Kind::Received) {
        sent->second->released = true;
        write({mqtt_release(reply.id), 0});
    } else {
        finish(reply.id, {});
    }
    return {};
}

void MqttConnection::finish(std::uint16_t id, Result<void> result) {
    const auto sent = sent_.find(id);
    if (sent == sent_.end()) return;
    MqttExchangePtr exchange = std::move(sent->second);
    sent_.erase(sent);
    owner_.on_done(std::move(exchange), std::move(result));
    if (state_ == State::Ready) owner_.on_ready(*this);
}

}  // namespace musubi

#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/dial.h"
#include "net/mqtt_packet.h"

namespace musubi {

/// A message on its way, with whom to tell.
struct MqttExchange {
    MqttMessage message;
    MqttUrl url;
    MqttClient::Callback done;
    std::int64_t deadline_us = 0;
    bool refused = false;   ///< for want of room
    bool released = false;  ///< QoS 2: the broker has it, and was told that we know
};
using MqttExchangePtr = std::unique_ptr<MqttExchange>;

/// One connection to a broker: signs on, then publishes. All on the client's thread.
class MqttConnection : public std::enable_shared_from_this<MqttConnection> {
public:
    /// What its owner hears. The owner outlives it.
    class Owner {
    public:
        Owner() = default;
        Owner(const Owner&) = delete;
        Owner& operator=(const Owner&) = delete;
        virtual ~Owner() = default;
        /// It can take messages, or more of them.
        virtual void on_ready(MqttConnection& connection) = 0;
        virtual void on_done(MqttExchangePtr exchange, Result<void> result) = 0;
        /// It is closed, with what was under way.
        virtual void on_lost(MqttConnection& connection, std::vector<MqttExchangePtr> left,
                             const Error& why) = 0;
    };
    enum class State { Connecting, Ready, Closed };

    MqttConnection(boost::asio::io_context& context, ClientTls& tls, Owner& owner, Peer peer,
                   std::size_t max_unanswered);

    /// `url`: who signs on.
    void connect(const MqttUrl& url, MqttVersion version);
    [[nodiscard]] bool has_room() const;
    /// Requires has_room(). Fails: BadRequest, TooLarge: the broker would not take it; the exchange
    /// is untouched then.
    Result<void> publish(MqttExchangePtr& exchange);
    /// Closes it; gives back what was under way.
    std::vector<MqttExchangePtr> close();

    [[nodiscard]] State state() const noexcept { return state_; }
    /// The number of the last line that is to be written, from 1; 0: all is.
    [[nodiscard]] std::uint64_t unsent() const noexcept {
        return lines_.empty() || state_ == State::Closed ? 0 : sent_lines_ + lines_.size();
    }
    [[nodiscard]] std::uint64_t sent_lines() const noexcept { return sent_lines_; }
    [[nodiscard]] bool idle() const noexcept { return sent_.empty(); }
    /// True where a message under way has waited for longer than it may.
    [[nodiscard]] bool overdue(std::int64_t now_us) const;

    std::int64_t since_us = 0;  ///< the owner's note: when it began to connect or to idle

private:
    struct Line {
        std::string bytes;
        std::uint16_t done = 0;  // the message that is done once this is written; 0: none
    };
    void write(Line line);
    void write_next();
    void read();
    void on_read(const boost::system::error_code& ec, std::size_t bytes);
    void take_replies();
    Result<void> on_reply(const MqttReply& reply);
    Result<void> on_answer(const MqttReply& reply);
    void finish(std::uint16_t id, Result<void> result);
    void lose(Error why);

    Owner& owner_;
    Dial dial_;
    std::size_t room_;
    State state_ = State::Connecting;
    MqttVersion version_ = MqttVersion::V5;
    MqttReply limits_;  // what the broker allows
    std::map<std::uint16_t, MqttExchangePtr> sent_;
    std::uint16_t next_id_ = 1;
    std::deque<Line> lines_;  // to be written; the first is under way
    std::uint64_t sent_lines_ = 0;
    std::string input_;
    std::array<char, 4096> piece_;
};

}  // namespace musubi

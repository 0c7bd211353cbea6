#include "net/mqtt_client.h"

#include <fmt/format.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <thread>

#include "base/guarded.h"
#include "net/drain.h"
#include "net/mqtt_connection.h"
#include "net/own_thread.h"

namespace musubi {
namespace {

Error closing() { return {ErrorCode::Unavailable, "the MQTT client is closing"}; }

// For each broker a queue of messages and one connection. All but publish and the destructor runs
// on its own thread.
class Publisher final : public MqttClient, public MqttConnection::Owner {
public:
    Publisher(const MqttClientOptions& options, Log& log, Metrics& metrics);
    ~Publisher() override;

    void publish(MqttMessage message, Callback done) override;
    void drain(Duration patience) override {
        musubi::drain(
            context_, [this] { return unsent(); }, patience);
    }

private:
    struct Broker {
        std::deque<MqttExchangePtr> waiting;
        std::shared_ptr<MqttConnection> connection;
    };
    struct Box {
        std::vector<MqttExchangePtr> exchanges;
        bool closed = false;
    };

    void on_ready(MqttConnection& connection) override;
    void on_done(MqttExchangePtr exchange, Result<void> result) override;
    void on_lost(MqttConnection& connection, std::vector<MqttExchangePtr> left,
                 const Error& why) override;

    void open_box();
    void enqueue(MqttExchangePtr exchange);
    void dispatch(Broker& broker);
    void open_connection(Broker& broker);
    [[nodiscard]] Broker* broker_of(const MqttConnection& connection);
    void give_up(Broker& broker, std::vector<MqttExchangePtr> left, const Error& why);
    void watch();
    void sweep();
    void sweep_waiting(Broker& broker, std::int64_t now);
    void sweep_connection(Broker& broker, std::int64_t now);
    [[nodiscard]] std::vector<Unsent> unsent();
    void shut_down();

    MqttClientOptions options_;
    Log& log_;
    Counter& messages_;
    Counter& failures_;
    boost::asio::io_context context_;
    ClientTls tls_;
    boost::asio::steady_timer timer_;
    bool watching_ = false;
    bool closing_ = false;
    Guarded<Box> box_;
    std::map<std::string, Broker, std::less<>> brokers_;
    std::thread thread_;
};

// The password is part of it: it must not be logged.
std::string broker_key(const MqttUrl& url, MqttVersion version) {
    return fmt::format("{}{}\n{}\n{}\n{}\n{}", url.tls ? "s" : "",
                       version == MqttVersion::V5 ? 5 : 4, url.host, url.port, url.user,
                       url.password.value_or("\n"));
}

Publisher::Publisher(const MqttClientOptions& options, Log& log, Metrics& metrics)
    : options_{options},
      log_{log},
      messages_{metrics.counter("musubi_mqtt_messages_total", "Messages given to MQTT brokers")},
      failures_{metrics.counter("musubi_mqtt_failures_total",
                                "Messages that an MQTT broker did not take")},
      tls_{log_},
      timer_{context_} {
    thread_ = std::thread{[this] {
        const auto work = boost::asio::make_work_guard(context_);
        context_.run();
    }};
}

Publisher::~Publisher() {
    boost::asio::post(context_, [this] { shut_down(); });
    thread_.join();
}

void Publisher::publish(MqttMessage message, Callback done) {
    auto exchange = std::make_unique<MqttExchange>();
    exchange->deadline_us = steady_us() + message.timeout.us;
    exchange->message = std::move(message);
    exchange->done = std::move(done);
    bool wake = false;
    box_.with([&](Box& box) {
        if (box.closed) return;
        if (box.exchanges.size() >= kMaxBox) {
            exchange->refused = true;
            std::string{}.swap(exchange->message.payload);
        }
        wake = box.exchanges.empty();
        box.exchanges.push_back(std::move(exchange));
    });
    if (wake) boost::asio::post(context_, [this] { open_box(); });
    // Only a callback of the closing client gets here: on its thread.
    if (exchange) exchange->done(closing());
}

void Publisher::open_box() {
    std::vector<MqttExchangePtr> exchanges;
    box_.with([&](Box& box) { std::swap(box.exchanges, exchanges); });
    for (auto& exchange : exchanges) enqueue(std::move(exchange));
    watch();
}

void Publisher::enqueue(MqttExchangePtr exchange) {
    messages_.add();
    auto url = parse_mqtt_url(exchange->message.url);
    if (!url) return on_done(std::move(exchange), std::move(url).error());
    exchange->url = std::move(url).value();
    const std::string key = broker_key(exchange->url, exchange->message.version);
    auto found = brokers_.find(key);
    const bool room = found != brokers_.end() ? found->second.waiting.size() < options_.max_waiting
                                              : brokers_.size() < options_.max_brokers;
    if (closing_) return on_done(std::move(exchange), closing());
    if (exchange->refused || !room) {
        const std::string& host = exchange->url.host;
        const Error busy{ErrorCode::Busy, fmt::format("too many messages wait for {}", host)};
        return on_done(std::move(exchange), busy);
    }
    if (found == brokers_.end()) found = brokers_.emplace(key, Broker{}).first;
    found->second.waiting.push_back(std::move(exchange));
    dispatch(found->second);
}

void Publisher::dispatch(Broker& broker) {
    if (closing_ || broker.waiting.empty()) return;
    if (!broker.connection) return open_connection(broker);
    while (!broker.waiting.empty() && broker.connection && broker.connection->has_room()) {
        MqttExchangePtr exchange = std::move(broker.waiting.front());
        broker.waiting.pop_front();
        const auto& still = exchange->message.still;
        if (auto may = still ? still() : Result<void>{}; !may) {
            on_done(std::move(exchange), std::move(may).error());
            continue;
        }
        auto sent = broker.connection->publish(exchange);
        if (!sent) on_done(std::move(exchange), std::move(sent).error());
    }
}

void Publisher::open_connection(Broker& broker) {
    const MqttExchange& first = *broker.waiting.front();
    const Peer peer{.host = first.url.host,
                    .port = first.url.port,
                    .tls = first.url.tls,
                    .allow_private = options_.allow_private_addresses};
    broker.connection =
        std::make_shared<MqttConnection>(context_, tls_, *this, peer, options_.max_unanswered);
    broker.connection->since_us = steady_us();
    broker.connection->connect(first.url, first.message.version);
}

Publisher::Broker* Publisher::broker_of(const MqttConnection& connection) {
    for (auto& [key, broker] : brokers_) {
        if (broker.connection.get() == &connection) return &broker;
    }
    return nullptr;
}

void Publisher::on_ready(MqttConnection& connection) {
    connection.since_us = steady_us();
    if (Broker* const broker = broker_of(connection)) dispatch(*broker);
}

void Publisher::on_done(MqttExchangePtr exchange, Result<void> result) {
    if (!result) failures_.add();
    exchange->done(std::move(result));
}

void Publisher::on_lost(MqttConnection& connection, std::vector<MqttExchangePtr> left,
                        const Error& why) {
    Broker* const broker = broker_of(connection);
    if (broker == nullptr) return;
    give_up(*broker, std::move(left), why);
}

// Who waits fails with the rest: whether and when to try again is for whoever sends.
void Publisher::give_up(Broker& broker, std::vector<MqttExchangePtr> left, const Error& why) {
    broker.connection.reset();
    for (auto& exchange : std::exchange(broker.waiting, {})) left.push_back(std::move(exchange));
    for (auto& exchange : left) {
        const Error error{
            why.code, fmt::format("{}:{}: {}", exchange->url.host, exchange->url.port, why.detail)};
        on_done(std::move(exchange), error);
    }
}

void Publisher::watch() {
    if (watching_ || brokers_.empty() || closing_) return;
    watching_ = true;
    timer_.expires_after(kSweepEvery);
    timer_.async_wait([this](const boost::system::error_code& ec) {
        watching_ = false;
        if (!ec) sweep();
    });
}

void Publisher::sweep() {
    const std::int64_t now = steady_us();
    for (auto& [key, broker] : brokers_) {
        sweep_waiting(broker, now);
        sweep_connection(broker, now);
        dispatch(broker);
    }
    std::erase_if(brokers_, [](const auto& entry) {
        return entry.second.waiting.empty() && !entry.second.connection;
    });
    watch();
}

void Publisher::sweep_waiting(Broker& broker, std::int64_t now) {
    std::vector<MqttExchangePtr> late;
    for (auto& exchange : broker.waiting) {
        if (exchange->deadline_us <= now) late.push_back(std::move(exchange));
    }
    if (late.empty()) return;
    std::erase(broker.waiting, nullptr);
    for (auto& exchange : late) {
        const Error error{ErrorCode::Timeout, fmt::format("{}:{} could not be asked in time",
                                                          exchange->url.host, exchange->url.port)};
        on_done(std::move(exchange), error);
    }
}

void Publisher::sweep_connection(Broker& broker, std::int64_t now) {
    const auto connection = broker.connection;
    if (!connection) return;
    const std::int64_t age = now - connection->since_us;
    if (connection->state() == MqttConnection::State::Connecting) {
        if (age <= kConnectTimeout.us) return;
        give_up(broker, connection->close(), {ErrorCode::Timeout, "it did not let us in in time"});
    } else if (connection->overdue(now)) {
        give_up(broker, connection->close(), {ErrorCode::Timeout, "it did not answer in time"});
    } else if (connection->idle() && broker.waiting.empty() && age > options_.idle_timeout.us) {
        connection->close();
        broker.connection.reset();
    }
}

std::vector<Unsent> Publisher::unsent() {
    std::vector<Unsent> all;
    for (const auto& [key, broker] : brokers_) {
        const auto connection = broker.connection;
        if (!connection || connection->unsent() == 0) continue;
        const std::uint64_t last = connection->unsent();
        const auto is_left = [connection, last] {
            return connection->unsent() != 0 && connection->sent_lines() < last;
        };
        const auto cut = [this, connection] {
            if (Broker* const found = broker_of(*connection)) {
                give_up(*found, connection->close(),
                        {ErrorCode::Unavailable, "it did not take what it was sent in time"});
            }
        };
        all.push_back({.is_left = is_left, .cut = cut});
    }
    return all;
}

void Publisher::shut_down() {
    closing_ = true;
    timer_.cancel();
    std::vector<MqttExchangePtr> left;
    box_.with([&](Box& box) {
        box.closed = true;
        std::swap(box.exchanges, left);
    });
    for (auto& [key, broker] : brokers_) {
        if (broker.connection) {
            for (auto& exchange : broker.connection->close()) left.push_back(std::move(exchange));
        }
        for (auto& exchange : broker.waiting) left.push_back(std::move(exchange));
    }
    brokers_.clear();
    for (auto& exchange : left) on_done(std::move(exchange), closing());
    context_.stop();
}

}  // namespace

std::unique_ptr<MqttClient> MqttClient::create(const MqttClientOptions& options, Log& log,
                                               Metrics& metrics) {
    return std::make_unique<Publisher>(options, log, metrics);
}

}  // namespace musubi

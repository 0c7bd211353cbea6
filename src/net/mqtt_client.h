#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/metrics.h"
#include "base/time.h"

namespace musubi {

enum class MqttVersion { V311, V5 };

/// `mqtt[s]://[user[:password]@]host[:port]/topic/subtopic`; user, password and topic are
/// percent-decoded, the port is 1883 or 8883 unless it is given.
struct MqttUrl {
    bool tls = false;
    std::string host;
    std::uint16_t port = 0;
    std::string user;  ///< empty: none
    std::optional<std::string> password;
    std::string topic;
};
/// Fails: BadRequest: what is wrong; also a topic with wildcards, or of more than 1,024 bytes.
Result<MqttUrl> parse_mqtt_url(std::string_view text);

struct MqttMessage {
    std::string url;
    MqttVersion version = MqttVersion::V5;
    int qos = 0;  ///< 0, 1, 2
    std::string payload;
    Duration timeout = seconds(10);  ///< for the whole exchange
    /// As HttpClientRequest has it.
    std::function<Result<void>()> still = nullptr;
};

struct MqttClientOptions {
    bool allow_private_addresses = false;  ///< as HttpClientOptions says
    std::size_t max_brokers = 256;         ///< beyond: Busy; one connection to each
    std::size_t max_waiting = 1024;        ///< of one broker; beyond: Busy
    std::size_t max_unanswered = 16;       ///< at once to one broker
    Duration idle_timeout = seconds(30);
};

/// Publishes to MQTT brokers (OASIS MQTT 3.1.1 and 5.0), over TCP or TLS, on one thread of its own:
/// one kept connection for each broker, user and version; messages in order. It subscribes to
/// nothing: a broker that says more than the acknowledgements it owes, or a packet beyond 64 KiB,
/// is left. Time-outs are seen within 50 ms.
class MqttClient {
public:
    using Callback = std::function<void(Result<void>)>;
    static std::unique_ptr<MqttClient> create(const MqttClientOptions& options, Log& log,
                                              Metrics& metrics);
    MqttClient(const MqttClient&) = delete;
    MqttClient& operator=(const MqttClient&) = delete;
    virtual ~MqttClient() = default;  ///< cancels what is under way; callbacks get Unavailable
    /// Calls back exactly once, on the client's thread (must not block): with QoS 0 when the bytes
    /// are written, with QoS 1 and 2 when the broker has said that it has the message. After a
    /// failure the broker may have it all the same. Fails: Timeout, Unavailable (with the reason in
    /// words), Forbidden (address, or the broker refuses who asks), BadRequest (URL; the broker
    /// refuses the message), TooLarge, Busy.
    virtual void publish(MqttMessage message, Callback done) = 0;
    /// As HttpServer::drain, of messages.
    virtual void drain(Duration patience) = 0;

protected:
    MqttClient() = default;
};

}  // namespace musubi

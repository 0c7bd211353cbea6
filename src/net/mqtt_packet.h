#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/mqtt_client.h"

namespace musubi {

// The packets of MQTT that a publisher writes and reads (OASIS MQTT 3.1.1, 2-3; 5.0, 2-3).

/// CONNECT: a clean session without a will, the broker names the client.
[[nodiscard]] std::string mqtt_connect(const MqttUrl& url, MqttVersion version);
/// PUBLISH; `id` is that of the packet, for QoS 1 and 2.
[[nodiscard]] std::string mqtt_publish(const MqttUrl& url, const MqttMessage& message,
                                       std::uint16_t id);
/// PUBREL
[[nodiscard]] std::string mqtt_release(std::uint16_t id);
/// DISCONNECT
[[nodiscard]] std::string mqtt_disconnect();

/// What a broker says to a publisher.
struct MqttReply {
    enum class Kind { Connected, Acknowledged, Received, Completed, Disconnected };
    Kind kind = Kind::Connected;
    std::uint16_t id = 0;     ///< of the packet that is answered
    std::uint8_t reason = 0;  ///< CONNACK: return code of 3.1.1, reason code of 5.0
    // What CONNACK allows (5.0):
    int max_qos = 2;
    std::uint16_t receive_maximum = 65'535;
    std::uint32_t max_packet = 0;  ///< bytes; 0: any
};
inline constexpr std::size_t kMaxMqttReply = 64U << 10U;

/// Takes one whole reply from the front of `bytes`; nothing where it is not all there yet.
/// Fails: Unavailable: what came is no reply, or beyond kMaxMqttReply.
Result<std::optional<MqttReply>> take_mqtt_reply(std::string& bytes, MqttVersion version);
/// Why a broker refused, in words; empty: it did not.
[[nodiscard]] std::string mqtt_refusal(const MqttReply& reply, MqttVersion version);

}  // namespace musubi

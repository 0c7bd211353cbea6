#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace musubi {

/// The keys of notifierInfo for MQTT (7.2).
inline constexpr std::string_view kMqttVersion = "MQTT-Version";
inline constexpr std::string_view kMqttQos = "MQTT-QoS";

/// Reads an array of {key, value} that are sent as headers (receiverInfo, GS CIM 009 v1.9.1,
/// 5.2.15, 5.2.22). Headers that say how the message is carried, or that we set, are refused; so
/// is what is no header (RFC 9110, 5.5, 5.6.2). Fails: BadRequest, Unsupported.
Result<std::vector<std::pair<std::string, std::string>>> read_receiver_info(const Json& json);
/// The same of notifierInfo: what it says of MQTT is checked (MQTT-Version: mqtt3.1.1, mqtt5.0;
/// MQTT-QoS: 0, 1, 2), other keys are kept. Fails: BadRequest.
Result<std::vector<std::pair<std::string, std::string>>> read_notifier_info(const Json& json);

/// True for the name of a header, of at most 128 bytes.
[[nodiscard]] bool is_info_key(std::string_view name);
/// True for what a header can carry: visible ASCII and spaces inside, of at most 4,096 bytes.
[[nodiscard]] bool is_info_value(std::string_view value);
/// False for the headers that say how a message is carried, or that we set.
[[nodiscard]] bool may_set_header(std::string_view name);
/// True for Content-Type, which a context source may ask for where a receiver may not.
[[nodiscard]] bool is_media_header(std::string_view name);

}  // namespace musubi

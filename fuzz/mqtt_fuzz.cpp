// Reads the bytes as replies of an MQTT broker, in pieces, and as an MQTT URL.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/mqtt_packet.h"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

void check_replies(std::string_view text, musubi::MqttVersion version) {
    std::string bytes;
    for (const char c : text) {
        bytes += c;
        const std::size_t before = bytes.size();
        const auto reply = musubi::take_mqtt_reply(bytes, version);
        if (!reply) return check(!reply.error().detail.empty());
        check(reply->has_value() ? bytes.size() < before : bytes.size() == before);
        check(bytes.size() <= musubi::kMaxMqttReply + 5);
        if (*reply) static_cast<void>(musubi::mqtt_refusal(**reply, version));
    }
}

void check_url(std::string_view text) {
    const auto url = musubi::parse_mqtt_url(text);
    if (!url) return check(!url.error().detail.empty());
    check(!url->host.empty() && url->port != 0);
    check(!url->topic.empty() && url->topic.find_first_of("+#") == std::string::npos);
    check(!url->password || !url->user.empty());
    check(!musubi::mqtt_connect(*url, musubi::MqttVersion::V5).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    check_replies(text, musubi::MqttVersion::V311);
    check_replies(text, musubi::MqttVersion::V5);
    check_url(text);
    check_url("mqtt://" + std::string{text});
    return 0;
}

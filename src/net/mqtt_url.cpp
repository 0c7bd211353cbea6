#include <algorithm>

#include "base/json.h"
#include "net/http.h"
#include "net/mqtt_client.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxTopicBytes = 1024;
constexpr std::size_t kMaxSecretBytes = 1024;

Error bad_mqtt_url(std::string detail) { return {ErrorCode::BadRequest, std::move(detail)}; }

Result<void> read_user(std::string_view text, MqttUrl& out) {
    const std::size_t colon = text.find(':');
    out.user = TRY(percent_decode(text.substr(0, colon)));
    if (colon != std::string_view::npos) out.password = TRY(percent_decode(text.substr(colon + 1)));
    if (out.user.empty()) return bad_mqtt_url("a URL with a password names its user as well");
    if (out.user.size() > kMaxSecretBytes || !is_utf8(out.user) ||
        out.password.value_or("").size() > kMaxSecretBytes) {
        return bad_mqtt_url("the user or the password is too long, or no UTF-8");
    }
    return {};
}

Result<void> read_topic(std::string_view text, MqttUrl& out) {
    out.topic = TRY(percent_decode(text));
    if (out.topic.empty()) return bad_mqtt_url("the URL names a topic: mqtt://host/topic");
    const auto forbidden = [](char c) { return c == '+' || c == '#' || c == '\0'; };
    if (std::any_of(out.topic.begin(), out.topic.end(), forbidden)) {
        return bad_mqtt_url("a topic to publish to has no +, # or NUL");
    }
    if (out.topic.size() > kMaxTopicBytes || !is_utf8(out.topic)) {
        return bad_mqtt_url("the topic is longer than 1,024 bytes, or no UTF-8");
    }
    return {};
}

}  // namespace

Result<MqttUrl> parse_mqtt_url(std::string_view text) {
    MqttUrl out;
    out.tls = text.starts_with("mqtts://");
    if (!out.tls && !text.starts_with("mqtt://"))
        return bad_mqtt_url("it starts with mqtt:// or mqtts://");
    std::string_view rest = text.substr(text.find("://") + 3);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    std::string_view authority = rest.substr(0, slash);
    TRY(read_topic(rest.substr(std::min(slash + 1, rest.size())), out));
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
        TRY(read_user(authority.substr(0, at), out));
        authority.remove_prefix(at + 1);
    }
    // Host and port are read as those of any URL.
    const std::size_t colon = authority.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
    std::string url = "http://" + std::string(authority);
    if (!has_port) url += out.tls ? ":8883" : ":1883";
    const Url parsed = TRY(parse_url(url));
    if (parsed.target != "/") return bad_mqtt_url("the host of the URL is malformed");
    out.host = parsed.host;
    out.port = parsed.port;
    return out;
}

}  // namespace musubi

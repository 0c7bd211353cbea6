#include "api/notifier.h"

#include "base/json.h"
#include "broker/subscriptions/receiver_info.h"

namespace musubi {

std::string mqtt_payload(const Outgoing& outgoing) {
    std::string out = "{\"metadata\":{";
    for (const auto& [name, value] : outgoing.headers) {
        append_member_name(out, name);
        append_json_string(out, value);
    }
    out += "},\"body\":";
    out += outgoing.body;
    out += '}';
    return out;
}

void MqttNotifier::send(Outgoing outgoing, Callback done) {
    MqttMessage message;
    message.payload = mqtt_payload(outgoing);
    message.url = std::move(outgoing.uri);
    message.timeout = outgoing.timeout;
    message.still = std::move(outgoing.still);
    for (const auto& [key, value] : outgoing.notifier_info) {
        if (key == kMqttVersion && value == "mqtt3.1.1") message.version = MqttVersion::V311;
        if (key == kMqttQos) message.qos = value == "2" ? 2 : value == "1" ? 1 : 0;
    }
    client_.publish(std::move(message), [done = std::move(done)](const Result<void>& result) {
        if (!result) return done(result.error());
        done(Receipt{.status = 200, .retry_after = {}});
    });
}

void SchemeNotifier::send(Outgoing outgoing, Callback done) {
    const bool mqtt = outgoing.uri.starts_with("mqtt:") || outgoing.uri.starts_with("mqtts:");
    (mqtt ? mqtt_ : http_).send(std::move(outgoing), std::move(done));
}

}  // namespace musubi

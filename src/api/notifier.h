#pragma once

#include "broker/deliveries/notification_port.h"
#include "net/mqtt_client.h"

namespace musubi {

/// Publishes notifications to MQTT brokers (GS CIM 009 v1.9.1, 7.2): the message is
/// {"metadata": what would be headers, "body": the notification}; MQTT-Version and MQTT-QoS of
/// notifierInfo are heeded (default: 5.0, QoS 0). The client must outlive it.
class MqttNotifier final : public NotificationPort {
public:
    explicit MqttNotifier(MqttClient& client) : client_{client} {}
    void send(Outgoing outgoing, Callback done) override;

private:
    MqttClient& client_;
};

/// Gives each notification to the notifier for the scheme of its URI. Both must outlive it.
class SchemeNotifier final : public NotificationPort {
public:
    SchemeNotifier(NotificationPort& http, NotificationPort& mqtt) : http_{http}, mqtt_{mqtt} {}
    void send(Outgoing outgoing, Callback done) override;

private:
    NotificationPort& http_;
    NotificationPort& mqtt_;
};

/// The message that goes to an MQTT topic.
[[nodiscard]] std::string mqtt_payload(const Outgoing& outgoing);

}  // namespace musubi

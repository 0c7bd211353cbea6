#include "net/mqtt_packet.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

using namespace std::string_literals;

TEST(MqttUrl, IsReadWithUserPortAndTopic) {
    const MqttUrl plain = parse_mqtt_url("mqtt://broker.example/town/levels").value();
    EXPECT_EQ(plain.host, "broker.example");
    EXPECT_EQ(plain.port, 1883);
    EXPECT_EQ(plain.topic, "town/levels");
    EXPECT_TRUE(plain.user.empty());
    EXPECT_FALSE(plain.tls);
    const MqttUrl whole = parse_mqtt_url("mqtts://us%40er:p%3Aw@[::1]:99/a%20b").value();
    EXPECT_TRUE(whole.tls);
    EXPECT_EQ(whole.user, "us@er");
    EXPECT_EQ(whole.password, "p:w");
    EXPECT_EQ(whole.host, "::1");
    EXPECT_EQ(whole.port, 99);
    EXPECT_EQ(whole.topic, "a b");
    EXPECT_EQ(parse_mqtt_url("mqtts://[::1]/x").value().port, 8883);
}

TEST(MqttUrl, RefusesWhatCanNotBePublishedTo) {
    for (const std::string url :
         {"http://a/x", "mqtt://a", "mqtt://a/", "mqtt://a/x/+", "mqtt://a/%23", "mqtt://a/%00",
          "mqtt:///x", "mqtt://a:0/x", "mqtt://a:77777/x", "mqtt://:p@a/x", "mqtt://a/%ff",
          "mqtt://a/%2", "mqtt://a b/x"}) {
        const auto parsed = parse_mqtt_url(url);
        ASSERT_FALSE(parsed) << url;
        EXPECT_EQ(parsed.error().code, ErrorCode::BadRequest) << url;
    }
    EXPECT_FALSE(parse_mqtt_url("mqtt://a/" + std::string(1025, 'x')));
}

TEST(MqttPacket, IsWrittenAsTheStandardSays) {
    const MqttUrl url = parse_mqtt_url("mqtt://u:p@a/t/x").value();
    EXPECT_EQ(mqtt_connect(url, MqttVersion::V311),
              "\x10\x12\x00\x04MQTT\x04\xc2\x00\x00\x00\x00\x00\x01u\x00\x01p"s);
    EXPECT_EQ(mqtt_connect(url, MqttVersion::V5),
              "\x10\x13\x00\x04MQTT\x05\xc2\x00\x00\x00\x00\x00\x00\x01u\x00\x01p"s);
    MqttMessage message{.url = {}, .version = MqttVersion::V311, .qos = 0, .payload = "hi"};
    EXPECT_EQ(mqtt_publish(url, message, 7), "\x30\x07\x00\x03t/xhi"s);
    message.qos = 2;
    message.version = MqttVersion::V5;
    EXPECT_EQ(mqtt_publish(url, message, 7), "\x34\x0a\x00\x03t/x\x00\x07\x00hi"s);
    message.payload = std::string(200, 'x');
    EXPECT_EQ(mqtt_publish(url, message, 7).substr(0, 3), "\x34\xd0\x01"s) << "a length of 208";
    EXPECT_EQ(mqtt_release(0x0102), "\x62\x02\x01\x02"s);
}

TEST(MqttPacket, RepliesAreReadAsTheyCome) {
    std::string bytes = "\x20\x02\x00\x05\x40\x02\x00\x07\x50"s;
    const auto hello = take_mqtt_reply(bytes, MqttVersion::V311).value();
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->kind, MqttReply::Kind::Connected);
    EXPECT_EQ(mqtt_refusal(*hello, MqttVersion::V311), "it does not let this user in");
    const auto answer = take_mqtt_reply(bytes, MqttVersion::V311).value();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->kind, MqttReply::Kind::Acknowledged);
    EXPECT_EQ(answer->id, 7);
    EXPECT_FALSE(take_mqtt_reply(bytes, MqttVersion::V311).value()) << "not all there yet";
}

TEST(MqttPacket, ReadsWhatABrokerOfFiveAllows) {
    std::string bytes =
        "\x20\x11\x00\x00\x0e\x21\x00\x0a\x24\x01\x27\x00\x00\x10\x00\x1f\x00\x01x"s;
    const auto hello = take_mqtt_reply(bytes, MqttVersion::V5).value();
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->receive_maximum, 10);
    EXPECT_EQ(hello->max_qos, 1);
    EXPECT_EQ(hello->max_packet, 4096U);
    EXPECT_TRUE(bytes.empty());
    std::string refused = "\x40\x04\x00\x01\x87\x00"s;
    EXPECT_EQ(mqtt_refusal(*take_mqtt_reply(refused, MqttVersion::V5).value(), MqttVersion::V5),
              "it does not let this user do that");
}

TEST(MqttPacket, RefusesWhatIsNoReply) {
    for (const std::string& bytes :
         {"\x30\x03\x00\x01x"s,             // a message that nobody asked for
          "HTTP/1.1 400 Bad Request\r\n"s,  // something else listens there
          "\x40\x01\x00"s,                  // too short
          "\x20\xff\xff\xff\xff\x01"s,      // a length of five bytes
          "\x20\xff\xff\xff\x7f"s,          // 256 MiB announced
          "\x20\x05\x00\x00\x02\x77\x00"s,  // a property that does not exist
          "\x20\x04\x00\x00\x7f\x21"s}) {   // properties longer than the packet
        std::string rest = bytes;
        const auto reply = take_mqtt_reply(rest, MqttVersion::V5);
        ASSERT_FALSE(reply);
        EXPECT_EQ(reply.error().code, ErrorCode::Unavailable);
    }
}

}  // namespace
}  // namespace musubi

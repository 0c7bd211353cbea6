#include "net/mqtt_client.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "unit/net/mosquitto_broker.h"
#include "unit/net/raw_socket.h"

namespace musubi {
namespace {

using namespace std::string_literals;
using net_test::MosquittoBroker;
using net_test::RawListener;
using net_test::RawSocket;

class MqttClientTest : public ::testing::Test {
protected:
    void TearDown() override {
        client.reset();
        if (peer.joinable()) peer.join();
    }
    std::future<Result<void>> begin(MqttMessage message) {
        auto promise = std::make_shared<std::promise<Result<void>>>();
        client->publish(std::move(message),
                        [promise](Result<void> result) { promise->set_value(std::move(result)); });
        return promise->get_future();
    }
    Result<void> publish(MqttMessage message) { return begin(std::move(message)).get(); }
    [[nodiscard]] static std::string url(std::uint16_t port, const std::string& user = "") {
        return "mqtt://" + user + "127.0.0.1:" + std::to_string(port) + "/town/levels";
    }
    /// A broker that does as it is told once it was greeted.
    void serve(std::function<void(RawSocket&)> act) {
        peer = std::thread{[this, act = std::move(act)] {
            RawSocket socket = listener.accept();
            if (!socket.is_open()) return;
            socket.read_some();
            act(socket);
        }};
    }
    Result<void> ask_peer(int qos = 1, MqttVersion version = MqttVersion::V311) {
        return publish({.url = url(listener.port()),
                        .version = version,
                        .qos = qos,
                        .payload = "x",
                        .timeout = milliseconds(500)});
    }

    RawListener listener;
    Log log{LogLevel::Off};
    Metrics metrics;
    std::unique_ptr<MqttClient> client =
        MqttClient::create({.allow_private_addresses = true}, log, metrics);
    std::thread peer;
};

TEST_F(MqttClientTest, BringsMessagesToARealBrokerWithEachVersionAndQos) {
    MosquittoBroker broker;
    if (!broker.is_running()) GTEST_SKIP() << "mosquitto is not installed";
    broker.listen("town/#");
    for (const MqttVersion version : {MqttVersion::V311, MqttVersion::V5}) {
        for (const int qos : {0, 1, 2}) {
            const auto sent = publish({.url = url(broker.port()),
                                       .version = version,
                                       .qos = qos,
                                       .payload = "level " + std::to_string(qos)});
            ASSERT_TRUE(sent) << to_text(sent.error());
            EXPECT_EQ(broker.next(), std::to_string(qos) + " level " + std::to_string(qos));
        }
    }
}

TEST_F(MqttClientTest, KeepsTheOrderOfManyMessages) {
    MosquittoBroker broker;
    if (!broker.is_running()) GTEST_SKIP() << "mosquitto is not installed";
    broker.listen("town/#");
    constexpr int kMany = 500;
    std::vector<std::future<Result<void>>> all;
    for (int i = 0; i < kMany; ++i) {
        all.push_back(begin({.url = url(broker.port()), .qos = 1, .payload = std::to_string(i)}));
    }
    for (int i = 0; i < kMany; ++i) {
        ASSERT_TRUE(all.at(static_cast<std::size_t>(i)).get());
        ASSERT_EQ(broker.next(), "1 " + std::to_string(i));
    }
}

TEST_F(MqttClientTest, SignsOnWithUserAndPassword) {
    MosquittoBroker broker{true};
    if (!broker.is_running()) GTEST_SKIP() << "mosquitto is not installed";
    broker.listen("town/#");
    const auto sent = publish({.url = url(broker.port(), "town:secret@"), .payload = "in"});
    ASSERT_TRUE(sent) << to_text(sent.error());
    EXPECT_EQ(broker.next(), "0 in");
    for (const MqttVersion version : {MqttVersion::V311, MqttVersion::V5}) {
        for (const std::string user : {"town:wrong@", ""}) {
            const auto refused = publish({.url = url(broker.port(), user), .version = version});
            ASSERT_FALSE(refused);
            EXPECT_EQ(refused.error().code, ErrorCode::Forbidden) << to_text(refused.error());
            EXPECT_EQ(refused.error().detail.find("secret"), std::string::npos);
        }
    }
}

TEST_F(MqttClientTest, ReachesNoPrivateAddressUnlessAllowed) {
    client = MqttClient::create({}, log, metrics);
    const auto sent = ask_peer();
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, ErrorCode::Forbidden);
    EXPECT_NE(sent.error().detail.find("public internet"), std::string::npos);
}

TEST_F(MqttClientTest, SaysThatNobodyIsThere) {
    std::uint16_t nobody = 0;
    { nobody = RawListener{}.port(); }
    const auto sent = publish({.url = url(nobody), .payload = "x"});
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, ErrorCode::Unavailable);
}

TEST_F(MqttClientTest, ABrokerThatNeverAnswers) {
    serve([](RawSocket& socket) { socket.read_all(); });
    EXPECT_EQ(ask_peer().error().code, ErrorCode::Timeout);
}

TEST_F(MqttClientTest, ABrokerThatNeverAcknowledges) {
    serve([](RawSocket& socket) {
        socket.send("\x20\x02\x00\x00"s);
        socket.read_all();
    });
    EXPECT_EQ(ask_peer().error().code, ErrorCode::Timeout);
}

TEST_F(MqttClientTest, ABrokerThatTalksForEver) {
    serve([](RawSocket& socket) {
        socket.send("\x20\x02\x00\x00"s);
        while (socket.send("\x30\x03\x00\x01x"s)) {
        }
    });
    EXPECT_EQ(ask_peer().error().code, ErrorCode::Unavailable);
}

TEST_F(MqttClientTest, ABrokerThatLiesAboutItsLength) {
    serve([](RawSocket& socket) {
        socket.send("\x20\xff\xff\xff\x7f"s);
        while (socket.send(std::string(10'000, 'x'))) {
        }
    });
    EXPECT_EQ(ask_peer().error().code, ErrorCode::Unavailable);
}

TEST_F(MqttClientTest, ABrokerThatReceivesTwice) {
    serve([](RawSocket& socket) {
        socket.send("\x20\x02\x00\x00"s);
        socket.read_some();
        while (socket.send("\x50\x02\x00\x01"s)) {
        }
    });
    EXPECT_EQ(ask_peer(2).error().code, ErrorCode::Unavailable);
}

TEST_F(MqttClientTest, ABrokerThatSpeaksHttp) {
    serve([](RawSocket& socket) { socket.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
    EXPECT_EQ(ask_peer().error().code, ErrorCode::Unavailable);
}

TEST_F(MqttClientTest, ABrokerThatAllowsLessThanWasAsked) {
    serve([](RawSocket& socket) {
        socket.send("\x20\x05\x00\x00\x02\x24\x00"s);
        socket.read_all();
    });
    const auto sent = ask_peer(2, MqttVersion::V5);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, ErrorCode::BadRequest);
}

TEST_F(MqttClientTest, ASlowBrokerHoldsNobodyElse) {
    MosquittoBroker broker;
    if (!broker.is_running()) GTEST_SKIP() << "mosquitto is not installed";
    serve([](RawSocket& socket) { socket.read_all(); });
    auto stuck = begin({.url = url(listener.port()), .payload = "x", .timeout = seconds(3)});
    const auto sent = publish({.url = url(broker.port()), .qos = 1, .payload = "y"});
    EXPECT_TRUE(sent);
    EXPECT_EQ(stuck.wait_for(std::chrono::seconds{0}), std::future_status::timeout);
    client.reset();
    EXPECT_FALSE(stuck.get()) << "told when the client goes";
}

TEST_F(MqttClientTest, SaysBusyBeyondItsBounds) {
    client = MqttClient::create(
        {.allow_private_addresses = true, .max_brokers = 1, .max_waiting = 1}, log, metrics);
    serve([](RawSocket& socket) { socket.read_all(); });
    auto first = begin({.url = url(listener.port()), .timeout = milliseconds(400)});
    EXPECT_EQ(publish({.url = url(listener.port())}).error().code, ErrorCode::Busy);
    EXPECT_EQ(publish({.url = url(listener.port(), "other@")}).error().code, ErrorCode::Busy);
    EXPECT_EQ(first.get().error().code, ErrorCode::Timeout);
}

}  // namespace
}  // namespace musubi

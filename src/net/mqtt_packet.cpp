#include "net/mqtt_packet.h"

#include <fmt/format.h>

#include <array>

namespace musubi {
namespace {

Error broken(std::string_view what) {
    return {ErrorCode::Unavailable, fmt::format("it does not speak MQTT as it should: {}", what)};
}

// ---- writing -----------------------------------------------------------------------------------

void put_number(std::string& out, std::uint16_t value) {
    out += static_cast<char>(value >> 8U);
    out += static_cast<char>(value & 0xffU);
}

void put_text(std::string& out, std::string_view text) {
    put_number(out, static_cast<std::uint16_t>(text.size()));
    out += text;
}

std::string packet(unsigned first, std::string_view rest) {
    std::string out(1, static_cast<char>(first));
    std::size_t length = rest.size();
    do {
        const std::size_t more = length >> 7U;
        out += static_cast<char>((length & 0x7fU) | (more > 0 ? 0x80U : 0U));
        length = more;
    } while (length > 0);
    out += rest;
    return out;
}

// ---- reading -----------------------------------------------------------------------------------

class Bytes {
public:
    explicit Bytes(std::string_view text) : text_{text} {}
    [[nodiscard]] bool empty() const { return text_.empty(); }
    [[nodiscard]] std::size_t size() const { return text_.size(); }
    [[nodiscard]] bool failed() const { return failed_; }
    std::uint32_t number(int bytes) {
        std::uint32_t value = 0;
        for (int i = 0; i < bytes; ++i) value = (value << 8U) | byte();
        return value;
    }
    std::uint8_t byte() {
        if (text_.empty()) {
            failed_ = true;
            return 0;
        }
        const auto value = static_cast<std::uint8_t>(text_.front());
        text_.remove_prefix(1);
        return value;
    }
    std::uint32_t length() {
        std::uint32_t value = 0;
        for (unsigned shift = 0; shift < 28; shift += 7) {
            const std::uint8_t next = byte();
            value |= static_cast<std::uint32_t>(next & 0x7fU) << shift;
            if ((next & 0x80U) == 0) return value;
        }
        failed_ = true;
        return 0;
    }
    std::string_view take(std::size_t size) {
        if (size > text_.size()) {
            failed_ = true;
            return {};
        }
        const std::string_view out = text_.substr(0, size);
        text_.remove_prefix(size);
        return out;
    }

private:
    std::string_view text_;
    bool failed_ = false;
};

// Properties of 5.0 (2.2.2.2), by the way they are written.
enum class Width { None, One, Two, Four, Length, Text, Pair };
Width width_of(std::uint32_t property) {
    switch (property) {
        case 0x01:
        case 0x17:
        case 0x19:
        case 0x24:
        case 0x25:
        case 0x28:
        case 0x29:
        case 0x2a: return Width::One;
        case 0x13:
        case 0x21:
        case 0x22:
        case 0x23: return Width::Two;
        case 0x02:
        case 0x11:
        case 0x18:
        case 0x27: return Width::Four;
        case 0x0b: return Width::Length;
        case 0x03:
        case 0x08:
        case 0x09:
        case 0x12:
        case 0x15:
        case 0x16:
        case 0x1a:
        case 0x1c:
        case 0x1f: return Width::Text;
        case 0x26: return Width::Pair;
        default: return Width::None;
    }
}

void read_properties(Bytes& in, MqttReply& reply) {
    Bytes own{in.take(in.length())};
    while (!own.empty() && !own.failed()) {
        const std::uint32_t property = own.length();
        std::uint32_t value = 0;
        switch (width_of(property)) {
            case Width::One: value = own.byte(); break;
            case Width::Two: value = own.number(2); break;
            case Width::Four: value = own.number(4); break;
            case Width::Length: value = own.length(); break;
            case Width::Pair: own.take(own.number(2)); [[fallthrough]];
            case Width::Text: own.take(own.number(2)); break;
            case Width::None: own.take(own.size() + 1); break;  // fails
        }
        if (property == 0x21) reply.receive_maximum = static_cast<std::uint16_t>(value);
        if (property == 0x24) reply.max_qos = value == 0 ? 0 : 1;
        if (property == 0x27) reply.max_packet = value;
    }
    if (own.failed()) in.take(in.size() + 1);
}

Result<MqttReply> read_reply(std::uint8_t first, Bytes in, MqttVersion version) {
    const bool five = version == MqttVersion::V5;
    MqttReply reply;
    switch (first) {
        case 0x20:
            reply.kind = MqttReply::Kind::Connected;
            in.byte();  // whether a session was there: none is asked for
            reply.reason = in.byte();
            if (five) read_properties(in, reply);
            break;
        case 0x40:
        case 0x50:
        case 0x70:
            reply.kind = first == 0x40   ? MqttReply::Kind::Acknowledged
                         : first == 0x50 ? MqttReply::Kind::Received
                                         : MqttReply::Kind::Completed;
            reply.id = static_cast<std::uint16_t>(in.number(2));
            if (five && !in.empty()) reply.reason = in.byte();
            if (five && !in.empty()) read_properties(in, reply);
            break;
        case 0xe0:
            if (!five) return broken("it takes leave with a packet that only a client has");
            reply.kind = MqttReply::Kind::Disconnected;
            if (!in.empty()) reply.reason = in.byte();
            if (!in.empty()) read_properties(in, reply);
            break;
        default: return broken("it sends what nobody asked for");
    }
    if (in.failed() || !in.empty()) return broken("a packet is malformed");
    return reply;
}

}  // namespace

std::string mqtt_connect(const MqttUrl& url, MqttVersion version) {
    const bool five = version == MqttVersion::V5;
    std::string rest;
    put_text(rest, "MQTT");
    rest += five ? '\x05' : '\x04';
    unsigned flags = 0x02;  // clean
    if (!url.user.empty()) flags |= 0x80U;
    if (url.password) flags |= 0x40U;
    rest += static_cast<char>(flags);
    put_number(rest, 0);     // no keep-alive: an idle connection is given up
    if (five) rest += '\0';  // no properties
    put_text(rest, {});      // the client's id
    if (!url.user.empty()) put_text(rest, url.user);
    if (url.password) put_text(rest, *url.password);
    return packet(0x10, rest);
}

std::string mqtt_publish(const MqttUrl& url, const MqttMessage& message, std::uint16_t id) {
    std::string rest;
    rest.reserve(url.topic.size() + message.payload.size() + 8);
    put_text(rest, url.topic);
    if (message.qos > 0) put_number(rest, id);
    if (message.version == MqttVersion::V5) rest += '\0';
    rest += message.payload;
    return packet(0x30U | (static_cast<unsigned>(message.qos) << 1U), rest);
}

std::string mqtt_release(std::uint16_t id) {
    std::string rest;
    put_number(rest, id);
    return packet(0x62, rest);
}

std::string mqtt_disconnect() { return packet(0xe0, {}); }

Result<std::optional<MqttReply>> take_mqtt_reply(std::string& bytes, MqttVersion version) {
    constexpr std::string_view kFirst = "\x20\x40\x50\x70\xe0";
    if (!bytes.empty() && kFirst.find(bytes.front()) == std::string_view::npos) {
        return broken("it sends what nobody asked for");
    }
    std::size_t length = 0;
    std::size_t at = 1;
    for (unsigned shift = 0;; shift += 7) {
        if (at >= bytes.size()) return std::optional<MqttReply>{};
        if (shift > 21) return broken("the length of a packet is malformed");
        const auto next = static_cast<std::uint8_t>(bytes[at++]);
        length |= static_cast<std::size_t>(next & 0x7fU) << shift;
        if ((next & 0x80U) == 0) break;
    }
    if (length > kMaxMqttReply) return broken("a packet of more than 64 KiB");
    if (bytes.size() < at + length) return std::optional<MqttReply>{};
    MqttReply reply = TRY(read_reply(static_cast<std::uint8_t>(bytes.front()),
                                     Bytes{std::string_view{bytes}.substr(at, length)}, version));
    bytes.erase(0, at + length);
    return std::optional{reply};
}

std::string mqtt_refusal(const MqttReply& reply, MqttVersion version) {
    if (version == MqttVersion::V311) {
        constexpr std::array<std::string_view, 6> kWords{"",
                                                         "it does not speak MQTT 3.1.1",
                                                         "it wants a client id",
                                                         "it is not available",
                                                         "user or password are wrong",
                                                         "it does not let this user in"};
        if (reply.reason == 0) return {};
        return reply.reason < kWords.size() ? std::string(kWords.at(reply.reason))
                                            : fmt::format("it refused with {}", reply.reason);
    }
    if (reply.reason < 0x80) return {};
    switch (reply.reason) {
        case 0x84: return "it does not speak MQTT 5.0; set MQTT-Version to mqtt3.1.1";
        case 0x86: return "user or password are wrong";
        case 0x87: return "it does not let this user do that";
        case 0x88: return "it is not available";
        case 0x89: return "it is busy";
        case 0x90: return "it does not take this topic";
        case 0x95: return "the message is too large for it";
        case 0x97: return "a quota is used up";
        case 0x99: return "it does not take this kind of payload";
        case 0x9b: return "it does not do this QoS";
        default: return fmt::format("it refused with reason 0x{:02x}", reply.reason);
    }
}

}  // namespace musubi

#include "broker/deliveries/delivery.h"

#include <charconv>

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr std::uint8_t kDeliveryFormat = 4;
constexpr std::uint8_t kWithoutIds = 3;
constexpr std::uint8_t kWithoutAccess = 2;
constexpr std::uint8_t kOneEntity = 1;  // the former format: the types of one entity alone

std::vector<std::string> read_texts(ByteReader& r) {
    std::vector<std::string> out;
    const std::uint64_t texts = r.number();
    for (std::uint64_t i = 0; i < texts && !r.failed(); ++i) out.emplace_back(r.text());
    return out;
}

}  // namespace

std::string to_text(DeliveryId id, Time at) {
    return std::to_string(id.sequence) + "-" + std::to_string(id.number) + "-" +
           std::to_string(at.us / 1000);
}

Result<DeliveryId> parse_delivery_id(std::string_view text) {
    DeliveryId id;
    const char* const end = text.data() + text.size();
    const auto sequence = std::from_chars(text.data(), end, id.sequence);
    if (sequence.ec == std::errc{} && sequence.ptr != end && *sequence.ptr == '-') {
        const auto number = std::from_chars(sequence.ptr + 1, end, id.number);
        if (number.ec == std::errc{} && number.ptr != end && *number.ptr == '-') return id;
    }
    return Error{ErrorCode::BadRequest, "it is not the id of a notification", std::string(text)};
}

std::uint64_t channel_of(std::string_view uri) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : uri) {
        hash ^= static_cast<std::uint8_t>(c);
        hash *= 0x100000001b3U;
    }
    return hash;
}

std::string delivery_name(std::uint64_t channel, DeliveryId id) {
    std::string name;
    name.reserve(kDeliveryNameBytes);
    append_be64(name, channel);
    append_be64(name, id.sequence);
    append_be32(name, id.number);
    return name;
}

std::uint64_t channel_in(std::string_view name) { return read_be64(name); }

DeliveryId id_in(std::string_view name) {
    return {read_be64(name.substr(8)), read_be32(name.substr(16))};
}

std::string encode(const Delivery& delivery) {
    std::string out;
    out.reserve(delivery.body.size() + 256);
    ByteWriter w{out};
    w.byte(kDeliveryFormat);
    w.text(delivery.id);
    w.text(delivery.subscription);
    w.signed_number(delivery.made_at.us);
    w.text(delivery.entity);
    w.number(delivery.types.size());
    for (const auto& types : delivery.types) {
        w.number(types.size());
        for (const std::string& type : types) w.text(type);
    }
    w.signed_number(delivery.due_at.us);
    w.text(delivery.link);
    w.text(delivery.body);
    w.number(delivery.access);
    w.number(delivery.ids.size());
    for (const std::string& id : delivery.ids) w.text(id);
    return out;
}

Result<Delivery> decode_delivery(std::string_view bytes) {
    ByteReader r{bytes};
    Delivery out;
    const std::uint8_t format = r.byte();
    if (format < kOneEntity || format > kDeliveryFormat) r.fail();
    out.id = r.text();
    out.subscription = r.text();
    out.made_at = Time{r.signed_number()};
    out.entity = r.text();
    const std::uint64_t entities = format == kOneEntity ? 1 : r.number();
    for (std::uint64_t i = 0; i < entities && !r.failed(); ++i) out.types.push_back(read_texts(r));
    out.due_at = Time{r.signed_number()};
    out.link = r.text();
    out.body = r.text();
    if (format > kWithoutAccess) out.access = r.number();
    if (format > kWithoutIds) out.ids = read_texts(r);
    if (r.failed()) return Error{ErrorCode::Corrupt, "a notification in the outbox is malformed"};
    return out;
}

}  // namespace musubi

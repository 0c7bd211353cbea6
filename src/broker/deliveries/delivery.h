#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace musubi {

/// A notification's place in the order of things due: the change, and which one of the change.
struct DeliveryId {
    std::uint64_t sequence = 0;
    std::uint32_t number = 0;  ///< from 1
    friend auto operator<=>(const DeliveryId&, const DeliveryId&) = default;
};
/// `<sequence>-<number>-<milliseconds of the change>`: the same however often it is sent, and after
/// a crash; another one after a restored backup counts on from an earlier sequence.
[[nodiscard]] std::string to_text(DeliveryId id, Time at);
/// Fails: BadRequest.
Result<DeliveryId> parse_delivery_id(std::string_view text);

/// A notification that is due, as it lies in the outbox. Where it goes is its subscription's to
/// say, at the moment of sending.
struct Delivery {
    std::string id;  ///< for the receiver, header Musubi-Delivery-Id
    std::string subscription;
    Time made_at;        ///< when the subscription was made: a later one is not meant
    std::string entity;  ///< its id; what has the same goes out in order
    /// Expanded, of each entity that is told, to decide on access.
    std::vector<std::vector<std::string>> types;
    /// Of entities: their ids, beside their types. Empty: not known (of what a former program
    /// made).
    std::vector<std::string> ids;
    /// What the owner might read when it was rendered (AccessFilter::fingerprint); 0: not known.
    std::uint64_t access = 0;
    Time due_at;
    std::string link;  ///< of the JSON-LD context; empty: it is in the body
    std::string body;
};

/// Receivers are told apart by a number made of their URI (FNV-1a, 64 bits): notifications to one
/// of them lie side by side, in order.
[[nodiscard]] std::uint64_t channel_of(std::string_view uri);

/// Records of this kind are the outbox of a tenant; their name is channel, sequence, number.
inline constexpr std::string_view kDeliveryKind = "delivery";
inline constexpr std::size_t kDeliveryNameBytes = 20;
[[nodiscard]] std::string delivery_name(std::uint64_t channel, DeliveryId id);
/// Requires kDeliveryNameBytes.
[[nodiscard]] std::uint64_t channel_in(std::string_view name);
[[nodiscard]] DeliveryId id_in(std::string_view name);

[[nodiscard]] std::string encode(const Delivery& delivery);
/// Fails: Corrupt.
Result<Delivery> decode_delivery(std::string_view bytes);

}  // namespace musubi

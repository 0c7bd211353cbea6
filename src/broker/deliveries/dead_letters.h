#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "broker/deliveries/delivery.h"
#include "broker/subscriptions/subscription_table.h"
#include "store/store.h"

namespace musubi {

/// A notification that could not be delivered: kept for a person to see, send again, or delete.
struct DeadLetter {
    Delivery delivery;
    unsigned attempts = 0;
    std::string reason;
    Time died_at;
};

/// Records of this kind are the dead letters of a tenant, named by sequence and number.
inline constexpr std::string_view kDeadLetterKind = "dead-letter";
/// Of a tenant; beyond, the oldest go.
inline constexpr std::size_t kMaxDeadLetters = 10'000;

[[nodiscard]] std::string encode(const DeadLetter& letter);
/// Fails: Corrupt.
Result<DeadLetter> decode_dead_letter(std::string_view bytes);

/// How many the tenant has. Fails: Io.
Result<std::size_t> count_dead_letters(const Store& store, TenantId tenant);
/// In order of their commits. Fails: Io, Corrupt.
Result<std::vector<DeadLetter>> list_dead_letters(const Store& store, TenantId tenant,
                                                  std::size_t offset, std::size_t limit);

/// A letter and where it goes.
struct NewDeadLetter {
    TenantId tenant = 0;
    DeliveryId id;
    DeadLetter letter;
};
/// Keeps them; returns how many older ones went for it. Fails: Io.
Result<std::size_t> keep_dead_letters(Transaction& tx, const Store& store,
                                      const std::vector<NewDeadLetter>& letters);
/// Puts it back into the outbox, for the subscription's present receiver, with its old id. Fails:
/// BadRequest (id), NotFound, Conflict (the subscription is gone).
Result<void> resend_dead_letter(Transaction& tx, const SubscriptionTable& subscriptions,
                                std::string_view id);
/// Fails: BadRequest (id), NotFound.
Result<void> remove_dead_letter(Transaction& tx, std::string_view id);

}  // namespace musubi

#include "broker/deliveries/delivery_work.h"

#include "broker/registrations/source_subscription.h"

namespace musubi {
namespace {

// Where a subscription and its counters are kept, by its name in a delivery.
struct Kept {
    std::string_view kind = kSubscriptionKind;
    std::string_view state_kind = kSubscriptionStateKind;
    std::string_view id;
};

Kept kept_as(std::string_view name) {
    if (!name.starts_with(OtherSubscriptions::kMark)) return {.id = name};
    name.remove_prefix(OtherSubscriptions::kMark.size());
    return {kSourceSubscriptionKind, kSourceSubscriptionStateKind, name};
}

SubscriptionState sum(SubscriptionState state, const DeliveryWork::Tally& tally) {
    state.times_sent += tally.sent;
    state.times_failed += tally.failed;
    if (tally.last_notification) state.last_notification = tally.last_notification;
    if (tally.last_success) state.last_success = tally.last_success;
    if (tally.last_failure) {
        state.last_failure = tally.last_failure;
        state.last_failure_reason = tally.reason;
    }
    return state;
}

}  // namespace

void DeliveryWork::Tally::add_success(Time at) {
    ++sent;
    last_notification = last_success = at;
}

void DeliveryWork::Tally::add_failure(Time at, std::string why) {
    ++sent;
    ++failed;
    last_notification = last_failure = at;
    reason = std::move(why);
}

void DeliveryWork::Tally::count_no_more(bool was_failure) {
    --sent;
    if (was_failure) --failed;
}

Result<std::size_t> write_down(Transaction& tx, const Store& store, const DeliveryWork& work) {
    // First everything is read: a transaction looks through its own records for each one read.
    std::vector<std::pair<std::pair<TenantId, std::string>, std::string>> states;
    for (const auto& [key, tally] : work.tallies) {
        const auto& [tenant, id] = key;
        const Kept kept = kept_as(id);
        if (!TRY(tx.record_of(tenant, kept.kind, kept.id))) continue;  // deleted meanwhile
        const auto stored = TRY(tx.record_of(tenant, kept.state_kind, kept.id));
        const SubscriptionState before = stored ? TRY(decode_state(*stored)) : SubscriptionState{};
        states.emplace_back(key, encode_state(sum(before, tally)));
    }
    const std::size_t dropped = TRY(keep_dead_letters(tx, store, work.dead));
    for (auto& [key, value] : states) {
        const Kept kept = kept_as(key.second);
        tx.put_record_of(key.first, kept.state_kind, kept.id, std::move(value));
    }
    for (const auto& [tenant, name] : work.finished) {
        tx.put_record_of(tenant, kDeliveryKind, name, std::nullopt);
    }
    for (const DeliveryWork::Move& move : work.moved) {
        tx.put_record_of(move.tenant, kDeliveryKind, move.name, move.value);
    }
    return dropped;
}

}  // namespace musubi

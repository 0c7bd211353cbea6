#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "broker/deliveries/dispatcher.h"
#include "broker/deliveries/notification_port.h"
#include "broker/subscriptions/subscription_table.h"
#include "store/store.h"
#include "trust/authority.h"

namespace musubi {

class DeliveryInbox;
class DeliverySender;
struct DeliveryFigures;

/// What deliveries work with; all of it must outlive them.
struct DeliveryParts {
    Store& store;
    const SubscriptionTable& subscriptions;
    const Authority& authority;
    NotificationPort& port;
    const Clock& clock;
    Random& random;  ///< for this alone: used on a thread of its own
    Log& log;
    Metrics& metrics;
    /// Records what is about to leave on behalf of a subscription's owner; where that fails it is
    /// tried again later. None: nothing is recorded.
    std::function<Result<void>(const Caller& owner, const Delivery& delivery)> record = nullptr;
};

/// Brings what lies in the outboxes to its receivers, on a thread of its own. What was delivered
/// leaves the outbox in batches, together with the counters of its subscription; what was not yet
/// taken out when the program died is sent again, with the same Musubi-Delivery-Id. In order for
/// each receiver and entity; a receiver that fails is asked again after growing pauses; what it
/// never takes becomes a dead letter. Whether the owner of the subscription may read the entity is
/// asked again for each attempt.
class Deliveries final : public Projection {
public:
    explicit Deliveries(const DeliveryParts& parts, const DeliveryLimits& limits = {});
    ~Deliveries() override;  ///< stops

    /// Reads the outboxes, follows them, and begins to send. Call once, before anything is
    /// committed by others. Fails: Io, Corrupt.
    Result<void> start();
    /// Returns once all that was decided to be sent before is with the port, and what is sent from
    /// then on is held against the rights of now. For a thread that may wait.
    void pass();
    /// Lets what is under way end for a moment, writes down what became of it, and ends.
    void stop();

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId tenant) override;

private:
    DeliveryParts parts_;
    std::shared_ptr<DeliveryInbox> inbox_;  // shared with requests that are under way
    std::shared_ptr<DeliveryFigures> figures_;
    std::unique_ptr<DeliverySender> sender_;
    std::jthread thread_;
};

}  // namespace musubi

#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>

#include "broker/deliveries/deliveries.h"
#include "broker/deliveries/delivery_faults.h"
#include "broker/deliveries/delivery_inbox.h"
#include "broker/deliveries/delivery_work.h"

namespace musubi {

/// Figures that outlive the sender, for the metrics.
struct DeliveryFigures {
    std::atomic<std::int64_t> outbox{0};
    std::atomic<std::int64_t> oldest_us{0};  ///< when the oldest one was due; 0: none waits
};

/// The thread behind Deliveries: takes its mail, sends what is next, writes down what became of it.
class DeliverySender {
public:
    DeliverySender(const DeliveryParts& parts, const DeliveryLimits& limits,
                   std::shared_ptr<DeliveryInbox> inbox, std::shared_ptr<DeliveryFigures> figures);

    /// Reads the outbox of one tenant. Fails: Io, Corrupt.
    Result<void> load(TenantId tenant, const std::string& tenant_name);
    /// Until it is told to stop.
    void run(const std::stop_token& stop);

private:
    using Parcel = Dispatcher::Parcel;
    struct Target;

    void read(DeliveryInbox::Mail mail);
    void on(DeliveryInbox::Put& put);
    void on(const DeliveryInbox::Erased& erased);
    void on(const DeliveryInbox::TenantGone& gone);
    void on(const DeliveryInbox::SubscriptionChanged& changed);
    void on(const DeliveryInbox::Answered& answered);
    void on(const DeliveryInbox::Written& written);
    static void on(const DeliveryInbox::Passing& passing) { passing.passed->set_value(); }

    void send_due();
    void dispatch(const Parcel& parcel);
    [[nodiscard]] Caller owner_now(TenantId tenant, const Subscription& subscription);
    void post(const Parcel& parcel, const Subscription& subscription, Caller owner);
    [[nodiscard]] bool is_recorded(const Parcel& parcel, const Caller& owner);
    [[nodiscard]] const std::string& tenant_name(TenantId tenant);
    void give_up(const Parcel& parcel);
    void move(const Parcel& parcel, std::uint64_t channel);
    void log_failure(const DeliveryInbox::Answered& answered, const Dispatcher::Settled& settled,
                     const std::string& reason);

    void refill();
    void write(bool at_once);
    void submit();
    void finish_writing();
    void measure();
    [[nodiscard]] Duration patience() const;

    DeliveryParts parts_;
    DeliveryLimits limits_;
    std::shared_ptr<DeliveryInbox> inbox_;
    std::shared_ptr<DeliveryFigures> figures_;
    Dispatcher dispatcher_;
    DeliveryWork work_;                            // since the last commit
    std::shared_ptr<const DeliveryWork> writing_;  // under way, or to be tried again
    bool submitted_ = false;
    Duration write_again_;  // not before
    Duration last_write_;
    Duration last_measure_;
    std::map<TenantId, std::int64_t> lengths_;
    std::map<TenantId, std::string> tenant_names_;
    Counter& sent_;
    DeliveryFaults faults_;
    Counter& dead_;
    Counter& dropped_;
};

}  // namespace musubi

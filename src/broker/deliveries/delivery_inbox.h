#pragma once

#include <condition_variable>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "broker/deliveries/notification_port.h"
#include "store/change.h"

namespace musubi {

/// What the sender of notifications is told, by the committer and by the transport. Safe from any
/// thread; bounded: what lies in the outbox anyway is named only, once there is much of it.
class DeliveryInbox {
public:
    static constexpr std::size_t kMaxBytes = 8U << 20U;

    struct Put {  // into the outbox
        TenantId tenant = 0;
        std::string name;
        std::string value;
    };
    struct Erased {  // from the outbox
        TenantId tenant = 0;
        std::string name;
    };
    struct TenantGone {
        TenantId tenant = 0;
    };
    struct SubscriptionChanged {
        TenantId tenant = 0;
        std::string id;
    };
    struct Answered {  // a request came to its end
        TenantId tenant = 0;
        std::string name;
        Duration cooldown;  // that the endpoint asks for
        Result<Receipt> receipt;
    };
    struct Written {  // the sender's own commit came to its end
        Result<void> result;
    };
    struct Passing {  // whoever waits for it knows that what was due before is on its way
        std::shared_ptr<std::promise<void>> passed;
    };
    using Event =
        std::variant<Put, Erased, TenantGone, SubscriptionChanged, Answered, Written, Passing>;
    struct Mail {
        std::vector<Event> events;  // in the order of their commits
        /// The first that lies in the outbox and is not among the events, by tenant and channel;
        /// how many there are by tenant.
        std::map<std::pair<TenantId, std::uint64_t>, std::string> unread;
        std::map<TenantId, std::uint64_t> unread_count;
        [[nodiscard]] bool empty() const { return events.empty() && unread.empty(); }
    };

    void push(Event event);
    void push(std::vector<Event> events);
    /// Waits up to `wait` for something, or until woken.
    Mail take(Duration wait);
    void wake();

private:
    void keep(Event event);

    std::mutex mutex_;
    std::condition_variable grown_;
    Mail mail_;
    std::size_t bytes_ = 0;
    bool woken_ = false;
};

}  // namespace musubi

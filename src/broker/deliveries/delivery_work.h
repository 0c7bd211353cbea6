#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "broker/deliveries/dead_letters.h"
#include "store/store.h"

namespace musubi {

/// What became of notifications since the last commit, to be written down together.
struct DeliveryWork {
    /// What to add to a SubscriptionState.
    struct Tally {
        std::uint64_t sent = 0;
        std::uint64_t failed = 0;
        std::optional<Time> last_notification;
        std::optional<Time> last_success;
        std::optional<Time> last_failure;
        std::string reason;
        void add_success(Time at);
        void add_failure(Time at, std::string why);
        /// Takes back the count of what was just added: it was counted with an earlier attempt.
        void count_no_more(bool was_failure);
    };
    /// One that goes to another receiver: its subscription was given another URI.
    struct Move {
        TenantId tenant = 0;
        std::string name;
        std::string value;
    };
    std::map<std::pair<TenantId, std::string>, Tally> tallies;  // by subscription
    std::vector<std::pair<TenantId, std::string>> finished;     // names in the outbox
    std::vector<NewDeadLetter> dead;
    std::vector<Move> moved;

    [[nodiscard]] bool empty() const { return finished.empty() && tallies.empty(); }
};

/// Takes what is finished out of the outbox, keeps dead letters, adds to the states of
/// subscriptions that are still there. Returns how many dead letters went for want of room.
/// Fails: Io, Corrupt.
Result<std::size_t> write_down(Transaction& tx, const Store& store, const DeliveryWork& work);

}  // namespace musubi

#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "broker/deliveries/delivery.h"
#include "store/change.h"

namespace musubi {

/// Bounds and patience.
struct DeliveryLimits {
    std::size_t lanes = 4;                  ///< at once to one receiver
    std::size_t max_in_flight = 512;        ///< at once to all
    std::size_t window = 512;               ///< of one receiver in memory; the rest waits on disk
    std::size_t window_bytes = 64U << 20U;  ///< of all in memory
    Duration first_pause = seconds(1);      ///< after a failure; doubles
    Duration max_pause = minutes(5);
    unsigned max_attempts = 12;        ///< then it is a dead letter
    unsigned max_refusals = 3;         ///< the same, where the receiver refuses this one
    Duration max_age = hours(24);      ///< a failure after that makes it a dead letter
    Duration stop_grace = seconds(2);  ///< for what is under way when we stop
};

/// Which notification goes next. One receiver (a URI of one tenant) gets at most `lanes` at once,
/// of each entity one after the other in order, and has its own back-off; none waits for another
/// receiver. No I/O, no clock, not thread-safe. Memory: the limits, and a name for each one that
/// is done but still in the outbox.
class Dispatcher {
public:
    Dispatcher(const DeliveryLimits& limits, Random& random);
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;
    ~Dispatcher();

    /// One that lies in the outbox. Where there is no room, it is read again later (refills).
    /// Fails: Corrupt.
    Result<void> add(TenantId tenant, std::string_view name, std::string_view value);
    /// The outbox holds more of this receiver, from `name` on.
    void add_unread(TenantId tenant, std::string_view name);
    /// It left the outbox.
    void erased(TenantId tenant, std::string_view name);
    void erase_tenant(TenantId tenant);
    /// The subscription was deleted: those of its notifications in memory that are not under way
    /// are done. Returns their names.
    std::vector<std::string> discard(TenantId tenant, std::string_view subscription);
    /// The receiver may have been mended: try at once.
    void wake(TenantId tenant, std::uint64_t channel, Duration now);

    struct Parcel {
        TenantId tenant = 0;
        std::string name;
        std::shared_ptr<const Delivery> delivery;
        unsigned attempts = 0;  ///< so far, in this run of the program
    };
    /// What is to be sent now: it is under way from then on, until settled.
    std::optional<Parcel> next(Duration now);

    enum class Verdict {
        Delivered,
        Unreachable,  ///< the receiver does not work: all its notifications wait
        Refused,      ///< the receiver works, and does not want this one
        Void,         ///< nobody is to have it any more
    };
    struct Answer {
        Verdict verdict = Verdict::Delivered;
        Duration wait;  ///< least pause that was asked for
    };
    struct Settled {
        enum class Fate { Done, Again, Dead } fate = Fate::Done;
        std::shared_ptr<const Delivery> delivery;  ///< null: unknown, its tenant is gone
        unsigned attempts = 0;
    };
    /// `wall` is the time of day, for the age.
    Settled settle(TenantId tenant, std::string_view name, const Answer& answer, Duration now,
                   Time wall);

    struct Refill {
        TenantId tenant = 0;
        std::uint64_t channel = 0;
        std::string after;  ///< the name before the first to be read
    };
    /// Receivers of which more is to be read from the outbox. Each is to be answered by refilled.
    std::vector<Refill> refills();
    /// `more`: the outbox holds further ones. Fails: Corrupt.
    Result<void> refilled(const Refill& refill,
                          const std::vector<std::pair<std::string, std::string>>& records,
                          bool more);

    /// When next(), which has nothing now, may have something again; nothing: after a call here.
    [[nodiscard]] std::optional<Duration> next_at() const;
    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    /// When the oldest one that waits was due.
    [[nodiscard]] std::optional<Time> oldest() const;

private:
    struct Channel;
    struct Entry;
    using ChannelKey = std::pair<TenantId, std::uint64_t>;

    Channel& channel(TenantId tenant, std::uint64_t number);
    Channel* find_channel(TenantId tenant, std::string_view name);
    [[nodiscard]] bool has_room(const Channel& channel) const;
    [[nodiscard]] bool can_send(const Channel& channel, Duration now) const;
    [[nodiscard]] Duration pause(unsigned failures);
    [[nodiscard]] bool is_dead(const Entry& entry, Time wall) const;
    Result<void> insert(Channel& channel, std::string_view name, std::string_view value);
    void enqueue(Channel& channel, Entry& entry);
    void make_ready(Channel& channel, Entry& entry);
    void rest(Channel& channel, Entry& entry, Duration until);
    void leave_queue(Channel& channel, Entry& entry);
    void finish(Channel& channel, Entry& entry);
    void forget(Channel& channel, Entry& entry);
    void note_unreachable(Channel& channel, const Entry& entry, const Answer& answer, Duration now);
    void schedule(Channel& channel);
    void arm(Channel& channel, Duration at);
    void disarm(Channel& channel);
    void wake_due(Duration now);
    void set_unread(Channel& channel, std::string_view name);
    void ask_refill(Channel& channel);
    void drop_if_idle(Channel& channel);
    void drop(Channel& channel);

    DeliveryLimits limits_;
    Random& random_;
    std::map<ChannelKey, std::unique_ptr<Channel>> channels_;
    std::deque<Channel*> runnable_;                         // may have something to send
    std::set<std::pair<std::int64_t, ChannelKey>> timers_;  // channels that wait
    std::set<ChannelKey> hungry_;                           // to be refilled
    std::size_t in_flight_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace musubi

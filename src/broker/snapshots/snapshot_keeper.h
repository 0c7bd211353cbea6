#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "broker/deliveries/notification_port.h"
#include "broker/snapshots/snapshot_service.h"
#include "broker/snapshots/snapshot_source.h"
#include "trust/authority.h"

namespace musubi {

struct SnapshotParts {
    Store& store;
    SnapshotService& service;
    const SnapshotSource& source;
    NotificationPort& port;
    const Authority& authority;
    const Clock& clock;
    Random& random;
    Log& log;
    Metrics& metrics;
};

/// What is done for snapshots in the background (GS CIM 009 v1.9.1, 5.16.1.4, 5.16.2.4, 5.16.6):
/// one after the other it fills those that are being prepared, takes away those that have expired,
/// and tells of changes. What a crash cut short is done again: the record says what is still to be
/// done.
class SnapshotKeeper {
public:
    static constexpr int kMaxAttempts = 8;                 ///< to tell one change
    static constexpr Duration kFirstPause = seconds(2);    ///< doubled with each attempt
    static constexpr Duration kNoteUseEvery = minutes(1);  ///< when lastUsedAt is written down

    /// All must outlive it. Starts its thread.
    explicit SnapshotKeeper(const SnapshotParts& parts);
    SnapshotKeeper(const SnapshotKeeper&) = delete;
    SnapshotKeeper& operator=(const SnapshotKeeper&) = delete;
    ~SnapshotKeeper();  ///< waits for what is being done

    void stop();

private:
    struct Telling {
        Time modified_at;   // of the state that is told
        bool gone = false;  // it may be deleted in the millisecond in which it was changed
        int attempts = 0;
        bool under_way = false;
        bool told = false;
        Duration next;  // monotonic
    };
    using Key = std::pair<TenantId, std::string>;

    void run(const std::stop_token& stop);
    void wake();
    void look(const std::stop_token& stop);
    void fill(const std::string& owner, const Snapshot& snapshot);
    Result<Json> run_queries(const std::string& owner, const Snapshot& snapshot, bool temporal,
                             std::vector<SnapshotStatus>& outcome);
    Result<SnapshotStatus> run_query(const Caller& caller, const Snapshot& snapshot,
                                     const Json& query, bool temporal);
    [[nodiscard]] Caller maker_of(const std::string& owner, const Snapshot& snapshot) const;
    void finish(const std::string& owner, const Snapshot& filled);
    void expire(const std::string& owner, const Snapshot& snapshot);
    void note_use(const std::string& owner, const SnapshotService::Kept& kept);
    void tell(const std::string& owner, const SnapshotService::Kept& kept);
    void send(const std::string& owner, const Key& key, const Snapshot& snapshot);
    void was_told(const std::string& owner, const Snapshot& snapshot);
    Result<void> commit(const std::string& owner, std::function<Result<void>(Transaction&)> run);

    SnapshotParts parts_;
    Counter& filled_;
    Counter& refused_;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool news_ = true;
    // Shared with callbacks, which may come after the end.
    struct Tellings {
        std::map<Key, Telling> by_snapshot;
    };
    std::shared_ptr<Guarded<Tellings>> tellings_ = std::make_shared<Guarded<Tellings>>();
    std::jthread thread_;
};

}  // namespace musubi

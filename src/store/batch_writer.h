#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "store/key_value.h"

namespace musubi {

/// Writes one batch at a time on a thread of its own, so that the committer can run the next
/// commands while the disk works. For one thread.
class BatchWriter {
public:
    /// `on_end` is called on the writer's thread, when a write has ended. It must be quick.
    BatchWriter(KeyValueStore& kv, Durability durability, std::function<void()> on_end);
    BatchWriter(const BatchWriter&) = delete;
    BatchWriter& operator=(const BatchWriter&) = delete;
    ~BatchWriter();  ///< after the write that is under way

    /// Requires that none is under way.
    void begin(Batch batch);
    /// True once the write that was begun is over: then `result` tells how it went, once.
    [[nodiscard]] bool ended() const { return ended_; }
    /// Fails: as KeyValueStore::write.
    Result<void> result();

private:
    void run();

    KeyValueStore& kv_;
    Durability durability_;
    std::function<void()> on_end_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<Batch> batch_;
    bool stopping_ = false;
    std::atomic<bool> ended_ = false;
    Result<void> result_;  // the writer's until ended_
    std::jthread thread_;
};

}  // namespace musubi

#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "store/batch_writer.h"
#include "store/change_log.h"
#include "store/command_queue.h"
#include "store/group.h"
#include "store/tenants.h"

namespace musubi {

/// The committer: runs the commands one after the other, each on the state that those before it
/// leave, and has them written in groups. While a group is on its way to the disk the next one is
/// run on what that will leave. Nothing is answered or visible before it is on disk; where a
/// write fails, all that was run on it fails as well (docs/decisions/0012).
class CommitLine {
public:
    /// What it works on; outlives it.
    struct Parts {
        KeyValueStore& kv;
        Dictionary& dictionary;
        EntityCache& cache;
        Histories& histories;
        ChangeLog& changes;
        Tenants& tenants;
        const Clock& clock;
        Log& log;
        /// Makes visible what is on disk; called in the order of commits, before the replies.
        std::function<void(const Group&)> project;
    };
    struct Options {
        Durability durability = Durability::Synced;
        CommandQueue::Limits queue;
    };
    CommitLine(Parts parts, const Options& options, Metrics& metrics);
    CommitLine(const CommitLine&) = delete;
    CommitLine& operator=(const CommitLine&) = delete;
    ~CommitLine();

    /// Once all parts are loaded.
    void start();
    /// From then on each command is held against it. Once, from any thread.
    void set_gate(RightsGate gate);
    /// The same: each command that changes an entity is shown to it. Once, from any thread.
    void set_witness(ChangeWitness witness);
    /// After the commands that are queued.
    void stop();
    /// False where the queue is full: the command stays the caller's. From any thread.
    bool submit(Command& command) { return queue_.push(command); }
    [[nodiscard]] std::size_t waiting() const { return queue_.size(); }

private:
    struct Round;
    void run();
    [[nodiscard]] bool is_ready() const;
    [[nodiscard]] bool may_run_next() const;
    void run_next();
    Result<Committed> run_in(Round& round, const Command& command, bool& deferred);
    [[nodiscard]] bool changes_rights(const Group& group, std::size_t first_record) const;
    void begin_write();
    Result<void> stage(Round& round, Batch& batch);
    void end_write();
    void make_visible(std::unique_ptr<Round> round);
    void fail(std::unique_ptr<Round> round, const Error& error);
    void answer();

    Parts parts_;
    CommandQueue queue_;
    Counter& commits_;
    Histogram& group_seconds_;
    std::uint64_t next_sequence_ = 1;
    std::deque<Command> waiting_;     // taken from the queue, not yet run
    bool first_must_settle_ = false;  // the first that waits runs once all before it is written
    std::unique_ptr<Round> open_;     // being run
    std::unique_ptr<Round> writing_;  // on its way to the disk
    std::vector<std::unique_ptr<Round>> decided_;  // their answers have yet to go out
    BatchWriter writer_;
    std::unique_ptr<const RightsGate> gate_owner_;
    std::atomic<const RightsGate*> gate_{nullptr};
    std::unique_ptr<const ChangeWitness> witness_owner_;
    std::atomic<const ChangeWitness*> witness_{nullptr};
    std::jthread thread_;
};

}  // namespace musubi

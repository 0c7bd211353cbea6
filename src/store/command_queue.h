#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>

#include "store/committer.h"

namespace musubi {

/// The commands that wait for the committer, bounded in number and in bytes.
class CommandQueue {
public:
    struct Limits {
        std::size_t commands = 4096;
        std::size_t bytes = 64U << 20U;
    };
    explicit CommandQueue(Limits limits) : limits_{limits} {}

    /// False where it is full or closed: the command stays the caller's. From any thread.
    bool push(Command& command);
    /// Nothing more is taken in.
    void close();
    /// Has `take` return, now or the next time. From any thread.
    void ring();
    /// Waits for commands, where `most` is not 0, or for a ring; moves up to `most` of them, and up
    /// to about `bytes`, to the end of `out`. False once it is closed and empty; where `must_ring`
    /// only after a ring. For one thread.
    bool take(std::deque<Command>& out, std::size_t most, std::size_t bytes, bool must_ring);
    [[nodiscard]] std::size_t size() const;

private:
    Limits limits_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Command> commands_;
    std::size_t bytes_ = 0;
    bool closed_ = false;
    bool rung_ = false;
};

}  // namespace musubi

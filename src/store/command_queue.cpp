#include "store/command_queue.h"

#include <utility>

namespace musubi {

bool CommandQueue::push(Command& command) {
    {
        const std::lock_guard lock{mutex_};
        const bool room =
            commands_.size() < limits_.commands && bytes_ + command.bytes <= limits_.bytes;
        if (!room || closed_) return false;
        bytes_ += command.bytes;
        commands_.push_back(std::move(command));
    }
    changed_.notify_one();
    return true;
}

void CommandQueue::close() {
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
    }
    changed_.notify_one();
}

void CommandQueue::ring() {
    {
        const std::lock_guard lock{mutex_};
        rung_ = true;
    }
    changed_.notify_one();
}

bool CommandQueue::take(std::deque<Command>& out, std::size_t most, std::size_t bytes,
                        bool must_ring) {
    std::unique_lock lock{mutex_};
    changed_.wait(
        lock, [&] { return rung_ || (most > 0 && !commands_.empty()) || (closed_ && !must_ring); });
    const bool rung = std::exchange(rung_, false);
    std::size_t taken = 0;
    for (std::size_t n = 0; n < most && taken < bytes && !commands_.empty(); ++n) {
        taken += commands_.front().bytes;
        out.push_back(std::move(commands_.front()));
        commands_.pop_front();
    }
    bytes_ -= taken;
    return rung || taken > 0 || !closed_ || !commands_.empty();
}

std::size_t CommandQueue::size() const {
    const std::lock_guard lock{mutex_};
    return commands_.size();
}

}  // namespace musubi

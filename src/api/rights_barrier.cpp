#include "api/rights_barrier.h"

#include <utility>

namespace musubi {

void RightsBarrier::start(Steps steps) {
    steps_ = std::move(steps);
    running_ = true;
    thread_ = std::jthread{[this] { run(); }};
}

void RightsBarrier::after(std::function<void()> reply) {
    {
        const std::lock_guard lock{mutex_};
        if (running_) {
            waiting_.push_back(std::move(reply));
            changed_.notify_one();
            return;
        }
    }
    reply();
}

void RightsBarrier::stop() {
    {
        const std::lock_guard lock{mutex_};
        running_ = false;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

// Who comes while the steps are gone through waits for the next time.
void RightsBarrier::run() {
    for (bool running = true; running;) {
        std::vector<std::function<void()>> replies;
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, [this] { return !running_ || !waiting_.empty(); });
            replies.swap(waiting_);
            running = running_;
        }
        if (running) {
            for (const auto& step : steps_) step();
        }
        for (const auto& reply : replies) reply();
    }
}

}  // namespace musubi

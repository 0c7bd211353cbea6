#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace musubi {

/// Holds back the reply to whoever changes rights until nothing leaves any more that the former
/// rights let out: answers, events of the live feed, notifications. Every byte leaves on an I/O
/// thread, where what was allowed a while ago is asked for once more just before; so the reply
/// waits until each of those who send has come to the end of what it was at
/// (docs/decisions/0024). Any thread.
class RightsBarrier {
public:
    /// Each returns once one of those who send has done so.
    using Steps = std::vector<std::function<void()>>;

    RightsBarrier() = default;
    RightsBarrier(const RightsBarrier&) = delete;
    RightsBarrier& operator=(const RightsBarrier&) = delete;
    ~RightsBarrier() { stop(); }

    /// Begins. Once; what the steps use outlives stop().
    void start(Steps steps);
    /// Calls `reply` after all of the steps, on a thread of its own. Not started, or stopped: at
    /// once.
    void after(std::function<void()> reply);
    /// What waits is replied to, and no step is gone through any more.
    void stop();

private:
    void run();

    Steps steps_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::function<void()>> waiting_;
    bool running_ = false;
    std::jthread thread_;
};

}  // namespace musubi

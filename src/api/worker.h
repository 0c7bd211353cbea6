#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace musubi {

/// Threads for requests that wait for the disk or compute at length, so that no I/O thread does.
/// Bounded: what does not fit is refused.
class Worker {
public:
    static constexpr std::size_t kMaxWaiting = 256;
    explicit Worker(int threads = 2, std::size_t max_waiting = kMaxWaiting);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker() { stop(); }
    /// Runs what waits, and takes nothing from then on.
    void stop();
    /// False where too much waits already; then the job was not taken.
    [[nodiscard]] bool run(std::function<void()> job);

private:
    void work();

    std::size_t max_waiting_;
    std::mutex mutex_;
    std::condition_variable grown_;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace musubi

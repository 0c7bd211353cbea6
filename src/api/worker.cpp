#include "api/worker.h"

namespace musubi {

Worker::Worker(int threads, std::size_t max_waiting) : max_waiting_{max_waiting} {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

void Worker::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    grown_.notify_all();
    threads_.clear();  // joins them
}

bool Worker::run(std::function<void()> job) {
    {
        const std::lock_guard lock{mutex_};
        if (jobs_.size() >= max_waiting_ || stopping_) return false;
        jobs_.push_back(std::move(job));
    }
    grown_.notify_one();
    return true;
}

void Worker::work() {
    while (true) {
        std::function<void()> job;
        {
            std::unique_lock lock{mutex_};
            grown_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job();
    }
}

}  // namespace musubi

#include "api/worker.h"

namespace musubi {

Worker::Worker(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Worker::~Worker() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    grown_.notify_all();
}

bool Worker::run(std::function<void()> job) {
    {
        const std::lock_guard lock{mutex_};
        if (jobs_.size() >= kMaxWaiting || stopping_) return false;
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

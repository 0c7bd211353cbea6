#include "store/batch_writer.h"

#include <utility>

namespace musubi {

BatchWriter::BatchWriter(KeyValueStore& kv, Durability durability, std::function<void()> on_end)
    : kv_{kv}, durability_{durability}, on_end_{std::move(on_end)}, thread_{[this] { run(); }} {}

BatchWriter::~BatchWriter() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_one();
}

void BatchWriter::begin(Batch batch) {
    {
        const std::lock_guard lock{mutex_};
        batch_ = std::move(batch);
    }
    changed_.notify_one();
}

Result<void> BatchWriter::result() {
    ended_ = false;
    return std::move(result_);
}

void BatchWriter::run() {
    for (;;) {
        Batch batch;
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, [&] { return batch_ || stopping_; });
            if (!batch_) return;
            batch = *std::exchange(batch_, std::nullopt);
        }
        result_ = kv_.write(batch, durability_);
        ended_ = true;
        on_end_();
    }
}

}  // namespace musubi

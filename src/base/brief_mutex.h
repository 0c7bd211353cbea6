#pragma once

#include <mutex>

namespace musubi {

/// A mutex that is held for about a microsecond at a time: who finds it taken looks again for a
/// moment before going to sleep, since to sleep and be woken takes longer than what it waits for.
class BriefMutex {
public:
    void lock() {
        for (int i = 0; i < kLooks; ++i) {
            if (mutex_.try_lock()) return;
            rest();
        }
        mutex_.lock();
    }
    bool try_lock() { return mutex_.try_lock(); }
    void unlock() { mutex_.unlock(); }

private:
    static constexpr int kLooks = 60;
    static void rest() {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }
    std::mutex mutex_;
};

}  // namespace musubi

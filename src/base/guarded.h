#pragma once

#include <mutex>
#include <shared_mutex>
#include <utility>

namespace musubi {

/// Data fused with its mutex: reached only inside `with` (exclusive) or `read` (shared).
/// The function must not wait for anything.
template <typename T, typename Mutex = std::mutex>
class Guarded {
public:
    template <typename... Args>
    explicit Guarded(Args&&... args) : value_{std::forward<Args>(args)...} {}

    template <typename F>
    decltype(auto) with(F&& f) {
        const std::unique_lock lock{mutex_};
        return std::forward<F>(f)(value_);
    }
    template <typename F>
    decltype(auto) with(F&& f) const {
        const std::unique_lock lock{mutex_};
        return std::forward<F>(f)(std::as_const(value_));
    }
    /// Shared access, where Mutex is a std::shared_mutex.
    template <typename F>
    decltype(auto) read(F&& f) const {
        const std::shared_lock lock{mutex_};
        return std::forward<F>(f)(value_);
    }

private:
    mutable Mutex mutex_;
    T value_;
};

template <typename T>
using SharedGuarded = Guarded<T, std::shared_mutex>;

}  // namespace musubi

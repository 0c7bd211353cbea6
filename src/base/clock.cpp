#include "base/clock.h"

#include <chrono>

namespace musubi {

Time SystemClock::now() const {
    using std::chrono::duration_cast;
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {duration_cast<std::chrono::microseconds>(since).count()};
}

Duration SystemClock::monotonic() const {
    using std::chrono::duration_cast;
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return {duration_cast<std::chrono::microseconds>(since).count()};
}

}  // namespace musubi

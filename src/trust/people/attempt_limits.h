#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/guarded.h"

namespace musubi {

/// How often something may be tried before one has to wait, and for how long.
struct AttemptRule {
    std::uint32_t free = 5;            ///< failures that cost no wait
    Duration first_wait = seconds(5);  ///< after the next; each further one doubles it
    Duration longest_wait = minutes(15);
    Duration forgotten_after = hours(1);  ///< since the last failure
    std::size_t max_names = 10'000;       ///< that are remembered
};

/// Counts failures by name (an account, an address), known or not, and says who has to wait. In
/// memory alone, and bounded: beyond max_names the name with the fewest failures is forgotten.
class AttemptLimits {
public:
    AttemptLimits(const Clock& clock, AttemptRule rule) : clock_{clock}, rule_{rule} {}
    /// Zero: go on, and the attempt is counted as failed until `succeeded` says otherwise, so that
    /// many at once are not more than one after the other. Else: how long to wait.
    [[nodiscard]] Duration begin(std::string_view name);
    /// The attempt was none: it was stopped by something else.
    void withdraw(std::string_view name);
    void succeeded(std::string_view name);
    [[nodiscard]] std::size_t size() const;

private:
    struct Entry {
        std::uint32_t failures = 0;
        Duration last{};
    };
    using Table = std::unordered_map<std::string, Entry>;
    [[nodiscard]] Duration wait_of(const Entry& entry, Duration now) const;
    void make_room(Table& table, Duration now) const;

    const Clock& clock_;
    AttemptRule rule_;
    Guarded<Table> table_;
};

}  // namespace musubi

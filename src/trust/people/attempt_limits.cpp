#include "trust/people/attempt_limits.h"

#include <algorithm>

namespace musubi {

Duration AttemptLimits::wait_of(const Entry& entry, Duration now) const {
    if (entry.failures < rule_.free) return {};
    constexpr std::uint32_t kMostDoublings = 30;
    const std::uint32_t doublings = std::min(entry.failures - rule_.free, kMostDoublings);
    const Duration wait =
        std::min(rule_.first_wait * (std::int64_t{1} << doublings), rule_.longest_wait);
    return std::max(entry.last + wait - now, Duration{});
}

void AttemptLimits::make_room(Table& table, Duration now) const {
    if (table.size() < rule_.max_names) return;
    std::erase_if(table,
                  [&](const auto& item) { return item.second.last + rule_.forgotten_after < now; });
    while (table.size() >= rule_.max_names && !table.empty()) {
        table.erase(std::min_element(table.begin(), table.end(), [](const auto& a, const auto& b) {
            return std::pair(a.second.failures, a.second.last) <
                   std::pair(b.second.failures, b.second.last);
        }));
    }
}

Duration AttemptLimits::begin(std::string_view name) {
    const Duration now = clock_.monotonic();
    return table_.with([&](Table& table) -> Duration {
        auto found = table.find(std::string(name));
        if (found == table.end()) {
            make_room(table, now);
            found = table.try_emplace(std::string(name)).first;
        }
        Entry& entry = found->second;
        if (entry.failures > 0 && entry.last + rule_.forgotten_after < now) entry = {};
        if (const Duration wait = wait_of(entry, now); wait > Duration{}) return wait;
        ++entry.failures;
        entry.last = now;
        return {};
    });
}

void AttemptLimits::withdraw(std::string_view name) {
    table_.with([&](Table& table) {
        const auto found = table.find(std::string(name));
        if (found != table.end() && found->second.failures > 0) --found->second.failures;
    });
}

void AttemptLimits::succeeded(std::string_view name) {
    table_.with([&](Table& table) { table.erase(std::string(name)); });
}

std::size_t AttemptLimits::size() const {
    return table_.with([](const Table& table) { return table.size(); });
}

}  // namespace musubi

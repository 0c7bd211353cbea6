#include "trust/journal/refusals.h"

#include <vector>

namespace musubi {
namespace {

constexpr std::string_view kOthers = "others";

}  // namespace

void Refusals::note(std::string_view sort, const JournalEntry& entry) {
    const bool counted = sorts_.with([&](Sorts& sorts) {
        auto found = sorts.find(sort);
        if (found == sorts.end() && sorts.size() >= kMaxSorts) found = sorts.find(kOthers);
        if (found != sorts.end()) {
            ++found->second.more;
            return true;
        }
        const bool full = sorts.size() + 1 >= kMaxSorts;
        sorts.emplace(full ? kOthers : sort, Gathered{.since = clock_.monotonic(), .entry = entry});
        return false;
    });
    if (counted) return;
    if (const auto written = journal_.write(entry); !written) return;  // it has been said
}

void Refusals::flush(bool all) {
    const Duration now = clock_.monotonic();
    std::vector<Gathered> over;
    sorts_.with([&](Sorts& sorts) {
        for (auto at = sorts.begin(); at != sorts.end();) {
            if (!all && now - at->second.since < kGather) {
                ++at;
                continue;
            }
            if (at->second.more > 0) over.push_back(std::move(at->second));
            at = sorts.erase(at);
        }
    });
    for (Gathered& gathered : over) {
        gathered.entry.details.set("count", gathered.more);
        if (const auto written = journal_.write(gathered.entry); !written) return;
    }
}

}  // namespace musubi

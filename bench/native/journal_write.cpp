// How long one entry of the journal takes its writer, with the syncs going on beside it.
//   journal_write FOLDER THREADS SECONDS   prints: entries, median and p99 microseconds
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "trust/journal/journal_folder.h"

namespace {

using namespace musubi;
using SteadyClock = std::chrono::steady_clock;

double microseconds_since(SteadyClock::time_point begin) {
    return std::chrono::duration<double, std::micro>(SteadyClock::now() - begin).count();
}

// An entry as an access to personal data leaves it.
JournalEntry access_entry(int number) {
    Json details;
    details.set("action", "read");
    details.set("entity", "urn:ngsi-ld:Person:" + std::to_string(number));
    details.set("ground", "own duty (art. 69)");
    details.set("policy", "welfare-1");
    details.set("purpose", "evacuation list");
    return {.kind = journal_kind::kAccess,
            .tenant = "aoi",
            .subject = "person:abcdefghij",
            .details = std::move(details)};
}

std::vector<float> write_for(Journal& journal, double seconds) {
    std::vector<float> each;
    const auto begin = SteadyClock::now();
    for (int i = 0; microseconds_since(begin) < seconds * 1e6; ++i) {
        const JournalEntry entry = access_entry(i);
        const auto start = SteadyClock::now();
        if (!journal.write(entry)) std::exit(1);
        each.push_back(static_cast<float>(microseconds_since(start)));
    }
    return each;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    auto home = open_journal_home(argv[1]);
    if (!home) return 1;
    const SystemClock clock;
    SystemRandom random;
    Log log{LogLevel::Warn};
    Metrics metrics;
    auto journal = Journal::open({.files = std::move(home->files),
                                  .key = std::move(home->key),
                                  .clock = clock,
                                  .random = random,
                                  .log = log,
                                  .metrics = metrics});
    if (!journal) return 1;
    std::vector<std::vector<float>> parts(static_cast<std::size_t>(std::atoi(argv[2])));
    std::vector<std::jthread> threads;
    for (std::vector<float>& part : parts) {
        threads.emplace_back([&] { part = write_for(**journal, std::atof(argv[3])); });
    }
    threads.clear();
    std::vector<float> all;
    for (const std::vector<float>& part : parts) all.insert(all.end(), part.begin(), part.end());
    std::sort(all.begin(), all.end());
    if (all.empty()) return 1;
    fmt::print("{} {:.2f} {:.2f}\n", all.size(), all[all.size() / 2], all[all.size() * 99 / 100]);
    return 0;
}

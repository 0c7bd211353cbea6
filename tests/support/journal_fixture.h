#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "support/store_fixture.h"
#include "trust/journal/journal.h"
#include "trust/journal/verify_journal.h"

namespace musubi::testing {

/// A journal in a folder of its own, with a clock that stands still and a key that stays.
class JournalHouse {
public:
    explicit JournalHouse(const JournalOptions& options = {}) : options_{options} {}

    /// Opens it anew; what was open ends as after a kill.
    Journal& open() { return open(*folder_journal_files(folder.path("journal"))); }
    Journal& open(std::unique_ptr<JournalFiles> files) {
        journal.reset();
        auto opened = Journal::open({.files = std::move(files),
                                     .key = *SigningKey::parse(key.pem()),
                                     .clock = clock,
                                     .random = random,
                                     .log = log,
                                     .metrics = metrics},
                                    options_);
        EXPECT_TRUE(opened) << to_text(opened.error());
        journal = std::move(opened).value();
        return *journal;
    }
    [[nodiscard]] std::string path() const { return folder.path("journal"); }
    [[nodiscard]] JournalReport verify(JournalChecks checks = {.unfinished = true}) const {
        auto report = verify_journal({path()}, checks);
        EXPECT_TRUE(report) << to_text(report.error());
        return std::move(report).value();
    }

    TempFolder folder;
    ManualClock clock{*parse_time("2026-11-26T09:00:00.000001Z")};
    SeededRandom random{7};
    Log log{LogLevel::Off};
    Metrics metrics;
    SigningKey key = SigningKey::generate();
    std::unique_ptr<Journal> journal;

private:
    JournalOptions options_;
};

inline JournalEntry key_made(const std::string& id, const std::string& tenant = {}) {
    Json details;
    details.set("key", id);
    return {.kind = journal_kind::kKeyMade,
            .tenant = tenant,
            .subject = "key:operator",
            .details = std::move(details)};
}

inline std::string file_text(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}
inline void put_file(const std::string& path, const std::string& text) {
    std::ofstream{path, std::ios::binary | std::ios::trunc} << text;
}

inline std::string first_fault(const JournalReport& report) {
    if (report.faults.empty()) return "clean";
    const JournalFault& fault = report.faults.front();
    return std::to_string(fault.line) + ": " + fault.what.en;
}

}  // namespace musubi::testing

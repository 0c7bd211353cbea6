#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "trust/journal/record.h"
#include "trust/signing_key.h"

namespace musubi {

/// The same in Japanese and in English.
struct TwoTongues {
    std::string ja;
    std::string en;
};

/// What a journal is held against besides itself.
struct JournalChecks {
    /// Keys that the server is known by; a checkpoint of another one is a fault. Empty: the keys
    /// are taken from the journal itself.
    std::vector<PublicKey> keys;
    /// That the entry of this number has this hash, which is known from elsewhere. A journal that
    /// begins with the entry behind it is a part that goes on from there.
    std::optional<std::pair<std::uint64_t, std::string>> expected;
    /// Entries may stand behind the last checkpoint, as where a server works or was killed.
    bool unfinished = false;
};

/// A place and what is wrong there.
struct JournalFault {
    std::string file;
    std::uint64_t line = 0;  ///< from 1; 0: the whole of it
    TwoTongues what;
};

struct JournalReport {
    std::uint64_t entries = 0;
    std::uint64_t first = 0;  ///< numbers; 0: there is none
    std::uint64_t last = 0;
    Time from;
    Time to;
    std::string head;  ///< the hash of the last entry
    std::uint64_t checkpoints = 0;
    std::uint64_t signed_through = 0;  ///< up to the last checkpoint that holds
    std::uint64_t redacted = 0;
    std::vector<std::string> keys;  ///< public ones that signed
    std::vector<TwoTongues> notes;  ///< what is worth knowing and breaks nothing
    std::vector<JournalFault> faults;
    static constexpr std::size_t kMaxFaults = 100;
    [[nodiscard]] bool clean() const { return faults.empty(); }
};

/// Checks a journal line by line: form, numbers, chain, seals, signatures, redactions. Bounded in
/// memory whatever it is given.
class JournalVerifier {
public:
    explicit JournalVerifier(const JournalChecks& checks) : checks_{checks} {}
    /// The next file, in the order in which they were written.
    void begin(std::string name);
    /// A line of it. `ended`: with its end.
    void take(std::string_view line, bool ended);
    /// A line that is longer than any can be.
    void take_too_long();
    [[nodiscard]] JournalReport finish();

    static constexpr std::size_t kMaxRedactions = 1'000'000;

private:
    void fault(TwoTongues what);
    void take_record(const JournalRecord& record);
    void check_chain(const JournalRecord& record);
    void check_checkpoint(const JournalRecord& record);
    void take_redaction(const JournalRecord& record);
    void take_retention(const JournalRecord& record);
    void check_redactions();
    void check_beginning();
    void check_end();

    const JournalChecks& checks_;
    JournalReport report_;
    std::string file_;
    std::uint64_t line_ = 0;
    std::string previous_;  // hash of the record before; empty: none yet
    std::string begins_with_;
    bool expected_seen_ = false;
    bool lost_track_ = false;  // the line before could not be read: chain and number are unknown
    struct Place {
        std::string file;
        std::uint64_t line;
    };
    std::map<std::uint64_t, Place> without_details_;
    std::set<std::uint64_t> named_;                 // by redactions
    std::map<std::uint64_t, std::string> removed_;  // through, hash: by retentions
};

/// Reads files, or the segments of folders. Fails: Io where one can not be read.
Result<JournalReport> verify_journal(const std::vector<std::string>& paths,
                                     const JournalChecks& checks);

}  // namespace musubi

#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/brief_mutex.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "trust/journal/journal_files.h"
#include "trust/journal/record.h"
#include "trust/signing_key.h"

namespace musubi {

struct JournalOptions {
    std::size_t segment_bytes = 4U << 20U;  ///< then a new one is begun
    Duration segment_span = days(31);       ///< likewise: so that old entries can go
    std::uint64_t checkpoint_every = 1000;  ///< entries
    Duration checkpoint_after = hours(1);   ///< where there was something since
    std::size_t max_bytes = SIZE_MAX;       ///< beyond, the oldest segments go: for memory
};

/// What a journal works with; all of it outlives the journal but what it takes over.
struct JournalParts {
    std::unique_ptr<JournalFiles> files;
    SigningKey key;
    const Clock& clock;
    Random& random;
    Log& log;
    Metrics& metrics;
};

/// Which entries are wanted. Those that are not set do not narrow.
struct JournalQuery {
    std::optional<std::uint64_t> after;   ///< oldest first, from the one behind this number
    std::optional<std::uint64_t> before;  ///< newest first, from the one before this number
    std::size_t limit = 100;              ///< at most kMaxLimit
    std::optional<std::string> tenant;
    std::string kind;
    std::string subject;
    std::optional<Time> from;  ///< at or later
    std::optional<Time> to;    ///< earlier
    std::string person;        ///< accesses to data about them: the id
    std::string not_subject;   ///< of others than this subject
    static constexpr std::size_t kMaxLimit = 1000;
};
struct JournalPage {
    std::vector<JournalRecord> entries;
    /// The number to go on with, as `after` or `before`; nothing: these were all.
    std::optional<std::uint64_t> next;
};

/// Lines as they stand, and the number of the last one; of none: the one that was asked from.
struct JournalLines {
    std::string text;
    std::uint64_t last = 0;
};

/// The audit journal: who did what and what was refused, each entry bound to the one before by its
/// hash and signed from time to time (docs/journal.md, docs/decisions/0018-journal.md).
/// Append-only, apart from the store and its committer. Safe from any thread.
class Journal {
public:
    /// Where the machine stops, at most what was written within this time is lost; where only the
    /// process ends, nothing.
    static constexpr Duration kSyncWithin = seconds(1);

    /// Opens what is there: cuts a torn end, finishes a redaction, writes "start" and a checkpoint.
    /// Fails: Io; Corrupt where the end of it can not be gone on from.
    static Result<std::unique_ptr<Journal>> open(JournalParts parts,
                                                 const JournalOptions& options = {});
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    ~Journal();  ///< syncs; without stop() the journal ends as after a kill

    /// Writes an entry and returns its number. When it returns, a kill of the process does not lose
    /// it; it is synced within kSyncWithin. Some microseconds, does not wait for the disk.
    /// Who gets an error refuses what was to be recorded. Fails: BadRequest, TooLarge
    /// (check_who); Io (a full disk; from a failed sync on every write, until a restart).
    Result<std::uint64_t> write(const JournalEntry& entry);
    /// The same with details that are canonical text already.
    Result<std::uint64_t> write(const JournalWho& who, std::string_view details);
    /// Signs what was written so far. `why`: a word. Returns its number. Fails: Io.
    Result<std::uint64_t> checkpoint(std::string_view why);
    /// Waits until all that was written is durable. Fails: Io.
    Result<void> sync();
    /// A clean end: "stop", a checkpoint, a sync. Nothing can be written after it. Fails: Io.
    Result<void> stop();

    /// Entries by number, looking at no more than kMaxScan of them. Fails: Io, Corrupt.
    [[nodiscard]] Result<JournalPage> read(const JournalQuery& query) const;
    /// One entry; nothing where there is none, or it went with its time. Fails: Io, Corrupt.
    [[nodiscard]] Result<std::optional<JournalRecord>> find(std::uint64_t number) const;
    /// Lines as they stand, from the entry behind `after` on up to `until`, whole ones, about
    /// `max_bytes` of them and at least one. Fails: Io, Corrupt.
    [[nodiscard]] Result<JournalLines> lines(std::uint64_t after, std::uint64_t until,
                                             std::size_t max_bytes) const;
    /// The number of the last entry.
    [[nodiscard]] std::uint64_t last() const;
    [[nodiscard]] const PublicKey& public_key() const { return key_.public_key(); }
    /// Signs with the same key what is no entry. `text` begins with a domain of its own and a line
    /// feed, so that it is good for nothing else.
    [[nodiscard]] std::string sign(std::string_view text) const { return key_.sign(text); }

    /// Takes the details of an entry away for ever; what it was bound to the others by stays. `by`
    /// and `why` are recorded first. Waits for the disk. Fails: NotFound, Conflict (a proof of the
    /// journal), AlreadyExists (redacted before), BadRequest (no reason), Forbidden (it is of what
    /// `by` did, or about them), Io.
    Result<std::uint64_t> redact(std::uint64_t number, const std::string& by,
                                 const std::string& why);
    /// Removes whole segments in which everything is older, which it records and signs first.
    /// Returns the number of the last entry that went; 0: none. Fails: Io.
    Result<std::uint64_t> apply_retention(Duration keep);
    /// Brings the copy of journal and key in a backup's folder up to date. Fails: Io.
    Result<void> backup(const std::string& backup) const;

    static constexpr std::size_t kMaxScan = 50'000;
    static constexpr std::size_t kMaxWhy = 1000;  ///< bytes of a reason

private:
    struct Segment {
        std::uint64_t name = 0;
        std::uint64_t first = 0;  // number of its first entry
        Time begun;
        std::uint64_t bytes = 0;
    };
    Journal(JournalParts parts, const JournalOptions& options);
    Result<void> load();
    Result<void> load_last(std::uint64_t name, const std::string& bytes);
    Result<void> finish_redactions();
    Result<void> append_locked(const JournalEntry& entry);
    Result<void> append_locked(const JournalWho& who, Time at, std::string_view details,
                               const Seal& seal);
    Result<void> checkpoint_locked(std::string_view why);
    void keep_in_shape_locked();
    Result<void> begin_segment_locked();
    Result<std::uint64_t> remove_until_locked(std::size_t segments, std::string_view why);
    Result<void> rewrite_without_details(std::uint64_t number);
    void run(const std::stop_token& stop);
    void sync_now();
    [[nodiscard]] std::vector<Segment> segments() const;
    [[nodiscard]] Result<std::string> read_whole(const Segment& segment, bool open) const;

    std::unique_ptr<JournalFiles> files_;
    const SigningKey key_;
    const Clock& clock_;
    Random& random_;
    Log& log_;
    const JournalOptions options_;
    Counter& written_;
    Counter& failures_;

    mutable std::mutex
        redacting_;  // one redaction, retention or backup at a time; taken before mutex_
    mutable BriefMutex mutex_;
    std::condition_variable_any wake_;
    std::vector<Segment> segments_;  // the last one is open
    std::uint64_t last_ = 0;
    std::string head_;  // hash of the last entry
    std::uint64_t since_checkpoint_ = 0;
    Duration checkpoint_at_;  // monotonic
    bool unsynced_ = false;
    std::optional<Error> broken_;  // nothing can be written any more
    std::jthread syncer_;
};

}  // namespace musubi

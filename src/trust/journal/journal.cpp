#include "trust/journal/journal.h"

namespace musubi {
namespace {

constexpr std::string_view kSubject = "service:journal";
constexpr std::int64_t kFormat = 1;
// Appended entries are gathered for this long before a sync: a part of kSyncWithin.
constexpr auto kGather = std::chrono::milliseconds(200);
constexpr auto kLookEvery = std::chrono::seconds(10);

}  // namespace

Journal::Journal(JournalParts parts, const JournalOptions& options)
    : files_{std::move(parts.files)},
      key_{std::move(parts.key)},
      clock_{parts.clock},
      random_{parts.random},
      log_{parts.log},
      options_{options},
      written_{parts.metrics.counter("musubi_journal_entries_total", "Entries of the journal.")},
      failures_{parts.metrics.counter("musubi_journal_failures_total",
                                      "Entries that could not be written, and failed syncs.")},
      checkpoint_at_{clock_.monotonic()} {}

Result<std::unique_ptr<Journal>> Journal::open(JournalParts parts, const JournalOptions& options) {
    std::unique_ptr<Journal> journal{new Journal{std::move(parts), options}};
    TRY(journal->load());
    TRY(journal->finish_redactions());
    Json details;
    details.set("format", kFormat);
    details.set("key", journal->public_key().text());
    TRY(journal->write({.kind = journal_kind::kStart,
                        .tenant = {},
                        .subject = std::string(kSubject),
                        .details = std::move(details)}));
    TRY(journal->checkpoint("start"));
    journal->syncer_ = std::jthread{[&j = *journal](const std::stop_token& stop) { j.run(stop); }};
    return journal;
}

Journal::~Journal() {
    if (!syncer_.joinable()) return;
    syncer_.request_stop();
    syncer_.join();
    sync_now();
}

std::uint64_t Journal::last() const {
    const std::unique_lock lock{mutex_};
    return last_;
}

std::vector<Journal::Segment> Journal::segments() const {
    const std::unique_lock lock{mutex_};
    return segments_;
}

Result<void> Journal::append_locked(const JournalWho& who, Time at, std::string_view details,
                                    const Seal& seal) {
    if (broken_) return *broken_;
    // Each thread makes its lines where it made the ones before: memory that another core has just
    // written takes longer to come than a line takes to be made.
    thread_local std::string line;
    line.clear();
    const HexDigest hash = append_hashed_line(
        line, {.who = who, .number = last_ + 1, .at = at, .previous = head_, .seal = seal},
        details);
    if (auto done = files_->append(line); !done) {
        failures_.add();
        log_.error("journal", "an entry could not be written",
                   {field("why", to_text(done.error()))});
        return Error{ErrorCode::Io,
                     "the journal can not be written, so what it would record is refused; look at "
                     "the server's disk"};
    }
    if (segments_.back().bytes == 0) {
        segments_.back().begun = at;
        segments_.back().first = last_ + 1;
    }
    segments_.back().bytes += line.size();
    ++last_;
    head_.assign(hash.data(), hash.size());
    written_.add();
    if (!unsynced_) wake_.notify_one();
    unsynced_ = true;
    return {};
}

Result<void> Journal::append_locked(const JournalEntry& entry) {
    const std::string details = TRY(details_text(entry.details));
    ++since_checkpoint_;
    return append_locked(entry.who(), clock_.now(), details, make_seal(random_, details));
}

Result<std::uint64_t> Journal::write(const JournalEntry& entry) {
    return write(entry.who(), TRY(details_text(entry.details)));
}

Result<std::uint64_t> Journal::write(const JournalWho& who, std::string_view details) {
    TRY(check_who(who));
    TRY(check_details(details));
    const Seal seal = make_seal(random_, details);
    const std::unique_lock lock{mutex_};
    TRY(append_locked(who, clock_.now(), details, seal));
    const std::uint64_t number = last_;
    ++since_checkpoint_;
    keep_in_shape_locked();
    return number;
}

// A checkpoint and a new segment where they are due. Where they fail, the next entry tries again.
void Journal::keep_in_shape_locked() {
    if (since_checkpoint_ >= options_.checkpoint_every && !checkpoint_locked("count")) return;
    const Segment& open = segments_.back();
    const bool full =
        open.bytes >= options_.segment_bytes || clock_.now() - open.begun >= options_.segment_span;
    if (!full || !begin_segment_locked()) return;
    std::uint64_t bytes = 0;
    for (const Segment& segment : segments_) bytes += segment.bytes;
    if (bytes <= options_.max_bytes) return;
    if (!remove_until_locked(1, "the journal in memory is full")) return;
}

Result<void> Journal::checkpoint_locked(std::string_view why) {
    JournalRecord record;
    record.number = last_ + 1;
    record.at = clock_.now();
    record.kind = journal_kind::kCheckpoint;
    record.subject = kSubject;
    record.previous = head_;
    Json details;
    details.set("key", public_key().text());
    details.set("why", why);
    const std::string text = TRY(details_text(details));
    details.set("signature", key_.sign(signed_text(record, text)));
    const std::string whole = TRY(details_text(details));
    TRY(append_locked({record.kind, record.tenant, record.subject}, record.at, whole,
                      make_seal(random_, whole)));
    since_checkpoint_ = 0;
    checkpoint_at_ = clock_.monotonic();
    return {};
}

Result<std::uint64_t> Journal::checkpoint(std::string_view why) {
    const std::unique_lock lock{mutex_};
    TRY(checkpoint_locked(why));
    return last_;
}

// What is done with ends in a checkpoint, so that it can stand alone.
Result<void> Journal::begin_segment_locked() {
    if (segments_.back().bytes == 0) return {};
    if (since_checkpoint_ > 0) TRY(checkpoint_locked("segment"));
    const std::uint64_t name = segments_.back().name + 1;
    TRY(files_->open(name, 0));
    segments_.push_back({.name = name, .first = last_ + 1, .begun = clock_.now(), .bytes = 0});
    return {};
}

Result<void> Journal::sync() {
    {
        const std::unique_lock lock{mutex_};
        if (broken_) return *broken_;
        unsynced_ = false;  // what comes now sets it again
    }
    auto done = files_->sync();
    if (done) return done;
    // What the kernel could not write it may have thrown away: nothing after it can be trusted.
    failures_.add();
    log_.error("journal", "the journal could not be synced; nothing is written to it any more",
               {field("why", to_text(done.error()))});
    const std::unique_lock lock{mutex_};
    broken_ = Error{ErrorCode::Io,
                    "the journal could not be synced, so what it would record is refused; look at "
                    "the server's disk and restart it"};
    return *broken_;
}

void Journal::sync_now() {
    if (const auto done = sync(); !done) return;  // it has been said
}

void Journal::run(const std::stop_token& stop) {
    for (;;) {
        std::unique_lock lock{mutex_};
        wake_.wait_for(lock, stop, kLookEvery, [&] { return unsynced_; });
        if (stop.stop_requested()) return;
        const bool due = since_checkpoint_ > 0 &&
                         clock_.monotonic() - checkpoint_at_ >= options_.checkpoint_after;
        if (due && !checkpoint_locked("time")) checkpoint_at_ = clock_.monotonic();
        const bool dirty = unsynced_;
        if (dirty) wake_.wait_for(lock, stop, kGather, [] { return false; });
        lock.unlock();
        if (dirty) sync_now();
        if (stop.stop_requested()) return;
    }
}

Result<void> Journal::stop() {
    {
        const std::unique_lock lock{mutex_};
        TRY(append_locked({.kind = journal_kind::kStop,
                           .tenant = {},
                           .subject = std::string(kSubject),
                           .details = {}}));
        TRY(checkpoint_locked("stop"));
    }
    TRY(sync());
    const std::unique_lock lock{mutex_};
    broken_ = Error{ErrorCode::Unavailable, "the server is stopping"};
    return {};
}

}  // namespace musubi

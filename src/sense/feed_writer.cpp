#include "sense/feed_writer.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "broker/present.h"
#include "model/my_number.h"
#include "sense/quarantine.h"

namespace musubi {
namespace {

/// Where a replay has no readings for longer than this, it jumps.
constexpr Duration kLongGap = hours(6);

}  // namespace

struct FeedWriter::Batch {
    std::vector<Reading> readings;
    std::size_t used = 0;
    FeedCounts counts;  ///< what is known before the commit
    std::optional<Time> newest;
    std::vector<QuarantinedRow> refused;
    std::string position_name;
    std::string position;
    std::uint64_t before = 0;  ///< the revision it must find
    std::string feed;
    bool replay = false;
    FeedTotals totals;  ///< what it made of the record

    Result<void> run(Transaction& transaction);
    void clear() {
        used = 0;
        counts = {};
        newest.reset();
        refused.clear();
    }
};

/// Shared with the callbacks, which may come when the writer is gone.
struct FeedWriter::Flight {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::size_t under_way = 0;
    std::optional<Error> failure;
    FeedTotals totals;
    std::vector<std::shared_ptr<Batch>> spare;  ///< to be used again: their memory is warm

    void finish(const std::shared_ptr<Batch>& batch, Result<Committed> result) {
        const std::lock_guard lock{mutex};
        --under_way;
        if (result) {
            totals = batch->totals;
        } else if (!failure) {
            failure = std::move(result).error();
        }
        batch->clear();
        spare.push_back(batch);
        changed.notify_all();
    }
};

// On the committer's thread.
Result<void> FeedWriter::Batch::run(Transaction& transaction) {
    FeedTotals now;
    if (const auto stored = TRY(transaction.record(kFeedRecord, feed))) {
        now = TRY(read_feed_totals(*stored));
    }
    if (now.revision != before) {
        return Error{ErrorCode::Conflict,
                     "the feed was read further by another; it goes on from there"};
    }
    readings.resize(used);
    const ReadingCounts became = TRY(apply_readings(transaction, readings));
    std::uint64_t number = now.counts.refused;
    for (QuarantinedRow& row : refused) {
        row.number = ++number;
        row.at = transaction.now();
        put_quarantined(transaction, feed, row);
    }
    now.revision = before + 1;
    now.counts += counts;
    now.counts.joined += became.joined;
    now.counts.late += became.late;
    now.counts.repeated += became.repeated;
    if (newest) {
        now.newest = std::max(now.newest.value_or(*newest), *newest);
        if (replay) put_replay_present(transaction, *now.newest);
    }
    if (used > 0) now.last_reading = transaction.now();
    transaction.put_record(kFeedRecord, feed, to_bytes(now));
    if (!position_name.empty()) {
        transaction.put_record(kFeedPositionRecord, feed + "/" + position_name, position);
    }
    totals = now;
    return {};
}

FeedWriter::FeedWriter(Store& store, const Clock& clock, const FeedConfig& feed,
                       TakesTwelveDigits takes)
    : store_{store},
      clock_{clock},
      feed_{feed},
      takes_twelve_digits_{std::move(takes)},
      caller_{service_caller(feed.tenant, "feed:" + feed.name)},
      flight_{std::make_shared<Flight>()} {
    fresh_batch();
}

FeedWriter::~FeedWriter() { static_cast<void>(drain()); }

void FeedWriter::fresh_batch() {
    const std::lock_guard lock{flight_->mutex};
    if (flight_->spare.empty()) {
        batch_ = std::make_shared<Batch>();
        batch_->feed = feed_.name;
        batch_->replay = feed_.mode == FeedMode::Replay;
    } else {
        batch_ = std::move(flight_->spare.back());
        flight_->spare.pop_back();
    }
}

Result<void> FeedWriter::load(const std::stop_token& stop) {
    stop_ = stop;
    static_cast<void>(drain());
    batch_->clear();
    const TenantId tenant = TRY(store_.tenant(feed_.tenant));
    FeedTotals totals;
    if (const auto stored = TRY(store_.record(tenant, kFeedRecord, feed_.name))) {
        totals = TRY(read_feed_totals(*stored));
    }
    revision_ = totals.revision;
    from_event_ = totals.newest;
    from_clock_ = clock_.monotonic();
    const std::lock_guard lock{flight_->mutex};
    flight_->totals = totals;
    flight_->failure.reset();
    return {};
}

Result<std::optional<std::string>> FeedWriter::position(std::string_view name) const {
    const TenantId tenant = TRY(store_.tenant(feed_.tenant));
    return store_.record(tenant, kFeedPositionRecord, feed_.name + "/" + std::string{name});
}

Time FeedWriter::latest(const SourceConfig& source) const {
    if (feed_.mode == FeedMode::Replay || !source.time) return Time{INT64_MAX};
    return clock_.now() + source.time->max_ahead;
}

RowResult FeedWriter::checked(const RowResult& result) const {
    if (result.kind != RowResult::Kind::Taken) return result;
    const bool holds = std::ranges::any_of(slot_.attributes, holds_my_number);
    if (!holds || (takes_twelve_digits_ && takes_twelve_digits_(feed_.tenant, slot_.types))) {
        return result;
    }
    return {RowResult::Kind::Refused, {RefusalReason::MyNumber, {}}};
}

void FeedWriter::add(const RowResult& result, const RowPlace& place) {
    if (result.kind == RowResult::Kind::Nothing) return;
    FeedCounts& counts = batch_->counts;
    ++counts.rows;
    if (result.kind == RowResult::Kind::Missing) ++counts.missing;
    if (result.kind == RowResult::Kind::Refused) {
        ++counts.refused;
        batch_->refused.push_back(
            {.source = std::string{place.source},
             .file = std::string{place.file},
             .line = place.line,
             .reason = result.why.reason,
             .detail = without_my_numbers(result.why.detail),
             .row = without_my_numbers(place.text.substr(0, kMaxQuarantinedBytes))});
    }
    if (result.kind != RowResult::Kind::Taken) return;
    ++counts.readings;
    for (const Attribute& attribute : slot_.attributes) {
        if (attribute.observed_at &&
            (!batch_->newest || *batch_->newest < *attribute.observed_at)) {
            batch_->newest = attribute.observed_at;
        }
    }
    // The slot gets the buffers of a reading that was committed before.
    if (batch_->used == batch_->readings.size()) batch_->readings.emplace_back();
    std::swap(batch_->readings[batch_->used++], slot_);
}

void FeedWriter::leave_out(std::uint64_t rows) {
    batch_->counts.rows += rows;
    batch_->counts.left_out += rows;
}

bool FeedWriter::is_early(const RowResult& result) {
    if (feed_.speed <= 0 || result.kind != RowResult::Kind::Taken) return false;
    due_.reset();
    for (const Attribute& attribute : slot_.attributes) {
        if (attribute.observed_at) due_ = attribute.observed_at;
    }
    if (!due_) return false;
    if (!from_event_) {
        from_event_ = due_;
        from_clock_ = clock_.monotonic();
    }
    const double passed = (clock_.monotonic() - from_clock_).seconds() * feed_.speed;
    const double ahead = (*due_ - *from_event_).seconds() - passed;
    if (ahead > kLongGap.seconds()) {
        from_event_ = due_;
        from_clock_ = clock_.monotonic();
    }
    return ahead > 0 && ahead <= kLongGap.seconds();
}

Result<void> FeedWriter::wait_until_due() {
    while (due_ && from_event_) {
        const double passed = (clock_.monotonic() - from_clock_).seconds() * feed_.speed;
        const double left = ((*due_ - *from_event_).seconds() - passed) / feed_.speed;
        if (left <= 0) break;
        if (stop_.stop_requested()) return Error{ErrorCode::Unavailable, "the feed is stopped"};
        std::this_thread::sleep_for(std::chrono::duration<double>{std::min(left, 0.05)});
    }
    return {};
}

bool FeedWriter::full() const { return batch_->used + batch_->refused.size() >= kBatchRows; }

bool FeedWriter::empty() const { return batch_->counts.rows == 0; }

Result<void> FeedWriter::wait_for_room() {
    std::unique_lock lock{flight_->mutex};
    flight_->changed.wait(lock, [&] { return flight_->under_way < kMaxInFlight; });
    if (flight_->failure) return *flight_->failure;
    if (stop_.stop_requested()) return Error{ErrorCode::Unavailable, "the feed is stopped"};
    ++flight_->under_way;
    return {};
}

Command FeedWriter::command_of(const std::shared_ptr<Batch>& batch) const {
    return {.caller = caller_,
            .run = [batch](Transaction& transaction) { return batch->run(transaction); },
            .done = [batch, flight = flight_](
                        Result<Committed> result) { flight->finish(batch, std::move(result)); },
            .bytes = 1024 + batch->used * 512 + batch->refused.size() * 1024};
}

Result<void> FeedWriter::flush(std::string_view position_name, std::string position) {
    TRY(wait_for_room());
    batch_->before = revision_++;
    batch_->position_name = position_name;
    batch_->position = std::move(position);
    const std::shared_ptr<Batch> batch = std::move(batch_);
    store_.submit(command_of(batch));
    fresh_batch();
    return {};
}

Result<void> FeedWriter::drain() {
    std::unique_lock lock{flight_->mutex};
    flight_->changed.wait(lock, [&] { return flight_->under_way == 0; });
    if (flight_->failure) return *flight_->failure;
    return {};
}

FeedTotals FeedWriter::totals() const {
    const std::lock_guard lock{flight_->mutex};
    return flight_->totals;
}

}  // namespace musubi

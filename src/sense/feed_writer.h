#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "broker/readings.h"
#include "sense/config/feed_config.h"
#include "sense/feed_record.h"
#include "sense/table/csv_table.h"
#include "store/store.h"

namespace musubi {

/// Where a row stands.
struct RowPlace {
    std::string_view source;
    std::string_view file;
    std::uint64_t line = 0;
    std::string_view text;
};

/// Gathers what a feed reads into batches and commits each together with the position up to which
/// it was read: after a crash the feed goes on exactly there. While one batch is committed the
/// next ones are gathered, up to kMaxInFlight. Each batch holds the number of the one before it:
/// where one fails those behind it fail too, so that none is skipped; and of two runners of one
/// feed only one gets on. Belongs to one thread.
class FeedWriter {
public:
    /// Measured: 250 rows a batch bring 0.5 of the speed, 2,000 bring 1.3 times, but whoever else
    /// writes waits behind a batch.
    static constexpr std::size_t kBatchRows = 1000;
    static constexpr std::size_t kMaxInFlight = 3;

    /// Whether twelve digits of entities of these types (expanded) in a tenant are something else
    /// than an Individual Number.
    using TakesTwelveDigits =
        std::function<bool(const std::string& tenant, const std::vector<std::string>& types)>;

    FeedWriter(Store& store, const Clock& clock, const FeedConfig& feed, TakesTwelveDigits takes);
    FeedWriter(const FeedWriter&) = delete;
    FeedWriter& operator=(const FeedWriter&) = delete;
    ~FeedWriter();  ///< waits for what is under way

    /// Forgets what is gathered and not committed; reads the totals again.
    /// Fails: NoTenant, Io, Corrupt.
    Result<void> load(const std::stop_token& stop);
    /// The stored position under a name of the feed's own. Fails: NoTenant, Io, Corrupt.
    Result<std::optional<std::string>> position(std::string_view name) const;

    /// Where the next reading is to be made.
    [[nodiscard]] Reading& slot() { return slot_; }
    /// Event times after this are refused: in a live feed, ahead of the wall clock.
    [[nodiscard]] Time latest(const SourceConfig& source) const;
    /// What becomes of a row once its texts are looked at: refused where the reading in `slot`
    /// holds an Individual Number.
    [[nodiscard]] RowResult checked(const RowResult& result) const;
    /// Takes what became of a row: the reading in `slot`, a refusal, or nothing.
    void add(const RowResult& result, const RowPlace& place);
    void leave_out(std::uint64_t rows);
    /// A replay at a set speed shows readings when their time has come: true where the one in
    /// `slot` is not due yet. Then what is gathered should be flushed, and `wait_until_due` called.
    [[nodiscard]] bool is_early(const RowResult& result);
    /// Fails: Unavailable where the feed is stopped meanwhile.
    Result<void> wait_until_due();

    [[nodiscard]] bool full() const;
    [[nodiscard]] bool empty() const;
    /// Commits what is gathered, and the position; waits only while too many are under way.
    /// Fails: with the failure of an earlier batch; Unavailable where the feed is stopped.
    Result<void> flush(std::string_view position_name, std::string position);
    /// Waits until everything is committed. Fails: as the first that failed.
    Result<void> drain();
    /// As of the last commit.
    [[nodiscard]] FeedTotals totals() const;

private:
    struct Batch;
    struct Flight;
    void fresh_batch();
    [[nodiscard]] Command command_of(const std::shared_ptr<Batch>& batch) const;
    Result<void> wait_for_room();

    Store& store_;
    const Clock& clock_;
    const FeedConfig& feed_;
    const TakesTwelveDigits takes_twelve_digits_;
    Caller caller_;
    std::stop_token stop_;
    std::shared_ptr<Flight> flight_;
    std::shared_ptr<Batch> batch_;
    Reading slot_;
    std::uint64_t revision_ = 0;  ///< of the batch before the one being gathered
    // The pace of a replay: event time `from_event_` is shown at monotonic `from_clock_`.
    std::optional<Time> from_event_;
    Duration from_clock_;
    std::optional<Time> due_;
};

}  // namespace musubi

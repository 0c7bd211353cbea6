#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "base/metrics.h"
#include "model/context.h"
#include "sense/config/feed_config.h"
#include "sense/feed_record.h"
#include "sense/source/source.h"

namespace musubi {

enum class FeedState {
    Waiting,   ///< all that is there was read; it will look again
    Running,   ///< reading
    Failing,   ///< something is wrong; it keeps trying, and reads what it can
    Finished,  ///< a replay that was read to its end
    Stopped,   ///< not started, or stopped
};
/// "waiting", "running", "failing", "finished", "stopped".
[[nodiscard]] std::string_view name_of(FeedState state);

/// How a feed is at a moment.
struct FeedSnapshot {
    std::string name;
    std::string title_ja;
    std::string title_en;
    std::string tenant;
    std::string attribution;
    FeedMode mode = FeedMode::Live;
    bool synthetic = false;  ///< some source of it is made up
    FeedState state = FeedState::Stopped;
    FeedWords detail;  ///< what it does or what is wrong, for people
    FeedTotals totals;
    double progress = 0;  ///< the part of its files that is read, 0 to 1
};

/// What feeds work with; all outlives them.
struct FeedTools {
    Store& store;
    HttpClient* http = nullptr;  ///< null: sources by URL are refused
    const Clock& clock;
    Random& random;
    Log& log;
    Metrics& metrics;
    FeedWriter::TakesTwelveDigits takes_twelve_digits = nullptr;  ///< null: of no type
};

/// One feed at work, on a thread of its own: reads its sources in turn, commits what they say, and
/// goes on where it was after a stop or a crash. A failure is logged, told in words, and tried
/// again with growing pauses.
class FeedRunner {
public:
    /// Expands the names of the feed file. Fails: BadRequest (`where` is the place in it),
    /// ContextNotAvailable, Unsupported (a URL without an HTTP client).
    static Result<std::unique_ptr<FeedRunner>> create(FeedConfig config,
                                                      const ContextLoader& contexts,
                                                      const FeedTools& tools);
    FeedRunner(const FeedRunner&) = delete;
    FeedRunner& operator=(const FeedRunner&) = delete;
    ~FeedRunner();  ///< stops

    void start();
    /// Waits until what is under way is committed.
    void stop();
    [[nodiscard]] FeedSnapshot snapshot() const;
    [[nodiscard]] const FeedConfig& config() const { return config_; }
    /// Of the entities it brings, expanded.
    [[nodiscard]] const std::vector<std::string>& types() const { return types_; }

private:
    struct Entry {
        std::unique_ptr<Source> source;
        Duration due;  ///< monotonic
        bool finished = false;
        SourceReport last;
    };

    FeedRunner(FeedConfig config, const FeedTools& tools);
    Result<void> compile(const ContextLoader& contexts);
    void run(const std::stop_token& stop);
    Result<void> round();
    void publish(FeedState state, const FeedWords& words);
    void tell_round();
    [[nodiscard]] bool troubled() const;
    void count(const FeedTotals& before, const FeedTotals& now);
    void fail(const Error& error);
    void wait(Duration until, const std::stop_token& stop);

    const FeedConfig config_;
    FeedTools tools_;
    FeedWriter writer_;
    std::vector<Entry> entries_;
    std::vector<std::string> types_;
    Counter& rows_;
    Counter& readings_;
    Counter& refused_;
    Counter& failures_;
    FeedTotals counted_;  ///< what the counters have
    int failed_ = 0;      ///< rounds in a row
    Guarded<FeedSnapshot> snapshot_;
    std::mutex sleep_;
    std::condition_variable_any wake_;
    std::jthread thread_;
};

}  // namespace musubi

#include "sense/feed_runner.h"

#include <algorithm>
#include <chrono>

#include "sense/source/retry.h"

namespace musubi {

std::string_view name_of(FeedState state) {
    switch (state) {
        case FeedState::Waiting: return "waiting";
        case FeedState::Running: return "running";
        case FeedState::Failing: return "failing";
        case FeedState::Finished: return "finished";
        case FeedState::Stopped: return "stopped";
    }
    return "stopped";
}

FeedRunner::FeedRunner(FeedConfig config, const FeedTools& tools)
    : config_{std::move(config)},
      tools_{tools},
      writer_{tools.store, tools.clock, config_, tools.takes_twelve_digits},
      rows_{tools.metrics.counter("musubi_feed_rows_total", "Rows that feeds have read")},
      readings_{tools.metrics.counter("musubi_feed_readings_total",
                                      "Rows of feeds that became readings")},
      refused_{tools.metrics.counter("musubi_feed_refused_total",
                                     "Rows of feeds that went to the quarantine")},
      failures_{tools.metrics.counter("musubi_feed_failures_total",
                                      "Times a feed could not read or write")} {
    snapshot_.with([&](FeedSnapshot& out) {
        out.name = config_.name;
        out.title_ja = config_.title_ja;
        out.title_en = config_.title_en;
        out.tenant = config_.tenant;
        out.attribution = config_.attribution;
        out.mode = config_.mode;
        out.synthetic = std::ranges::any_of(config_.sources, [](const SourceConfig& source) {
            return source.kind == SourceKind::Synthetic;
        });
    });
}

FeedRunner::~FeedRunner() { stop(); }

Result<std::unique_ptr<FeedRunner>> FeedRunner::create(FeedConfig config,
                                                       const ContextLoader& contexts,
                                                       const FeedTools& tools) {
    std::unique_ptr<FeedRunner> runner{new FeedRunner{std::move(config), tools}};
    TRY(runner->compile(contexts));
    return runner;
}

Result<void> FeedRunner::compile(const ContextLoader& contexts) {
    ContextPtr context = core_context();
    if (!config_.context.empty()) {
        context = TRY(resolve_context(Json{config_.context}, contexts));
    }
    const SourceTools tools{.feed = config_,
                            .writer = writer_,
                            .http = tools_.http,
                            .clock = tools_.clock,
                            .random = tools_.random};
    for (const SourceConfig& source : config_.sources) {
        types_.push_back(context->expand(source.type));
        RowMapper mapper = TRY(RowMapper::compile(source, *context));
        Entry entry;
        if (source.kind == SourceKind::Synthetic) {
            entry.source = TRY(make_synthetic_source(source, std::move(mapper), tools));
        } else if (source.kind == SourceKind::Url) {
            if (tools_.http == nullptr) {
                return Error{ErrorCode::Unsupported, "there is no HTTP client for this source",
                             source.where};
            }
            entry.source = make_url_source(source, std::move(mapper), tools);
        } else {
            entry.source = make_file_source(source, std::move(mapper), tools);
        }
        entries_.push_back(std::move(entry));
    }
    return {};
}

void FeedRunner::start() {
    if (thread_.joinable()) return;
    thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

void FeedRunner::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
    thread_ = {};
}

FeedSnapshot FeedRunner::snapshot() const {
    FeedSnapshot out = snapshot_.with([](const FeedSnapshot& now) { return now; });
    out.totals = writer_.totals();
    out.progress = 1;
    for (const Entry& entry : entries_) {
        out.progress = std::min(out.progress, entry.source->progress());
    }
    return out;
}

void FeedRunner::publish(FeedState state, const FeedWords& words) {
    const FeedTotals now = writer_.totals();
    count(counted_, now);
    counted_ = now;
    const bool news = snapshot_.with([&](FeedSnapshot& out) {
        const bool changed = out.state != state || out.detail.en != words.en;
        out.state = state;
        out.detail = words;
        return changed;
    });
    if (!news || state == FeedState::Running || state == FeedState::Waiting) return;
    if (state == FeedState::Failing) {
        tools_.log.warn("feed", words.en, {field("feed", config_.name)});
    } else {
        tools_.log.info(
            "feed", words.en,
            {field("feed", config_.name), field("rows", now.counts.rows),
             field("readings", now.counts.readings), field("refused", now.counts.refused)});
    }
}

void FeedRunner::count(const FeedTotals& before, const FeedTotals& now) {
    rows_.add(now.counts.rows - before.counts.rows);
    readings_.add(now.counts.readings - before.counts.readings);
    refused_.add(now.counts.refused - before.counts.refused);
}

// One look at each source whose time has come. What they sent off is committed at the end.
Result<void> FeedRunner::round() {
    const Duration now = tools_.clock.monotonic();
    for (Entry& entry : entries_) {
        if (entry.finished || entry.due > now) continue;
        entry.last = TRY(entry.source->poll());
        entry.finished = !entry.last.again;
        entry.due = tools_.clock.monotonic() + entry.last.again.value_or(Duration{});
    }
    return writer_.drain();
}

bool FeedRunner::troubled() const {
    return std::ranges::any_of(entries_, [](const Entry& e) { return !e.last.trouble.empty(); });
}

void FeedRunner::tell_round() {
    for (const Entry& entry : entries_) {
        if (!entry.last.trouble.empty()) return publish(FeedState::Failing, entry.last.trouble);
    }
    const bool finished = std::ranges::all_of(entries_, [](const Entry& e) { return e.finished; });
    if (finished) return publish(FeedState::Finished, {"読み終えました", "read to the end"});
    publish(FeedState::Waiting, {"新しい値を待っています", "waiting for new readings"});
}

void FeedRunner::fail(const Error& error) {
    failures_.add();
    ++failed_;
    publish(FeedState::Failing,
            {"書き込めません: " + to_text(error), "can not go on: " + to_text(error)});
    for (Entry& entry : entries_) {
        entry.source->reload();
        entry.finished = false;
        entry.due = {};
    }
}

// A manual clock does not wake anybody: so it is asked from time to time.
void FeedRunner::wait(Duration until, const std::stop_token& stop) {
    std::unique_lock lock{sleep_};
    while (!stop.stop_requested() && tools_.clock.monotonic() < until) {
        const Duration left = std::min(until - tools_.clock.monotonic(), milliseconds(100));
        wake_.wait_for(lock, stop, std::chrono::microseconds{left.us}, [] { return false; });
    }
}

void FeedRunner::run(const std::stop_token& stop) {
    bool loaded = false;
    while (!stop.stop_requested()) {
        // One that fails says so until a round went well.
        if (failed_ == 0 && !troubled())
            publish(FeedState::Running, {"読み込んでいます", "reading"});
        Result<void> result;
        if (!loaded) {
            result = writer_.load(stop);
            loaded = result.has_value();
            if (loaded) counted_ = writer_.totals();
        }
        if (result) result = round();
        if (stop.stop_requested()) break;
        if (!result) {
            loaded = false;
            fail(result.error());
            wait(tools_.clock.monotonic() +
                     back_off(failed_, milliseconds(200), minutes(1), tools_.random),
                 stop);
            continue;
        }
        failed_ = 0;
        tell_round();
        Duration next = tools_.clock.monotonic() + hours(1);
        for (const Entry& entry : entries_) {
            if (!entry.finished) next = std::min(next, entry.due);
        }
        wait(next, stop);
    }
    static_cast<void>(writer_.drain());
    publish(FeedState::Stopped, {"止まっています", "stopped"});
}

}  // namespace musubi

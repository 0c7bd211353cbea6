#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "sense/feed_runner.h"
#include "sense/quarantine.h"
#include "store/memory/memory_store.h"
#include "test_feed.h"

namespace musubi::test {

/// A store and what a feed needs beside it.
struct House {
    ManualClock clock{*parse_time("2026-11-22T03:00:00Z")};
    SeededRandom random{1};
    Log log{LogLevel::Off};
    Metrics metrics;
    std::unique_ptr<Store> store;

    explicit House(std::unique_ptr<KeyValueStore> kv = make_memory_store()) {
        auto opened = Store::open(std::move(kv), {}, clock, log, metrics);
        EXPECT_TRUE(opened);
        store = std::move(*opened);
    }
    std::unique_ptr<FeedRunner> runner(FeedConfig config, HttpClient* http = nullptr) {
        auto made = FeedRunner::create(std::move(config), pack_contexts(),
                                       {*store, http, clock, random, log, metrics});
        EXPECT_TRUE(made) << to_text(made.error());
        return made ? std::move(*made) : nullptr;
    }
    EntityPtr find(const std::string& id) {
        auto found = store->find(service_caller("", "test"), id);
        return found ? *found : nullptr;
    }
    /// How many states of the attribute history has.
    std::size_t states(const std::string& id, const std::string& attribute) {
        const auto history = store->history(service_caller("", "test"), id, {attribute});
        std::size_t count = 0;
        if (history) {
            for (const Series& series : *history) count += series.points.size();
        }
        return count;
    }
};

/// Waits up to a minute of real time for `done`: a machine that is busy is no fault.
inline bool eventually(const std::function<bool()>& done) {
    for (int i = 0; i < 60'000; ++i) {
        if (done()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return false;
}

inline bool reaches(const FeedRunner& runner, FeedState state) {
    return eventually([&] { return runner.snapshot().state == state; });
}

/// Waits until `done`, and until the runner has gone to sleep again: time that passes before that
/// would not wake it.
inline bool comes_to_rest(const FeedRunner& runner, const std::function<bool()>& done) {
    return eventually(done) && reaches(runner, FeedState::Waiting);
}

/// A feed of levels from `location`: columns time, id, level.
inline FeedConfig level_feed(const std::string& kind, const std::string& location,
                             const std::string& mode = "live") {
    const std::string key = kind == "url" ? "url" : "path";
    auto feed = parse_feed("[feed]\nname = \"levels\"\nmode = \"" + mode +
                               "\"\n[[source]]\nname = \"s\"\nkind = \"" + kind + "\"\n" + key +
                               " = \"" + location +
                               "\"\n[source.entity]\nid = \"urn:x:{id}\"\ntype = \"T\"\n"
                               "[source.time]\ncolumn = \"time\"\nzone = \"UTC\"\n"
                               "[[source.attribute]]\nname = \"level\"\ncolumn = \"level\"\n"
                               "as = \"number\"\n",
                           "test.toml");
    EXPECT_TRUE(feed) << to_text(feed.error());
    return *feed;
}

inline const std::string kLevel = "https://uri.etsi.org/ngsi-ld/default-context/level";

}  // namespace musubi::test

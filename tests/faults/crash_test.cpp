#include <gtest/gtest.h>
#include <rocksdb/env.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <thread>

#include "base/random.h"
#include "faults/lossy_env.h"
#include "store/verify.h"
#include "support/store_fixture.h"

// A child process writes and says on a pipe what was acknowledged; it is killed at a random moment
// and loses whatever it had not synced. Then everything it acknowledged must be there.
namespace musubi::testing {
namespace {

constexpr int kWriters = 8;
constexpr int kEntitiesEach = 16;

struct Ack {
    std::int32_t entity;
    std::int32_t value;
};

Result<std::unique_ptr<Store>> open_store(const std::string& folder, rocksdb::Env* env, Log& log,
                                          Metrics& metrics, const Clock& clock) {
    RocksdbOptions options;
    options.folder = folder;
    options.env = env;
    options.write_buffer_bytes = 256U << 10U;  // so that flushes and compactions are in it
    StoreOptions store_options;
    store_options.keep_change_bytes = 256U << 10U;  // and trimming
    return Store::open(TRY(open_rocksdb_store(options)), store_options, clock, log, metrics);
}

std::string id_of(int entity) { return "urn:test:" + std::to_string(entity); }

// The child: never returns.
[[noreturn]] void write_until_killed(const std::string& folder, int pipe, int start) {
    const auto env = make_lossy_env();
    Log log{LogLevel::Off};
    Metrics metrics;
    const SystemClock clock;
    auto store = open_store(folder, env.get(), log, metrics, clock);
    if (!store) _exit(3);
    std::vector<std::jthread> writers;
    for (int w = 0; w < kWriters; ++w) {
        writers.emplace_back([&, w] {
            const Caller caller = service_caller("", "writer");
            for (int value = start;; ++value) {
                const int entity = w * kEntitiesEach + value % kEntitiesEach;
                const auto done = (*store)->commit(caller, [&](Transaction& tx) -> Result<void> {
                    auto edit = tx.edit(id_of(entity));
                    EntityEdit* e = edit ? *edit : TRY(tx.create(gauge(id_of(entity), 0)));
                    e->set(property("urn:test:level", value));
                    return {};
                });
                if (!done) _exit(4);
                const Ack ack{entity, value};
                if (::write(pipe, &ack, sizeof ack) != sizeof ack) _exit(5);
            }
        });
    }
    for (auto& writer : writers) writer.join();
    _exit(6);
}

// Runs the child for a while and kills it; what it acknowledged is laid over `acknowledged`.
void one_crash(const std::string& folder, int start, SeededRandom& random,
               std::map<int, int>& acknowledged) {
    int ends[2] = {};
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::close(ends[0]);
        write_until_killed(folder, ends[1], start);
    }
    ::close(ends[1]);
    // Kill after a random number of acknowledgements: at any phase of a commit.
    const int count = 1 + static_cast<int>(random.next() % 400);
    Ack ack{};
    for (int i = 0; i < count && ::read(ends[0], &ack, sizeof ack) == sizeof ack; ++i) {
        acknowledged[ack.entity] = std::max(acknowledged[ack.entity], ack.value);
    }
    ::kill(child, SIGKILL);
    while (::read(ends[0], &ack, sizeof ack) == sizeof ack) {
        acknowledged[ack.entity] = std::max(acknowledged[ack.entity], ack.value);
    }
    ::close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself: " << WEXITSTATUS(status);
}

void expect_all_there(const std::string& folder, const std::map<int, int>& acknowledged) {
    Log log{LogLevel::Off};
    Metrics metrics;
    const SystemClock clock;
    const auto store = open_store(folder, nullptr, log, metrics, clock);
    ASSERT_TRUE(store) << to_text(store.error());
    const Caller caller = service_caller("", "reader");
    for (const auto& [entity, value] : acknowledged) {
        const auto found = (*store)->find(caller, id_of(entity));
        ASSERT_TRUE(found && *found) << id_of(entity) << " was acknowledged and is gone";
        const Attribute* level = (*found)->find("urn:test:level");
        ASSERT_NE(level, nullptr);
        EXPECT_GE(level->value.number(), value) << id_of(entity) << " lost an acknowledged value";
        const auto series = (*store)->history(caller, id_of(entity), {"urn:test:level"});
        ASSERT_TRUE(series && !series->empty());
        EXPECT_EQ(series->front().points.back().value, level->value);
    }
    const auto report = verify_store((*store)->key_value());
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->clean()) << report->faults.front();
}

int rounds() {
    const char* set = std::getenv("MUSUBI_FAULT_ROUNDS");
    return set != nullptr ? std::atoi(set) : 20;
}

TEST(Crash, NothingAcknowledgedIsLost) {
    const TempFolder folder;
    SeededRandom random{20'261'122};
    std::map<int, int> acknowledged;
    for (int round = 0; round < rounds(); ++round) {
        ASSERT_NO_FATAL_FAILURE(
            one_crash(folder.path("store"), round * 10'000, random, acknowledged));
        ASSERT_NO_FATAL_FAILURE(expect_all_there(folder.path("store"), acknowledged));
        if (::testing::Test::HasFailure()) FAIL() << "in round " << round;
    }
    EXPECT_FALSE(acknowledged.empty());
}

TEST(Crash, AFailedSyncIsNotAcknowledged) {
    const TempFolder folder;
    const auto env = make_lossy_env(40);
    Log log{LogLevel::Off};
    Metrics metrics;
    const SystemClock clock;
    std::map<int, int> acknowledged;
    bool failed = false;
    {
        auto store = open_store(folder.path("store"), env.get(), log, metrics, clock);
        ASSERT_TRUE(store) << to_text(store.error());
        const Caller caller = service_caller("", "writer");
        for (int i = 0; i < 200 && !failed; ++i) {
            failed = !create(**store, caller, gauge(id_of(i), i));
            if (!failed) acknowledged[i] = i;
        }
        EXPECT_TRUE(failed) << "no sync failed: the test shows nothing";
    }
    expect_all_there(folder.path("store"), acknowledged);
}

}  // namespace
}  // namespace musubi::testing

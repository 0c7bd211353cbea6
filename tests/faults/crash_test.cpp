#include <thread>

#include "base/random.h"
#include "faults/child_process.h"
#include "faults/crash_store.h"

// A child process writes and says on a pipe what was acknowledged; it is killed at a random moment,
// and loses what its disk would. Then everything it acknowledged must be there.
namespace musubi::testing {
namespace {

constexpr int kStoreWriters = 8;
constexpr int kEntitiesEach = 16;
constexpr int kRoundsAStore = 100;  // then a new one: the first commits of a folder are tried too

struct Ack {
    std::int32_t entity;
    std::int32_t value;
};

void write_values_until_killed(const std::string& folder, Crash crash, int pipe, int start) {
    CrashStore store{folder, crash};
    if (!store.is_open()) return;
    std::vector<std::jthread> writers;
    writers.emplace_back([&] {  // images of the index, one after the other
        for (;;) {
            store->keep_index();
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    for (int w = 0; w < kStoreWriters; ++w) {
        writers.emplace_back([&, w] {
            const Caller caller = service_caller("", "writer");
            for (int value = start;; ++value) {
                const int entity = w * kEntitiesEach + value % kEntitiesEach;
                if (!write_value(*store, caller, entity, value)) _exit(4);
                tell(pipe, Ack{entity, value});
            }
        });
    }
}

// Runs the child for a while and kills it; what it acknowledged is laid over `acknowledged`.
void one_store_crash(const std::string& folder, int round, SeededRandom& random,
                     Acknowledged& acknowledged) {
    ChildProcess child{[&](int pipe) {
        write_values_until_killed(folder, crash_of(round), pipe, round * 10'000);
    }};
    // Kill after a random number of acknowledgements: at any phase of a commit.
    const int count = 1 + static_cast<int>(random.next() % 400);
    Ack ack{};
    for (int i = 0; child.read(ack); ++i) {
        acknowledged[ack.entity] = std::max(acknowledged[ack.entity], ack.value);
        if (i == count) child.kill();
    }
    ASSERT_TRUE(child.was_killed()) << "the writer ended by itself";
}

TEST(Crash, NothingAcknowledgedIsLost) {
    SeededRandom random{20'261'122};
    const int rounds = fault_rounds();
    for (int first = 0; first < rounds; first += kRoundsAStore) {
        const TempFolder folder;
        Acknowledged acknowledged;
        for (int round = first; round < std::min(rounds, first + kRoundsAStore); ++round) {
            ASSERT_NO_FATAL_FAILURE(
                one_store_crash(folder.path("store"), round, random, acknowledged));
            ASSERT_TRUE(in_child([&] { expect_all_there(folder.path("store"), acknowledged); }))
                << "in round " << round;
        }
        EXPECT_FALSE(acknowledged.empty());
    }
}

// Writes until it can not: what was acknowledged before stays, and what is asked is still answered.
void write_until_refused(const std::string& folder, const DiskFaults& faults, int pipe) {
    CrashStore store{folder, make_lossy_env(faults)};
    ASSERT_TRUE(store.is_open());
    const Caller caller = service_caller("", "writer");
    int written = 0;
    while (written < 20'000 && write_value(*store, caller, written % kEntitiesEach, written)) {
        tell(pipe, Ack{written % kEntitiesEach, written});
        ++written;
    }
    EXPECT_GT(written, 0);
    EXPECT_LT(written, 20'000) << "nothing failed: the test shows nothing";
    EXPECT_FALSE(write_value(*store, caller, 0, 30'000)) << "after a failure it took a write";
    const auto found = store->find(caller, numbered(0));
    EXPECT_TRUE(found && *found);
    if (found && *found) {
        EXPECT_NE((*found)->find("urn:test:level")->value, Json{30'000}) << "refused, and visible";
    }
}

void expect_refused_and_kept(const DiskFaults& faults) {
    const TempFolder folder;
    Acknowledged acknowledged;
    {
        ChildProcess child{
            [&](int pipe) { write_until_refused(folder.path("store"), faults, pipe); }};
        Ack ack{};
        while (child.read(ack)) acknowledged[ack.entity] = ack.value;
        ASSERT_TRUE(child.ended_well());
    }
    EXPECT_FALSE(acknowledged.empty());
    EXPECT_TRUE(in_child([&] { expect_all_there(folder.path("store"), acknowledged); }));
}

TEST(Disk, AFailedSyncIsNotAcknowledged) { expect_refused_and_kept({.fail_sync_every = 40}); }

TEST(Disk, AFullDiskIsToldAndTakesNothingBack) { expect_refused_and_kept({.room = 600U << 10U}); }

}  // namespace
}  // namespace musubi::testing

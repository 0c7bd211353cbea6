#include "store/change_log.h"

#include <gtest/gtest.h>

#include <thread>

#include "store/histories.h"
#include "store/keys.h"
#include "store/memory/memory_store.h"

namespace musubi::testing {
namespace {

constexpr std::size_t kMega = 1U << 20U;

ChangePtr change(std::uint64_t sequence, std::size_t entity_bytes = 0) {
    auto c = std::make_shared<Change>();
    c->sequence = sequence;
    EntityChange e{.id = "urn:a", .types = {"urn:t"}};
    if (entity_bytes > 0) {
        Entity state;
        state.id = "urn:a";
        state.guardian = std::string(entity_bytes, 'x');
        e.after = std::make_shared<const Entity>(std::move(state));
    }
    c->entities.push_back(std::move(e));
    return c;
}

struct Fixture {
    std::unique_ptr<KeyValueStore> kv = make_memory_store();
    Dictionary dictionary;
    ChangeLog log;
    explicit Fixture(ChangeLog::Limits limits) : log{*kv, dictionary, limits} {}
    // Puts changes on the disk, with `padding` more bytes each.
    void store(std::uint64_t from, std::uint64_t to, std::size_t padding) {
        Batch batch;
        for (std::uint64_t s = from; s <= to; ++s) {
            auto c = std::make_shared<Change>(*change(s));
            c->cause = std::string(padding, 'c');
            std::string value;
            ASSERT_TRUE(encode_change(value, *c, dictionary));
            batch.put(Space::Changes, keys::change(s), std::move(value));
        }
        ASSERT_TRUE(kv->write(batch, Durability::Synced));
    }
};

TEST(ChangeLog, MemoryIsTheSameAsDisk) {
    Fixture f{{.recent_bytes = 1'000}};
    f.store(1, 100, 10);
    ASSERT_TRUE(f.log.load());
    EXPECT_EQ(f.log.first(), 1U);
    EXPECT_EQ(f.log.last(), 100U);
    f.store(101, 200, 10);
    for (std::uint64_t s = 101; s <= 200; ++s) f.log.append({{change(s), 50}});
    for (const std::uint64_t after : {0U, 50U, 100U, 150U, 180U, 195U, 199U}) {
        const auto some = f.log.read(after, 7, Duration{});
        ASSERT_TRUE(some);
        ASSERT_EQ(some->size(), std::min<std::size_t>(7, 200 - after));
        for (std::size_t i = 0; i < some->size(); ++i) {
            EXPECT_EQ((*some)[i]->sequence, after + 1 + i);
        }
    }
    EXPECT_TRUE(f.log.read(200, 7, Duration{})->empty());
}

TEST(ChangeLog, RecentOnesAreBoundedByWhatTheyHoldInMemory) {
    Fixture f{{.recent_bytes = 4 * kMega}};
    ASSERT_TRUE(f.log.load());
    std::vector<std::weak_ptr<const Entity>> states;
    for (std::uint64_t s = 1; s <= 100; ++s) {
        const ChangePtr c = change(s, kMega);
        states.push_back(c->entities[0].after);
        f.log.append({{c, 100}});
    }
    std::size_t alive = 0;
    for (const auto& state : states) alive += state.expired() ? 0 : 1;
    EXPECT_LE(alive, 4U) << "large entities, small changes: memory must not grow with them";
}

TEST(ChangeLog, IsTrimmedToWhatIsNeeded) {
    Fixture f{{.keep_bytes = 10 * kMega, .max_bytes = 100 * kMega}};
    ASSERT_TRUE(f.log.load());
    for (std::uint64_t s = 1; s <= 50; ++s) f.log.append({{change(s), kMega}});
    EXPECT_NEAR(static_cast<double>(*f.log.trim_before(51)), 40, 2);
    EXPECT_EQ(*f.log.trim_before(20), 20U) << "history needs it";
    f.log.set_position("slow", 24);
    EXPECT_EQ(*f.log.trim_before(51), 25U) << "a reactor needs it";
    for (std::uint64_t s = 51; s <= 200; ++s) f.log.append({{change(s), kMega}});
    EXPECT_NEAR(static_cast<double>(*f.log.trim_before(201)), 100, 2) << "more than may be kept";
    f.log.trimmed(100);
    EXPECT_EQ(f.log.first(), 100U);
    EXPECT_NEAR(static_cast<double>(f.log.bytes()) / kMega, 101, 2);
    EXPECT_NEAR(static_cast<double>(f.log.bytes_after(150)) / kMega, 50, 2);
    EXPECT_FALSE(f.log.trim_before(201)) << "not worth a write";
}

TEST(ChangeLog, WhatIsKeptIsKeptThroughAStart) {
    Fixture f{{.keep_bytes = 8 * kMega, .max_bytes = 100 * kMega}};
    f.store(1, 2'000, 10'000);  // 20 MB
    ASSERT_TRUE(f.log.load());
    const auto before = f.log.trim_before(2'001);
    ASSERT_TRUE(before);
    EXPECT_NEAR(static_cast<double>(*before), 1'160, 60);

    Fixture over{{.keep_bytes = kMega, .max_bytes = 12 * kMega}};
    over.store(1, 2'000, 10'000);
    ASSERT_TRUE(over.log.load());
    over.log.set_position("slow", 10);
    const auto cut = over.log.trim_before(2'001);
    ASSERT_TRUE(cut);
    EXPECT_NEAR(static_cast<double>(*cut), 740, 60) << "a slow reactor lost more than it had to";
}

TEST(ChangeLog, AReaderWaitsForTheNextAndIsWokenAtTheEnd) {
    Fixture f{{}};
    ASSERT_TRUE(f.log.load());
    std::jthread writer{[&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        f.log.append({{change(1), 10}});
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        f.log.close();
    }};
    EXPECT_EQ(f.log.read(0, 10, minutes(1))->size(), 1U);
    EXPECT_TRUE(f.log.read(1, 10, minutes(1))->empty());
}

// The log as the committer tends it, over a long time: it stays near what is to be kept.
TEST(ChangeLog, StaysBoundedOverALongTime) {
    Fixture f{{.keep_bytes = 8 * kMega, .max_bytes = 1U << 30U}};
    ASSERT_TRUE(f.log.load());
    Histories histories{*f.kv, f.dictionary, {}};
    ASSERT_TRUE(histories.load(f.log));
    for (std::uint64_t s = 1; s <= 2'000; ++s) {
        f.log.append({{change(s), kMega / 2}});
        Batch batch;
        if (const auto floor = histories.stage_floor(batch, f.log, s + 1)) {
            if (const auto trim = f.log.trim_before(*floor)) f.log.trimmed(*trim);
        }
        ASSERT_LE(f.log.bytes(), 24 * kMega) << "after " << s / 2 << " MB";
    }
}

}  // namespace
}  // namespace musubi::testing

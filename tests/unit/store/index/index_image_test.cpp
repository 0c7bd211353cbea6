#include "store/index/index_image.h"

#include <fstream>
#include <iterator>

#include "base/random.h"
#include "store/tenants.h"
#include "store/verify.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

// A store on disk, and its image as it was at some moment.
class IndexImage : public StoreTest {
protected:
    void SetUp() override {
        options.durability = Durability::Relaxed;  // nothing is cut off here
        open();
    }
    [[nodiscard]] std::string file() const { return folder.path("store") + "/index.image"; }
    [[nodiscard]] std::string image() const {
        std::ifstream in{file(), std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    void put_image(const std::string& bytes) const {
        std::ofstream{file(), std::ios::binary} << bytes;
    }
    /// Closes, and opens again with this image, as after a kill.
    void reopen_with(const std::string& bytes) {
        store.reset();
        put_image(bytes);
        open();
    }
    /// What a start makes of the image: the change from which it reads on.
    Result<std::optional<std::uint64_t>> usable() {
        const KeyValueStore& kv = store->key_value();
        Dictionary dictionary;
        TRY(dictionary.load(kv));
        ChangeLog log{kv, dictionary, {}};
        TRY(log.load());
        std::vector<TenantId> tenants;
        for (const auto& [name, id] : store->tenants()) tenants.push_back(id);
        EntityIndex index;
        ExpiryIndex expiries;
        auto from = read_index_image(kv, dictionary, log, tenants, {index, expiries});
        if (!from || !*from) {
            EXPECT_EQ(index.entities(), 0U);
        }
        return from;
    }
    void expect_right() {
        const auto report = verify_store(store->key_value());
        ASSERT_TRUE(report) << to_text(report.error());
        EXPECT_TRUE(report->clean()) << report->faults.front();
        // What is answered is what stands there, too.
        for (const auto& [name, id] : store->tenants()) {
            const Caller caller = service_caller(name, "test");
            EntityQuery query;
            query.types = parse_type_selection("urn:test:Gauge", *core_context()).value();
            query.q = *parse_q("<urn:test:level>>50", *core_context());
            query.limit = 10'000;
            std::set<std::string> found;
            const auto result = store->query(caller, query);
            ASSERT_TRUE(result) << to_text(result.error());
            for (const EntityPtr& e : result->entities) found.insert(e->id);
            for (int i = 0; i < kMany; ++i) {
                const EntityPtr e = *store->find(caller, id_of(i));
                const bool matched = e && e->has_type("urn:test:Gauge") && matches(query, *e);
                EXPECT_EQ(found.contains(id_of(i)), matched) << id_of(i);
            }
        }
    }
    static std::string id_of(int number) { return "urn:e" + std::to_string(number); }
    void change_something(const Caller& caller) {
        const std::string id = id_of(static_cast<int>(random.next() % kMany));
        const auto done = store->commit(caller, [&](Transaction& tx) -> Result<void> {
            auto edit = tx.edit(id);
            if (!edit) {
                Entity e = gauge(id, static_cast<double>(random.next() % 100));
                if (random.next() % 8 == 0) e.expires_at = Time{INT64_MAX / 2};
                TRY(tx.create(std::move(e)));
                return {};
            }
            if (random.next() % 5 == 0) return tx.erase(id);
            if (random.next() % 5 == 0) (*edit)->set_types({"urn:test:Other"});
            (*edit)->set(property("urn:test:level", static_cast<double>(random.next() % 100)));
            return {};
        });
        ASSERT_TRUE(done) << to_text(done.error());
    }
    void change_much(int times) {
        for (int i = 0; i < times; ++i) ASSERT_NO_FATAL_FAILURE(change_something(town));
    }
    static constexpr int kMany = 120;
    SeededRandom random{20'261'125};
};
INSTANTIATE_TEST_SUITE_P(Stores, IndexImage, ::testing::Values(Kind::Rocksdb), name_of);

TEST_P(IndexImage, AStartUsesTheOneOfACleanStop) {
    change_much(300);
    reopen();
    ASSERT_TRUE(usable());
    EXPECT_EQ(**usable(), store->sequence());
    expect_right();
}

TEST_P(IndexImage, ChangesSinceAreReadAgain) {
    change_much(300);
    reopen();
    const std::string old = image();
    const std::uint64_t at = store->sequence();
    change_much(100);
    reopen_with(old);
    EXPECT_EQ(**usable(), at);
    expect_right();
    change_much(100);
    expect_right();
}

TEST_P(IndexImage, TenantsThatAreGoneStayGone) {
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    const Caller aoi = service_caller("aoi", "test");
    for (int i = 0; i < 50; ++i) ASSERT_NO_FATAL_FAILURE(change_something(aoi));
    change_much(50);
    reopen();
    const std::string old = image();
    ASSERT_TRUE(store->delete_tenant(town, "aoi"));
    change_much(10);
    reopen_with(old);
    ASSERT_TRUE(usable() && *usable());
    expect_right();
}

TEST_P(IndexImage, ADamagedOneIsOfNoUse) {
    change_much(200);
    reopen();
    const std::string whole = image();
    ASSERT_GT(whole.size(), 1'000U);
    for (std::size_t at = 0; at < whole.size(); at += whole.size() / 9) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 16);
        reopen_with(damaged);
        EXPECT_FALSE(usable() && *usable()) << at;
        EXPECT_EQ(verify_store(store->key_value())->notes.size(), usable() ? 0U : 1U);
        expect_right();
        reopen_with(whole.substr(0, at));
        EXPECT_FALSE(usable() && *usable()) << at;
        expect_right();
    }
}

TEST_P(IndexImage, OneOfOtherTimesIsOfNoUse) {
    change_much(100);
    reopen();
    const std::string other = image();
    const std::uint64_t at = store->sequence();
    store.reset();
    std::filesystem::remove_all(folder.path("store"));
    open();
    while (store->sequence() < at + 20) ASSERT_NO_FATAL_FAILURE(change_something(town));
    reopen_with(other);
    EXPECT_FALSE(usable() && *usable());
    expect_right();
}

TEST_P(IndexImage, OneThatTheLogNoLongerReachesIsOfNoUse) {
    options.keep_change_bytes = 1;
    store.reset();
    open();
    change_much(50);
    reopen();
    const std::string old = image();
    const std::string text(200'000, 'x');
    for (int i = 0; store->first_sequence() < 100 && i < 2'000; ++i) {
        ASSERT_NO_FATAL_FAILURE(change_something(town));
        ASSERT_TRUE(create(*store, town, gauge("urn:big" + std::to_string(i), 1)));
        ASSERT_TRUE(set(*store, town, "urn:big" + std::to_string(i),
                        property("urn:test:name", text + std::to_string(i))));
    }
    ASSERT_GE(store->first_sequence(), 100U);
    reopen_with(old);
    EXPECT_FALSE(usable() && *usable());
    expect_right();
}

TEST_P(IndexImage, IsWrittenOnceEnoughHasChanged) {
    options.image_every_bytes = 2'000;
    store.reset();
    open();
    store->keep_index();
    EXPECT_FALSE(std::filesystem::exists(file())) << "there is nothing in it";
    change_much(100);
    store->keep_index();
    const auto first = std::filesystem::last_write_time(file());
    EXPECT_TRUE(usable() && *usable());
    store->keep_index();
    EXPECT_EQ(std::filesystem::last_write_time(file()), first);
    expect_right();
}

TEST_P(IndexImage, WhatExpiresIsInIt) {
    Entity e = gauge("urn:e1", 1);
    e.expires_at = clock.now() + seconds(10);
    ASSERT_TRUE(create(*store, town, e));
    ASSERT_TRUE(create(*store, town, gauge("urn:e2", 1)));
    reopen();
    ASSERT_TRUE(usable() && *usable());
    clock.advance(seconds(20));
    EXPECT_EQ(*store->remove_expired(), 1U);
    EXPECT_EQ(*store->remove_expired(), 0U);
    expect_right();
}

TEST_P(IndexImage, VerifyFindsOneThatIsWrong) {
    change_much(100);
    reopen();
    ASSERT_TRUE(usable() && *usable());
    // An entity goes without a change that tells of it.
    const auto last = **store->key_value().last(Space::Entities, {}, {});
    Batch batch;
    batch.erase(Space::Entities, last.first);
    ASSERT_TRUE(store->key_value().write(batch, Durability::Synced));
    const auto report = verify_store(store->key_value());
    EXPECT_TRUE(std::any_of(report->faults.begin(), report->faults.end(), [](const auto& fault) {
        return fault.find("index") != std::string::npos;
    }));
}

}  // namespace
}  // namespace musubi::testing

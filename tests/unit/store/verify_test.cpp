#include "store/verify.h"

#include "store/keys.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

// A store with something of each kind in it; then one thing is damaged.
class Verify : public StoreTest {
protected:
    void SetUp() override {
        options.open_history_bytes = 1;
        open();
        for (const char* id : {"urn:a", "urn:b", "urn:c"}) {
            ASSERT_TRUE(create(*store, town, gauge(id, 1)));
        }
        const std::string text(30'000, 'x');
        for (int i = 0; i < 60; ++i) {
            ASSERT_TRUE(
                set(*store, town, "urn:a", property("urn:test:level", text + std::to_string(i))));
        }
        ASSERT_TRUE(store->commit(town, [](Transaction& tx) { return tx.erase("urn:c"); }));
        ASSERT_TRUE(clean());
    }
    [[nodiscard]] std::vector<std::string> faults() const {
        const auto report = verify_store(store->key_value());
        EXPECT_TRUE(report) << to_text(report.error());
        return report ? report->faults : std::vector<std::string>{};
    }
    [[nodiscard]] bool clean() const {
        for (const std::string& fault : faults()) std::cout << fault << "\n";
        return faults().empty();
    }
    void put(Space space, std::string key, std::string value) {
        Batch batch;
        batch.put(space, std::move(key), std::move(value));
        ASSERT_TRUE(store->key_value().write(batch, Durability::Relaxed));
    }
    void erase(Space space, std::string key) {
        Batch batch;
        batch.erase(space, std::move(key));
        ASSERT_TRUE(store->key_value().write(batch, Durability::Relaxed));
    }
    std::pair<std::string, std::string> last(Space space) {
        return **store->key_value().last(space, {}, {});
    }
};
INSTANTIATE_TEST_SUITE_P(Stores, Verify, ::testing::Values(Kind::Memory), name_of);

TEST_P(Verify, CountsWhatIsThere) {
    const auto report = verify_store(store->key_value());
    EXPECT_EQ(report->entities, 2U);
    EXPECT_EQ(report->changes, 64U);
    EXPECT_GT(report->chunks, 0U);
    EXPECT_GT(report->points, 0U);
}

TEST_P(Verify, FindsADamagedEntity) {
    auto [key, value] = last(Space::Entities);
    value.resize(value.size() - 1);
    put(Space::Entities, key, value);
    EXPECT_FALSE(faults().empty());
}

TEST_P(Verify, FindsAnEntityThatIsGone) {
    erase(Space::Entities, keys::entity(0, "urn:a"));
    EXPECT_FALSE(faults().empty());
}

TEST_P(Verify, FindsAnOldStateOfAnEntity) {
    const std::string key = keys::entity(0, "urn:b");
    const std::string old = **store->key_value().get(Space::Entities, key);
    ASSERT_TRUE(set(*store, town, "urn:b", property("urn:test:level", 2)));
    ASSERT_TRUE(clean());
    put(Space::Entities, key, old);
    EXPECT_FALSE(faults().empty());
}

TEST_P(Verify, FindsAGapInTheLog) {
    erase(Space::Changes, keys::change(10));
    EXPECT_FALSE(faults().empty());
}

TEST_P(Verify, FindsALogThatEndsTooEarly) {
    ASSERT_TRUE(create(*store, town, gauge("urn:d", 1)));
    erase(Space::Changes, last(Space::Changes).first);
    EXPECT_FALSE(faults().empty());
}

TEST_P(Verify, FindsADamagedChange) {
    auto [key, value] = last(Space::Changes);
    put(Space::Changes, key, value + "x");
    EXPECT_FALSE(faults().empty());
    put(Space::Changes, key, last(Space::Changes).second.substr(0, 3));
    EXPECT_FALSE(faults().empty());
}

TEST_P(Verify, FindsADamagedChunk) {
    const auto [key, value] = last(Space::History);
    for (std::size_t at = 0; at < value.size(); at += 1 + value.size() / 50) {
        std::string damaged = value;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        put(Space::History, key, damaged);
        EXPECT_FALSE(faults().empty()) << "byte " << at;
    }
}

TEST_P(Verify, FindsAStateThatStandsTwice) {
    auto [key, value] = last(Space::History);
    key.back() = static_cast<char>(key.back() + 1);
    put(Space::History, key, value);
    EXPECT_FALSE(faults().empty());
}

TEST_P(Verify, FindsKeysThatAreNone) {
    put(Space::Entities, "ab", "x");
    EXPECT_FALSE(faults().empty());
    erase(Space::Entities, "ab");
    put(Space::Changes, "\x01", "x");
    EXPECT_FALSE(faults().empty());
    erase(Space::Changes, "\x01");
    auto [key, value] = last(Space::History);
    erase(Space::History, key);
    put(Space::History, key.substr(0, key.size() - 1), value);
    EXPECT_FALSE(faults().empty());
}

TEST_P(Verify, FindsADamagedDictionary) {
    std::string key = "name/";
    append_be32(key, 2);
    erase(Space::Meta, key);
    EXPECT_FALSE(faults().empty());
}

TEST_P(Verify, FindsAMissingFormat) {
    erase(Space::Meta, "format");
    EXPECT_FALSE(faults().empty());
}

TEST_P(Verify, AStoreWhoseTenantWasDeletedIsClean) {
    const Caller other = service_caller("aoi", "test");
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    ASSERT_TRUE(create(*store, other, gauge("urn:a", 7)));
    ASSERT_TRUE(store->delete_tenant(town, "aoi"));
    EXPECT_TRUE(clean());
}

}  // namespace
}  // namespace musubi::testing

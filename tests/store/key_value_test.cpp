#include <map>
#include <thread>

#include "base/random.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

class KeyValue : public ::testing::TestWithParam<Kind> {
protected:
    std::unique_ptr<KeyValueStore> open(bool read_only = false) {
        if (GetParam() == Kind::Memory) return make_memory_store();
        auto opened = open_rocksdb_store({.folder = folder.path("store"), .read_only = read_only});
        EXPECT_TRUE(opened) << to_text(opened.error());
        return std::move(opened).value();
    }
    static void put(KeyValueStore& kv, const std::string& key, const std::string& value) {
        Batch batch;
        batch.put(Space::Records, key, value);
        ASSERT_TRUE(kv.write(batch, Durability::Synced));
    }
    static std::string keys_of(const KeyValueStore& kv, std::string_view from,
                               std::string_view to) {
        std::string out;
        const auto cursor = kv.scan(Space::Records, from, to);
        for (; cursor->valid(); cursor->next()) out.append(cursor->key()).append(" ");
        EXPECT_TRUE(cursor->status());
        return out;
    }
    TempFolder folder;
};
INSTANTIATE_TEST_SUITE_P(Stores, KeyValue, ::testing::Values(Kind::Memory, Kind::Rocksdb), name_of);

// Of stores that keep what they hold.
class KeptKeyValue : public KeyValue {};
INSTANTIATE_TEST_SUITE_P(Stores, KeptKeyValue, ::testing::Values(Kind::Rocksdb), name_of);

TEST_P(KeyValue, GivesWhatWasPut) {
    const auto kv = open();
    const std::string binary{"\0\xff\0", 3};
    put(*kv, binary, binary);
    put(*kv, "empty", "");
    EXPECT_EQ(**kv->get(Space::Records, binary), binary);
    EXPECT_EQ(**kv->get(Space::Records, "empty"), "");
    EXPECT_FALSE(*kv->get(Space::Records, "none"));
    EXPECT_FALSE(*kv->get(Space::Entities, "empty")) << "spaces meet";
    EXPECT_GT(kv->syncs(), 0U);
}

TEST_P(KeyValue, ScansWithinItsBounds) {
    const auto kv = open();
    for (const char* key : {"b", "a", "c", "ca", "d"}) put(*kv, key, "x");
    EXPECT_EQ(keys_of(*kv, {}, {}), "a b c ca d ");
    EXPECT_EQ(keys_of(*kv, "b", "d"), "b c ca ");
    EXPECT_EQ(keys_of(*kv, "bb", "cb"), "c ca ");
    EXPECT_EQ(keys_of(*kv, "e", {}), "");
    EXPECT_EQ(keys_of(*kv, "c", "c"), "");
    EXPECT_EQ(keys_of(*kv, "d", "a"), "") << "bounds the wrong way round hold nothing";
}

TEST_P(KeyValue, FindsTheLast) {
    const auto kv = open();
    using Entry = std::pair<std::string, std::string>;
    EXPECT_FALSE(*kv->last(Space::Records, {}, {}));
    for (const char* key : {"a", "b", "c"}) put(*kv, key, key);
    EXPECT_EQ(**kv->last(Space::Records, {}, {}), (Entry{"c", "c"}));
    EXPECT_EQ(**kv->last(Space::Records, "a", "c"), (Entry{"b", "b"}));
    EXPECT_EQ(**kv->last(Space::Records, "a", "bb"), (Entry{"b", "b"}));
    EXPECT_FALSE(*kv->last(Space::Records, "bb", "c"));
    EXPECT_FALSE(*kv->last(Space::Records, "d", {}));
    EXPECT_FALSE(*kv->last(Space::Records, "c", "a"));
}

TEST_P(KeyValue, ErasesRanges) {
    const auto kv = open();
    for (const char* key : {"a", "b", "c", "d"}) put(*kv, key, "x");
    Batch batch;
    batch.erase_range(Space::Records, "b", "d");
    ASSERT_TRUE(kv->write(batch, Durability::Synced));
    EXPECT_EQ(keys_of(*kv, {}, {}), "a d ");
    Batch inverted;
    inverted.erase_range(Space::Records, "z", "a");
    inverted.erase_range(Space::Records, "a", "a");
    inverted.put(Space::Records, "e", "x");
    ASSERT_TRUE(kv->write(inverted, Durability::Synced));
    EXPECT_EQ(keys_of(*kv, {}, {}), "a d e ");
}

TEST_P(KeyValue, DoesABatchInItsOrder) {
    const auto kv = open();
    Batch batch;
    batch.put(Space::Records, "a", "1");
    batch.erase_range(Space::Records, "a", "b");
    batch.put(Space::Records, "a", "2");
    batch.put(Space::Records, "c", "1");
    batch.erase(Space::Records, "c");
    ASSERT_TRUE(kv->write(batch, Durability::Synced));
    EXPECT_EQ(keys_of(*kv, {}, {}), "a ");
    EXPECT_EQ(**kv->get(Space::Records, "a"), "2");
}

TEST_P(KeyValue, DoesTheSameAsAMap) {
    const auto kv = open();
    std::map<std::string, std::string> model;
    SeededRandom random{99};
    const auto key = [&] { return "k" + std::to_string(random.next() % 50); };
    for (int round = 0; round < 200; ++round) {
        Batch batch;
        for (std::uint64_t i = 0; i < random.next() % 6; ++i) {
            const std::string a = key();
            const std::string b = key();
            switch (random.next() % 4) {
                case 0: batch.erase(Space::Records, a), model.erase(a); break;
                case 1:
                    batch.erase_range(Space::Records, std::min(a, b), std::max(a, b));
                    model.erase(model.lower_bound(std::min(a, b)),
                                model.lower_bound(std::max(a, b)));
                    break;
                default: batch.put(Space::Records, a, b); model[a] = b;
            }
        }
        ASSERT_TRUE(kv->write(batch, Durability::Relaxed));
        std::string expected;
        for (const auto& [k, v] : model) expected += k + " ";
        ASSERT_EQ(keys_of(*kv, {}, {}), expected);
    }
}

TEST_P(KeyValue, CursorsSeeNoneOrAllOfABatch) {
    const auto kv = open();
    const std::jthread writer{[&](const std::stop_token& stop) {
        for (int n = 0; !stop.stop_requested(); ++n) {
            Batch batch;
            for (char c = 'a'; c <= 'z'; ++c) {
                batch.put(Space::Records, std::string(1, c), std::to_string(n));
            }
            if (!kv->write(batch, Durability::Relaxed)) return;
        }
    }};
    for (int i = 0; i < 300; ++i) {
        const auto cursor = kv->scan(Space::Records, {}, {});
        const std::string first{cursor->valid() ? cursor->value() : ""};
        int count = 0;
        for (; cursor->valid(); cursor->next(), ++count) ASSERT_EQ(cursor->value(), first);
        ASSERT_TRUE(count == 0 || count == 26);
    }
}

TEST_P(KeptKeyValue, KeepsItWhenOpenedAgain) {
    put(*open(), "a", "1");
    EXPECT_EQ(**open()->get(Space::Records, "a"), "1");
    const auto reader = open(/*read_only=*/true);
    EXPECT_EQ(**reader->get(Space::Records, "a"), "1");
    Batch batch;
    batch.put(Space::Records, "a", "2");
    EXPECT_FALSE(reader->write(batch, Durability::Synced));
}

TEST_P(KeptKeyValue, OneAtATimeWorksOnAFolder) {
    const auto kv = open();
    const auto second = open_rocksdb_store({.folder = folder.path("store")});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Io);
    EXPECT_NE(second.error().detail.find("another"), std::string::npos) << to_text(second.error());
}

TEST_P(KeyValue, IsBackedUpAndRestored) {
    if (GetParam() == Kind::Memory) {
        EXPECT_FALSE(open()->backup(folder.path("backup")));
        return;
    }
    const auto kv = open();
    put(*kv, "a", "1");
    ASSERT_TRUE(kv->backup(folder.path("backup")));
    put(*kv, "a", "2");
    ASSERT_TRUE(restore_rocksdb_backup(folder.path("backup"), folder.path("restored")));
    const auto restored = open_rocksdb_store({.folder = folder.path("restored")});
    ASSERT_TRUE(restored) << to_text(restored.error());
    EXPECT_EQ(**(*restored)->get(Space::Records, "a"), "1");
    ASSERT_TRUE(kv->backup(folder.path("backup"))) << "a second time into the same folder";
    EXPECT_FALSE(restore_rocksdb_backup(folder.path("backup"), folder.path("restored")));
    EXPECT_FALSE(restore_rocksdb_backup(folder.path("none"), folder.path("other")));
    EXPECT_TRUE(kv->verify_checksums());
    EXPECT_TRUE(kv->compact(Space::Records));
}

std::string side_file(const KeyValueStore& kv) {
    const auto file = *kv.read_side_file("side");
    if (file == nullptr) return "none";
    std::string bytes(file->size(), '\0');
    EXPECT_TRUE(file->read(bytes.data(), bytes.size()));
    char more = 0;
    EXPECT_FALSE(file->read(&more, 1)) << "it goes on behind its end";
    return bytes;
}

TEST_P(KeptKeyValue, ASideFileIsThereOnceItIsPublished) {
    {
        const auto kv = open();
        EXPECT_EQ(side_file(*kv), "none");
        {
            const auto dropped = *kv->write_side_file("side");
            ASSERT_TRUE(dropped->append("dropped"));
        }
        EXPECT_EQ(side_file(*kv), "none");
        for (const char* text : {"first", "the second"}) {
            const auto writer = *kv->write_side_file("side");
            ASSERT_TRUE(writer->append(text));
            ASSERT_TRUE(writer->append("."));
            ASSERT_TRUE(writer->publish());
        }
        const auto unfinished = *kv->write_side_file("side");
        ASSERT_TRUE(unfinished->append("x"));
        EXPECT_EQ(side_file(*kv), "the second.");
    }
    EXPECT_EQ(side_file(*open()), "the second.");
    EXPECT_EQ(side_file(*open(/*read_only=*/true)), "the second.");
    EXPECT_FALSE(std::filesystem::exists(folder.path("store") + "/side.new"));
}

}  // namespace
}  // namespace musubi::testing

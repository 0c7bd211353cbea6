#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "store/memory/memory_store.h"
#include "store/rocksdb/rocksdb_store.h"
#include "store/store.h"

namespace musubi::testing {

/// A folder that is gone when the test is over.
class TempFolder {
public:
    TempFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "musubi-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string path(const std::string& name = {}) const {
        return name.empty() ? path_ : path_ + "/" + name;
    }

private:
    std::string path_;
};

enum class Kind { Memory, Rocksdb };
inline std::string name_of(const ::testing::TestParamInfo<Kind>& info) {
    return info.param == Kind::Memory ? "Memory" : "Rocksdb";
}

/// A store of either kind with a clock that stands still.
class StoreTest : public ::testing::TestWithParam<Kind> {
protected:
    std::unique_ptr<KeyValueStore> open_kv() {
        if (GetParam() == Kind::Memory) return make_memory_store();
        RocksdbOptions where;
        where.folder = folder.path("store");
        auto kv = open_rocksdb_store(where);
        EXPECT_TRUE(kv) << to_text(kv.error());
        return std::move(kv).value();
    }
    void open() {
        auto opened = Store::open(open_kv(), options, clock, log, metrics);
        ASSERT_TRUE(opened) << to_text(opened.error());
        store = std::move(opened).value();
    }
    void SetUp() override { open(); }
    /// Closes and opens again; a store in memory begins anew.
    void reopen() {
        store.reset();
        open();
    }

    TempFolder folder;
    StoreOptions options;
    ManualClock clock{Time{1'763'800'000'000'000}};
    Log log{LogLevel::Off};
    Metrics metrics;
    std::unique_ptr<Store> store;
    Caller town = service_caller("", "test");
};

inline Attribute property(const std::string& name, Json value,
                          std::optional<Time> observed_at = {}) {
    Attribute a;
    a.name = name;
    a.value = std::move(value);
    a.observed_at = observed_at;
    return a;
}

inline Entity gauge(std::string id, double level, std::optional<Time> observed_at = {}) {
    Entity entity;
    entity.id = std::move(id);
    entity.types = {"urn:test:Gauge"};
    entity.attributes.push_back(property("urn:test:level", level, observed_at));
    entity.attributes.push_back(property("urn:test:name", "九十九橋"));
    return entity;
}

inline Result<Committed> create(Store& store, const Caller& caller, const Entity& entity) {
    return store.commit(caller, [&](Transaction& tx) -> Result<void> {
        TRY(tx.create(entity));
        return {};
    });
}

inline Result<Committed> set(Store& store, const Caller& caller, const std::string& id,
                             const Attribute& attribute) {
    return store.commit(caller, [&](Transaction& tx) -> Result<void> {
        TRY(tx.edit(id))->set(attribute);
        return {};
    });
}

}  // namespace musubi::testing

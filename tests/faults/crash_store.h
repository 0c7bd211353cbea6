#pragma once

#include <rocksdb/env.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "faults/lossy_env.h"
#include "store/verify.h"
#include "support/store_fixture.h"

namespace musubi::testing {

/// How a round ends. In each the process is killed; what it leaves on the disk differs.
enum class Crash {
    Kill,  ///< kill -9: the kernel keeps what was written
    Loss,  ///< the power goes: what was not synced is lost
    Torn,  ///< the power goes while things are written: a part of what was not synced is there
};
inline Crash crash_of(int round) { return static_cast<Crash>(round % 3); }

/// Everything a store works with, in a process that will be killed.
class CrashStore {
public:
    CrashStore(const std::string& folder, std::unique_ptr<rocksdb::Env> env)
        : env_{std::move(env)} {
        RocksdbOptions options;
        options.folder = folder;
        options.env = env_.get();
        options.write_buffer_bytes = 256U << 10U;  // so that flushes and compactions are in it
        StoreOptions store_options;
        store_options.keep_change_bytes = 256U << 10U;  // and trimming
        store_options.image_every_bytes = 16U << 10U;   // and images of the index
        auto kv = open_rocksdb_store(options);
        if (!kv) {
            ADD_FAILURE() << to_text(kv.error());
            return;
        }
        auto opened = Store::open(std::move(kv).value(), store_options, clock, log, metrics);
        if (!opened) {
            ADD_FAILURE() << to_text(opened.error());
            return;
        }
        store_ = std::move(opened).value();
    }
    CrashStore(const std::string& folder, Crash crash)
        : CrashStore{folder, crash == Crash::Kill
                                 ? nullptr
                                 : make_lossy_env({.torn = crash == Crash::Torn})} {}
    /// The operating system's files as they are.
    explicit CrashStore(const std::string& folder) : CrashStore{folder, Crash::Kill} {}

    [[nodiscard]] bool is_open() const { return store_ != nullptr; }
    [[nodiscard]] Store& operator*() { return *store_; }
    [[nodiscard]] Store* operator->() { return store_.get(); }

    SystemClock clock;
    Log log{LogLevel::Off};
    Metrics metrics;

private:
    std::unique_ptr<rocksdb::Env> env_;
    std::unique_ptr<Store> store_;
};

/// What was acknowledged: the last value of each entity, by its number.
using Acknowledged = std::map<int, int>;

inline std::string numbered(int entity) { return "urn:test:" + std::to_string(entity); }

/// Commits a value of an entity, which is made where it is not there yet.
inline bool write_value(Store& store, const Caller& caller, int entity, int value) {
    const auto done = store.commit(caller, [&](Transaction& tx) -> Result<void> {
        auto edit = tx.edit(numbered(entity));
        EntityEdit* e = edit ? *edit : TRY(tx.create(gauge(numbered(entity), 0)));
        e->set(property("urn:test:level", value));
        return {};
    });
    return bool{done};
}

/// Whether a query by the value of its level, which the index narrows, gives the entity.
inline bool is_found_by_value(const Store& store, const Caller& caller, const Entity& entity) {
    EntityQuery query;
    query.types = parse_type_selection("urn:test:Gauge", *core_context()).value();
    query.q = *parse_q("<urn:test:level>==" + to_text(entity.find("urn:test:level")->value),
                       *core_context());
    query.limit = 1'000;
    const auto result = store.query(caller, query);
    return result && std::any_of(result->entities.begin(), result->entities.end(),
                                 [&](const EntityPtr& e) { return e->id == entity.id; });
}

/// Expects that nothing of it is lost, and that `musubi verify` would find nothing wrong.
inline void expect_all_there(const std::string& folder, const Acknowledged& acknowledged) {
    CrashStore store{folder};
    ASSERT_TRUE(store.is_open());
    const Caller caller = service_caller("", "reader");
    for (const auto& [entity, value] : acknowledged) {
        const auto found = store->find(caller, numbered(entity));
        ASSERT_TRUE(found && *found) << numbered(entity) << " was acknowledged and is gone";
        const Attribute* level = (*found)->find("urn:test:level");
        ASSERT_NE(level, nullptr);
        EXPECT_GE(level->value.number(), value) << numbered(entity) << " lost a value";
        const auto series = store->history(caller, numbered(entity), {"urn:test:level"});
        ASSERT_TRUE(series && !series->empty());
        EXPECT_EQ(series->front().points.back().value, level->value);
        EXPECT_TRUE(is_found_by_value(*store, caller, **found)) << numbered(entity);
    }
    const auto report = verify_store(store->key_value());
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_TRUE(report->clean()) << report->faults.front();
}

}  // namespace musubi::testing

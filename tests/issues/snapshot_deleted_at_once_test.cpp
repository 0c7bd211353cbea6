#include <chrono>
#include <thread>

#include "broker/snapshots/snapshot_keeper.h"
#include "store/tenants.h"
#include "unit/broker/delivery_fixture.h"

// A snapshot that was deleted in the millisecond of its last change passed for what had been told:
// its deletion was never told (GS CIM 009 v1.9.1, 5.16.6).
namespace musubi::testing {
namespace {

class NothingFound final : public SnapshotSource {
public:
    Result<std::vector<EntityPtr>> entities(const Caller&, const Json&, const Json&,
                                            const std::string&) const override {
        return std::vector<EntityPtr>{};
    }
    Result<std::vector<EvolutionView>> evolutions(const Caller&, const Json&, const Json&,
                                                  const std::string&) const override {
        return std::vector<EvolutionView>{};
    }
    [[nodiscard]] Json problem(const Error& error) const override { return Json{to_text(error)}; }
};

class SnapshotDeletedAtOnce : public StoreTest {
protected:
    Snapshot told_of() const {
        Snapshot snapshot;
        snapshot.id = "urn:s:1";
        snapshot.status = SnapshotStatus::Success;
        snapshot.endpoint = "http://a.example/x";
        snapshot.to_tell = true;
        snapshot.created_at = snapshot.modified_at = snapshot.last_used_at = clock.now();
        snapshot.expires_at = clock.now() + hours(1);
        return snapshot;
    }
    void commit(const std::function<Result<void>(Transaction&)>& run) {
        const auto done = store->commit(town, run);
        EXPECT_TRUE(done) << to_text(done.error());
    }
    [[nodiscard]] bool is_told(std::size_t times) const {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (port.count() < times && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return port.count() >= times;
    }

    FakePort port;
    NothingFound source;
    Keys keys;
    Policies policies;
    Authority authority{keys, policies};
    SeededRandom random{1};
};

TEST_P(SnapshotDeletedAtOnce, ItIsTold) {
    SnapshotService service{log};
    ASSERT_TRUE(service.load(*store));
    port.react([&](const Outgoing&) {
        if (service.find(0, "urn:s:1", clock.now())) {  // while the change is being told
            commit([&](Transaction& tx) { return service.remove(tx, "urn:s:1"); });
        }
        return Receipt{.status = 204, .retry_after = {}};
    });
    const SnapshotKeeper keeper{{.store = *store,
                                 .service = service,
                                 .source = source,
                                 .port = port,
                                 .authority = authority,
                                 .clock = clock,
                                 .random = random,
                                 .log = log,
                                 .metrics = metrics}};
    commit([&](Transaction& tx) -> Result<void> {
        TRY(Tenants::create_inner(tx, InnerTenant::name_of("", "urn:s:1")));
        SnapshotService::put(tx, told_of());
        return {};
    });
    EXPECT_TRUE(is_told(2)) << "the change, and the deletion";
}

INSTANTIATE_TEST_SUITE_P(Kinds, SnapshotDeletedAtOnce,
                         ::testing::Values(Kind::Memory, Kind::Rocksdb), name_of);

}  // namespace
}  // namespace musubi::testing

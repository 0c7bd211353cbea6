#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "broker/deliveries/dead_letters.h"
#include "broker/deliveries/deliveries.h"
#include "broker/subscriptions/subscription_reactor.h"
#include "broker/subscriptions/subscription_service.h"
#include "support/store_fixture.h"

namespace musubi::testing {

/// Looks again and again until it holds; false after a minute: a machine that is busy is no fault.
inline bool comes_true(const std::function<bool()>& holds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!holds()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

/// A place to keep things that can be opened again after a "crash": from `cut` on nothing more
/// gets onto the disk.
class CutStore final : public KeyValueStore {
public:
    CutStore(std::shared_ptr<KeyValueStore> kept, std::shared_ptr<std::atomic<bool>> cut)
        : kept_{std::move(kept)}, cut_{std::move(cut)} {}
    [[nodiscard]] Result<std::optional<std::string>> get(Space space,
                                                         std::string_view key) const override {
        return kept_->get(space, key);
    }
    [[nodiscard]] std::unique_ptr<Cursor> scan(Space space, std::string_view from,
                                               std::string_view to) const override {
        return kept_->scan(space, from, to);
    }
    [[nodiscard]] Result<std::optional<std::pair<std::string, std::string>>> last(
        Space space, std::string_view from, std::string_view to) const override {
        return kept_->last(space, from, to);
    }
    [[nodiscard]] Result<void> write(const Batch& batch, Durability durability) override {
        if (*cut_) return Error{ErrorCode::Io, "the power is off"};
        return kept_->write(batch, durability);
    }
    [[nodiscard]] std::uint64_t syncs() const override { return kept_->syncs(); }
    [[nodiscard]] SpaceSize size(Space space) const override { return kept_->size(space); }
    [[nodiscard]] Result<void> compact(Space space) override { return kept_->compact(space); }
    [[nodiscard]] Result<void> backup(const std::string& to) override { return kept_->backup(to); }
    [[nodiscard]] Result<void> verify_checksums() const override {
        return kept_->verify_checksums();
    }

private:
    std::shared_ptr<KeyValueStore> kept_;
    std::shared_ptr<std::atomic<bool>> cut_;
};

/// Receivers that do what the test says.
class FakePort final : public NotificationPort {
public:
    using Reaction = std::function<std::optional<Result<Receipt>>(const Outgoing&)>;
    struct Sent {
        Outgoing outgoing;
        Json body;
        [[nodiscard]] std::string header(std::string_view name) const {
            for (const auto& [key, value] : outgoing.headers) {
                if (key == name) return value;
            }
            return {};
        }
        [[nodiscard]] const Json& entity() const { return body.find("data")->array().at(0); }
    };

    void send(Outgoing outgoing, Callback done) override {
        auto body = parse_json(outgoing.body);
        EXPECT_TRUE(body) << outgoing.body;
        std::optional<Result<Receipt>> answer;
        state_.with([&](State& state) {
            answer = state.reaction(outgoing);
            state.sent.push_back({std::move(outgoing), body ? *body : Json{}});
        });
        if (answer) done(std::move(*answer));  // else: never
    }
    void react(Reaction reaction) {
        state_.with([&](State& state) { state.reaction = std::move(reaction); });
    }
    void answer_all(int status) {
        react([status](const Outgoing&) { return Receipt{.status = status, .retry_after = {}}; });
    }
    [[nodiscard]] std::vector<Sent> sent() const {
        return state_.with([](const State& state) { return state.sent; });
    }
    [[nodiscard]] std::size_t count() const {
        return state_.with([](const State& state) { return state.sent.size(); });
    }

private:
    struct State {
        Reaction reaction = [](const Outgoing&) {
            return Receipt{.status = 204, .retry_after = {}};
        };
        std::vector<Sent> sent;
    };
    Guarded<State> state_;
};

inline Subscription subscription(std::string_view json) {
    auto parsed = parse_json(json);
    EXPECT_TRUE(parsed) << to_text(parsed.error());
    auto read = read_subscription(*parsed, *core_context());
    EXPECT_TRUE(read) << to_text(read.error());
    return read ? *read : Subscription{};
}

/// Gauges (see store_fixture.h), told to a receiver. `more` are further members.
inline Subscription gauges(std::string id = "urn:sub:1", std::string uri = "http://a/x",
                           const std::string& more = "") {
    return subscription(R"({"id":")" + std::move(id) + R"(","type":"Subscription",)" + more +
                        R"("entities":[{"type":"urn:test:Gauge"}],"notification":)"
                        R"({"format":"simplified","endpoint":{"uri":")" +
                        std::move(uri) + R"("}}})");
}

/// All of the way from a change to a receiver, over a store that survives crashes.
class DeliveryTest : public ::testing::TestWithParam<Kind> {
protected:
    void SetUp() override {
        limits.stop_grace = {};
        start();
    }
    void TearDown() override { stop(); }

    void start() {
        if (GetParam() == Kind::Rocksdb) {
            RocksdbOptions where;
            where.folder = folder.path("store");
            kept = *open_rocksdb_store(where);
        } else if (!kept) {
            kept = make_memory_store();
        }
        cut = std::make_shared<std::atomic<bool>>(false);
        auto opened = Store::open(std::make_unique<CutStore>(kept, cut), {}, clock, log, metrics);
        ASSERT_TRUE(opened) << to_text(opened.error());
        store = std::move(opened).value();
        keys = std::make_unique<Keys>();
        ASSERT_TRUE(keys->load(*store, clock));
        authority = std::make_unique<Authority>(*keys, policies);
        table = std::make_unique<SubscriptionTable>(contexts, log);
        ASSERT_TRUE(table->load(*store));
        service = std::make_unique<SubscriptionService>(*store, *table, contexts);
        deliveries = std::make_unique<Deliveries>(
            DeliveryParts{*store, *table, *authority, port, clock, random, log, metrics}, limits);
        ASSERT_TRUE(deliveries->start());
        reactor =
            std::make_unique<SubscriptionReactor>(*store, *table, contexts, *authority, clock);
        runner = std::make_unique<ReactorRunner>(*store, clock, log, metrics, *reactor);
    }
    void stop() {
        runner.reset();
        if (deliveries) deliveries->stop();
        store.reset();
        deliveries.reset();
        if (GetParam() == Kind::Rocksdb) kept.reset();
    }
    /// What is not on the disk now never will be.
    void crash() {
        *cut = true;
        stop();
    }

    Result<Committed> subscribe(const Subscription& wanted, const Caller& caller) {
        return store->commit(
            caller, [&](Transaction& tx) { return service->create(tx, wanted, *core_context()); });
    }
    Result<Committed> subscribe(const Subscription& wanted) { return subscribe(wanted, town); }
    Result<Committed> level(const std::string& id, double value) {
        return set(*store, town, id, property("urn:test:level", value));
    }
    [[nodiscard]] std::size_t outbox() const { return store->records(0, kDeliveryKind)->size(); }
    [[nodiscard]] SubscriptionState state(const std::string& id = "urn:sub:1") const {
        return service->find(town, id)->state;
    }
    /// Waits until the reactor has seen all there is.
    [[nodiscard]] bool reacted() const {
        return comes_true([&] { return runner->position() == store->sequence(); });
    }
    [[nodiscard]] bool all_delivered() const {
        return reacted() && comes_true([&] { return outbox() == 0; });
    }
    /// The levels that were told of an entity, in the order of their sending.
    [[nodiscard]] std::vector<double> told(const std::string& id) const {
        std::vector<double> out;
        for (const auto& sent : port.sent()) {
            const Json* value = sent.entity().find("urn:test:level");
            if (*sent.entity().find("id") == Json{id} && value) out.push_back(value->number());
        }
        return out;
    }

    TempFolder folder;
    ManualClock clock{Time{1'763'800'000'000'000}};
    Log log{LogLevel::Off};
    Metrics metrics;
    SeededRandom random{7};   // of the deliveries' thread
    SeededRandom chances{3};  // of the test's receivers
    DeliveryLimits limits;
    Contexts contexts;
    FakePort port;
    Caller town = service_caller("", "test");
    std::shared_ptr<KeyValueStore> kept;
    std::shared_ptr<std::atomic<bool>> cut;
    std::unique_ptr<Store> store;
    std::unique_ptr<Keys> keys;
    Policies policies;
    std::unique_ptr<Authority> authority;
    std::unique_ptr<SubscriptionTable> table;
    std::unique_ptr<SubscriptionService> service;
    std::unique_ptr<Deliveries> deliveries;
    std::unique_ptr<SubscriptionReactor> reactor;
    std::unique_ptr<ReactorRunner> runner;
};

}  // namespace musubi::testing

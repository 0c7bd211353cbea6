#include "insight/rule_reactor.h"

#include "broker/present.h"
#include "insight/alerts/alert_service.h"
#include "insight/alerts/alert_writer.h"
#include "rule_world.h"
#include "support/store_fixture.h"

namespace musubi::test {
namespace {

using musubi::testing::Kind;
using musubi::testing::StoreTest;

/// A store in memory and the rules of the river pack, stepped by hand.
class Rules : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        begin();
    }
    void begin() {
        reactor = std::make_unique<RuleReactor>(*store, clock, log, rules);
        guardian = service_caller("", reactor->name());
        guardian.guardian = reactor->guardian();
    }
    /// As ReactorRunner does it: effect and position in one commit.
    void commit(const Reactor::Effect& effect) {
        if (!effect) return;
        ++effects;
        const auto done = store->commit(guardian, effect);
        ASSERT_TRUE(done) << to_text(done.error());
    }
    void catch_up() {
        for (;;) {
            const auto changes = store->changes(position, 1, {});
            ASSERT_TRUE(changes);
            if (changes->empty()) return;
            if (restart_always) begin();
            const auto effect = reactor->react("", *changes);
            ASSERT_TRUE(effect) << to_text(effect.error());
            commit(*effect);
            position = changes->back()->sequence;
        }
    }
    void tick() {
        const auto effect = reactor->tick("", clock.now());
        ASSERT_TRUE(effect) << to_text(effect.error());
        commit(*effect);
    }
    std::string id(int n) const { return kPrefix + std::to_string(n); }
    Attribute named(const std::string& term, Json value, std::optional<Time> at = {}) const {
        return musubi::testing::property(context->expand(term), std::move(value), at);
    }
    void add_station(int n, bool synthetic = false) {
        Entity e;
        e.id = id(n);
        e.types = {context->expand("FloodMonitoring")};
        e.attributes = {named("name", "九十九橋"), named("dangerLevel", 4),
                        named("evacuationLevel", 3.5), named("alertLevel", 3),
                        named("standbyLevel", 2)};
        if (synthetic) e.attributes.push_back(named("synthetic", true));
        ASSERT_TRUE(musubi::testing::create(*store, town, e));
    }
    void read(int n, Time at, double level) {
        Attribute a = named("currentLevel", level, at);
        a.unit_code = "MTR";
        ASSERT_TRUE(musubi::testing::set(*store, town, id(n), a));
    }
    std::vector<EntityPtr> alerts() {
        EntityQuery query;
        query.types = TypeSelection{.type = rules->names.type};
        query.limit = 1000;
        auto result = store->query(town, query);
        EXPECT_TRUE(result);
        return result ? result->entities : std::vector<EntityPtr>{};
    }
    Json value(const EntityPtr& entity, const std::string& term) const {
        const Attribute* a = entity->find(context->expand(term));
        return a != nullptr ? a->value : Json{};
    }
    /// id, status, subCategory and level of each alert.
    std::string told() {
        std::string out;
        for (const EntityPtr& a : alerts()) {
            out += a->id.substr(std::string_view{"urn:ngsi-ld:Alert:river:"}.size()) + " " +
                   to_text(value(a, "status")) + " " + to_text(value(a, "subCategory")) + " " +
                   to_text(value(a, "level")) + "\n";
        }
        return out;
    }

    std::shared_ptr<const RuleSet> rules = river_rules();
    ContextPtr context = river_context();
    std::unique_ptr<RuleReactor> reactor;
    Caller guardian;
    std::uint64_t position = 0;
    int effects = 0;
    bool restart_always = false;
    Time start{1'763'800'000'000'000};
};
INSTANTIATE_TEST_SUITE_P(Memory, Rules, ::testing::Values(Kind::Memory), musubi::testing::name_of);

TEST_P(Rules, AnAlertSaysWhatThePageReads) {
    add_station(1, true);
    read(1, start, 3.2);
    catch_up();
    const auto all = alerts();
    ASSERT_EQ(all.size(), 1U);
    const EntityPtr a = all[0];
    EXPECT_EQ(a->id, "urn:ngsi-ld:Alert:river:fukui:1:level:20251122T082640Z");
    EXPECT_EQ(a->guardian, "alerts");
    EXPECT_EQ(value(a, "category"), Json{"naturalDisaster"});
    EXPECT_EQ(value(a, "subCategory"), Json{"alertLevel"});
    EXPECT_EQ(value(a, "severity"), Json{"medium"});
    EXPECT_EQ(value(a, "alertSource"), Json{id(1)});
    EXPECT_EQ(value(a, "status"), Json{"open"});
    EXPECT_EQ(value(a, "level"), Json{2});
    EXPECT_EQ(value(a, "threshold"), Json{3});
    EXPECT_EQ(value(a, "synthetic"), Json{true});
    EXPECT_EQ(to_text(value(a, "validFrom")),
              R"({"@type":"DateTime","@value":"2025-11-22T08:26:40Z"})");
    EXPECT_EQ(value(a, "description").find("ja")->string(),
              "水位のお知らせ: 九十九橋 がはん濫注意水位 3.00 m に達しました（現在 3.20 m）。");
    const Attribute* measured = a->find(context->expand("measured"));
    ASSERT_NE(measured, nullptr);
    EXPECT_EQ(measured->value, Json{3.2});
    EXPECT_EQ(measured->unit_code, "MTR");
    EXPECT_EQ(measured->observed_at, start);
}

TEST_P(Rules, OneAlertIsRaisedLoweredAndClosedWithItsHistory) {
    add_station(1);
    const double levels[] = {2.1, 4.2, 3.6, 1.0};
    for (int i = 0; i < 4; ++i) read(1, start + minutes(10 * i), levels[i]);
    catch_up();
    const auto all = alerts();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(value(all[0], "status"), Json{"closed"});
    EXPECT_EQ(all[0]->find(context->expand("validTo"))->value.find("@value")->string(),
              to_iso(start + minutes(30)));
    const auto history = store->history(town, all[0]->id, {context->expand("subCategory")});
    ASSERT_TRUE(history);
    std::vector<std::string> steps;
    for (const Point& p : history->at(0).points) steps.push_back(p.value.string());
    EXPECT_EQ(steps, (std::vector<std::string>{"standbyLevel", "dangerLevel", "evacuationLevel"}));
}

TEST_P(Rules, NothingIsWrittenWhenNothingChanges) {
    add_station(1);
    read(1, start, 1.0);
    catch_up();
    const int before = effects;
    ASSERT_TRUE(musubi::testing::create(*store, town, musubi::testing::gauge("urn:other", 9)));
    catch_up();
    tick();
    EXPECT_EQ(effects, before);
}

TEST_P(Rules, WhoeverElseWouldChangeAnAlertIsRefused) {
    add_station(1);
    read(1, start, 3.2);
    catch_up();
    const std::string alert = alerts().at(0)->id;
    const auto refused = musubi::testing::set(*store, town, alert, named("status", "closed"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Forbidden);
    EXPECT_FALSE(store->commit(town, [&](Transaction& tx) { return tx.erase(alert); }));
}

TEST_P(Rules, SomebodyElsesEntityUnderTheIdDoesNotSilenceTheAlert) {
    add_station(1);
    Entity squatter;
    squatter.id = "urn:ngsi-ld:Alert:river:fukui:1:level:20251122T082640Z";
    squatter.types = {context->expand("Alert")};
    ASSERT_TRUE(musubi::testing::create(*store, town, squatter));
    read(1, start, 3.2);
    read(1, start + minutes(10), 1.0);
    catch_up();
    const auto all = alerts();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0]->guardian, "");
    EXPECT_EQ(all[1]->guardian, "alerts");
    EXPECT_EQ(value(all[1], "status"), Json{"closed"});
}

TEST_P(Rules, ALateReadingOpensNothing) {
    add_station(1);
    read(1, start, 1.0);
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
        TRY(tx.edit(id(1)))->add_late(named("currentLevel", 9, start - minutes(10)));
        return {};
    }));
    catch_up();
    EXPECT_EQ(told(), "");
}

TEST_P(Rules, ALookAheadIsForStaffAndHasNoLevel) {
    add_station(1);
    for (int i = 0; i < 6; ++i) read(1, start + minutes(10 * i), 1.0 + 0.18 * i);
    catch_up();
    const auto all = alerts();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(value(all[0], "subCategory"), Json{"lookAhead"});
    EXPECT_EQ(value(all[0], "staffOnly"), Json{true});
    EXPECT_EQ(value(all[0], "level"), Json{});
    EXPECT_NE(value(all[0], "description").find("ja")->string().find("参考・予報ではない"),
              std::string::npos);
    read(1, start + minutes(60), 2.1);
    catch_up();
    EXPECT_EQ(value(alerts().at(0), "status"), Json{"closed"});
}

/// A stretch of one town's life: what it leaves must not depend on where it was interrupted.
void live_through(const std::function<void(int, Time, double)>& read, Time start) {
    const double a[] = {1.0, 1.5, 1.9, 2.1, 2.6, 3.2, 4.1, 3.6, 2.4, 1.8, 1.7, 1.6};
    for (int i = 0; i < 12; ++i) {
        const Time at = start + minutes(10 * i);
        read(1, at, a[i]);
        if (i < 3) read(2, at, 2.0 + 0.05 * i);
        read(3, at, 0.5);
    }
    for (int i = 0; i < 20; ++i) read(3, start + minutes(120 + 10 * i), 0.5);
}

TEST_P(Rules, StoppedAnywhereItGoesOnAsIfNothingHadBeen) {
    const auto run = [&](bool restarts) {
        reopen();
        begin();
        position = 0;
        restart_always = restarts;
        EXPECT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
            put_replay_present(tx, start);
            return {};
        }));
        for (int n = 1; n <= 3; ++n) add_station(n);
        live_through([&](int n, Time at, double level) { read(n, at, level); }, start);
        catch_up();
        return told();
    };
    const std::string once = run(false);
    EXPECT_NE(once.find("silentSensor"), std::string::npos) << once;
    EXPECT_NE(once.find("lookAhead"), std::string::npos) << once;
    EXPECT_EQ(run(true), once);
}

TEST_P(Rules, ACommitThatFailedIsDoneAgainNotTwice) {
    add_station(1);
    catch_up();
    read(1, start, 3.2);
    const auto changes = store->changes(position, 1, {});
    ASSERT_TRUE(changes);
    const auto lost = reactor->react("", *changes);  // its effect is never committed
    ASSERT_TRUE(lost && *lost);
    catch_up();
    EXPECT_EQ(told(), "fukui:1:level:20251122T082640Z \"open\" \"alertLevel\" 2\n");
}

TEST_P(Rules, LiveSilenceIsJudgedByTheClock) {
    for (int n = 1; n <= 4; ++n) add_station(n);
    for (int n = 1; n <= 4; ++n) read(n, clock.now(), 1);
    catch_up();
    clock.advance(hours(2));
    read(1, clock.now(), 1);
    read(2, clock.now(), 1);
    read(3, clock.now(), 1);
    catch_up();
    clock.advance(minutes(61));
    tick();
    EXPECT_EQ(told(), "fukui:4:silent:20251122T112640Z \"open\" \"silentSensor\" null\n");
    clock.advance(hours(3));
    tick();
    const std::string feed = "fukui:silent:20251122T132640Z \"open\" \"silentFeed\" null\n";
    EXPECT_NE(told().find(feed), std::string::npos) << told();
    EXPECT_EQ(alerts().size(), 2U);
}

TEST_P(Rules, InAReplayTheWallClockMakesNothingSilent) {
    add_station(1);
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
        put_replay_present(tx, start);
        return {};
    }));
    read(1, start, 1);
    catch_up();
    clock.advance(days(30));
    tick();
    EXPECT_EQ(told(), "");
}

TEST_P(Rules, WhatWasThereBeforeTheRulesIsTakenUp) {
    add_station(1);
    read(1, clock.now(), 1);
    std::string at;
    append_be64(at, store->sequence());
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
        tx.put_record_of(0, "position", "rules", at);
        return {};
    }));
    position = store->sequence();
    tick();
    read(1, clock.now() + minutes(10), 3.2);
    catch_up();
    const std::string opened = "fukui:1:level:20251122T083640Z \"open\" \"alertLevel\" 2\n";
    EXPECT_NE(told().find(opened), std::string::npos) << told();
}

TEST_P(Rules, WorksUnderTheRunner) {
    {
        ReactorRunner runner{*store, clock, log, metrics, *reactor};
        add_station(1);
        read(1, start, 3.2);
        for (int i = 0; i < 500 && alerts().empty(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }
    EXPECT_EQ(told(), "fukui:1:level:20251122T082640Z \"open\" \"alertLevel\" 2\n");
}

}  // namespace
}  // namespace musubi::test

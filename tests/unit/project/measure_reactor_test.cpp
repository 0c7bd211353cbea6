#include "project/measure_reactor.h"

#include "measure_world.h"
#include "support/signing_house.h"
#include "trust/keys.h"
#include "trust/people/grant.h"
#include "trust/policies/persons.h"

namespace musubi::testing {
namespace {

class Measuring : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        set = measures_of(measure_text("level", "day", "mean", "unit = \"MTR\"\n"));
        restart();
        clock.jump_to(*parse_time("2026-11-20T00:00:00Z"));
    }
    void restart() { reactor.emplace(*store, policies, clock, log, metrics, set); }
    void commit(const Result<Reactor::Effect>& effect) {
        ASSERT_TRUE(effect) << to_text(effect.error());
        if (!*effect) return;
        const auto done = store->commit(musubi, *effect);
        ASSERT_TRUE(done) << to_text(done.error());
    }
    // What the runner does: all changes, then the time.
    void pass(Duration time) {
        for (;;) {
            const auto changes = *store->changes(taken, 100, {});
            if (changes.empty()) break;
            commit(reactor->react("", changes));
            taken = changes.back()->sequence;
        }
        clock.advance(time);
        commit(reactor->tick("", clock.now()));
    }
    static Entity gauge(const std::string& id, double level, Time at) {
        Entity out = testing::gauge(id, level, at);
        out.attributes.own(0).unit_code = "MTR";
        return out;
    }
    void read(double level, Time at) {
        Attribute reading = property("urn:test:level", level, at);
        reading.unit_code = "MTR";
        ASSERT_TRUE(testing::set(*store, town, "urn:test:g", reading));
    }
    void read_late(double level, Time at) {
        ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
            Attribute late = property("urn:test:level", level, at);
            late.unit_code = "MTR";
            TRY(tx.edit("urn:test:g"))->add_late(std::move(late));
            return {};
        }));
    }
    [[nodiscard]] EntityPtr value() const {
        return *store->find(town, "urn:ngsi-ld:MeasureValue:level:day:2026-11-20");
    }
    static Json of(const EntityPtr& entity, const std::string& name) {
        const Attribute* attribute = entity->find(core_context()->expand(name));
        return attribute != nullptr ? attribute->value : Json{};
    }

    Policies policies;
    MeasureSetPtr set;
    std::optional<MeasureReactor> reactor;
    std::uint64_t taken = 0;
    Caller musubi = [] {
        Caller caller = service_caller("", "measures");
        caller.guardian = std::string{kMeasureGuardian};
        return caller;
    }();
};

TEST_P(Measuring, APeriodIsWrittenWhileItIsOpenAndWhenItIsOver) {
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, clock.now())));
    pass(seconds(1));
    ASSERT_TRUE(value());
    EXPECT_EQ(of(value(), "kpiValue"), Json{1});
    EXPECT_EQ(of(value(), "isFinal"), Json{false});
    EXPECT_EQ(of(value(), "revision"), Json{});

    read(2, clock.now());
    pass(seconds(1));
    EXPECT_EQ(of(value(), "kpiValue"), Json{1}) << "not with each reading";
    pass(MeasureReactor::kOpenEvery);
    EXPECT_EQ(of(value(), "kpiValue"), Json{1.5});

    pass(days(1));
    EXPECT_EQ(of(value(), "isFinal"), Json{true});
    EXPECT_EQ(of(value(), "revision"), Json{1});
    EXPECT_EQ(of(value(), "readingsUsed"), Json{2});
    EXPECT_EQ(of(value(), "definitionHash"), Json{set->measures[0].hash});
    EXPECT_EQ(of(value(), "readingsRoot").string().size(), 64U);
    EXPECT_EQ(value()->find(core_context()->expand("kpiValue"))->unit_code, "C62");

    const EntityPtr measure = *store->find(town, "urn:ngsi-ld:Measure:level");
    ASSERT_TRUE(measure);
    EXPECT_EQ(of(measure, "definition"), Json{set->measures[0].definition});
}

TEST_P(Measuring, WhatAClockThatRanAheadWroteIsTakenBack) {
    const Time morning = clock.now();
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, morning)));
    pass(days(3));
    pass(MeasureReactor::kQuiet);
    const auto later = [&] {
        return *store->find(town, "urn:ngsi-ld:MeasureValue:level:day:2026-11-21");
    };
    ASSERT_EQ(of(value(), "isFinal"), Json{true});
    ASSERT_TRUE(later());
    ASSERT_EQ(of(later(), "isFinal"), Json{true}) << "silent, and over";

    clock.jump_to(morning + hours(1));
    pass(seconds(1));
    for (const EntityPtr& one : {value(), later()}) {
        EXPECT_EQ(of(one, "isFinal"), Json{false});
        EXPECT_EQ(of(one, "readingsRoot"), Json{});
        EXPECT_NE(to_text(of(one, "lack")).find("進んでいた時計"), std::string::npos);
    }
    EXPECT_EQ(of(value(), "kpiValue"), Json{});
    pass(seconds(1));
    restart();  // nothing of it is done again
    pass(seconds(1));
    EXPECT_EQ(of(later(), "revision"), Json{1});
    read(3, clock.now());
    pass(MeasureReactor::kOpenEvery);
    EXPECT_EQ(of(value(), "kpiValue"), Json{2}) << "the present day follows its readings";
    EXPECT_EQ(of(value(), "lack"), Json{});
    pass(days(2));
    pass(MeasureReactor::kQuiet);
    EXPECT_EQ(of(value(), "isFinal"), Json{true});
    EXPECT_EQ(of(value(), "revision"), Json{2}) << "beside what the clock ahead wrote";
    EXPECT_EQ(of(later(), "isFinal"), Json{true});
    EXPECT_EQ(of(later(), "revision"), Json{2});
}

TEST_P(Measuring, ALateReadingMakesARevisionBesideTheOld) {
    const Time morning = clock.now();
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, morning)));
    pass(days(2));
    pass(MeasureReactor::kQuiet);
    const Json root = of(value(), "readingsRoot");
    read_late(4, morning + hours(1));
    pass(MeasureReactor::kQuiet);
    EXPECT_EQ(of(value(), "kpiValue"), Json{2.5});
    EXPECT_EQ(of(value(), "revision"), Json{2});
    EXPECT_NE(of(value(), "readingsRoot"), root);
    // Nothing new: no revision.
    pass(days(1));
    pass(MeasureReactor::kQuiet);
    EXPECT_EQ(of(value(), "revision"), Json{2});

    const auto history = *store->history(town, value()->id, {core_context()->expand("kpiValue")});
    ASSERT_EQ(history.size(), 1U);
    std::vector<double> values;
    for (const Point& point : history[0].points) values.push_back(point.value.number());
    EXPECT_EQ(values, (std::vector<double>{1, 2.5}));
}

TEST_P(Measuring, ALateFirstReadingIsARevision) {
    std::string text = measure_text("level", "day", "expected");
    text.replace(text.find("formula = \"x\""), 13, "formula = \"x + y\"");
    set = measures_of(text + "[[measure.part]]\n" + "name = \"y\"\ntype = \"urn:test:Gauge\"\n" +
                      "attribute = \"urn:test:level\"\nis = \"count\"\n");
    restart();
    clock.advance(hours(3));  // it is noon
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, clock.now())));
    const Time noon = clock.now();
    pass(days(2));
    pass(MeasureReactor::kQuiet);
    EXPECT_EQ(of(value(), "kpiValue"), Json{73}) << "72 due, one came";
    read_late(4, noon - days(3));
    pass(MeasureReactor::kQuiet);
    pass(MeasureReactor::kQuiet);
    EXPECT_EQ(of(value(), "kpiValue"), Json{145});
    EXPECT_EQ(of(value(), "revision"), Json{2});
    const std::string id = "urn:ngsi-ld:MeasureValue:level:day:2026-11-";
    EXPECT_TRUE(*store->find(town, id + "17"));
    for (const char* day : {"18", "19"}) {  // nothing was read, but it was due
        const EntityPtr silent = *store->find(town, id + day);
        ASSERT_TRUE(silent);
        EXPECT_EQ(of(silent, "kpiValue"), Json{144});
    }
}

// A history that comes at once, with a gap in it: the days of silence are kept as well.
TEST_P(Measuring, TheSilentDaysOfAnImportedHistoryHaveTheirValues) {
    set = measures_of(measure_text("level", "day", "expected"));
    restart();
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, clock.now() - days(6))));
    Attribute now = property("urn:test:level", 2, clock.now());
    ASSERT_TRUE(testing::set(*store, town, "urn:test:g", now));
    pass(seconds(1));
    pass(MeasureReactor::kQuiet);
    pass(MeasureReactor::kQuiet);
    const Time today = period_at(PeriodKind::Day, clock.now()).from;
    for (int ago = 1; ago < 6; ++ago) {
        const std::string day = day_text(today - days(ago));
        const EntityPtr silent = *store->find(town, "urn:ngsi-ld:MeasureValue:level:day:" + day);
        ASSERT_TRUE(silent) << day;
        EXPECT_EQ(of(silent, "kpiValue"), Json{144});
        EXPECT_EQ(of(silent, "isFinal"), Json{true});
    }
}

// The days on which all are silent are those that most is missing of.
TEST_P(Measuring, ADayOnWhichNothingWasReadHasAValueToo) {
    set = measures_of(measure_text("level", "day", "expected"));
    restart();
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, clock.now())));
    pass(seconds(1));
    pass(days(4));
    pass(MeasureReactor::kQuiet);
    const std::string id = "urn:ngsi-ld:MeasureValue:level:day:2026-11-";
    for (const char* day : {"21", "22", "23"}) {
        const EntityPtr silent = *store->find(town, id + day);
        ASSERT_TRUE(silent) << day;
        EXPECT_EQ(of(silent, "kpiValue"), Json{144});
        EXPECT_EQ(of(silent, "isFinal"), Json{true});
    }
    EXPECT_FALSE(*store->find(town, id + "24")) << "it is not over";
    EXPECT_FALSE(*store->find(town, id + "19")) << "it was not there";
    // What was silent while the program was down is seen afterwards.
    restart();
    pass(days(2));
    pass(MeasureReactor::kQuiet);
    EXPECT_TRUE(*store->find(town, id + "24"));
    EXPECT_TRUE(*store->find(town, id + "25"));
    const std::uint64_t before = store->sequence();
    pass(minutes(1));
    EXPECT_EQ(store->sequence(), before) << "once";
}

TEST_P(Measuring, TheFirstReadingOfAPeriodIsShownAtOnce) {
    std::string text = measure_text("level", "day", "mean");
    text += measure_text("other", "day", "mean");
    text.replace(text.rfind("urn:test:level"), 14, "urn:test:depth");
    set = measures_of(text);
    restart();
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, clock.now())));
    pass(seconds(1));
    const std::string other = "urn:ngsi-ld:MeasureValue:other:day:2026-11-20";
    ASSERT_TRUE(*store->find(town, other)) << "without a value yet";
    clock.advance(seconds(1));
    ASSERT_TRUE(
        testing::set(*store, town, "urn:test:g", property("urn:test:depth", 7, clock.now())));
    pass(seconds(1));
    EXPECT_EQ(of(*store->find(town, other), "kpiValue"), Json{7});
}

TEST_P(Measuring, WhatIsOverFollowsWhoLeaves) {
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, clock.now())));
    ASSERT_TRUE(create(*store, town, gauge("urn:test:h", 3, clock.now())));
    pass(days(3));
    pass(MeasureReactor::kQuiet);
    EXPECT_EQ(of(value(), "kpiValue"), Json{2});
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) { return tx.erase("urn:test:h"); }));
    pass(MeasureReactor::kQuiet);
    pass(MeasureReactor::kQuiet);
    EXPECT_EQ(of(value(), "kpiValue"), Json{1});
    EXPECT_EQ(of(value(), "revision"), Json{2});
}

// However long ago: of days for ten years.
TEST_P(Measuring, WhatWasOverYearsAgoFollowsWhoLeavesToo) {
    const Time then = clock.now() - days(900);
    for (const auto& [id, level] : {std::pair{"urn:test:g", 1.0}, std::pair{"urn:test:h", 3.0}}) {
        ASSERT_TRUE(create(*store, town, gauge(id, level, then)));
        Attribute present = property("urn:test:level", level, clock.now());
        present.unit_code = "MTR";
        ASSERT_TRUE(testing::set(*store, town, id, present));
    }
    const std::string first = "urn:ngsi-ld:MeasureValue:level:day:" + day_text(then);
    const auto passes = [&](const Json& expected) {
        for (int n = 0; n < 200; ++n) {
            pass(MeasureReactor::kQuiet);
            const EntityPtr value = *store->find(town, first);
            if (value && of(value, "kpiValue") == expected) return true;
        }
        return false;
    };
    ASSERT_TRUE(passes(Json{2}));
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) { return tx.erase("urn:test:h"); }));
    EXPECT_TRUE(passes(Json{1}));
}

TEST_P(Measuring, AnotherDefinitionMakesARevision) {
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 2, clock.now())));
    pass(days(3));
    pass(MeasureReactor::kQuiet);
    EXPECT_EQ(of(value(), "kpiValue"), Json{2});
    std::string text = measure_text("level", "day", "mean", "unit = \"MTR\"\n");
    text.replace(text.find("formula = \"x\""), 13, "formula = \"x * 2\"");
    set = measures_of(text);
    restart();
    pass(seconds(1));
    pass(MeasureReactor::kQuiet);
    EXPECT_EQ(of(value(), "kpiValue"), Json{4});
    EXPECT_EQ(of(value(), "revision"), Json{2});
    EXPECT_EQ(of(value(), "definitionHash"), Json{set->measures[0].hash});
}

TEST_P(Measuring, WhatIsDueIsWrittenAfterARestart) {
    const Time morning = clock.now();
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, morning)));
    pass(days(2));
    pass(MeasureReactor::kQuiet);
    read_late(4, morning + hours(1));
    commit(reactor->react("", *store->changes(taken, 100, {})));
    taken = store->sequence();
    restart();  // before its time came
    pass(MeasureReactor::kQuiet);
    EXPECT_EQ(of(value(), "kpiValue"), Json{2.5});
    EXPECT_EQ(of(value(), "revision"), Json{2});
}

TEST_P(Measuring, WhatWasThereBeforeTheMeasuresIsMeasured) {
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, clock.now())));
    taken = store->sequence();
    restart();
    pass(seconds(1));
    ASSERT_TRUE(value());
    EXPECT_EQ(of(value(), "kpiValue"), Json{1});
}

TEST_P(Measuring, ACommitThatFailsLosesNothing) {
    const Time morning = clock.now();
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, morning)));
    pass(days(2));
    pass(MeasureReactor::kQuiet);
    read_late(4, morning + hours(1));
    const auto changes = *store->changes(taken, 100, {});
    ASSERT_TRUE(reactor->react("", changes));  // its effect is not committed, so it is asked again
    commit(reactor->react("", changes));
    taken = store->sequence();
    restart();
    pass(MeasureReactor::kQuiet);
    EXPECT_EQ(of(value(), "kpiValue"), Json{2.5});
}

TEST_P(Measuring, AnEntityOfSomebodyElseStaysTheirs) {
    Entity other;
    other.id = "urn:ngsi-ld:MeasureValue:level:day:2026-11-20";
    other.types = {"urn:test:Other"};
    ASSERT_TRUE(create(*store, town, other));
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, clock.now())));
    pass(seconds(1));
    ASSERT_TRUE(value());
    EXPECT_EQ(of(value(), "kpiValue"), Json{});
    EXPECT_TRUE(*store->find(town, "urn:ngsi-ld:Measure:level")) << "the others are written";
}

// Its type is personal in what is in force, signed by two.
TEST_P(Measuring, WhoIsOfAPersonalTypeAsWellBelongsToNoValue) {
    ASSERT_TRUE(policies.load(*store, clock));
    SigningHouse signing;
    signing.open(*store);
    const auto officer = [](const std::string& id) {
        Caller caller;
        caller.subject = person_subject(id);
        caller.role = Role::PrivacyOfficer;
        caller.access = std::make_shared<const AccessFilter>(access_of(caller.role));
        return caller;
    };
    const Signer first = signing.signer(*store, clock, "a");
    const std::string text =
        "[policies]\nversion = \"1\"\n[[personal]]\ntype = [\"urn:test:Care\"]\n"
        "purpose = [\"care\"]\n";
    const auto made = policies.propose(*store, officer("a"),
                                       {.text = text, .note = "", .file = "t", .signer = &first},
                                       *core_context());
    ASSERT_TRUE(made) << to_text(made.error());
    ASSERT_TRUE(policies.sign(*store, officer("b"), made->number,
                              signing.signer(*store, clock, "b"), [&](const std::string& subject) {
                                  return std::optional{officer(std::string(person_of(subject)))};
                              }));

    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, clock.now())));
    Entity at_home = gauge("urn:test:home", 9, clock.now());
    at_home.types.insert(at_home.types.begin(), "urn:test:Care");
    ASSERT_TRUE(create(*store, town, at_home));
    pass(seconds(1));
    ASSERT_TRUE(value());
    EXPECT_EQ(of(value(), "kpiValue"), Json{1});
    pass(days(1));
    EXPECT_EQ(of(value(), "isFinal"), Json{true});
    EXPECT_EQ(of(value(), "kpiValue"), Json{1}) << "also when it is over";
    EXPECT_EQ(of(value(), "readingsUsed"), Json{1});
}

TEST_P(Measuring, NobodyElseChangesAValue) {
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, clock.now())));
    pass(seconds(1));
    const auto done =
        testing::set(*store, town, value()->id, property(core_context()->expand("kpiValue"), 9));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::Forbidden);
}

TEST_P(Measuring, AUnitThatDoesNotFitIsSaid) {
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g", 1, clock.now())));
    Attribute reading = property("urn:test:level", 150, clock.now() + minutes(1));
    reading.unit_code = "CMT";
    ASSERT_TRUE(testing::set(*store, town, "urn:test:g", reading));
    pass(minutes(2));
    ASSERT_TRUE(value());
    EXPECT_EQ(of(value(), "kpiValue"), Json{});
    EXPECT_NE(of(value(), "lack").find("en")->string().find("another unit"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Each, Measuring, ::testing::Values(Kind::Memory, Kind::Rocksdb));

}  // namespace
}  // namespace musubi::testing

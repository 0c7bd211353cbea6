#include "model/access/governance.h"
#include "store/belonging.h"
#include "store/tenants.h"
#include "support/store_fixture.h"

// Whoever could read an entity as it was now was shown all that history held under its id: of one
// that had been deleted before, of another type, in another scope, and of the times at which a
// condition of a policy kept it from them.
namespace musubi::testing {
namespace {

constexpr const char* kVisit = "urn:test:Visit";
constexpr const char* kCat = "urn:test:Cat";
constexpr const char* kBody = "urn:test:body";
constexpr const char* kStatus = "urn:test:status";

class HistoryOfAnotherTime : public StoreTest {
protected:
    static Entity thing(const std::string& id, const std::string& type, const std::string& body) {
        Entity entity;
        entity.id = id;
        entity.types = {type};
        entity.attributes.push_back(property(kBody, body));
        return entity;
    }
    Caller limited(std::vector<std::string> types) const {
        Caller caller = town;
        caller.guardian.clear();
        AccessFilter access = *town.access;
        access.only_types = std::move(types);
        caller.access = std::make_shared<const AccessFilter>(std::move(access));
        return caller;
    }
    static AccessRule reading(bool permits) {
        AccessRule rule;
        rule.permits = permits;
        rule.actions.set(static_cast<std::size_t>(AccessAction::Read));
        return rule;
    }
    static AccessRule on(bool permits, std::string_view q) {
        AccessRule rule = reading(permits);
        rule.types = {kVisit};
        rule.q = parse_q(q, *core_context()).value();
        return rule;
    }
    Caller bound(std::vector<AccessRule> rules) const {
        Governance::GovernedTypes governed;
        for (const AccessRule& rule : rules) {
            if (rule.permits) governed[0].types.insert(rule.types.begin(), rule.types.end());
        }
        Caller caller = limited({});
        AccessFilter access = *caller.access;
        access.governance = std::make_shared<const Governance>(std::move(rules), governed, 1);
        caller.access = std::make_shared<const AccessFilter>(std::move(access));
        return caller;
    }
    std::uint64_t edit(const std::function<Result<void>(Transaction&)>& run) {
        clock.advance(minutes(1));
        const auto done = store->commit(town, run);
        EXPECT_TRUE(done) << to_text(done.error());
        return done ? done->sequence : 0;
    }
    std::uint64_t write(const std::string& body, const std::string& status,
                        std::optional<Time> status_at = {}) {
        return edit([&](Transaction& tx) -> Result<void> {
            EntityEdit* edit = TRY(tx.edit("urn:a"));
            if (!body.empty()) edit->set(property(kBody, body));
            if (!status.empty()) edit->set(property(kStatus, status, status_at));
            return {};
        });
    }
    void make(Entity entity) {
        edit([&](Transaction& tx) -> Result<void> {
            TRY(tx.create(std::move(entity)));
            return {};
        });
    }
    void retype(std::vector<std::string> types, const std::string& body) {
        edit([&](Transaction& tx) -> Result<void> {
            EntityEdit* edit = TRY(tx.edit("urn:a"));
            edit->set_types(std::move(types));
            edit->set(property(kBody, body));
            return {};
        });
    }
    void move(std::vector<std::string> scopes, const std::string& body) {
        edit([&](Transaction& tx) -> Result<void> {
            EntityEdit* edit = TRY(tx.edit("urn:a"));
            edit->set_scopes(std::move(scopes));
            edit->set(property(kBody, body));
            return {};
        });
    }
    void erase() {
        edit([](Transaction& tx) { return tx.erase("urn:a"); });
    }
    // What they are shown of one attribute, in order; "-": a deletion, "none": no such entity.
    std::vector<std::string> shown(const Caller& caller, const std::string& name = kBody) {
        const auto all = store->history(caller, "urn:a", {});
        if (!all) return {"none"};
        std::vector<std::string> out;
        for (const Series& series : *all) {
            EXPECT_FALSE(series.points.empty()) << series.name;
            if (series.name != name) continue;
            for (const Point& p : series.points) {
                out.push_back(p.deleted ? "-" : p.value.is_string() ? p.value.string() : "other");
            }
        }
        return out;
    }
    using Bodies = std::vector<std::string>;
};
INSTANTIATE_TEST_SUITE_P(Stores, HistoryOfAnotherTime,
                         ::testing::Values(Kind::Memory, Kind::Rocksdb), name_of);

TEST_P(HistoryOfAnotherTime, IsNotThatOfOneMadeAnewUnderTheId) {
    make(thing("urn:a", kVisit, "secret"));
    erase();
    make(thing("urn:a", kCat, "tom"));
    EXPECT_EQ(shown(limited({kCat})), Bodies{"tom"});
    EXPECT_EQ(shown(limited({kCat, kVisit})), Bodies{"tom"});  // a former life is over for them
    EXPECT_EQ(shown(town), (Bodies{"secret", "-", "tom"}));
    erase();
    EXPECT_EQ(shown(limited({kCat})), (Bodies{"tom", "-"}));
    EXPECT_EQ(shown(limited({kVisit})), Bodies{"none"});
    reopen();
    if (GetParam() == Kind::Memory) return;  // it begins anew
    EXPECT_EQ(shown(limited({kCat})), (Bodies{"tom", "-"}));
}

TEST_P(HistoryOfAnotherTime, IsNotThatOfOneMadeAnewInTheSameCommit) {
    make(thing("urn:a", kVisit, "secret"));
    edit([&](Transaction& tx) -> Result<void> {
        TRY(tx.erase("urn:a"));
        TRY(tx.create(thing("urn:a", kCat, "tom")));
        return {};
    });
    EXPECT_EQ(shown(limited({kCat})), Bodies{"tom"});
}

TEST_P(HistoryOfAnotherTime, IsNotThatOfAnotherType) {
    make(thing("urn:a", kVisit, "secret"));
    retype({kCat}, "tom");
    EXPECT_EQ(shown(limited({kCat})), Bodies{"tom"});
    EXPECT_EQ(shown(limited({kCat, kVisit})), (Bodies{"secret", "tom"}));
    retype({kVisit}, "ill");
    EXPECT_EQ(shown(limited({kVisit})), (Bodies{"secret", "ill"}));
    EXPECT_EQ(shown(limited({kCat})), Bodies{"none"});
    EXPECT_EQ(*store->types_in_history(limited({kCat, kVisit}), "urn:a"),
              (std::vector<std::string>{kVisit, kCat}));
    EXPECT_EQ(*store->types_in_history(limited({kVisit}), "urn:a"),
              std::vector<std::string>{kVisit});
}

TEST_P(HistoryOfAnotherTime, ShowsWhatTheEntityItselfShows) {
    make(thing("urn:a", kVisit, "kept"));
    edit([](Transaction& tx) -> Result<void> {
        TRY(tx.edit("urn:a"))->set_types({kCat});
        return {};
    });
    EXPECT_EQ(shown(limited({kCat})), Bodies{"kept"});
}

TEST_P(HistoryOfAnotherTime, IsNotThatOfAnotherScope) {
    AccessRule rule = reading(false);
    rule.scopes = scope_and_below("/north");
    rule.beyond_scopes = true;
    const Caller north = bound({rule});
    Entity first = thing("urn:a", kCat, "south");
    first.scopes = {"/south"};
    make(first);
    move({"/north"}, "north");
    EXPECT_EQ(shown(north), Bodies{"north"});
    EXPECT_EQ(shown(north, std::string(iri::kScope)), Bodies{"other"});  // one, and an array
    move({"/south"}, "south again");
    EXPECT_EQ(shown(north), Bodies{"none"});
    move({"/north/ward"}, "back");
    EXPECT_EQ(shown(north), (Bodies{"north", "back"}));
    EXPECT_EQ(shown(town), (Bodies{"south", "north", "south again", "back"}));
}

TEST_P(HistoryOfAnotherTime, IsNotWhatAPermissionKeptBackThen) {
    const Caller reader = bound({on(true, "urn:test:status==\"public\"")});
    make(thing("urn:a", kVisit, "h0"));
    for (const auto& [body, status] : {std::pair{"h1", "secret"},
                                       {"h2", "public"},
                                       {"h3", "secret"},
                                       {"h4", "secret"},
                                       {"h5", "public"}}) {
        write(body, status);
    }
    EXPECT_EQ(shown(reader), (Bodies{"h2", "h5"}));
    EXPECT_EQ(shown(reader, kStatus), (Bodies{"public", "public"}));
    write("h6", "");
    EXPECT_EQ(shown(reader), (Bodies{"h2", "h5", "h6"}));
    write("h7", "secret");
    EXPECT_EQ(shown(reader), Bodies{"none"});
    EXPECT_EQ(shown(town).size(), 8U);
}

TEST_P(HistoryOfAnotherTime, IsNotWhatAProhibitionKeptBackThen) {
    const Caller reader = bound({on(false, "urn:test:status==\"secret\"")});
    Entity first = thing("urn:a", kVisit, "h0");
    first.attributes.push_back(property(kStatus, "public"));
    make(first);
    write("h1", "secret");
    write("h2", "public");
    EXPECT_EQ(shown(reader), (Bodies{"h0", "h2"}));
    edit([](Transaction& tx) -> Result<void> {
        TRY(tx.edit("urn:a"))->remove(kStatus, {});
        return {};
    });
    write("h3", "");
    EXPECT_EQ(shown(reader), (Bodies{"h0", "h2", "h3"}));
}

TEST_P(HistoryOfAnotherTime, IsKeptBackWhereTheStateOfThenCanNotBeTold) {
    const Caller reader = bound({on(true, "urn:test:status==\"public\"")});
    make(thing("urn:a", kVisit, "h0"));
    write("h1", "public", Time{} + minutes(10));
    // It may have joined history alone, or not.
    write("h2", "public", Time{} + minutes(5));
    write("h3", "secret", Time{} + minutes(7));
    write("h4", "public", Time{} + minutes(20));
    EXPECT_EQ(shown(reader), (Bodies{"h1", "h4"}));
    // A correction says what it is to have been, not what was shown.
    write("h5", "secret", Time{} + minutes(30));
    edit([](Transaction& tx) -> Result<void> {
        EntityEdit* edit = TRY(tx.edit("urn:a"));
        const Attribute was = *edit->state().find(kStatus);
        Attribute now = was;
        now.value = "public";
        return edit->correct(was, std::move(now));
    });
    write("h6", "");
    EXPECT_EQ(shown(reader), Bodies{"h6"});
}

TEST_P(HistoryOfAnotherTime, IsCoarseAsItWasThenAndAsItIsNow) {
    AccessRule rough = on(true, "urn:test:status==\"public\"");
    rough.coarser.emplace_back("urn:test:heads",
                               Coarsening{.kind = Coarsening::Kind::Step, .size = 10, .span = {}});
    AccessRule plain = on(true, "urn:test:status==\"open\"");
    const Caller reader = bound({rough, plain});
    make(thing("urn:a", kVisit, "h0"));
    const auto count = [&](double heads, const char* status) {
        edit([&](Transaction& tx) -> Result<void> {
            EntityEdit* edit = TRY(tx.edit("urn:a"));
            edit->set(property("urn:test:heads", heads));
            edit->set(property(kStatus, status));
            return {};
        });
    };
    count(13, "public");
    count(24, "open");
    count(37, "open");
    const auto all = store->history(reader, "urn:a", {"urn:test:heads"});
    ASSERT_TRUE(all && all->size() == 1U);
    std::vector<double> heads;
    for (const Point& p : all->front().points) heads.push_back(p.value.number());
    EXPECT_EQ(heads, (std::vector<double>{10, 24, 37}));
}

TEST_P(HistoryOfAnotherTime, TellsTheStateAfterACommit) {
    const Caller reader = bound({on(true, "urn:test:status==\"public\"")});
    make(thing("urn:a", kVisit, "h0"));
    const auto secret = write("h1", "secret");
    const auto open = write("h2", "public");
    const auto after = [&](std::uint64_t sequence) {
        const auto state = store->state_after(reader, "urn:a", sequence);
        EXPECT_TRUE(state);
        if (*state == nullptr) return std::string("unknown");
        return (*state)->find(kStatus)->value.string();
    };
    EXPECT_EQ(after(secret), "secret");
    EXPECT_EQ(after(open), "public");
    EXPECT_EQ(after(secret - 1), "unknown");
    if (GetParam() == Kind::Rocksdb) {
        reopen();  // the changes come from the disk now, without the states after them
        EXPECT_EQ(after(secret), "secret");
        const auto changes = store->changes(secret - 1, 1, Duration{});
        ASSERT_TRUE(changes && changes->size() == 1U);
        EXPECT_EQ(changes->front()->entities.front().after, nullptr);
    }
    erase();
    EXPECT_EQ(after(secret), "secret");
    make(thing("urn:a", kVisit, "new"));
    EXPECT_EQ(after(secret), "unknown");
}

TEST_P(HistoryOfAnotherTime, IsForgottenWithWhatItWas) {
    const auto kept = [&] { return store->records(0, kBelongingKind)->size(); };
    make(thing("urn:a", kVisit, "secret"));
    retype({kCat}, "tom");
    EXPECT_EQ(kept(), 1U);
    edit([](Transaction& tx) { return tx.purge("urn:a"); });
    EXPECT_EQ(kept(), 0U);
    make(thing("urn:a", kVisit, "secret"));
    erase();
    clock.advance(days(10));
    ASSERT_TRUE(store->apply_retention({{"*", days(5)}}));
    ASSERT_TRUE(store->apply_retention({{"*", days(5)}}));
    EXPECT_EQ(kept(), 1U);  // the open tails hold of it
    make(thing("urn:a", kCat, "tom"));
    EXPECT_EQ(shown(limited({kCat})), Bodies{"tom"});
}

TEST_P(HistoryOfAnotherTime, DeletedByAFormerReleaseIsToldByTheTime) {
    make(thing("urn:a", kVisit, "secret"));
    erase();
    edit([](Transaction& tx) -> Result<void> {
        tx.erase_record(kBelongingKind, "urn:a");
        return {};
    });
    make(thing("urn:a", kCat, "tom"));
    EXPECT_EQ(shown(limited({kCat})), Bodies{"tom"});
}

TEST_P(HistoryOfAnotherTime, InASnapshotIsToldByTheTimes) {
    ASSERT_TRUE(
        store->commit(town, [](Transaction& tx) { return Tenants::create_inner(tx, "~~one"); }));
    const Caller copier = service_caller("~~one", "snapshots");
    const auto state = [&](const char* name, const char* value, int minute) {
        Attribute a = property(name, value);
        a.created_at = a.modified_at = Time{} + minutes(minute);
        return a;
    };
    const auto done = store->commit(copier, [&](Transaction& tx) -> Result<void> {
        tx.keep_times();
        Entity copy = thing("urn:a", kVisit, "h3");
        copy.created_at = copy.modified_at = Time{} + minutes(5);
        copy.attributes.clear();
        copy.attributes.push_back(state(kBody, "h3", 30));
        copy.attributes.push_back(state(kStatus, "public", 30));
        EntityEdit* edit = TRY(tx.create(copy));
        edit->add_late(state(kBody, "h0", 1));  // of a former life
        edit->add_late(state(kBody, "h1", 10));
        edit->add_late(state(kBody, "h2", 20));
        edit->add_late(state(kStatus, "public", 10));
        edit->add_late(state(kStatus, "secret", 20));
        return {};
    });
    ASSERT_TRUE(done) << to_text(done.error());
    Caller reader = bound({on(true, "urn:test:status==\"public\"")});
    reader.tenant = "~~one";
    Bodies bodies = shown(reader);
    std::sort(bodies.begin(), bodies.end());
    EXPECT_EQ(bodies, (Bodies{"h1", "h3"}));
}

}  // namespace
}  // namespace musubi::testing

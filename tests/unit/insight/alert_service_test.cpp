#include "insight/alerts/alert_service.h"

#include "insight/alerts/alert_writer.h"
#include "rule_world.h"
#include "support/store_fixture.h"

namespace musubi::test {
namespace {

using musubi::testing::Kind;
using musubi::testing::StoreTest;

class Alerts : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        service = std::make_unique<AlertService>(*store, rules);
        person = service_caller("", "key-7");
        person.role = Role::Operator;
        person.guardian.clear();
        Caller guardian = service_caller("", "rules");
        guardian.guardian = kAlertGuardian;
        const Rule& rule = rules->types.at(0).rules.at(0);
        AlertEvent event{.rule = &rule, .alert = id, .source = "urn:a", .name = "橋"};
        const auto opened = store->commit(guardian, [&](Transaction& tx) -> Result<void> {
            TRY(AlertWriter(*rules, false).write(tx, {event}));
            return {};
        });
        ASSERT_TRUE(opened) << to_text(opened.error());
        close = [this, guardian, event]() mutable {
            event.kind = AlertEvent::Kind::Close;
            ASSERT_TRUE(store->commit(guardian, [&](Transaction& tx) -> Result<void> {
                TRY(AlertWriter(*rules, false).write(tx, {event}));
                return {};
            }));
        };
    }
    Json value(const EntityPtr& alert, const std::string& name) const {
        const Attribute* a = alert ? alert->find(name) : nullptr;
        return a != nullptr ? a->value : Json{};
    }

    const std::string id = "urn:ngsi-ld:Alert:river:a:level:1";
    std::shared_ptr<const RuleSet> rules = river_rules();
    const AlertNames& names = rules->names;
    std::unique_ptr<AlertService> service;
    Caller person;
    std::function<void()> close;
};
INSTANTIATE_TEST_SUITE_P(Memory, Alerts, ::testing::Values(Kind::Memory), musubi::testing::name_of);

TEST_P(Alerts, APersonTakesOneOver) {
    const auto taken = service->take(person, id, "総務課 山田", "現地へ向かう");
    ASSERT_TRUE(taken) << to_text(taken.error());
    EXPECT_EQ(value(*taken, names.status), Json{"taken"});
    EXPECT_EQ(value(*taken, names.taken_by), Json{"総務課 山田"});
    EXPECT_EQ(value(*taken, names.taken_at).find("@value")->string(), to_iso(clock.now()));
    const Json actions = value(*taken, names.actions);
    ASSERT_EQ(actions.array().size(), 1U);
    EXPECT_EQ(actions.array()[0].find("text")->string(), "現地へ向かう");
    EXPECT_EQ(actions.array()[0].find("by")->string(), "総務課 山田");
    const auto changes = store->changes(1, 10, {});
    ASSERT_TRUE(changes && changes->size() == 1);
    EXPECT_EQ(changes->at(0)->cause, "key-7");
}

TEST_P(Alerts, SomebodyElseIsToldWhoHasIt) {
    ASSERT_TRUE(service->take(person, id, "総務課 山田", ""));
    const auto second = service->take(person, id, "土木課 佐藤", "");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Conflict);
    EXPECT_NE(second.error().detail.find("総務課 山田"), std::string::npos);
    EXPECT_TRUE(service->take(person, id, "総務課 山田", ""));
    EXPECT_EQ(store->sequence(), 2U) << "taking it again changes nothing";
}

TEST_P(Alerts, WhatWasDoneIsWrittenDownAlsoAfterwards) {
    ASSERT_TRUE(service->take(person, id, "山田", "行く"));
    close();
    const auto done = service->add_action(person, id, "佐藤", "土のうを積んだ");
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(value(*done, names.actions).array().size(), 2U);
    EXPECT_EQ(value(*done, names.status), Json{"closed"});
    const auto late = service->take(person, id, "山田", "");
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::Conflict);
}

TEST_P(Alerts, OnlyAnOperatorMay) {
    for (const Role role : {Role::Reader, Role::Device}) {
        Caller other = person;
        other.role = role;
        EXPECT_EQ(service->take(other, id, "山田", "").error().code, ErrorCode::Forbidden);
        EXPECT_EQ(service->add_action(other, id, "山田", "x").error().code, ErrorCode::Forbidden);
    }
    Caller mute = person;
    mute.access = std::make_shared<AccessFilter>(AccessFilter{.may_read = true});
    EXPECT_EQ(service->take(mute, id, "山田", "").error().code, ErrorCode::Forbidden);
    EXPECT_EQ(store->sequence(), 1U);
}

TEST_P(Alerts, NamesAndTextsAreChecked) {
    EXPECT_EQ(service->take(person, id, " ", "").error().where, "by");
    EXPECT_EQ(service->take(person, id, std::string(201, 'x'), "").error().where, "by");
    EXPECT_EQ(service->take(person, id, "a\nb", "").error().where, "by");
    EXPECT_EQ(service->take(person, id, "\xff", "").error().where, "by");
    EXPECT_EQ(service->take(person, id, "a", std::string(4'001, 'x')).error().where, "note");
    EXPECT_EQ(service->add_action(person, id, "a", " ").error().where, "text");
    EXPECT_EQ(service->take(person, "urn:none", "a", "").error().code, ErrorCode::NotFound);
}

TEST_P(Alerts, AnAlertOfSomebodyElsesIsPlainData) {
    Entity other = musubi::testing::gauge("urn:theirs", 1);
    other.types = {names.type};
    ASSERT_TRUE(musubi::testing::create(*store, town, other));
    EXPECT_EQ(service->take(person, "urn:theirs", "a", "").error().code, ErrorCode::NotFound);
    EXPECT_TRUE(musubi::testing::set(*store, town, "urn:theirs",
                                     musubi::testing::property(names.status, "closed")));
}

TEST_P(Alerts, EntriesAreBounded) {
    for (std::size_t i = 0; i < AlertService::kMaxActions; ++i) {
        ASSERT_TRUE(service->add_action(person, id, "a", "x"));
    }
    EXPECT_EQ(service->add_action(person, id, "a", "x").error().code, ErrorCode::TooLarge);
}

}  // namespace
}  // namespace musubi::test

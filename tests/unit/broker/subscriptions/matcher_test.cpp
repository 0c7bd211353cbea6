#include "broker/subscriptions/matcher.h"

#include "unit/broker/delivery_fixture.h"

namespace musubi::testing {
namespace {

// An update of a gauge at 2.0 from 1.0.
struct Scene {
    Scene() {
        auto after = std::make_shared<Entity>(gauge("urn:e:1", 2.0));
        entity.id = "urn:e:1";
        entity.types = {"urn:test:Gauge"};
        entity.after = after;
        AttributeChange level{.name = "urn:test:level", .dataset_id = {}};
        level.before = std::make_shared<const Attribute>(property("urn:test:level", 1.0));
        level.after = std::make_shared<const Attribute>(property("urn:test:level", 2.0));
        entity.attributes.push_back(std::move(level));
        change.sequence = 5;
        change.at = Time{1'763'800'000'000'000};
    }
    [[nodiscard]] bool due(const Subscription& subscription) const {
        return is_due(subscription, change, entity, *state_of(entity, nullptr));
    }
    Change change;
    EntityChange entity;
};

Subscription with(const std::string& members) { return gauges("urn:s", "http://a/x", members); }

TEST(Matcher, ComparesSelectorsAttributesAndConditions) {
    const Scene scene;
    EXPECT_TRUE(scene.due(with("")));
    EXPECT_TRUE(scene.due(with(R"("watchedAttributes":["urn:test:level"],)")));
    EXPECT_FALSE(scene.due(with(R"("watchedAttributes":["urn:test:name"],)")));
    EXPECT_TRUE(scene.due(with(R"("q":"urn:test:level>1",)")));
    EXPECT_FALSE(scene.due(with(R"("q":"urn:test:level>2",)")));
    EXPECT_FALSE(scene.due(with(R"("isActive":false,)")));
    EXPECT_FALSE(scene.due(with(R"("expiresAt":"2025-01-01T00:00:00Z",)")));
    EXPECT_TRUE(scene.due(with(R"("expiresAt":"2026-01-01T00:00:00Z",)")));
    EXPECT_FALSE(scene.due(with(
        R"("geoQ":{"georel":"near;maxDistance==9","geometry":"Point","coordinates":[1,2]},)")));

    Subscription other = with("");
    other.entities.at(0).id = "urn:e:2";
    EXPECT_FALSE(scene.due(other));
    Subscription later = with("");
    later.since = 6;
    EXPECT_FALSE(scene.due(later)) << "a change before it was made";
}

TEST(Matcher, GeoQueriesSeeTheState) {
    Scene scene;
    Entity there = *scene.entity.after;
    Attribute place = property(std::string(iri::kLocation),
                               *parse_json(R"({"type":"Point","coordinates":[136.2,36.06]})"));
    place.kind = AttributeKind::GeoProperty;
    there.attributes.push_back(place);
    scene.entity.after = std::make_shared<const Entity>(there);
    const auto near = [](const std::string& longitude) {
        return with(R"("geoQ":{"georel":"near;maxDistance==1000","geometry":"Point",)"
                    R"("coordinates":[)" +
                    longitude + R"(,36.06]},)");
    };
    EXPECT_TRUE(scene.due(near("136.2")));
    EXPECT_FALSE(scene.due(near("137.2")));
}

TEST(Matcher, TriggersDecideWhatKindsOfChangeAreTold) {
    const auto due = [](const Scene& scene, const std::string& trigger) {
        return scene.due(with(trigger.empty() ? std::string{}
                                              : R"("notificationTrigger":[")" + trigger + "\"],"));
    };
    const Scene updated;
    Scene created;
    created.entity.kind = ChangeKind::Created;
    created.entity.attributes.at(0).before.reset();
    Scene attribute_gone;
    attribute_gone.entity.attributes.at(0).after.reset();
    Scene deleted = attribute_gone;
    deleted.entity.kind = ChangeKind::Deleted;
    deleted.entity.after.reset();
    struct Row {
        std::string trigger;
        bool created, updated, attribute_gone, deleted;
    };
    const std::vector<Row> rows{{"", true, true, false, false},
                                {"entityCreated", true, false, false, false},
                                {"entityUpdated", true, true, true, true},
                                {"entityDeleted", false, false, false, true},
                                {"attributeCreated", true, false, false, false},
                                {"attributeUpdated", false, true, false, false},
                                {"attributeDeleted", false, false, true, true}};
    for (const Row& row : rows) {
        EXPECT_EQ(due(created, row.trigger), row.created) << row.trigger;
        EXPECT_EQ(due(updated, row.trigger), row.updated) << row.trigger;
        EXPECT_EQ(due(attribute_gone, row.trigger), row.attribute_gone) << row.trigger;
        EXPECT_EQ(due(deleted, row.trigger), row.deleted) << row.trigger;
    }
}

TEST(Matcher, LateReadingsTellNothing) {
    Scene scene;
    scene.entity.attributes.at(0).late = true;
    EXPECT_FALSE(scene.due(with("")));
}

TEST(Matcher, ADeletedEntityIsJudgedByWhatItWas) {
    Scene scene;
    scene.entity.kind = ChangeKind::Deleted;
    scene.entity.after.reset();
    scene.entity.attributes.at(0).after.reset();
    const std::string trigger = R"("notificationTrigger":["entityDeleted"],)";
    EXPECT_TRUE(scene.due(with(trigger + R"("q":"urn:test:level==1",)")));
    EXPECT_FALSE(scene.due(with(trigger + R"("q":"urn:test:level==2",)")));
}

TEST(Matcher, AStateThatTheLogNoLongerHasIsPutTogether) {
    Scene scene;
    scene.entity.after.reset();
    auto present = std::make_shared<Entity>(gauge("urn:e:1", 9.0));
    const EntityPtr state = state_of(scene.entity, present);
    EXPECT_EQ(state->find("urn:test:level")->value, Json{2.0}) << "as the change left it";
    EXPECT_EQ(state->find("urn:test:name")->value, Json{"九十九橋"});
    EXPECT_EQ(state_of(scene.entity, nullptr)->attributes.size(), 1U);
}

TEST(Matcher, WhatIsToldPeriodicallyIsNotToldOfChanges) {
    EXPECT_FALSE(Scene{}.due(with(R"("timeInterval":5,)")));
}

TEST(Matcher, TheQueryOfASubscriptionMayBePercentEncoded) {
    Scene scene;
    Entity named = *scene.entity.after;
    named.own("urn:test:name")->value = Json{"Eiffel Tower"};
    scene.entity.after = std::make_shared<const Entity>(named);
    EXPECT_TRUE(scene.due(with(R"("q":"urn:test:name==\"Eiffel%20Tower\"",)")));
    EXPECT_TRUE(scene.due(with(R"("q":"urn:test:name==\"Eiffel Tower\"",)")));
    EXPECT_FALSE(scene.due(with(R"("q":"urn:test:name==\"Eiffel%2520Tower\"",)")));
}

}  // namespace
}  // namespace musubi::testing

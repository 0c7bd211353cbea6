#include "broker/subscriptions/told.h"

#include "broker/subscriptions/notification.h"
#include "unit/broker/delivery_fixture.h"

namespace musubi::testing {
namespace {

// A gauge whose level went from 1.0 to 2.0, or is gone, or that is gone itself.
struct Story {
    enum class Of { Update, AttributeDeletion, EntityDeletion };
    explicit Story(Of of) : state{gauge("urn:e:1", of == Of::Update ? 2.0 : 1.0)} {
        change.at = Time{1'763'800'000'000'000};
        entity.id = "urn:e:1";
        entity.types = {"urn:test:Gauge"};
        AttributeChange level{.name = "urn:test:level", .dataset_id = {}};
        Attribute before = property("urn:test:level", 1.0);
        before.created_at = before.modified_at = Time{1'700'000'000'000'000};
        level.before = std::make_shared<const Attribute>(std::move(before));
        if (of == Of::Update) {
            level.after = std::make_shared<const Attribute>(property("urn:test:level", 2.0));
        }
        if (of == Of::AttributeDeletion) state.attributes.erase(state.attributes.begin());
        if (of == Of::EntityDeletion) entity.kind = ChangeKind::Deleted;
        entity.attributes.push_back(std::move(level));
    }
    // The entity as a subscription is told of it, as JSON.
    [[nodiscard]] Json told(const std::string& members, const std::string& params) const {
        const Subscription s =
            subscription(R"({"id":"urn:s","type":"Subscription",)" + members +
                         R"("entities":[{"type":"urn:test:Gauge"}],"notification":{)" + params +
                         R"("attributes":["urn:test:level"],"endpoint":{"uri":"http://a"}}})");
        const auto own = told_of(s, change.at, entity, state);
        const bool deleted = entity.kind == ChangeKind::Deleted;
        const Tidings tidings{.entities = {own ? &*own : &state},
                              .deleted = deleted ? std::optional{change.at} : std::nullopt};
        const auto sent = render_notification(s, {core_context(), std::string(kCoreContextUrl)},
                                              "1-1-1", tidings, change.at);
        auto body = parse_json(sent.body);
        EXPECT_TRUE(body) << sent.body;
        return body ? body->find("data")->array().at(0) : Json{};
    }
    Change change;
    EntityChange entity;
    Entity state;
};

Json json(std::string_view text) { return parse_json(text).value(); }

TEST(Told, APlainSubscriptionCostsNoCopy) {
    const Story story{Story::Of::Update};
    EXPECT_FALSE(told_of(gauges(), story.change.at, story.entity, story.state));
}

TEST(Told, ShowsWhatWasBefore) {
    const Story story{Story::Of::Update};
    EXPECT_EQ(*story.told("", R"("showChanges":true,)").find("urn:test:level"),
              json(R"({"type":"Property","value":2.0,"previousValue":1.0})"));
    EXPECT_EQ(*story.told("", "").find("urn:test:level"),
              json(R"({"type":"Property","value":2.0})"));
}

TEST(Told, ADeletedAttributeIsNull) {
    const Story story{Story::Of::AttributeDeletion};
    const std::string trigger = R"("notificationTrigger":["attributeDeleted"],)";
    EXPECT_EQ(*story.told(trigger, "").find("urn:test:level"),
              json(R"({"type":"Property","value":"urn:ngsi-ld:null"})"));
    EXPECT_EQ(*story.told(trigger, R"("showChanges":true,)").find("urn:test:level"),
              json(R"({"type":"Property","value":"urn:ngsi-ld:null","previousValue":1.0})"));
    EXPECT_EQ(story.told(trigger, R"("format":"keyValues",)").find("urn:test:level")->string(),
              "urn:ngsi-ld:null");
    const Json with_times = story.told(trigger, R"("sysAttrs":true,)");
    EXPECT_EQ(with_times.find("urn:test:level")->find("deletedAt")->string(),
              to_iso(story.change.at));
    EXPECT_EQ(story.told("", "").find("urn:test:level"), nullptr);
}

TEST(Told, AllInstancesThatAreGoneAreOneNull) {
    Story story{Story::Of::AttributeDeletion};
    AttributeChange other = story.entity.attributes.front();
    other.dataset_id = "urn:d:1";
    story.entity.attributes.push_back(other);
    const std::string trigger = R"("notificationTrigger":["attributeDeleted"],)";
    EXPECT_EQ(*story.told(trigger, "").find("urn:test:level"),
              json(R"({"type":"Property","value":"urn:ngsi-ld:null"})"));
    story.state.attributes.push_back(property("urn:test:level", 5.0));
    story.entity.attributes.erase(story.entity.attributes.begin());
    EXPECT_EQ(*story.told(trigger, "").find("urn:test:level"),
              json(R"([{"type":"Property","value":5.0},)"
                   R"({"type":"Property","value":"urn:ngsi-ld:null","datasetId":"urn:d:1"}])"));
}

TEST(Told, OfADeletedEntityOnlyWhatIsAskedFor) {
    const Story story{Story::Of::EntityDeletion};
    const std::string entity = R"("notificationTrigger":["entityDeleted"],)";
    const Json head = story.told(entity, "");
    EXPECT_EQ(head.object().size(), 3U) << to_text(head);
    EXPECT_EQ(head.find("deletedAt")->string(), to_iso(story.change.at));
    EXPECT_NE(story.told(entity, R"("showChanges":true,)").find("urn:test:level"), nullptr);
    const std::string attribute = R"("notificationTrigger":["attributeDeleted"],)";
    EXPECT_NE(story.told(attribute, "").find("urn:test:level"), nullptr);
    EXPECT_EQ(story.told(attribute + R"("watchedAttributes":["urn:test:name"],)", "")
                  .find("urn:test:level"),
              nullptr);
}

TEST(Told, OnlyTheDatasetsThatAreAskedFor) {
    Story story{Story::Of::Update};
    Attribute other = property("urn:test:level", 7.0);
    other.dataset_id = "urn:d:1";
    story.state.attributes.push_back(other);
    EXPECT_EQ(*story.told(R"("datasetId":["urn:d:1"],)", "").find("urn:test:level"),
              json(R"({"type":"Property","value":7.0,"datasetId":"urn:d:1"})"));
    EXPECT_EQ(*story.told(R"("datasetId":["@none"],)", "").find("urn:test:level"),
              json(R"({"type":"Property","value":2.0})"));
}

}  // namespace
}  // namespace musubi::testing

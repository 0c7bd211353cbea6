#include "broker/subscriptions/subscription.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

constexpr std::string_view kFull = R"json({
    "id": "urn:sub:1", "type": "Subscription", "subscriptionName": "n", "description": "d",
    "entities": [{"id": "urn:e:1", "type": "Gauge"}, {"idPattern": "^urn:", "type": "A,(B;C)"}],
    "watchedAttributes": ["level", "https://example.org/x"],
    "notificationTrigger": ["entityCreated", "entityUpdated"],
    "q": "level>1;(name==\"a<b\"|https://example.org/x!=3)",
    "geoQ": {"georel": "near;maxDistance==10", "geometry": "Point", "coordinates": [1, 2],
             "geoproperty": "place"},
    "isActive": false, "expiresAt": "2100-01-01T00:00:00Z", "throttling": 2.5, "lang": "ja",
    "jsonldContext": "https://example.org/c.jsonld",
    "notification": {"attributes": ["level"], "format": "concise", "sysAttrs": true,
        "endpoint": {"uri": "https://example.org/in", "accept": "application/ld+json",
                     "receiverInfo": [{"key": "X-Key", "value": "secret"}],
                     "timeout": 500, "cooldown": 2000}}})json";

Result<Subscription> read(std::string_view text) {
    auto json = parse_json(text);
    if (!json) return json.error();
    return read_subscription(*json, *core_context());
}

// `change` is applied to a small subscription: a member, or one of its notification or endpoint.
std::string small(const std::string& members, const std::string& endpoint = "") {
    return R"({"type":"Subscription","entities":[{"type":"Gauge"}],)" + members +
           R"("notification":{"endpoint":{"uri":"http://a/x")" + endpoint + "}}}";
}

TEST(Subscription, IsAnsweredAsItWasGiven) {
    const auto subscription = read(kFull);
    ASSERT_TRUE(subscription) << to_text(subscription.error());
    EXPECT_EQ(write_subscription(*subscription, *core_context(), nullptr, Time{}),
              *parse_json(kFull));
}

TEST(Subscription, KeepsItsMeaningWhenItIsStored) {
    auto subscription = read(kFull);
    ASSERT_TRUE(subscription);
    subscription->owner = {"key:abc", Role::Reader};
    subscription->since = 12;
    subscription->created_at = Time{5};
    subscription->context = core_context()->source();
    const Contexts contexts;
    const auto again = decode_subscription(encode_subscription(*subscription), contexts);
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_EQ(write_subscription(*again, *core_context(), nullptr, Time{}), *parse_json(kFull));
    EXPECT_EQ(again->owner.subject, "key:abc");
    EXPECT_EQ(again->since, 12U);
    EXPECT_EQ(again->watched, subscription->watched);
    EXPECT_EQ(to_text(*again->q), to_text(*subscription->q));
    EXPECT_EQ(again->throttling, milliseconds(2500));
    EXPECT_EQ(again->geo->property, subscription->geo->property);
    EXPECT_FALSE(decode_subscription("\x02", contexts));
}

TEST(Subscription, IsWrittenWithTheNamesOfAnotherContext) {
    const auto context = resolve_context(*parse_json(R"({"水位": "https://example.org/level",
                                        "Pegel": "https://example.org/Gauge"})"),
                                         {});
    ASSERT_TRUE(context);
    const auto subscription =
        read_subscription(*parse_json(R"({"type":"Subscription","entities":[{"type":"Pegel"}],
            "q":"水位>1|水位<0","watchedAttributes":["水位"],
            "notification":{"endpoint":{"uri":"http://a/x"}}})"),
                          **context);
    ASSERT_TRUE(subscription);
    const Json core = write_subscription(*subscription, *core_context(), nullptr, Time{});
    EXPECT_EQ(*core.find("q"), Json{"<https://example.org/level>>1|<https://example.org/level><0"});
    EXPECT_EQ(core.find("watchedAttributes")->array().at(0), Json{"https://example.org/level"});
    const auto other =
        resolve_context(*parse_json(R"({"nivel": "https://example.org/level"})"), {});
    ASSERT_TRUE(other);
    const Json named = write_subscription(*subscription, **other, nullptr, Time{});
    EXPECT_EQ(*named.find("q"), Json{"nivel>1|nivel<0"});
    EXPECT_EQ(*named.find("entities")->array().at(0).find("type"),
              Json{"https://example.org/Gauge"});
    const Json own = write_subscription(*subscription, **context, nullptr, Time{});
    EXPECT_EQ(*own.find("q"), Json{"水位>1|水位<0"}) << "as it was given";
    EXPECT_EQ(*own.find("entities")->array().at(0).find("type"), Json{"Pegel"});
}

TEST(Subscription, ShowsWhatBecameOfIt) {
    const auto subscription = read(small(""));
    SubscriptionState state{.times_sent = 3, .times_failed = 1};
    state.last_notification = state.last_failure = Time{2'000'000};
    state.last_success = Time{1'000'000};
    state.last_failure_reason = "it answered 500";
    const auto again = decode_state(encode_state(state));
    ASSERT_TRUE(again);
    const Json out = write_subscription(*subscription, *core_context(), &*again, Time{3});
    EXPECT_EQ(*out.find("status"), Json{"active"});
    const Json& notification = *out.find("notification");
    EXPECT_EQ(*notification.find("status"), Json{"failed"});
    EXPECT_EQ(*notification.find("timesSent"), Json{3});
    EXPECT_EQ(*notification.find("timesFailed"), Json{1});
    EXPECT_EQ(*notification.find("lastSuccess"), Json{"1970-01-01T00:00:01Z"});
    EXPECT_EQ(*notification.find("musubi:lastFailureReason"), Json{"it answered 500"});
}

TEST(Subscription, StatusIsActivePausedOrExpired) {
    const SubscriptionState none;
    const auto status = [&](const std::string& members) {
        return write_subscription(*read(small(members)), *core_context(), &none, Time{10'000'000})
            .find("status")
            ->string();
    };
    EXPECT_EQ(status(""), "active");
    EXPECT_EQ(status(R"("isActive":false,)"), "paused");
    EXPECT_EQ(status(R"("expiresAt":"1970-01-01T00:00:05Z",)"), "expired");
    EXPECT_EQ(status(R"("expiresAt":"1970-01-01T00:00:15Z",)"), "active");
}

TEST(Subscription, APatchReplacesWholeMembers) {
    auto present = read(kFull);
    present->created_at = Time{7};
    const auto patched = patch_subscription(
        *present, *parse_json(R"({"isActive": true, "description": null, "q": "urn:ngsi-ld:null",
                        "entities": [{"type": "D"}],
                        "notification": {"endpoint": {"uri": "http://b/y"}}})"),
        *core_context());
    ASSERT_TRUE(patched) << to_text(patched.error());
    EXPECT_TRUE(patched->active);
    EXPECT_TRUE(patched->description.empty());
    EXPECT_FALSE(patched->q);
    EXPECT_EQ(patched->name, "n");
    EXPECT_EQ(patched->entities.size(), 1U);
    EXPECT_TRUE(patched->notification.attributes.empty());
    EXPECT_EQ(patched->notification.endpoint.uri, "http://b/y");
    EXPECT_EQ(patched->created_at, Time{7});
    EXPECT_FALSE(
        patch_subscription(*present, *parse_json(R"({"notification":null})"), *core_context()));
    EXPECT_FALSE(
        patch_subscription(*present, *parse_json(R"({"id":"urn:sub:2"})"), *core_context()));
}

TEST(Subscription, RefusesWhatCanNotWork) {
    struct Case {
        std::string json;
        std::string where;
    };
    const std::vector<Case> cases{
        {"[]", "/"},
        {R"({"type":"Wish"})", "/type"},
        {small(R"("id":"nowhere",)"), "/id"},
        {small(R"("throttling":-1,)"), "/throttling"},
        {small(R"("throttling":"5",)"), "/throttling"},
        {small(R"("expiresAt":"soon",)"), "/expiresAt"},
        {small(R"("isActive":1,)"), "/isActive"},
        {small(R"("watchedAttributes":[],)"), "/watchedAttributes"},
        {small(R"("watchedAttributes":[5],)"), "/watchedAttributes/0"},
        {small(R"j("q":"((",)j"), "/q"},
        {small(R"("geoQ":{"georel":"near"},)"), "/geoQ"},
        {small(R"("notificationTrigger":["sometimes"],)"), "/notificationTrigger"},
        {small(R"("watchedAttribute":["a"],)"), "/watchedAttribute"},
        {small("", R"(,"accept":"text/html")"), "/notification/endpoint/accept"},
        {small("", R"(,"timeout":0)"), "/notification/endpoint/timeout"},
        {small("", R"(,"timeout":1e9)"), "/notification/endpoint/timeout"},
        {small("", R"(,"receiverInfo":{})"), "/notification/endpoint/receiverInfo"},
        {small("", R"(,"receiverInfo":[{"key":"Host","value":"b"}])"),
         "/notification/endpoint/receiverInfo/0/key"},
        {small("", R"(,"receiverInfo":[{"key":"content-LENGTH","value":"1"}])"),
         "/notification/endpoint/receiverInfo/0/key"},
        {small("", R"(,"receiverInfo":[{"key":"A","value":"1\r\nB: 2"}])"),
         "/notification/endpoint/receiverInfo/0/value"},
        {small("", R"(,"receiverInfo":[{"key":"A b","value":"1"}])"),
         "/notification/endpoint/receiverInfo/0/key"},
        {R"({"type":"Subscription","entities":[{"type":"A"}]})", "/notification"},
        {R"({"type":"Subscription","entities":[{"type":"A"}],"notification":{}})",
         "/notification/endpoint"},
        {R"({"type":"Subscription","notification":{"endpoint":{"uri":"http://a/x"}}})",
         "/entities"},
        {R"({"type":"Subscription","entities":[],"notification":{"endpoint":{"uri":"http://a"}}})",
         "/entities"},
        {R"({"type":"Subscription","entities":[{"type":"A"}],
             "notification":{"endpoint":{"uri":"nowhere"}}})",
         "/notification/endpoint/uri"},
        {R"({"type":"Subscription","entities":[{"type":"A"}],
             "notification":{"endpoint":{"uri":"ftp://a/x"}}})",
         "/notification/endpoint/uri"}};
    for (const Case& c : cases) {
        const auto subscription = read(c.json);
        ASSERT_FALSE(subscription) << c.json;
        EXPECT_EQ(subscription.error().code, ErrorCode::BadRequest) << c.json;
        EXPECT_TRUE(subscription.error().where.starts_with(c.where))
            << c.json << ": " << subscription.error().where;
    }
}

TEST(Subscription, IsToldPeriodicallyOrThrottledNotBoth) {
    const auto periodic = read(small(R"("timeInterval":5,)"));
    ASSERT_TRUE(periodic);
    EXPECT_EQ(periodic->time_interval, seconds(5));
    EXPECT_FALSE(read(small(R"("timeInterval":5,"throttling":1,)")));
    EXPECT_FALSE(read(small(R"("timeInterval":0.5,)")));
    EXPECT_FALSE(read(small(R"("temporalQ":{},)"))) << "that is for registrations";
}

TEST(Subscription, MayGoToAnMqttBroker) {
    const auto with_info = [](const std::string& info) {
        return read(R"({"type":"Subscription","entities":[{"type":"A"}],"notification":)"
                    R"({"endpoint":{"uri":"mqtt://u:p@a/x","notifierInfo":[)" +
                    info + "]}}}");
    };
    ASSERT_TRUE(with_info(R"({"key":"MQTT-QoS","value":"2"})"));
    EXPECT_TRUE(with_info(R"({"key":"MQTT-Version","value":"mqtt3.1.1"})"));
    EXPECT_TRUE(with_info(R"({"key":"Prefer","value":"body=json"})"));
    for (const std::string info :
         {R"({"key":"MQTT-QoS","value":"3"})", R"({"key":"MQTT-Version","value":"4"})",
          R"({"key":"K","value":{}})", R"({"key":"K"})"}) {
        const auto refused = with_info(info);
        ASSERT_FALSE(refused) << info;
        EXPECT_TRUE(refused.error().where.starts_with("/notification/endpoint/notifierInfo/0"));
    }
}

TEST(Subscription, ComesBackFromTheStoreWithAllItsMembers) {
    const std::string members =
        R"("timeInterval":5,"datasetId":["urn:d:1","@none"],"localOnly":true,"csf":"a==1",)"
        R"("q":"urn:test:name==\"50%25 of %2525\"",)";
    const auto before = read(small(members));
    ASSERT_TRUE(before) << to_text(before.error());
    const Contexts contexts;
    const auto after = decode_subscription(encode_subscription(*before), contexts);
    ASSERT_TRUE(after) << to_text(after.error());
    EXPECT_EQ(write_subscription(*after, *core_context(), nullptr, Time{}),
              write_subscription(*before, *core_context(), nullptr, Time{}));
    EXPECT_EQ(to_text(*after->q), to_text(*before->q));
}

TEST(Subscription, MayNotBeginExpired) {
    const auto subscription = read(small(R"("expiresAt":"2001-01-01T00:00:00Z",)"));
    ASSERT_TRUE(subscription);
    EXPECT_FALSE(check_expiry(*subscription, Time{1'763'800'000'000'000}));
    EXPECT_TRUE(check_expiry(*subscription, Time{}));
}

}  // namespace
}  // namespace musubi

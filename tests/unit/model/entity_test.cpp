#include "model/entity.h"

#include <gtest/gtest.h>

#include "model/access.h"

namespace musubi {
namespace {

Attribute property(std::string name, Json value) {
    Attribute a;
    a.name = std::move(name);
    a.value = std::move(value);
    return a;
}

TEST(IsUri, TakesWhatHasASchemeAndNothingThatCanNotBeSeen) {
    EXPECT_TRUE(is_uri("urn:ngsi-ld:FloodMonitoring:fukui:1"));
    EXPECT_TRUE(is_uri("https://example.org/a?b=(c)#d"));
    EXPECT_TRUE(is_uri("urn:ngsi-ld:水位計:福井"));
    EXPECT_FALSE(is_uri(""));
    EXPECT_FALSE(is_uri("urn:"));
    EXPECT_FALSE(is_uri("no-scheme"));
    EXPECT_FALSE(is_uri("9urn:x"));
    EXPECT_FALSE(is_uri("Spain-Forecast-46005_2016-12-01T18:00:00"));
    EXPECT_FALSE(is_uri("urn:a b"));
    EXPECT_FALSE(is_uri("urn:a<b"));
    EXPECT_FALSE(is_uri("urn:a\nb"));
    EXPECT_FALSE(is_uri("urn:a\u202eb"));
    EXPECT_FALSE(is_uri("urn:a\u3000b"));
    EXPECT_FALSE(is_uri("urn:a\U000e0100b"));
    EXPECT_FALSE(is_uri("urn:a\xff"));
    EXPECT_TRUE(is_uri("urn:" + std::string(2044, 'x')));
    EXPECT_FALSE(is_uri("urn:" + std::string(2045, 'x')));
}

TEST(InstanceId, ComesBackFromItsText) {
    const InstanceId id{18446744073709551615ULL, 4294967295U};
    const std::string text = to_text(id);
    EXPECT_EQ(text, "urn:ngsi-ld:Instance:18446744073709551615-4294967295");
    const auto back = parse_instance_id(text);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, id);
}

TEST(InstanceId, RefusesEveryOtherSpelling) {
    for (const char* text :
         {"", "urn:ngsi-ld:Instance:", "urn:ngsi-ld:Instance:1", "urn:ngsi-ld:Instance:1-",
          "urn:ngsi-ld:Instance:-1", "urn:ngsi-ld:Instance:01-2", "urn:ngsi-ld:Instance:1-2 ",
          "urn:ngsi-ld:Instance:+1-2", "urn:ngsi-ld:Instance:18446744073709551616-0",
          "urn:ngsi-ld:Instance:1-4294967296", "urn:ngsi-ld:Thing:1-2"}) {
        EXPECT_FALSE(parse_instance_id(text)) << text;
    }
}

TEST(SameContent, LooksPastTimesOfRecordingAndTheOrderOfSubAttributes) {
    Attribute a = property("level", 1.5);
    a.sub = {property("x", 1), property("y", 2)};
    Attribute b = property("level", 1.5);
    b.sub = {property("y", 2), property("x", 1)};
    b.created_at = {17};
    b.instance = {3, 4};
    EXPECT_TRUE(same_content(a, b));
}

TEST(SameContent, SeesEachDifference) {
    const Attribute a = property("level", 1.5);
    const auto differs = [&](auto change) {
        Attribute b = a;
        change(b);
        return !same_content(a, b);
    };
    EXPECT_TRUE(differs([](Attribute& b) { b.value = 2; }));
    EXPECT_TRUE(differs([](Attribute& b) { b.kind = AttributeKind::JsonProperty; }));
    EXPECT_TRUE(differs([](Attribute& b) { b.name = "other"; }));
    EXPECT_TRUE(differs([](Attribute& b) { b.dataset_id = "urn:d"; }));
    EXPECT_TRUE(differs([](Attribute& b) { b.unit_code = "MTR"; }));
    EXPECT_TRUE(differs([](Attribute& b) { b.observed_at = Time{1}; }));
    EXPECT_TRUE(differs([](Attribute& b) { b.extra.set("e", 1); }));
    EXPECT_TRUE(differs([](Attribute& b) { b.sub.push_back(property("x", 1)); }));
}

TEST(Entity, FindsByNameAndDataset) {
    Entity entity;
    entity.types = {"A", "B"};
    entity.attributes = {property("level", 1), property("level", 2)};
    entity.attributes.own(1).dataset_id = "urn:d";
    EXPECT_EQ(entity.find("level"), &entity.attributes[0]);
    EXPECT_EQ(entity.find("level", "urn:d"), &entity.attributes[1]);
    EXPECT_EQ(entity.find("level", "urn:e"), nullptr);
    EXPECT_TRUE(entity.has_type("B"));
    EXPECT_FALSE(entity.has_type("C"));
}

TEST(Entity, MemoryGrowsWithWhatItHolds) {
    Entity entity;
    const std::size_t before = memory_of(entity);
    entity.attributes.push_back(property("level", std::string(10'000, 'x')));
    EXPECT_GE(memory_of(entity), before + 10'000);
    EXPECT_LE(memory_of(entity), before + 12'000);
}

TEST(AccessFilter, CoversItsTypesOnly) {
    AccessFilter filter;
    filter.may_read = true;
    EXPECT_TRUE(filter.covers({"A"}));
    filter.only_types = {"B"};
    EXPECT_FALSE(filter.covers({"A"}));
    EXPECT_TRUE(filter.covers({"A", "B"}));
    Entity entity;
    entity.types = {"B"};
    EXPECT_TRUE(filter.readable(entity));
    EXPECT_FALSE(filter.writable(entity));
}

TEST(ServiceCaller, ActsAsItsGuardianInOneTenant) {
    const Caller caller = service_caller("town", "rules");
    EXPECT_EQ(caller.tenant, "town");
    EXPECT_EQ(caller.guardian, "rules");
    EXPECT_EQ(caller.role, Role::Service);
    ASSERT_TRUE(caller.access);
    EXPECT_TRUE(caller.access->may_read && caller.access->may_write &&
                caller.access->may_administer);
    EXPECT_TRUE(caller.access->only_types.empty());
}

}  // namespace
}  // namespace musubi

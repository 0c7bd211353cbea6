#include "model/merge.h"

#include <gtest/gtest.h>

namespace musubi::testing {
namespace {

constexpr Time kEarly{1'000'000};
constexpr Time kLate{2'000'000};

Attribute level(int value, Time modified, std::optional<Time> observed = {}) {
    Attribute a;
    a.name = "urn:level";
    a.value = value;
    a.modified_at = modified;
    a.observed_at = observed;
    return a;
}

Entity entity(Attributes attributes, std::vector<std::string> types = {"urn:A"}) {
    Entity out;
    out.id = "urn:e:1";
    out.types = std::move(types);
    out.attributes = std::move(attributes);
    return out;
}

// What is left of the one attribute when the fragments are put together in this order.
std::int64_t merged_level(const std::vector<std::pair<Attribute, Precedence>>& parts) {
    EntityMerge merge;
    for (const auto& [attribute, precedence] : parts) merge.add(entity({attribute}), precedence);
    const auto out = merge.take();
    EXPECT_EQ(out.size(), 1U);
    EXPECT_EQ(out.front()->attributes.size(), 1U);
    return out.front()->attributes.front().value.integer();
}

TEST(EntityMerge, TheMoreRecentOfTwoEqualsStaysWhicheverComesFirst) {
    const std::pair early{level(1, kEarly), Precedence::Equal};
    const std::pair late{level(2, kLate), Precedence::Equal};
    EXPECT_EQ(merged_level({early, late}), 2);
    EXPECT_EQ(merged_level({late, early}), 2);
}

TEST(EntityMerge, ObservedAtCountsBeforeModifiedAtWhereBothHaveIt) {
    const std::pair seen_late{level(1, kEarly, kLate), Precedence::Equal};
    const std::pair seen_early{level(2, kLate, kEarly), Precedence::Equal};
    EXPECT_EQ(merged_level({seen_late, seen_early}), 1);
    EXPECT_EQ(merged_level({seen_early, seen_late}), 1);
    const std::pair unseen{level(3, kLate), Precedence::Equal};
    EXPECT_EQ(merged_level({seen_late, unseen}), 3);
}

TEST(EntityMerge, OfTwoAsRecentTheFirstStays) {
    EXPECT_EQ(
        merged_level({{level(1, kLate), Precedence::Equal}, {level(2, kLate), Precedence::Equal}}),
        1);
}

TEST(EntityMerge, WhoHasItAloneWinsAndWhoFillsGapsNeverDoes) {
    const std::pair own{level(1, kEarly), Precedence::Exclusive};
    const std::pair equal{level(2, kLate), Precedence::Equal};
    const std::pair filler{level(3, kLate, kLate), Precedence::Auxiliary};
    EXPECT_EQ(merged_level({own, equal, filler}), 1);
    EXPECT_EQ(merged_level({filler, equal, own}), 1);
    EXPECT_EQ(merged_level({filler, equal}), 2);
    EXPECT_EQ(merged_level({filler}), 3);
}

TEST(EntityMerge, InstancesOfOtherDatasetsStandBesideEachOther) {
    Attribute other = level(2, kEarly);
    other.dataset_id = "urn:d:1";
    EntityMerge merge;
    merge.add(entity({level(1, kLate)}), Precedence::Equal);
    merge.add(entity({other}), Precedence::Auxiliary);
    EXPECT_EQ(merge.take().front()->attributes.size(), 2U);
}

TEST(EntityMerge, UnitesTypesAndScopesAndSpansTheTimes) {
    Entity a = entity({}, {"urn:B"});
    a.scopes = {"/x"};
    a.created_at = kLate;
    a.modified_at = kLate;
    Entity b = entity({}, {"urn:A", "urn:B"});
    b.scopes = {"/x", "/y"};
    b.created_at = kEarly;
    b.modified_at = kEarly;
    EntityMerge merge;
    merge.add(a, Precedence::Equal);
    merge.add(b, Precedence::Equal);
    const auto out = merge.take();
    EXPECT_EQ(out.front()->types, (std::vector<std::string>{"urn:A", "urn:B"}));
    EXPECT_EQ(out.front()->scopes, (std::vector<std::string>{"/x", "/y"}));
    EXPECT_EQ(out.front()->created_at, kEarly);
    EXPECT_EQ(out.front()->modified_at, kLate);
}

TEST(EntityMerge, AnEntityLastsAsLongAsAnySourceKeepsIt) {
    Entity mortal = entity({});
    mortal.expires_at = kEarly;
    Entity longer = entity({});
    longer.expires_at = kLate;
    EntityMerge merge;
    merge.add(mortal, Precedence::Equal);
    merge.add(longer, Precedence::Equal);
    EXPECT_EQ(merge.take().front()->expires_at, kLate);
    merge.add(mortal, Precedence::Equal);
    merge.add(entity({}), Precedence::Equal);
    EXPECT_EQ(merge.take().front()->expires_at, std::nullopt);
}

TEST(EntityMerge, EntitiesStandInTheOrderInWhichTheyCameAndAreGivenOnce) {
    Entity other = entity({});
    other.id = "urn:e:0";
    EntityMerge merge;
    merge.add(entity({}), Precedence::Equal);
    merge.add(other, Precedence::Equal);
    merge.add(entity({}), Precedence::Equal);
    EXPECT_TRUE(merge.has("urn:e:0"));
    EXPECT_EQ(merge.size(), 2U);
    const auto out = merge.take();
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0]->id, "urn:e:1");
    EXPECT_EQ(merge.size(), 0U);
    EXPECT_FALSE(merge.has("urn:e:0"));
}

}  // namespace
}  // namespace musubi::testing

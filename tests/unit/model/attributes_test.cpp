#include "model/attributes.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "model/entity.h"

namespace musubi {
namespace {

Attribute named(const char* name, int value) {
    Attribute a;
    a.name = name;
    a.value = value;
    return a;
}

TEST(Attributes, ACopySharesWhatItHoldsUntilItIsChanged) {
    const Attributes original{named("urn:a", 1), named("urn:b", 2)};
    Attributes copy = original;
    EXPECT_EQ(&copy[0], &original[0]);
    copy.own(0).value = 7;
    EXPECT_EQ(original[0].value, Json{1});
    EXPECT_EQ(copy[0].value, Json{7});
    EXPECT_EQ(&copy[1], &original[1]);
}

TEST(Attributes, WhatNobodyElseHoldsIsChangedInItsPlace) {
    Attributes all{named("urn:a", 1)};
    const Attribute* before = &all[0];
    EXPECT_EQ(&all.own(0), before);
    const std::shared_ptr<Attribute> taken = all.take(0);
    EXPECT_EQ(taken.get(), before);
    all.put(0, taken);
    EXPECT_EQ(&all[0], before);
    EXPECT_NE(&all.own(0), before) << "`taken` holds it as well";
}

TEST(Attributes, OfOneThatIsSharedACopyIsTaken) {
    Attributes all{named("urn:a", 1)};
    const AttributePtr held = all.shared(0);
    const std::shared_ptr<Attribute> taken = all.take(0);
    taken->value = 7;
    EXPECT_EQ(held->value, Json{1});
}

TEST(Attributes, AreWalkedAndErasedInTheirOrder) {
    Attributes all;
    for (int i = 0; i < 6; ++i) all.push_back(named("urn:a", i));
    const auto third =
        std::find_if(all.begin(), all.end(), [](const Attribute& a) { return a.value == Json{2}; });
    EXPECT_EQ(third - all.begin(), 2);
    all.erase(third);
    EXPECT_EQ(erase_if(all, [](const Attribute& a) { return a.value == Json{4}; }), 1U);
    std::vector<Json> left;
    for (const Attribute& a : all) left.push_back(a.value);
    EXPECT_EQ(left, (std::vector<Json>{0, 1, 3, 5}));
    all.emplace_back().name = "urn:last";
    EXPECT_EQ(all.back().name, "urn:last");
    all.pop_back();
    EXPECT_EQ(all.size(), 4U);
}

}  // namespace
}  // namespace musubi

#include "broker/distribution/write_plan.h"

#include <gtest/gtest.h>

#include <array>

namespace musubi::testing {
namespace {

using Names = std::vector<std::string>;

std::string iri(const std::string& name) { return core_context()->expand(name); }

Names iris(const Names& names) {
    Names out;
    for (const std::string& name : names) out.push_back(iri(name));
    return out;
}

// A source that matches with all it has; `names`: what it has of urn:e:1, none: everything.
MatchedSource source(const std::string& id, const std::string& mode, const std::string& names = {},
                     const std::string& operations = R"("updateOps","createEntity")") {
    const std::string part = names.empty() ? std::string{} : R"(,"propertyNames":[)" + names + "]";
    const auto json = parse_json(
        R"({"type":"ContextSourceRegistration","endpoint":"http://a.b","id":")" + id +
        R"(","mode":")" + mode + R"(","operations":[)" + operations +
        R"(],"information":[{"entities":[{"id":"urn:e:1","type":"Gauge"}])" + part + "}]}");
    EXPECT_TRUE(json);
    auto read = read_registration(*json, *core_context());
    EXPECT_TRUE(read) << to_text(read.error());
    return {std::make_shared<const Registration>(std::move(read).value()), {0}};
}

WritePlan plan(const std::vector<MatchedSource>& sources, const Names& names) {
    return plan_write(sources, std::array{SourceOperation::UpdateEntity}, iris(names));
}

TEST(WritePlan, WithoutSourcesAllIsOurs) {
    const WritePlan all = plan({}, {"level", "name"});
    EXPECT_TRUE(all.shares.empty());
    EXPECT_EQ(all.left, iris({"level", "name"}));
    EXPECT_FALSE(all.redirected);
    EXPECT_FALSE(all.proxied);
}

TEST(WritePlan, WhatOneHasAloneGoesThereAndNowhereElse) {
    const WritePlan made =
        plan({source("urn:r:1", "exclusive", R"("level")"), source("urn:r:2", "inclusive")},
             {"level", "name"});
    ASSERT_EQ(made.shares.size(), 2U);
    EXPECT_EQ(made.shares[0].names, iris({"level"}));
    EXPECT_EQ(made.shares[1].names, iris({"name"}));
    EXPECT_EQ(made.left, iris({"name"}));
    EXPECT_TRUE(made.proxied);
    EXPECT_FALSE(made.redirected);
}

TEST(WritePlan, WhatIsRedirectedGoesToEachOfThemAndIsNotOurs) {
    const WritePlan made =
        plan({source("urn:r:1", "redirect", R"("level")"),
              source("urn:r:2", "redirect", R"("level","name")"), source("urn:r:3", "inclusive")},
             {"level", "name", "depth"});
    ASSERT_EQ(made.shares.size(), 3U);
    EXPECT_EQ(made.shares[0].names, iris({"level"}));
    EXPECT_EQ(made.shares[1].names, iris({"level", "name"}));
    EXPECT_EQ(made.shares[2].names, iris({"depth"}));
    EXPECT_EQ(made.left, iris({"depth"}));
}

TEST(WritePlan, AWholeEntityThatIsRedirectedIsKeptNowhereElse) {
    const WritePlan made =
        plan({source("urn:r:1", "redirect"), source("urn:r:2", "inclusive")}, {"level"});
    ASSERT_EQ(made.shares.size(), 1U);
    EXPECT_TRUE(made.redirected);
    EXPECT_TRUE(made.left.empty());
}

TEST(WritePlan, WhoHasThingsAsWellGetsACopyIfItTakesSuchWrites) {
    const WritePlan made = plan(
        {source("urn:r:1", "inclusive"), source("urn:r:2", "inclusive", {}, R"("retrieveOps")"),
         source("urn:r:3", "auxiliary", {}, R"("retrieveOps")")},
        {"level"});
    ASSERT_EQ(made.shares.size(), 1U);
    EXPECT_EQ(made.shares[0].source->id, "urn:r:1");
    EXPECT_EQ(made.left, iris({"level"}));
    EXPECT_FALSE(made.proxied);
}

TEST(WritePlan, WhoHasItAloneAndTakesNoSuchWriteIsNamedAllTheSame) {
    const WritePlan made =
        plan({source("urn:r:1", "exclusive", R"("level")", R"("retrieveOps")")}, {"level"});
    ASSERT_EQ(made.shares.size(), 1U);
    EXPECT_FALSE(made.shares[0].supported);
    EXPECT_TRUE(made.left.empty());
}

TEST(WritePlan, SourcesWithoutAnyOfTheAttributesAreLeftOut) {
    EXPECT_TRUE(plan({source("urn:r:1", "exclusive", R"("level")"),
                      source("urn:r:2", "inclusive", R"("level")")},
                     {"name"})
                    .shares.empty());
}

TEST(WritePlan, AWriteOfTheEntityAsSuchConcernsAllThatHaveSomethingOfIt) {
    const WritePlan made = plan_write({source("urn:r:1", "exclusive", R"("level")"),
                                       source("urn:r:2", "inclusive", {}, R"("deleteEntity")"),
                                       source("urn:r:3", "auxiliary", {}, R"("retrieveOps")")},
                                      std::array{SourceOperation::DeleteEntity}, {});
    ASSERT_EQ(made.shares.size(), 2U);
    EXPECT_FALSE(made.shares[0].supported);
    EXPECT_TRUE(made.shares[1].supported);
    EXPECT_FALSE(made.redirected);
}

TEST(WritePlan, AnyOfTheOperationsThatDoIsEnough) {
    const std::vector<MatchedSource> all{source("urn:r:1", "redirect")};
    const std::array batch{SourceOperation::CreateBatch};
    EXPECT_FALSE(plan_write(all, batch, iris({"level"})).shares.front().supported);
    const std::array either{SourceOperation::CreateBatch, SourceOperation::CreateEntity};
    EXPECT_TRUE(plan_write(all, either, iris({"level"})).shares.front().supported);
}

}  // namespace
}  // namespace musubi::testing

#include "project/towns/municipality_entities.h"

#include <gtest/gtest.h>

#include "model/context.h"
#include "towns_fixture.h"

namespace musubi {
namespace {

StatisticsEdition edition() {
    StatisticsEdition out;
    out.name = "SSDSE-A-2023";
    out.year = 2023;
    out.columns = {{"A1101", "総人口", 2020},
                   {"A1303", "65歳以上人口", 2020},
                   {"B1103", "可住地面積", 2021},
                   {"D2203", "経常収支比率", 2019}};
    out.municipalities = {{"18207", "福井県", "鯖江市", {68302, 18757, 5311, std::nullopt}}};
    return out;
}

TEST(MunicipalityEvolution, HasEachFigureAtTheBeginningOfItsFiscalYear) {
    const StatisticsEdition all = edition();
    const Json evolution = municipality_evolution(all, all.municipalities[0]);
    EXPECT_EQ(evolution.find("id")->string(), "urn:ngsi-ld:Municipality:18207");
    EXPECT_EQ(to_text(*evolution.find("A1101")),
              R"([{"type":"Property","value":68302,"observedAt":"2020-03-31T15:00:00Z"}])");
    EXPECT_EQ(to_text(*evolution.find("B1103")),
              R"([{"type":"Property","value":5311,"observedAt":"2021-03-31T15:00:00Z",)"
              R"("unitCode":"HAR"}])");
    EXPECT_EQ(evolution.find("D2203"), nullptr);  // a missing figure is none
    EXPECT_EQ(to_text(*evolution.find("source")),
              R"([{"type":"Property","value":"独立行政法人統計センター SSDSE-A-2023",)"
              R"("observedAt":"2023-03-31T15:00:00Z"}])");
    EXPECT_TRUE(check_years(all));
}

TEST(MunicipalityEvolution, NeedsYears) {
    StatisticsEdition all = edition();
    all.columns[1].year = 0;
    const auto refused = check_years(all);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_NE(refused.error().detail.find("A1303"), std::string::npos);
}

TEST(MunicipalityReader, GivesTheProfileThatTheFileGives) {
    const StatisticsEdition all = edition();
    const Json evolution = municipality_evolution(all, all.municipalities[0]);
    Entity entity;
    entity.id = evolution.find("id")->string();
    for (const JsonMember& member : evolution.object()) {
        if (!member.value.is_array()) continue;
        Attribute attribute;
        attribute.name = core_context()->expand(member.name);
        attribute.value = *member.value.array()[0].find("value");
        entity.attributes.push_back(std::move(attribute));
    }
    const MunicipalityReader reader;
    const TownProfile profile = reader.profile(entity);
    const TownProfile expected = profiles_of(all)[0];
    EXPECT_EQ(profile.code, expected.code);
    EXPECT_EQ(profile.prefecture, "福井県");
    EXPECT_EQ(profile.name, "鯖江市");
    EXPECT_EQ(profile.features, expected.features);
    EXPECT_EQ(profile.features[testing::feature_place("old")], 18757.0 / 68302);
    EXPECT_EQ(reader.source(entity), "独立行政法人統計センター SSDSE-A-2023");
    Entity bare;
    bare.id = "urn:ngsi-ld:Municipality:18423";
    EXPECT_EQ(reader.profile(bare).code, "18423");
    EXPECT_EQ(reader.source(bare), "");
}

TEST(MunicipalityReader, JoinsSources) {
    EXPECT_EQ(joined_sources({"b", "", "a", "b"}), "a、b");
    EXPECT_EQ(joined_sources({}), "");
}

}  // namespace
}  // namespace musubi

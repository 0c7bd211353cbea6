#include "cli/mend.h"

#include <gtest/gtest.h>

#include <map>

#include "model/ngsild.h"
#include "support/test_data.h"

namespace musubi {
namespace {

TEST(Mend, LeavesWhatIsWell) {
    Json entity =
        *parse_json(R"({"id": "urn:a:1", "type": "A", "x": {"type": "Property", "value": 1}})");
    const Json before = entity;
    const auto done = mend_entity(entity);
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->empty());
    EXPECT_EQ(entity, before);
}

TEST(Mend, GivesAUriToAnIdThatIsNone) {
    Json entity = *parse_json(R"({"id": "well 7", "type": "Well"})");
    const auto done = mend_entity(entity);
    ASSERT_TRUE(done);
    ASSERT_EQ(done->size(), 1U);
    EXPECT_EQ(entity.find("id")->string(), "urn:ngsi-ld:Well:well%207");
    EXPECT_TRUE(done->front().starts_with("/id: "));
}

TEST(Mend, MakesAPropertyOfAnUnknownType) {
    Json entity = *parse_json(
        R"({"id": "urn:a:1", "type": "A", "x": {"type": "string", "value": "v", "y": {"type": "Number", "value": 2}}})");
    const auto done = mend_entity(entity);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->size(), 2U);
    EXPECT_EQ(entity.find("x")->find("type")->string(), "Property");
    EXPECT_EQ(entity.find("x")->find("y")->find("type")->string(), "Property");
}

TEST(Mend, LeavesOutWhatCanNotBeRead) {
    Json entity = *parse_json(
        R"({"id": "urn:a:1", "type": "A", "r": {"type": "Relationship"}, "x": {"type": "Property", "value": 1, "observedAt": "soon"}})");
    const auto done = mend_entity(entity);
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(done->size(), 2U);
    EXPECT_EQ(entity.find("r"), nullptr);
    ASSERT_NE(entity.find("x"), nullptr);
    EXPECT_EQ(entity.find("x")->find("observedAt"), nullptr);
}

TEST(Mend, KnowsItsLimits) {
    for (const char* text : {R"({"type": "A"})", R"({"id": "urn:a:1"})", R"([])", R"(5)",
                             R"({"id": "urn:a:1", "type": 5})", R"({"id": 5, "type": "A"})"}) {
        Json entity = *parse_json(text);
        EXPECT_FALSE(mend_entity(entity)) << text;
    }
}

// What is wrong with each payload of Smart Data Models that is not NGSI-LD, and the first mend.
const std::map<std::string, std::string> kMended{
    {"Environment/FloodMonitoring", "/floodLevelStatus/type: the type \"string\""},
    {"Environment/NightSkyQuality", "/id: \"DTI-036\" is no URI"},
    {"Environment/PhreaticObserved", "/depth/observedAt: left out"},
    {"WaterQuality/WaterQualityPredicted", "/id: \"1024e64a-"},
    {"Weather/WeatherForecast", "/id: \"Spain-WeatherForecast-"},
};

TEST(Mend, PublishedModelsThatAreNotValidCanBeImported) {
    REQUIRE_TEST_DATA(data);
    std::size_t mended = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(*data / "models")) {
        if (!file.is_regular_file() || file.path().filename() == "context.jsonld") continue;
        const std::string name =
            file.path().parent_path().filename().string() + "/" + file.path().stem().string();
        auto json = parse_json(test::read_file(file.path()));
        ASSERT_TRUE(json) << name;
        const auto done = mend_entity(*json);
        ASSERT_TRUE(done) << name << ": " << to_text(done.error());
        EXPECT_TRUE(read_entity(*json, *core_context())) << name;
        const auto expected = kMended.find(name);
        EXPECT_EQ(done->empty(), expected == kMended.end()) << name;
        if (done->empty() || expected == kMended.end()) continue;
        ++mended;
        EXPECT_TRUE(done->front().starts_with(expected->second)) << done->front();
    }
    EXPECT_EQ(mended, kMended.size());
}

}  // namespace
}  // namespace musubi

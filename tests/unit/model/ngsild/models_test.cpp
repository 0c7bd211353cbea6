// The published payloads of Smart Data Models, with their contexts from files.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "support/test_data.h"
#include "unit/model/ngsild/support.h"

namespace musubi {
namespace {

// Where each payload that is not NGSI-LD is refused, and why.
const std::map<std::string, std::pair<std::string, std::string>> kInvalid{
    {"Environment/FloodMonitoring",
     {"/floodLevelStatus/type", "\"string\" is no type of attribute"}},
    {"Environment/NightSkyQuality", {"/id", "\"DTI-036\" is no URI"}},
    {"Environment/PhreaticObserved", {"/depth/observedAt", "2020-03-17TT08:45:00Z"}},
    {"WaterQuality/WaterQualityPredicted", {"/id", "is no URI"}},
    {"Weather/WeatherForecast", {"/id", "is no URI"}},
};

struct Payload {
    std::string name;
    Json json;
    ContextPtr context;
};

ContextPtr context_of(const std::filesystem::path& folder) {
    const ContextLoader load = [&](std::string_view) -> Result<std::shared_ptr<const Json>> {
        return std::make_shared<const Json>(
            TRY(parse_json(test::read_file(folder / "context.jsonld"))));
    };
    auto context = resolve_context(Json{"https://smartdatamodels.org/context.jsonld"}, load);
    EXPECT_TRUE(context) << folder << (context ? "" : to_text(context.error()));
    return context ? *context : nullptr;
}

std::vector<Payload> payloads(const std::filesystem::path& data) {
    std::vector<Payload> out;
    for (const auto& folder : std::filesystem::directory_iterator(data / "models")) {
        const ContextPtr context = context_of(folder.path());
        for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
            if (file.path().filename() == "context.jsonld" || !context) continue;
            auto json = parse_json(test::read_file(file.path()));
            EXPECT_TRUE(json) << file.path() << (json ? "" : to_text(json.error()));
            const std::string name =
                folder.path().filename().string() + "/" + file.path().stem().string();
            if (json) out.push_back({name, std::move(*json), context});
        }
    }
    return out;
}

Json rewritten(const Entity& entity, const Payload& payload, Format format) {
    std::string text;
    write_entity(text, entity, *payload.context, {.format = format});
    auto json = parse_json(text);
    EXPECT_TRUE(json) << payload.name << " " << text;
    return json ? *json : Json{};
}

TEST(PublishedModels, ValidOnesComeBackTheSame) {
    REQUIRE_TEST_DATA(data);
    const auto all = payloads(*data);
    EXPECT_EQ(all.size(), 47U);
    std::size_t valid = 0;
    for (const Payload& payload : all) {
        if (kInvalid.contains(payload.name)) continue;
        const auto entity = read_entity(payload.json, *payload.context);
        ASSERT_TRUE(entity) << payload.name << ": " << to_text(entity.error());
        ++valid;
        for (const Format format : {Format::Normalized, Format::Concise}) {
            const auto back = read_entity(rewritten(*entity, payload, format), *payload.context);
            ASSERT_TRUE(back) << payload.name << ": " << to_text(back.error());
            EXPECT_TRUE(test::same_entity(*entity, *back)) << payload.name;
        }
    }
    EXPECT_EQ(valid, 42U);
}

// Normalized payloads are given back as they were sent, but for what brokers do not keep.
TEST(PublishedModels, NormalizedOnesAreGivenBackAsTheyWereSent) {
    REQUIRE_TEST_DATA(data);
    for (const Payload& payload : payloads(*data)) {
        if (kInvalid.contains(payload.name)) continue;
        const auto entity = read_entity(payload.json, *payload.context);
        ASSERT_TRUE(entity) << payload.name;
        Json sent = payload.json;
        std::erase_if(sent.object(), [](const JsonMember& m) {
            return m.name == "@context" || m.name == "createdAt" || m.name == "modifiedAt";
        });
        EXPECT_EQ(rewritten(*entity, payload, Format::Normalized), sent)
            << payload.name << "\n"
            << to_text(rewritten(*entity, payload, Format::Normalized)) << "\n"
            << to_text(sent);
    }
}

TEST(PublishedModels, SimplifiedOnesShowTheValuesAlone) {
    REQUIRE_TEST_DATA(data);
    for (const Payload& payload : payloads(*data)) {
        if (kInvalid.contains(payload.name)) continue;
        const auto entity = read_entity(payload.json, *payload.context);
        ASSERT_TRUE(entity) << payload.name;
        const Json simple = rewritten(*entity, payload, Format::Simplified);
        for (const Attribute& a : entity->attributes) {
            const Json* shown = simple.find(payload.context->compact(a.name));
            ASSERT_NE(shown, nullptr) << payload.name << " " << a.name.text();
            EXPECT_EQ(*shown, a.value) << payload.name << " " << a.name.text();
        }
    }
}

TEST(PublishedModels, InvalidOnesAreRefusedNamingThePlace) {
    REQUIRE_TEST_DATA(data);
    std::size_t seen = 0;
    for (const Payload& payload : payloads(*data)) {
        const auto expected = kInvalid.find(payload.name);
        if (expected == kInvalid.end()) continue;
        ++seen;
        const auto entity = read_entity(payload.json, *payload.context);
        ASSERT_FALSE(entity) << payload.name;
        EXPECT_EQ(entity.error().code, ErrorCode::BadRequest);
        EXPECT_EQ(entity.error().where, expected->second.first) << to_text(entity.error());
        EXPECT_NE(entity.error().detail.find(expected->second.second), std::string::npos)
            << to_text(entity.error());
    }
    EXPECT_EQ(seen, kInvalid.size());
}

}  // namespace
}  // namespace musubi

#include <gtest/gtest.h>

#include "unit/model/ngsild/support.h"

namespace musubi {
namespace {

using test::gauge;
using test::must_read;
using test::same_entity;
using test::written;

const WriteOptions kConcise{.format = Format::Concise};
const WriteOptions kSimplified{.format = Format::Simplified};

// Every kind of attribute, and what each format makes of it.
struct Shown {
    const char* normalized;
    const char* concise;
    const char* simplified;
};
const std::initializer_list<Shown> kShown{
    {R"({"type":"Property","value":1.5})", "1.5", "1.5"},
    {R"({"type":"Property","value":[1,2]})", "[1,2]", "[1,2]"},
    {R"({"type":"Property","value":{"a":1}})", R"({"value":{"a":1}})", R"({"a":1})"},
    {R"({"type":"Property","value":[{"value":1}]})", R"({"value":[{"value":1}]})",
     R"([{"value":1}])"},
    {R"({"type":"Property","value":2,"unitCode":"MTR","observedAt":"2021-08-14T08:50:00Z"})",
     R"({"value":2,"unitCode":"MTR","observedAt":"2021-08-14T08:50:00Z"})", "2"},
    {R"({"type":"Property","value":1,"datasetId":"urn:d"})", R"({"value":1,"datasetId":"urn:d"})",
     "1"},
    {R"({"type":"Property","value":1,"quality":{"type":"Property","value":"x"}})",
     R"({"value":1,"quality":"x"})", "1"},
    {R"({"type":"Property","value":{"type":"Point","coordinates":[1,2]}})",
     R"({"type":"Property","value":{"type":"Point","coordinates":[1,2]}})",
     R"({"type":"Point","coordinates":[1,2]})"},
    {R"({"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}})",
     R"({"type":"Point","coordinates":[1,2]})", R"({"type":"Point","coordinates":[1,2]})"},
    {R"({"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]},"quality":{"type":"Property","value":1}})",
     R"({"value":{"type":"Point","coordinates":[1,2]},"quality":1})",
     R"({"type":"Point","coordinates":[1,2]})"},
    {R"({"type":"Relationship","object":"urn:a:b","objectType":"River"})",
     R"({"object":"urn:a:b","objectType":"River"})", R"("urn:a:b")"},
    {R"({"type":"Relationship","object":["urn:a:b","urn:a:c"]})",
     R"({"object":["urn:a:b","urn:a:c"]})", R"(["urn:a:b","urn:a:c"])"},
    {R"({"type":"LanguageProperty","languageMap":{"ja":"川","en":["r","s"]}})",
     R"({"languageMap":{"ja":"川","en":["r","s"]}})",
     R"({"languageMap":{"ja":"川","en":["r","s"]}})"},
    {R"({"type":"JsonProperty","json":{"level":null}})", R"({"json":{"level":null}})",
     R"({"json":{"level":null}})"},
    {R"({"type":"VocabProperty","vocab":["good","t:x","plain"]})",
     R"({"vocab":["good","t:x","plain"]})", R"({"vocab":["good","t:x","plain"]})"},
    {R"({"type":"ListProperty","valueList":[1,{"a":2}]})", R"({"valueList":[1,{"a":2}]})",
     R"([1,{"a":2}])"},
    {R"({"type":"ListRelationship","objectList":[{"object":"urn:a:b"},{"object":"urn:a:c"}]})",
     R"({"objectList":[{"object":"urn:a:b"},{"object":"urn:a:c"}]})", R"(["urn:a:b","urn:a:c"])"},
};

TEST(WriteEntity, ShowsEachKindInEachFormat) {
    for (const Shown& s : kShown) {
        const std::string normalized = gauge(R"(,"level":)" + std::string(s.normalized));
        const Entity entity = must_read(normalized);
        EXPECT_EQ(written(entity), normalized);
        EXPECT_EQ(written(entity, kConcise), gauge(R"(,"level":)" + std::string(s.concise)));
        EXPECT_EQ(written(entity, kSimplified), gauge(R"(,"level":)" + std::string(s.simplified)));
    }
}

TEST(WriteEntity, ComesBackTheSameFromNormalizedAndConcise) {
    for (const Shown& s : kShown) {
        const Entity entity = must_read(gauge(R"(,"level":)" + std::string(s.normalized)));
        EXPECT_TRUE(same_entity(entity, must_read(written(entity)))) << s.normalized;
        EXPECT_TRUE(same_entity(entity, must_read(written(entity, kConcise)))) << s.normalized;
    }
}

TEST(WriteEntity, InstancesStandTogetherInAnArray) {
    Entity entity = must_read(gauge(
        R"(,"level":[{"value":1},{"value":2,"datasetId":"urn:d"}],"near":{"object":"urn:a:b"})"));
    const AttributePtr second = entity.attributes.shared(1);
    entity.attributes.put(1, entity.attributes.shared(2));  // kept apart, as they may arrive
    entity.attributes.put(2, second);
    EXPECT_EQ(written(entity, kConcise),
              gauge(R"(,"level":[{"value":1},{"value":2,"datasetId":"urn:d"}],)"
                    R"("near":{"object":"urn:a:b"})"));
    EXPECT_EQ(written(entity, kSimplified),
              gauge(R"(,"level":{"dataset":{"@none":1,"urn:d":2}},"near":"urn:a:b")"));
    EXPECT_TRUE(same_entity(entity, must_read(written(entity))));
}

TEST(WriteEntity, ManyAttributesComeOutInTheirOrder) {
    std::string members;
    for (int i = 0; i < 100; ++i) {
        members +=
            ",\"a" + std::to_string(i) + "\":[{\"value\":1},{\"value\":2,\"datasetId\":\"urn:d\"}]";
    }
    const Entity entity = must_read(gauge(members));
    EXPECT_EQ(written(entity, kConcise), gauge(members));
}

TEST(WriteEntity, TypesScopesTimesAndContext) {
    Entity entity =
        must_read(R"({"id":"urn:x:1","type":["River","Gauge"],"scope":"/a/b","level":1})");
    entity.created_at = {1'000'000};
    entity.modified_at = {2'000'000};
    entity.attributes.own(0).created_at = {3'000'000};
    entity.attributes.own(0).modified_at = {4'000'000};
    WriteOptions options{.format = Format::Concise, .sys_attrs = true, .context_member = true};
    const std::string context = to_text(test::town_context()->source());
    EXPECT_EQ(written(entity, options),
              R"({"@context":)" + context +
                  R"(,"id":"urn:x:1","type":["Gauge","River"],"scope":"/a/b",)"
                  R"("createdAt":"1970-01-01T00:00:01Z","modifiedAt":"1970-01-01T00:00:02Z",)"
                  R"("level":{"value":1,"createdAt":"1970-01-01T00:00:03Z",)"
                  R"("modifiedAt":"1970-01-01T00:00:04Z"}})");
    entity.scopes.push_back("c");
    EXPECT_NE(written(entity).find(R"("scope":["/a/b","c"])"), std::string::npos);
}

TEST(WriteEntity, OnlyTheAttributesAskedFor) {
    const Entity entity = must_read(gauge(R"(,"level":{"value":1,"near":2},"near":3,"quality":4)"));
    WriteOptions options = kConcise;
    options.attrs = {"https://town.example/level", "https://town.example/quality"};
    EXPECT_EQ(written(entity, options), gauge(R"(,"level":{"value":1,"near":2},"quality":4)"));
    options.attrs = {"https://town.example/none"};
    EXPECT_EQ(written(entity, options), gauge(""));
}

TEST(WriteEntity, OneLanguage) {
    const Entity entity =
        must_read(gauge(R"(,"level":{"languageMap":{"ja":"川","en":"river"},"quality":1})"));
    WriteOptions options{.lang = "en"};
    EXPECT_EQ(written(entity, options),
              gauge(R"(,"level":{"type":"Property","value":"river","lang":"en",)"
                    R"("quality":{"type":"Property","value":1}})"));
    options.format = Format::Simplified;
    EXPECT_EQ(written(entity, options), gauge(R"(,"level":"river")"));
    options.format = Format::Concise;
    options.lang = "fr,ja;q=0.5";
    EXPECT_EQ(written(entity, options),
              gauge(R"(,"level":{"value":"川","lang":"ja","quality":1})"));
}

TEST(WriteEntity, NamesThatNoReaderWouldTakeAreShownWhole) {
    Entity entity = must_read(gauge(""));
    Attribute odd;
    odd.name = "https://uri.etsi.org/ngsi-ld/default-context/a/b";
    odd.value = 1;
    entity.attributes.push_back(odd);
    EXPECT_EQ(written(entity, kConcise), gauge(",\"" + odd.name.text() + "\":1"));
    EXPECT_TRUE(same_entity(entity, must_read(written(entity))));
}

TEST(WriteEntity, AppendsToWhatIsThere) {
    std::string out = "[";
    write_entity(out, must_read(gauge("")), *test::town_context());
    EXPECT_EQ(out, "[" + gauge(""));
}

TEST(WriteAttribute, OneOrSeveral) {
    const Entity entity =
        must_read(gauge(R"(,"level":[{"value":1},{"value":2,"datasetId":"urn:d"}])"));
    const std::vector<const Attribute*> both{&entity.attributes[0], &entity.attributes[1]};
    std::string out;
    write_attribute(out, {both[0]}, *test::town_context());
    EXPECT_EQ(out, R"({"type":"Property","value":1})");
    out.clear();
    write_attribute(out, both, *test::town_context());
    EXPECT_EQ(
        out,
        R"([{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:d"}])");
}

}  // namespace
}  // namespace musubi

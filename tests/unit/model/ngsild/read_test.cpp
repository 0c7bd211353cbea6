#include <gtest/gtest.h>

#include "model/ngsild/members.h"
#include "unit/model/ngsild/support.h"

namespace musubi {
namespace {

using test::gauge;
using test::must_read;
using test::read_text;

const std::string kLevel = "https://town.example/level";

Attribute level_of(std::string_view json, const ReadOptions& options = {}) {
    const Entity entity = must_read(gauge(R"(,"level":)" + std::string(json)), options);
    EXPECT_EQ(entity.attributes.size(), 1U) << json;
    return entity.attributes.empty() ? Attribute{} : entity.attributes.front();
}

TEST(ReadEntity, ReadsTheMembersOfAnEntity) {
    const Entity entity = must_read(
        R"({"@id":"urn:x:1","type":["Gauge","River","Gauge"],"scope":["/town/ward","other"],
            "createdAt":"x","modifiedAt":1,"@context":"ignored","level":3})");
    EXPECT_EQ(entity.id, "urn:x:1");
    EXPECT_EQ(entity.types, (std::vector<std::string>{"https://town.example/Gauge",
                                                      "https://town.example/River"}));
    EXPECT_EQ(entity.scopes, (std::vector<std::string>{"/town/ward", "other"}));
    ASSERT_EQ(entity.attributes.size(), 1U);
    EXPECT_EQ(entity.attributes[0].name, kLevel);
    EXPECT_EQ(entity.created_at, Time{});
}

TEST(ReadEntity, NormalizedPropertyWithAllItCanCarry) {
    const Attribute a = level_of(
        R"({"type":"Property","value":1.98,"unitCode":"MTR","observedAt":"2021-08-14T08:50:00Z",
            "datasetId":"urn:d:1","valueType":"t:Metre","instanceId":"urn:i","createdAt":"x",
            "quality":{"type":"Property","value":"good","method":{"type":"Relationship",
            "object":"urn:m:1"}}})");
    EXPECT_EQ(a.kind, AttributeKind::Property);
    EXPECT_EQ(a.value, Json{1.98});
    EXPECT_EQ(a.unit_code, "MTR");
    EXPECT_EQ(a.observed_at, parse_time("2021-08-14T08:50:00Z").value());
    EXPECT_EQ(a.dataset_id, "urn:d:1");
    EXPECT_EQ(*a.extra.find(ngsild::kValueType), Json{"https://town.example/Metre"});
    ASSERT_EQ(a.sub.size(), 1U);
    ASSERT_EQ(a.sub[0].sub.size(), 1U);
    EXPECT_EQ(a.sub[0].sub[0].kind, AttributeKind::Relationship);
    EXPECT_EQ(a.sub[0].sub[0].name, "https://town.example/method");
}

struct KindCase {
    const char* json;
    AttributeKind kind;
    const char* value;
};

TEST(ReadEntity, KnowsEachKindNormalizedAndConcise) {
    for (const KindCase& c : std::initializer_list<KindCase>{
             {R"({"type":"Property","value":[1,{"a":2}]})", AttributeKind::Property,
              R"([1,{"a":2}])"},
             {R"(5)", AttributeKind::Property, "5"},
             {R"("text")", AttributeKind::Property, R"("text")"},
             {R"([1,2])", AttributeKind::Property, "[1,2]"},
             {R"([])", AttributeKind::Property, "[]"},
             {R"([{"a":1}])", AttributeKind::Property, R"([{"a":1}])"},
             {R"({"a":{"b":1}})", AttributeKind::Property, R"({"a":{"b":1}})"},
             {R"({"value":{"type":"PostalAddress"}})", AttributeKind::Property,
              R"({"type":"PostalAddress"})"},
             {R"({"type":"Property","value":{"type":"Point","coordinates":[1,2]}})",
              AttributeKind::Property, R"({"type":"Point","coordinates":[1,2]})"},
             {R"({"value":{"type":"Point","coordinates":[1,2]}})", AttributeKind::GeoProperty,
              R"({"type":"Point","coordinates":[1,2]})"},
             {R"({"type":"Point","coordinates":[1,2]})", AttributeKind::GeoProperty,
              R"({"type":"Point","coordinates":[1,2]})"},
             {R"({"object":"urn:a:b"})", AttributeKind::Relationship, R"("urn:a:b")"},
             {R"({"type":"Relationship","object":["urn:a:b","urn:a:c"]})",
              AttributeKind::Relationship, R"(["urn:a:b","urn:a:c"])"},
             {R"({"languageMap":{"ja":"川","en":["river"],"@none":"x"}})",
              AttributeKind::LanguageProperty, R"({"ja":"川","en":["river"],"@none":"x"})"},
             {R"({"json":{"id":1,"level":null}})", AttributeKind::JsonProperty,
              R"({"id":1,"level":null})"},
             {R"({"vocab":"good"})", AttributeKind::VocabProperty,
              R"("https://town.example/good")"},
             {R"({"vocab":["good","t:bad"]})", AttributeKind::VocabProperty,
              R"(["https://town.example/good","https://town.example/bad"])"},
             {R"({"valueList":[1,[2]]})", AttributeKind::ListProperty, "[1,[2]]"},
             {R"({"objectList":["urn:a:b",{"object":"urn:a:c"}]})", AttributeKind::ListRelationship,
              R"(["urn:a:b","urn:a:c"])"},
             {R"({"type":"https://uri.etsi.org/ngsi-ld/Property","value":1})",
              AttributeKind::Property, "1"}}) {
        const Attribute a = level_of(c.json);
        EXPECT_EQ(a.kind, c.kind) << c.json;
        EXPECT_EQ(to_text(a.value), c.value) << c.json;
    }
}

TEST(ReadEntity, InstancesByDataset) {
    const Entity entity = must_read(gauge(
        R"(,"level":[{"value":1,"datasetId":"@none"},{"type":"Property","value":2,"datasetId":"urn:d"},
            {"object":"urn:o:1","datasetId":"urn:e"}])"));
    ASSERT_EQ(entity.attributes.size(), 3U);
    EXPECT_EQ(entity.find(kLevel)->value, Json{1});
    EXPECT_EQ(entity.find(kLevel, "urn:d")->value, Json{2});
    EXPECT_EQ(entity.find(kLevel, "urn:e")->kind, AttributeKind::Relationship);
}

TEST(ReadEntity, FragmentsNeedNeitherIdNorType) {
    const ReadOptions fragment{.as = ReadAs::Fragment};
    EXPECT_EQ(must_read(R"({"level":1})", fragment).attributes.size(), 1U);
    const auto no_id = read_text(R"({"type":"Gauge","level":1})");
    ASSERT_FALSE(no_id);
    EXPECT_EQ(no_id.error().where, "/id");
    const auto no_type = read_text(R"({"id":"urn:x:1","level":1})");
    ASSERT_FALSE(no_type);
    EXPECT_EQ(no_type.error().where, "/type");
    EXPECT_FALSE(read_text(R"({"id":"no uri"})", fragment));
}

TEST(ReadEntity, NullsOnlyWhereTheyAreAskedFor) {
    const ReadOptions nulls{.as = ReadAs::Fragment, .nulls = true};
    for (const char* json :
         {R"("urn:ngsi-ld:null")", R"({"type":"Property","value":"urn:ngsi-ld:null"})",
          R"({"type":"GeoProperty","value":"urn:ngsi-ld:null"})",
          R"({"object":"urn:ngsi-ld:null"})", R"({"languageMap":{"@none":"urn:ngsi-ld:null"}})",
          R"({"json":"urn:ngsi-ld:null"})", R"({"vocab":"urn:ngsi-ld:null"})",
          R"({"valueList":["urn:ngsi-ld:null"]})",
          R"({"objectList":[{"object":"urn:ngsi-ld:null"}]})"}) {
        EXPECT_EQ(level_of(json, nulls).value, Json{iri::kNull}) << json;
        EXPECT_FALSE(read_text(gauge(R"(,"level":)" + std::string(json)))) << json;
    }
    const Attribute a = level_of(
        R"({"value":1,"observedAt":"urn:ngsi-ld:null","unitCode":"urn:ngsi-ld:null"})", nulls);
    EXPECT_EQ(*a.extra.find(ngsild::kObservedAt), Json{iri::kNull});
    EXPECT_EQ(*a.extra.find(ngsild::kUnitCode), Json{iri::kNull});
    EXPECT_EQ(to_text(level_of(R"({"languageMap":{"fr":"urn:ngsi-ld:null"}})", nulls).value),
              R"({"fr":"urn:ngsi-ld:null"})");
}

TEST(ReadEntity, PartialAttributesMayLackTheirValue) {
    const ReadOptions partial{.as = ReadAs::Fragment, .partial = true};
    const Attribute dated = level_of(R"({"observedAt":"2021-08-14T08:50:00Z"})", partial);
    EXPECT_TRUE(dated.value.is_null());
    EXPECT_TRUE(dated.observed_at);
    const Attribute sub =
        level_of(R"({"near":{"type":"Relationship","object":"urn:a:b"}})", partial);
    EXPECT_TRUE(sub.value.is_null());
    EXPECT_EQ(sub.sub.size(), 1U);
    EXPECT_EQ(level_of(R"({"street":"x"})", partial).value,
              parse_json(R"({"street":"x"})").value());
    EXPECT_EQ(level_of(R"({"type":"Relationship","near":1})", partial).kind,
              AttributeKind::Relationship);
    EXPECT_FALSE(read_text(gauge(R"(,"level":{"observedAt":"2021-08-14T08:50:00Z"})")));
}

TEST(ReadEntity, UserWordsForKeywords) {
    const Json source = parse_json(R"({"ident": "@id", "kind": "@type"})").value();
    const auto context = resolve_context(source, {}).value();
    const auto entity =
        read_entity(parse_json(R"({"ident":"urn:x:1","kind":"Gauge"})").value(), *context);
    ASSERT_TRUE(entity);
    EXPECT_EQ(entity->id, "urn:x:1");
    EXPECT_EQ(entity->types.front(), "https://uri.etsi.org/ngsi-ld/default-context/Gauge");
}

TEST(ReadEntity, TheSealOfAnEntity) {
    const Entity entity = must_read(gauge(
        R"(,"ngsildproof":{"type":"Property","entityIdSealed":"urn:x:1","entityTypeSealed":"Gauge",
            "value":{"type":"DataIntegrityProof"}})"));
    const Attribute& proof = entity.attributes.front();
    EXPECT_EQ(*proof.extra.find(ngsild::kEntityTypeSealed), Json{"https://town.example/Gauge"});
    EXPECT_EQ(*proof.extra.find(ngsild::kEntityIdSealed), Json{"urn:x:1"});
}

TEST(ReadAttribute, TakesAFragmentThatIsADocument) {
    const auto context = test::town_context();
    const Json json = parse_json(R"({"value":5,"@context":"https://e.org/c"})").value();
    const auto one = read_attribute(kLevel, "", json, *context);
    ASSERT_TRUE(one);
    EXPECT_EQ(one->front().name, kLevel);
    const Json twice = parse_json(R"([{"value":5},{"value":6}])").value();
    const auto two = read_attribute(kLevel, "/level", twice, *context);
    ASSERT_FALSE(two);
    EXPECT_EQ(two.error().where, "/level/level");
}

}  // namespace
}  // namespace musubi

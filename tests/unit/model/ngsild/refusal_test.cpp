#include <gtest/gtest.h>

#include "unit/model/ngsild/support.h"

namespace musubi {
namespace {

using test::gauge;
using test::read_text;

struct Refusal {
    std::string members;  ///< of an entity that is sound otherwise
    std::string where;
};

void expect_refused(std::initializer_list<Refusal> refusals) {
    for (const Refusal& r : refusals) {
        const auto entity = read_text(gauge(r.members));
        ASSERT_FALSE(entity) << r.members;
        EXPECT_EQ(entity.error().code, ErrorCode::BadRequest) << r.members;
        EXPECT_EQ(entity.error().where, r.where) << to_text(entity.error());
        EXPECT_FALSE(entity.error().detail.empty());
    }
}

TEST(Refusals, OfTheEntity) {
    EXPECT_FALSE(read_text("[]"));
    for (const auto& [text, where] : std::initializer_list<std::pair<const char*, const char*>>{
             {R"({"id":5})", "/id"},
             {R"({"id":"DTI-036"})", "/id"},
             {R"({"id":"urn:x:1","type":5})", "/type"},
             {R"({"id":"urn:x:1","type":[]})", "/type"},
             {R"({"id":"urn:x:1","type":["A",5]})", "/type/1"},
             {R"({"id":"urn:x:1","type":""})", "/type"},
             {R"({"id":"urn:x:1","type":"9Gauge"})", "/type"},
             {R"({"id":"urn:x:1","type":"type"})", "/type"},
             {R"({"id":"urn:x:1","type":"A","scope":5})", "/scope"},
             {R"({"id":"urn:x:1","type":"A","scope":["/a","/a//b"]})", "/scope/1"},
             {R"({"id":"urn:x:1","type":"A","scope":"/"})", "/scope"}}) {
        const auto entity = read_text(text);
        ASSERT_FALSE(entity) << text;
        EXPECT_EQ(entity.error().where, where) << text;
    }
}

TEST(Refusals, OfNames) {
    expect_refused({{R"(,"my attr":1)", "/my attr"},
                    {R"(,"":1)", "/"},
                    {R"(,"a<b":1)", "/a<b"},
                    {R"(,"a'b":1)", "/a'b"},
                    {R"x(,"a(b)":1)x", "/a(b)"},
                    {R"(,"a=b;c":1)", "/a=b;c"},
                    {R"(,"a.b":1)", "/a.b"},
                    {R"(,"a/b~c":1)", "/a~1b~0c"},
                    {R"(,"9a":1)", "/9a"},
                    {R"(,"水　位":1)", "/水　位"},
                    {R"(,"@value":1)", "/@value"},
                    {R"(,"datasetId":{"value":1})", "/datasetId"},
                    {R"(,"observedAt":{"value":1})", "/observedAt"},
                    {R"(,"ngsi-ld:scope":1)", "/ngsi-ld:scope"},
                    {R"(,"instanceId":{"value":1})", "/instanceId"},
                    {R"(,"level":{"value":1,"ngsi-ld:hasValue":1})", "/level/ngsi-ld:hasValue"},
                    {R"(,"level":{"value":1,"bad name":2})", "/level/bad name"}});
    EXPECT_TRUE(read_text(gauge(R"(,"水位":1,"výška_1":2,"air-quality":3,"t:x":4)")));
    EXPECT_TRUE(read_text(gauge(R"x(,"https://e.org/a?b=(c)":1)x")));
}

TEST(Refusals, OfTheFormOfAnAttribute) {
    expect_refused(
        {{R"(,"level":null)", "/level"},
         {R"(,"level":{"type":"string","value":"x"})", "/level/type"},
         {R"(,"level":{"type":5,"value":"x"})", "/level/type"},
         {R"(,"level":{"type":"PostalAddress","street":"x"})", "/level/type"},
         {R"(,"level":{"type":"Property"})", "/level"},
         {R"(,"level":{"type":"Relationship","Object":"urn:a:b"})", "/level"},
         {R"(,"level":{"type":"Property","value":null})", "/level/value"},
         {R"(,"level":{"type":"Property","value":[1,{"a":null}]})", "/level/value"},
         {R"(,"level":{"valueList":[null]})", "/level/valueList"},
         {R"(,"level":{"value":1,"datasetId":"urn:ngsi-ld:null"})", "/level/datasetId"},
         {R"(,"level":{"languageMap":{"en":"x"},"valueType":"text"})", "/level/valueType"},
         {R"(,"location":{"type":"Property","value":7})", "/location"},
         {R"(,"level":{"observedAt":"2021-08-14T08:50:00Z"})", "/level"},
         {R"(,"level":{"type":"Property","value":1,"object":"urn:a:b"})", "/level"},
         {R"(,"level":{"type":"ListProperty","valueList":[1],"value":3})", "/level"},
         {R"(,"level":{"value":1,"previousValue":3})", "/level"},
         {R"(,"level":{"object":"urn:a:b","entity":{}})", "/level"},
         {R"(,"level":{"value":1,"@context":{}})", "/level"},
         {R"(,"level":{"value":1,"entityIdSealed":"x"})", "/level/entityIdSealed"},
         {R"(,"ngsildproof":{"value":"x"})", "/ngsildproof/value"},
         {R"(,"level":{"value":1,"quality":{"type":"x"}})", "/level/quality/type"}});
}

TEST(Refusals, OfValues) {
    expect_refused(
        {{R"(,"level":{"type":"GeoProperty","value":5})", "/level/value"},
         {R"(,"level":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1]}})",
          "/level/value"},
         {R"(,"level":{"type":"Point","coordinates":["a"]})", "/level"},
         {R"(,"level":{"value":{"type":"GeometryCollection","geometries":[]}})", "/level/value"},
         {R"(,"level":{"object":5})", "/level/object"},
         {R"(,"level":{"object":[]})", "/level/object"},
         {R"(,"level":{"object":["urn:a:b","nothing"]})", "/level/object/1"},
         {R"(,"level":{"languageMap":"x"})", "/level/languageMap"},
         {R"(,"level":{"languageMap":{"en":5}})", "/level/languageMap/en"},
         {R"(,"level":{"languageMap":{"e n":"x"}})", "/level/languageMap/e n"},
         {R"(,"level":{"json":5})", "/level/json"},
         {R"(,"level":{"json":[{},5]})", "/level/json"},
         {R"(,"level":{"vocab":5})", "/level/vocab"},
         {R"(,"level":{"vocab":[]})", "/level/vocab"},
         {R"(,"level":{"valueList":5})", "/level/valueList"},
         {R"(,"level":{"objectList":"urn:a:b"})", "/level/objectList"},
         {R"(,"level":{"objectList":["urn:a:b","x y"]})", "/level/objectList/1"}});
}

TEST(Refusals, OfMetadata) {
    expect_refused(
        {{R"(,"level":{"value":1,"observedAt":5})", "/level/observedAt"},
         {R"(,"level":{"value":1,"observedAt":"yesterdayZ"})", "/level/observedAt"},
         {R"(,"level":{"value":1,"observedAt":"2021-08-14T08:50:00+09:00"})", "/level/observedAt"},
         {R"(,"level":{"value":1,"observedAt":"urn:ngsi-ld:null"})", "/level/observedAt"},
         {R"(,"level":{"value":1,"unitCode":5})", "/level/unitCode"},
         {R"(,"level":{"value":1,"unitCode":""})", "/level/unitCode"},
         {R"(,"level":{"object":"urn:a:b","unitCode":"MTR"})", "/level/unitCode"},
         {R"(,"level":{"json":{},"unitCode":"MTR"})", "/level/unitCode"},
         {R"(,"level":{"value":1,"datasetId":5})", "/level/datasetId"},
         {R"(,"level":{"value":1,"datasetId":"x"})", "/level/datasetId"},
         {R"(,"level":{"value":1,"objectType":"A"})", "/level/objectType"},
         {R"(,"level":{"object":"urn:a:b","objectType":5})", "/level/objectType"},
         {R"(,"level":{"object":"urn:a:b","valueType":"A"})", "/level/valueType"}});
}

TEST(Refusals, OfTwoInstancesThatCanNotBeToldApart) {
    expect_refused(
        {{R"(,"level":[{"value":1},{"value":2,"datasetId":"@none"}])", "/level"},
         {R"(,"level":[{"value":1,"datasetId":"urn:d"},{"value":2,"datasetId":"urn:d"}])",
          "/level"},
         {R"(,"level":1,"t:level":2)", "/level"},
         {R"(,"level":{"value":1,"quality":[{"value":1},{"value":2}]})", "/level/quality"}});
    std::string many = R"(,"level":[{"value":0,"datasetId":"urn:d:7"})";
    for (int i = 0; i < 50; ++i) {
        many += R"(,{"value":1,"datasetId":"urn:d:)" + std::to_string(i) + "\"}";
    }
    expect_refused({{many + "]", "/level"}});
}

TEST(Refusals, PlacesInArraysAreCounted) {
    expect_refused({{R"(,"level":[{"value":1},{"type":"string","value":2}])", "/level/1/type"},
                    {R"(,"level":[{"value":1},{"value":2,"datasetId":"urn:d","unitCode":7}])",
                     "/level/1/unitCode"}});
}

}  // namespace
}  // namespace musubi

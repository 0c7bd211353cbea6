#include <gtest/gtest.h>

#include "unit/model/query/sample.h"

namespace musubi {
namespace {

struct QRow {
    std::string_view q;
    bool expected;
};

class QMatch : public testing::TestWithParam<QRow> {};

TEST_P(QMatch, AnswersAsTheClauseSays) {
    const auto query = parse_q(GetParam().q, *core_context());
    ASSERT_TRUE(query) << GetParam().q << ": " << to_text(query.error());
    EXPECT_EQ(matches(*query, sample::gauge()), GetParam().expected) << GetParam().q;
}

constexpr QRow kExistence[] = {
    {"status", true},
    {"nothing", false},
    {"location", true},
    {"inside", true},
    {"colour", true},
    {"colour[en]", true},
    {"colour[de]", false},
    {"address[city]", true},
    {"address[town]", false},
    {"address[city.x]", false},
    {"address[geo.zone]", true},
    {"currentLevel.accuracy", true},
    {"currentLevel.accuracy.method", true},
    {"currentLevel.method", false},
    {"currentLevel.observedAt", true},
    {"status.observedAt", false},
    {"status.createdAt", true},
    {"createdAt", true},
    {"observedAt", false},
    {"currentLevel.unitCode", true},
    {"status.unitCode", false},
    {"status.datasetId", false},
    {"currentLevel.datasetId", true},
};
INSTANTIATE_TEST_SUITE_P(Existence, QMatch, testing::ValuesIn(kExistence));

constexpr QRow kNumbers[] = {
    {"currentLevel==4.25", true},
    {"currentLevel==7.5", true},  // the other instance
    {"currentLevel==5", false},
    {"currentLevel!=4.25", true},  // the other instance differs
    {"currentLevel>7", true},
    {"currentLevel>7.5", false},
    {"currentLevel>=7.5", true},
    {"currentLevel<4.25", false},
    {"currentLevel<=4.25", true},
    {"currentLevel==4..5", true},
    {"currentLevel==4.25..4.25", true},
    {"currentLevel==5..7", false},
    {"count!=10..20", false},
    {"count!=21..30", true},
    {"count==20.0", true},
    {"count==2e1", true},
    {"count==-20", false},
    {"count==1,20,3", true},
    {"count==1,2", false},
    {"count!=1,20", false},
    {"count!=1,2", true},
    {"big==9007199254740993", true},
    {"big==9007199254740992", false},  // a double could not tell
    {"numbers==5", true},
    {"numbers==4", false},
    {"numbers!=5", false},
    {"numbers!=4", true},
    {"numbers==9,7", true},
    {"numbers==4..6", false},  // an array is in no interval
    {"numbers>1", false},      // nor before or after a number
    {"steps==2", true},
    {"steps!=2", false},
    {"currentLevel.accuracy<0.1", true},
    {"address[geo.zone]==3", true},
    {"ticket[value]>=60", true},
    {"ticket[value]>60", false},
};
INSTANTIATE_TEST_SUITE_P(Numbers, QMatch, testing::ValuesIn(kNumbers));

constexpr QRow kTexts[] = {
    {R"(status=="open")", true},
    {R"(status=="Open")", false},
    {"status==open", true},
    {R"(status!="closed")", true},
    {R"(status!="open")", false},
    {R"(status=="closed","open")", true},
    {R"(status!="black", "open")", false},
    {R"(status>"oa")", true},
    {R"(status<"oa")", false},
    {R"(status=="a".."z")", true},
    {R"(status=="op\u0065n")", true},
    {R"(address[city]=="福井")", true},
    {R"(colours=="red")", true},
    {R"(colours!="red")", false},
    {R"(colours!="black")", true},
    {R"(colours=="black","green")", true},
    {R"(currentLevel.unitCode=="MTR")", true},
    {R"(currentLevel.unitCode!="MTR")", false},
    {R"(currentLevel.unitCode=="FOT","MTR")", true},
    {R"(currentLevel.unitCode~="^M")", true},
    {"currentLevel.datasetId==urn:ngsi-ld:Dataset:forecast", true},
    {R"(currentLevel.accuracy.method=="radar")", true},
};
INSTANTIATE_TEST_SUITE_P(Texts, QMatch, testing::ValuesIn(kTexts));

constexpr QRow kKinds[] = {
    {R"(count=="20")", false},  // a number and a text differ ...
    {R"(count!="20")", true},   // ... and that is unequal
    {"status==20", false},
    {"status>20", false},
    {R"(count>"1")", false},
    {"flag==true", true},
    {"flag==false", false},
    {"flag!=false", true},
    {"flag==1", false},
    {"flag==false,true", true},
    {"address==1", false},
    {"address!=1", true},
    {"location!=1", false},  // a geometry can't be compared
    {R"(location=="Point")", false},
    {R"(location[type]=="Point")", false},
    {"nothing!=1", false},  // what is not there is not unequal
    {"address[town]!=1", false},
};
INSTANTIATE_TEST_SUITE_P(Kinds, QMatch, testing::ValuesIn(kKinds));

constexpr QRow kTimes[] = {
    {"currentLevel.observedAt==2021-08-14T08:50:00Z", true},
    {"currentLevel.observedAt==2021-08-14T08:50:00.000Z", true},
    {"currentLevel.observedAt==2021-08-14T17:50:00+09:00", true},
    {"currentLevel.observedAt>=2021-08-14T08:50:00Z", true},
    {"currentLevel.observedAt>2021-08-14T08:50:00Z", false},
    {"currentLevel.observedAt<2021-08-14T08:50:00,5Z", false},  // the comma makes a list:
    {R"(currentLevel.observedAt>"2021-08-14T08:00:00Z")", true},
    {"currentLevel.observedAt==2021-08-14T08:00:00Z..2021-08-14T09:00:00Z", true},
    {"currentLevel.observedAt!=2021-08-14T08:00:00Z..2021-08-14T09:00:00Z", false},
    {"currentLevel.observedAt>5", false},
    {"currentLevel.observedAt!=5", true},
    {"createdAt<2021-07-02T00:00:00Z", true},
    {"modifiedAt<2021-07-02T00:00:00Z", false},
    {"status.modifiedAt==2021-08-02T00:00:00Z", true},
    {"since==2021-08-14T08:50:00Z", true},  // as times, not as texts
    {"since>2021-08-14T08:49:59Z", true},
    {"since<2021-08-14T09:00:00Z", true},
    {"typed==2021-08-14T08:50:00.000000Z", true},
    {"typed<2021-08-14T08:50:00Z", false},
    {"status>2021-08-14T08:50:00Z", false},
    {"status!=2021-08-14T08:50:00Z", true},
    {"day==2021-08-14", true},
    {"day>2021-08-13", true},
    {"day>2021-08-14T00:00:00Z", false},  // a day is no moment
    {"since>2021-08-13", false},
    {"opens==08:30:00Z", true},
    {"opens<09:00:00Z", true},
    {"opens==08:00:00Z..09:00:00Z", true},
    {"opens>08:30:00.5Z", false},
};

TEST(QMatchTimes, AnswersAsTheClauseSays) {
    const Entity gauge = sample::gauge();
    for (const auto& [q, expected] : kTimes) {
        const auto query = parse_q(q, *core_context());
        if (q.find(",5Z") != std::string_view::npos) {
            EXPECT_FALSE(query) << q;
            continue;
        }
        ASSERT_TRUE(query) << q << ": " << to_text(query.error());
        EXPECT_EQ(matches(*query, gauge), expected) << q;
    }
}

constexpr QRow kNames[] = {
    {"inside==urn:ngsi-ld:Basin:kuzuryu", true},
    {R"(inside=="urn:ngsi-ld:Basin:kuzuryu")", true},
    {"inside!=urn:ngsi-ld:Basin:kuzuryu", false},
    {"inside!=urn:ngsi-ld:Basin:hino", true},
    {"inside==urn:ngsi-ld:Basin:hino,urn:ngsi-ld:Basin:kuzuryu", true},
    {"near==urn:ngsi-ld:A:2", true},
    {"near!=urn:ngsi-ld:A:2", false},
    {"near!=urn:ngsi-ld:A:3", true},
    {"route==urn:ngsi-ld:R:2", true},
    {"route!=urn:ngsi-ld:R:2", false},
    {"currentLevel.measuredBy==urn:ngsi-ld:Device:1", true},
    {R"(inside>"a")", false},  // no operator but == and != is for relationships
    {R"(inside~="urn")", false},
    {"inside!~=x", false},
    {"gender==Male", false},  // a short term is no IRI, see expandValues
    {R"(gender=="Male")", false},
    {"gender==https://uri.etsi.org/ngsi-ld/default-context/Male", true},
    {"gender==Female", false},
    {"gender!=Female", true},
    {"gender==Female,Male", false},
    {"gender==5", false},
};
INSTANTIATE_TEST_SUITE_P(Names, QMatch, testing::ValuesIn(kNames));

constexpr QRow kLanguages[] = {
    {R"(colour[en]=="red")", true},  {R"(colour[EN]=="cat")", true},
    {R"(colour[fr]=="red")", false}, {R"(colour[*]=="rouge")", true},
    {R"(colour=="赤")", true},       {R"(colour=="rot")", false},
    {R"(colour[en]!="red")", false}, {R"(colour[fr]!="red")", true},
    {R"(colour[de]!="red")", false}, {R"(colour!="rouge")", false},
    {R"(colour[*]!="rot")", true},   {R"(colour[fr]~="^rou")", true},
    {R"(colour[en]~="^ca")", true},  {R"(colour[fr.x]=="rouge")", false},
};
INSTANTIATE_TEST_SUITE_P(Languages, QMatch, testing::ValuesIn(kLanguages));

constexpr QRow kPatterns[] = {
    {R"(status~="^op.n$")", true}, {R"(status~="pe")", true},
    {"status~=pe", true},          {"status~=^(open|shut)$", true},
    {"status~=[|;)]|open", true},  // '|' outside of brackets is the query's own
    {"status!~=^op", false},       {"status!~=x", true},
    {"count~=2", false},           {"count!~=2", false},  // no text, no match (4.9)
    {"colours~=red", false},       {R"(status~="\w{4}")", true},
    {R"(status~="\"")", false},    {"nothing!~=x", false},
};
TEST(QMatchPatterns, AreFoundInTexts) {
    Entity gauge = sample::gauge();
    gauge.attributes.push_back(sample::property("open", 1));
    for (const auto& [q, expected] : kPatterns) {
        const auto query = parse_q(q, *core_context());
        ASSERT_TRUE(query) << q << ": " << to_text(query.error());
        EXPECT_EQ(matches(*query, gauge), expected) << q;
    }
}

constexpr QRow kLogic[] = {
    {R"(currentLevel>4;status=="open")", true},
    {R"(currentLevel>9;status=="open")", false},
    {R"(currentLevel>9|status=="open")", true},
    {"flag==false;count==20|status", true},  // ; binds more tightly
    {"flag==false;(count==20|status)", false},
    {"status|count==0;flag==false", true},
    {"(status|count==0);flag==false", false},
    {"((currentLevel>50|count>3);status==\"open\")", true},
    {"(currentLevel>=4;currentLevel<=5)|count<=10", true},
    {" status ; count > 3 ", true},
    {"<https://uri.etsi.org/ngsi-ld/default-context/count>==20", true},
    {"https://uri.etsi.org/ngsi-ld/default-context/count==20", true},
    {"https://uri.etsi.org/ngsi-ld/default-context/currentLevel.accuracy<1", true},
    {"https://uri.etsi.org/ngsi-ld/default-context/currentLevel.observedAt"
     ">2020-01-01T00:00:00Z",
     true},
};
INSTANTIATE_TEST_SUITE_P(Logic, QMatch, testing::ValuesIn(kLogic));

// 4.9, EXAMPLE 12
TEST(QMatchExpanded, ComparesTermsOfTheContextWhereAskedTo) {
    const Entity gauge = sample::gauge();
    const std::vector<std::string> names{sample::expanded("gender")};
    for (const std::string_view q : {"gender==Male", R"(gender=="Male")", "gender==Female,Male"}) {
        EXPECT_TRUE(matches(*parse_q(q, *core_context(), names), gauge)) << q;
        EXPECT_FALSE(matches(*parse_q(q, *core_context()), gauge)) << q;
    }
}

// 4.9, EXAMPLES 13 and 14
TEST(QMatchLinked, FollowsRelationshipsToTheEntitiesTheyName) {
    const Entity gauge = sample::gauge();
    auto basin = std::make_shared<Entity>();
    basin->id = "urn:ngsi-ld:Basin:kuzuryu";
    basin->types = {sample::expanded("Basin")};
    basin->attributes = {sample::property("name", "九頭竜川"),
                         sample::relationship("inside", gauge.id)};
    auto self = std::make_shared<Entity>(gauge);
    const LinkedEntities linked = [&](std::string_view id) -> std::shared_ptr<const Entity> {
        if (id == basin->id) return basin;
        return id == self->id ? self : nullptr;
    };
    const auto holds = [&](std::string_view q, const LinkedEntities& find) {
        const auto query = parse_q(q, *core_context());
        EXPECT_TRUE(query) << q;
        return query && matches(*query, gauge, find);
    };
    EXPECT_TRUE(holds(R"(inside{name}=="九頭竜川")", linked));
    EXPECT_TRUE(holds(R"(inside{Basin:name}=="九頭竜川")", linked));
    EXPECT_FALSE(holds(R"(inside{Town:name}=="九頭竜川")", linked));
    EXPECT_TRUE(holds("inside{inside{count}}==20", linked));
    EXPECT_FALSE(holds("inside{inside{count}}==21", linked));
    EXPECT_FALSE(holds("near{name}", linked));  // nobody is there
    EXPECT_FALSE(holds(R"(inside{name}=="九頭竜川")", nullptr));
    EXPECT_EQ(linked_depth(*parse_q("count==1;inside{inside{count}}", *core_context())), 2U);
    EXPECT_FALSE(parse_q("inside{name", *core_context()));
    EXPECT_FALSE(parse_q("a{a{a{a{a{a{a{a{a{a{a{a}}}}}}}}}}}", *core_context()));
}

}  // namespace
}  // namespace musubi

#include "trust/policies/persons.h"

#include <gtest/gtest.h>

#include "model/ngsild.h"

namespace musubi::testing {
namespace {

const std::string kHanako = "k2p7m3xag4";

Entity entity(std::string_view attributes) {
    const std::string text =
        R"({"id": "urn:e:1", "type": "urn:test:Care", )" + std::string(attributes) + "}";
    auto read = read_entity(parse_json(text).value(), *core_context());
    EXPECT_TRUE(read) << to_text(read.error());
    return std::move(read).value();
}

bool is_about(const Entity& entity, std::string_view id = kHanako) {
    const auto ids = persons_of({"urn:test:of", "urn:test:for"}, entity);
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}
bool is_found(const Entity& entity) {
    return matches(names_person("urn:test:of", kHanako), entity);
}

TEST(Persons, AreNamedByUriOrSubject) {
    EXPECT_EQ(person_named("urn:musubi:person:" + kHanako), kHanako);
    EXPECT_EQ(person_named("person:" + kHanako), kHanako);
    for (const std::string other :
         {"", "k2p7m3xag4", "person:", "urn:musubi:person:", "urn:musubi:person:K2", "person:a b",
          "key:k2p7m3xag4", "urn:musubi:person:k2p7m3xag4/x"}) {
        EXPECT_EQ(person_named(other), "") << other;
    }
    EXPECT_EQ(person_named("person:" + std::string(65, 'a')), "");
}

TEST(Persons, EachKindOfAttributeThatCanNameThemIsFoundByTheQueryToo) {
    for (const std::string_view of :
         {R"("urn:test:of": "urn:musubi:person:k2p7m3xag4")",
          R"("urn:test:of": "person:k2p7m3xag4")",
          R"("urn:test:of": ["person:other", "person:k2p7m3xag4"])",
          R"("urn:test:of": {"type": "Relationship", "object": "urn:musubi:person:k2p7m3xag4"})",
          R"("urn:test:of": {"type": "Relationship",
              "object": ["urn:musubi:person:other", "urn:musubi:person:k2p7m3xag4"]})",
          R"("urn:test:of": {"type": "ListRelationship",
              "objectList": ["urn:musubi:person:other", "urn:musubi:person:k2p7m3xag4"]})",
          R"("urn:test:of": {"type": "ListProperty", "valueList": ["person:k2p7m3xag4"]})",
          R"("urn:test:of": [{"value": "person:other"},
              {"value": "person:k2p7m3xag4", "datasetId": "urn:d:1"}])"}) {
        const Entity one = entity(of);
        EXPECT_TRUE(is_about(one)) << of;
        EXPECT_TRUE(is_found(one)) << of;
        EXPECT_FALSE(is_about(one, "nobody"));
    }
    EXPECT_FALSE(is_about(entity(R"("urn:test:by": "person:k2p7m3xag4")")));
    EXPECT_FALSE(
        is_about(entity(R"("urn:test:of": {"value": 1, "urn:test:for": "person:k2p7m3xag4"})")));
}

TEST(Persons, TheQueryIsOneThatTheIndexNarrows) {
    EXPECT_EQ(indexable_terms(names_person("urn:test:of", kHanako)).size(), 1U);
}

TEST(Persons, AreEachOnceAndNotWithoutEnd) {
    std::string many;
    for (std::size_t i = 0; i < kMaxPersonsOfEntity + 10; ++i) {
        many += (many.empty() ? "" : ",") + ("\"person:p" + std::to_string(i) + "\"");
    }
    const Entity crowd = entity("\"urn:test:of\": [" + many + "]");
    EXPECT_EQ(persons_of({"urn:test:of"}, crowd).size(), kMaxPersonsOfEntity);
    const Entity twice =
        entity(R"("urn:test:of": ["person:b", "person:a"], "urn:test:for": "urn:musubi:person:a")");
    EXPECT_EQ(persons_of({"urn:test:of", "urn:test:for"}, twice),
              (std::vector<std::string>{"a", "b"}));
}

TEST(Persons, TheFirstPersonalTypeIsTheOneThatIsTold) {
    PolicySet set;
    set.personal = {{.type = "T", .purposes = {}, .ja = "", .en = "", .persons = {"a", "b"}},
                    {.type = "U", .purposes = {}, .ja = "", .en = "", .persons = {"b", "c"}}};
    EXPECT_EQ(personal_type_of(set, {"U", "T"})->type, "T");
    EXPECT_EQ(personal_type_of(set, {"V"}), nullptr);
    EXPECT_EQ(person_attributes_of(set, {"T", "U"}), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_TRUE(person_attributes_of(set, {"V"}).empty());
}

}  // namespace
}  // namespace musubi::testing

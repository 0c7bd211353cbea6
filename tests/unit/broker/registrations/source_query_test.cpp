#include <gtest/gtest.h>

#include "broker/registrations/registration_table.h"
#include "broker/registrations/registry_log.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

Registration registration(const std::string& members) {
    const auto json = parse_json(R"({"type":"ContextSourceRegistration","endpoint":"http://a.b",)" +
                                 members + "}");
    EXPECT_TRUE(json);
    auto read = read_registration(*json, *core_context());
    EXPECT_TRUE(read) << to_text(read.error());
    return std::move(read).value();
}

EntitySelector entity(const std::string& id, const std::string& type) {
    EntitySelector out;
    out.id = id;
    out.types = *parse_type_selection(type, *core_context());
    return out;
}

constexpr Time kAskedAt{1'763'800'000'000'000};

TEST(SourceQuery, NarrowsToTheInformationThatMatches) {
    const Registration gauges = registration(
        R"("information":[{"entities":[{"id":"urn:e:1","type":"Gauge"}],"propertyNames":["level"]},
                          {"entities":[{"idPattern":"^urn:e:","type":"Gauge"}]},
                          {"relationshipNames":["isIn"]}])");
    SourceQuery query;
    query.entities = {entity("urn:e:1", "Gauge")};
    EXPECT_EQ(matching_information(gauges, query), (std::vector<std::size_t>{0, 1, 2}));
    query.attributes = {core_context()->expand("isIn")};
    EXPECT_EQ(matching_information(gauges, query), (std::vector<std::size_t>{1, 2}));
    query.entities = {entity("urn:x:1", "Gauge")};
    EXPECT_EQ(matching_information(gauges, query), (std::vector<std::size_t>{2}));
    query.attributes = {core_context()->expand("other")};
    EXPECT_TRUE(matching_information(gauges, query).empty());
}

TEST(SourceQuery, ASpanOfTimeIsAskedForAlone) {
    const Registration old = registration(
        R"("information":[{"entities":[{"type":"G"}]}],
           "observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"})");
    SourceQuery query;
    EXPECT_FALSE(matches_conditions(old, query));
    query.time = TimeSelection{TimeRelation::After, *parse_time("2020-06-01T00:00:00Z"), {}, {}};
    EXPECT_TRUE(matches_conditions(old, query));
    query.time->at = *parse_time("2021-06-01T00:00:00Z");
    EXPECT_FALSE(matches_conditions(old, query));
    query.time = TimeSelection{TimeRelation::Before, *parse_time("2021-06-01T00:00:00Z"), {}, {}};
    query.time->property = TimeProperty::ModifiedAt;
    EXPECT_FALSE(matches_conditions(old, query));
}

TEST(SourceQuery, AnOperationOnEvolutionsAsksThoseThatNameNoSpanAsWell) {
    const Registration any = registration(R"("information":[{"entities":[{"type":"G"}]}])");
    const Registration old = registration(
        R"("information":[{"entities":[{"type":"G"}]}],
           "observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"})");
    SourceQuery query;
    query.evolution = true;
    EXPECT_TRUE(may_answer(any, query));
    EXPECT_TRUE(may_answer(old, query));
    query.time = TimeSelection{TimeRelation::After, *parse_time("2021-06-01T00:00:00Z"), {}, {}};
    EXPECT_TRUE(may_answer(any, query));
    EXPECT_FALSE(may_answer(old, query));
    query.time->relation.reset();
    EXPECT_TRUE(may_answer(old, query));
    query.evolution = false;
    EXPECT_FALSE(may_answer(any, query));
}

TEST(SourceQuery, AnOperationLeavesOutOnlyWhatLiesElsewhere) {
    const Registration placed = registration(
        R"("information":[{"entities":[{"type":"G"}]}],
           "location":{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]})");
    const auto within = [](double west, double east) {
        const auto box =
            parse_json("[[[" + std::to_string(west) + ",0],[" + std::to_string(east) + ",0],[" +
                       std::to_string(east) + ",1],[" + std::to_string(west) + ",1],[" +
                       std::to_string(west) + ",0]]]");
        return *parse_geo_query("within", "Polygon", *box, "", *core_context());
    };
    SourceQuery query;
    query.geo = within(1, 3);
    EXPECT_TRUE(may_answer(placed, query));
    EXPECT_FALSE(matches_conditions(placed, query));
    query.geo = within(5, 6);
    EXPECT_FALSE(may_answer(placed, query));
}

class Table : public StoreTest {
protected:
    void put(const std::string& id, const std::string& members) {
        Registration made = registration(R"("id":")" + id + "\"," + members);
        const auto done = store->commit(service_caller("", "test"), [&](Transaction& tx) {
            tx.put_record(kRegistrationKind, id, encode_registration(made));
            return note_change(tx, false, id);
        });
        ASSERT_TRUE(done) << to_text(done.error());
    }
    std::vector<std::string> ids(SourceOperation operation, const SourceQuery& query) {
        std::vector<std::string> out;
        for (const auto& source : table.sources(0, operation, query, kAskedAt)) {
            out.push_back(source.registration->id);
        }
        return out;
    }
    RegistrationTable table{log};
};

TEST_P(Table, GivesTheSourcesInTheOrderOfTheirModes) {
    ASSERT_TRUE(table.load(*store));
    EXPECT_TRUE(table.empty(0));
    put("urn:r:1", R"("mode":"auxiliary","information":[{"entities":[{"type":"G"}]}])");
    put("urn:r:2", R"("information":[{"entities":[{"type":"G"}]}])");
    put("urn:r:3", R"("mode":"redirect","information":[{"entities":[{"type":"G"}]}])");
    put("urn:r:4", R"("mode":"exclusive","information":[{"entities":[{"id":"urn:e:1","type":"G"}],
                      "propertyNames":["p"]}])");
    put("urn:r:5", R"("information":[{"propertyNames":["p"]}])");
    put("urn:r:6",
        R"("expiresAt":"2025-01-01T00:00:00Z","information":[{"entities":[{"type":"G"}]}])");
    EXPECT_FALSE(table.empty(0));

    SourceQuery query;
    query.entities = {entity("urn:e:1", "G")};
    using Ids = std::vector<std::string>;
    EXPECT_EQ(ids(SourceOperation::RetrieveEntity, query),
              (Ids{"urn:r:4", "urn:r:3", "urn:r:2", "urn:r:5", "urn:r:1"}));
    EXPECT_EQ(ids(SourceOperation::CreateEntity, query), Ids{});
    query.entities = {entity("urn:e:2", "H")};
    EXPECT_EQ(ids(SourceOperation::QueryEntity, query), Ids{"urn:r:5"});
    EXPECT_EQ(table.version(0), 6U);

    ASSERT_TRUE(store->commit(service_caller("", "test"), [](Transaction& tx) -> Result<void> {
        tx.erase_record(kRegistrationKind, "urn:r:5");
        return {};
    }));
    EXPECT_EQ(ids(SourceOperation::QueryEntity, query), Ids{});
    RegistrationTable again{log};
    ASSERT_TRUE(again.load(*store));
    EXPECT_EQ(again.shelf(0)->by_id.size(), 5U);
    EXPECT_EQ(again.version(0), 6U);
}

INSTANTIATE_TEST_SUITE_P(Registrations, Table, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

}  // namespace
}  // namespace musubi::testing

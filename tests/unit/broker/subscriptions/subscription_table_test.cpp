#include "broker/subscriptions/subscription_table.h"

#include "unit/broker/delivery_fixture.h"

namespace musubi::testing {
namespace {

class SubscriptionTableTest : public ::testing::Test {
protected:
    void put(TenantId tenant, const std::string& id, const std::string& entities,
             const std::string& more = "") {
        const Subscription s = subscription(R"({"id":")" + id + R"(","type":"Subscription",)" +
                                            more + R"("entities":)" + entities +
                                            R"(,"notification":{"endpoint":{"uri":"http://a"}}})");
        table.apply(nullptr, {{tenant, "subscription", id, encode_subscription(s)}});
    }
    std::vector<std::string> found(TenantId tenant, const std::string& id,
                                   const std::vector<std::string>& types,
                                   const std::string& attribute = "urn:a:1") {
        EntityChange change;
        change.id = id;
        change.types = types;
        change.attributes.push_back({.name = attribute, .dataset_id = {}});
        std::vector<std::string> out;
        for (const auto& s : table.candidates(tenant, change)) out.push_back(s->id);
        std::sort(out.begin(), out.end());
        return out;
    }
    using Ids = std::vector<std::string>;
    Log log{LogLevel::Off};
    Contexts contexts;
    SubscriptionTable table{contexts, log};
};

TEST_F(SubscriptionTableTest, FindsByEntityTypeOrNeither) {
    put(0, "urn:s:type", R"([{"type":"urn:t:A"}])");
    put(0, "urn:s:two", R"([{"type":"urn:t:A,urn:t:B"}])");
    put(0, "urn:s:both", R"([{"type":"urn:t:A;urn:t:B"}])");
    put(0, "urn:s:id", R"([{"id":"urn:e:1","type":"urn:t:A"}])");
    put(0, "urn:s:all", R"([{"type":"*"}])");
    put(0, "urn:s:mixed", R"([{"id":"urn:e:1","type":"urn:t:A"},{"type":"urn:t:C"}])");
    put(1, "urn:s:foreign", R"([{"type":"*"}])");
    EXPECT_EQ(found(0, "urn:e:9", {"urn:t:B"}), (Ids{"urn:s:all", "urn:s:two"}));
    EXPECT_EQ(found(0, "urn:e:9", {"urn:t:A", "urn:t:B"}),
              (Ids{"urn:s:all", "urn:s:both", "urn:s:mixed", "urn:s:two", "urn:s:type"}));
    EXPECT_EQ(found(0, "urn:e:1", {"urn:t:D"}), (Ids{"urn:s:all", "urn:s:id"}));
    EXPECT_EQ(found(2, "urn:e:1", {"urn:t:A"}), Ids{});
}

TEST_F(SubscriptionTableTest, FindsByWatchedAttributesAndTheBeginningOfIds) {
    const std::string type_a = R"([{"type":"urn:t:A"}])";
    put(0, "urn:s:any", type_a);
    put(0, "urn:s:one", type_a, R"("watchedAttributes":["urn:a:1"],)");
    put(0, "urn:s:two", type_a, R"("watchedAttributes":["urn:a:2","urn:a:3"],)");
    put(0, "urn:s:17", R"([{"type":"urn:t:A","idPattern":"^urn:e:17"}])");
    put(0, "urn:s:18", R"([{"type":"urn:t:A","idPattern":"^urn:e:18.*"}])");
    put(0, "urn:s:7$", R"([{"type":"urn:t:A","idPattern":"7$"}])");
    put(0, "urn:s:17-1", R"([{"type":"urn:t:A","idPattern":"^urn:e:17"}])",
        R"("watchedAttributes":["urn:a:1"],)");
    EXPECT_EQ(found(0, "urn:e:9", {"urn:t:A"}), (Ids{"urn:s:any", "urn:s:one"}));
    EXPECT_EQ(found(0, "urn:e:9", {"urn:t:A"}, "urn:a:3"), (Ids{"urn:s:any", "urn:s:two"}));
    EXPECT_EQ(found(0, "urn:e:170", {"urn:t:A"}),
              (Ids{"urn:s:17", "urn:s:17-1", "urn:s:any", "urn:s:one"}));
    EXPECT_EQ(found(0, "urn:e:17", {"urn:t:A"}, "urn:a:9"),
              (Ids{"urn:s:17", "urn:s:7$", "urn:s:any"}));
    for (const std::string id : {"urn:s:17", "urn:s:17-1", "urn:s:18", "urn:s:one", "urn:s:two"}) {
        table.apply(nullptr, {{0, "subscription", id, std::nullopt}});
    }
    EXPECT_EQ(found(0, "urn:e:17", {"urn:t:A"}), (Ids{"urn:s:7$", "urn:s:any"}));
}

TEST_F(SubscriptionTableTest, KeepsThePeriodicOnesApart) {
    put(0, "urn:s:1", R"([{"type":"urn:t:A"}])", R"("timeInterval":5,)");
    EXPECT_EQ(found(0, "urn:e:9", {"urn:t:A"}), Ids{});
    ASSERT_EQ(table.periodic(0).size(), 1U);
    table.apply(nullptr, {{0, "subscription", "urn:s:1", std::nullopt}});
    EXPECT_TRUE(table.periodic(0).empty());
}

TEST(Shelves, KnowHowIdsBegin) {
    const std::vector<std::pair<std::string, std::string>> rows{{"^urn:e:17", "urn:e:17"},
                                                                {"^urn:e:17.*", "urn:e:17"},
                                                                {"^urn:e:17*", "urn:e:1"},
                                                                {"^urn:e:17?", "urn:e:1"},
                                                                {"^urn:e:17{0,2}", "urn:e:1"},
                                                                {"^urn:e:17+", "urn:e:17"},
                                                                {"urn:e:17", ""},
                                                                {"^a|^b", ""},
                                                                {"^(a)b", ""},
                                                                {"^urn\\.e\\d", "urn.e"},
                                                                {"^(?i)urn", ""},
                                                                {"^", ""}};
    for (const auto& [pattern, beginning] : rows) {
        EXPECT_EQ(beginning_of(pattern), beginning) << pattern;
    }
}

TEST(Shelves, KnowHowIdsEnd) {
    const std::vector<std::pair<std::string, std::string>> rows{
        {":17$", ":17"}, {"^urn:.*:17$", ":17"}, {"a*bc$", "bc"}, {"a{2}b$", "b"},
        {"17", ""},      {"17\\$", ""},          {"a\\d$", ""},   {"a\\.b$", "a.b"},
        {"a|b$", ""},    {"(?i)b$", ""},         {"\\Qb$", ""},   {"[ab]c$", "c"},
        {"a\\\\b$", ""}, {"(ab)$", ""},          {"$", ""},       {"\\\\$", ""}};
    for (const auto& [pattern, ending] : rows) EXPECT_EQ(ending_of(pattern), ending) << pattern;
}

TEST_F(SubscriptionTableTest, FollowsChangesAndDeletions) {
    put(0, "urn:s:1", R"([{"type":"urn:t:A"}])");
    put(0, "urn:s:1", R"([{"type":"urn:t:B"}])");
    EXPECT_EQ(found(0, "urn:e", {"urn:t:A"}), Ids{});
    EXPECT_EQ(found(0, "urn:e", {"urn:t:B"}), Ids{"urn:s:1"});
    EXPECT_EQ(table.size(0), 1U);
    table.apply(nullptr, {{0, "subscription", "urn:s:1", std::nullopt}});
    EXPECT_EQ(found(0, "urn:e", {"urn:t:B"}), Ids{});
    EXPECT_EQ(table.size(0), 0U);
    put(3, "urn:s:2", R"([{"type":"urn:t:A"}])");
    table.erase_tenant(3);
    EXPECT_FALSE(table.find(3, "urn:s:2"));
}

TEST_F(SubscriptionTableTest, ARecordThatCanNotBeReadTellsNothing) {
    table.apply(nullptr, {{0, "subscription", "urn:s:1", "rubbish"}});
    EXPECT_EQ(table.size(0), 0U);
}

}  // namespace
}  // namespace musubi::testing

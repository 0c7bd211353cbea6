#include "broker/subscriptions/subscription_table.h"

#include "unit/broker/delivery_fixture.h"

namespace musubi::testing {
namespace {

class SubscriptionTableTest : public ::testing::Test {
protected:
    void put(TenantId tenant, const std::string& id, const std::string& entities) {
        const Subscription s =
            subscription(R"({"id":")" + id + R"(","type":"Subscription","entities":)" + entities +
                         R"(,"notification":{"endpoint":{"uri":"http://a"}}})");
        table.apply(nullptr, {{tenant, "subscription", id, encode_subscription(s)}});
    }
    std::vector<std::string> found(TenantId tenant, const std::string& id,
                                   const std::vector<std::string>& types) {
        std::vector<std::string> out;
        for (const auto& s : table.candidates(tenant, id, types)) out.push_back(s->id);
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

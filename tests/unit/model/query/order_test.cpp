#include "model/order.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/model/query/sample.h"

namespace musubi {
namespace {

EntityOrder order_by(std::string_view text, std::string_view collation = {}) {
    EntityOrder order;
    order.terms = *parse_order(text, *core_context());
    if (!collation.empty()) order.collation = *Collation::parse(collation);
    return order;
}

Entity with(std::string_view id, Json value) {
    Entity entity;
    entity.id = id;
    entity.types = {sample::expanded("Thing")};
    if (!value.is_null()) entity.attributes = {sample::property("v", std::move(value))};
    return entity;
}

std::string sorted(const EntityOrder& order, const std::vector<Entity>& entities) {
    std::vector<std::pair<OrderKey, std::string>> all;
    for (const Entity& e : entities) all.emplace_back(order_key(order, e), e.id);
    std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
        return stands_before(order, a.first, b.first);
    });
    std::string ids;
    for (const auto& [key, id] : all) ids += id;
    return ids;
}

TEST(Order, PutsNumbersBeforeTextsAndWhatIsAbsentLast) {
    const std::vector<Entity> entities = {with("n", {}),   with("t", "10"), with("a", 10),
                                          with("b", -2.5), with("c", 9),    with("z", 0)};
    EXPECT_EQ(sorted(order_by("v"), entities), "bzcatn");
    EXPECT_EQ(sorted(order_by("v;desc"), entities),
              "tacz"
              "bn");
}

TEST(Order, KeepsTheOrderOfThoseThatStandAtTheSamePlace) {
    const std::vector<Entity> entities = {with("b", 1), with("a", 1), with("c", 0)};
    EXPECT_EQ(sorted(order_by("v"), entities), "cba");
    EXPECT_EQ(sorted(order_by("v,id"), entities), "cab");
}

TEST(Order, FollowsTheRulesOfALanguage) {
    const std::vector<Entity> entities = {with("1", "Zebra"), with("2", "Ähre"),
                                          with("3", "ahnen")};
    EXPECT_EQ(sorted(order_by("v"), entities), "132");
    EXPECT_EQ(sorted(order_by("v", "de"), entities), "321");
    for (const std::string_view tag : {"", "!!", "not a tag", "de_DE@x"}) {
        EXPECT_FALSE(Collation::parse(tag)) << tag;
    }
}

TEST(Order, MeasuresDistances) {
    EntityOrder order = order_by("location;dist-asc");
    EXPECT_FALSE(check_order(order));
    order.from = *parse_shape("Point", sample::json("[136.0,36.0]"));
    ASSERT_TRUE(check_order(order));
    Entity far = sample::located(R"({"type":"Point","coordinates":[137,36]})");
    Entity near = sample::located(R"({"type":"LineString","coordinates":[[136.1,36],[136.2,36]]})");
    far.id = "f";
    near.id = "n";
    EXPECT_EQ(sorted(order, {far, near}), "nf");
}

TEST(Order, RefusesWhatIsNoOrder) {
    for (const std::string_view text :
         {"", "a;up", "a,,b", "a;dist-asc;b", "id;dist-asc", "a.b;dist-asc", "a{b}", "a;"}) {
        EXPECT_FALSE(parse_order(text, *core_context())) << text;
    }
}

}  // namespace
}  // namespace musubi

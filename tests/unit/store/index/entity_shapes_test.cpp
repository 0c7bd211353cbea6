#include "store/index/entity_shapes.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

Entity entity(std::vector<std::string> types,
              std::vector<std::pair<std::string, AttributeKind>> a) {
    Entity out;
    out.types = std::move(types);
    for (auto& [name, kind] : a) {
        Attribute attribute;
        attribute.name = name;
        attribute.kind = kind;
        out.attributes.push_back(std::move(attribute));
    }
    return out;
}

TEST(EntityShapes, AreSharedAndCounted) {
    EntityShapes shapes;
    const auto a = shapes.take(entity({"Road"}, {{"width", AttributeKind::Property}}));
    const auto b = shapes.take(entity({"Road"}, {{"width", AttributeKind::Property}}));
    const auto c = shapes.take(entity({"Road"}, {{"width", AttributeKind::Relationship}}));
    EXPECT_EQ(a, b);
    EXPECT_NE(a, c);
    ASSERT_EQ(shapes.all().size(), 2U);
    EXPECT_EQ(shapes.all()[0].entities, 2U);

    shapes.release(a);
    shapes.release(c);

    const auto left = shapes.all();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].entities, 1U);
    EXPECT_EQ(left[0].types, std::vector<std::string>{"Road"});
    ASSERT_EQ(left[0].parts.size(), 1U);
    EXPECT_EQ(left[0].parts[0].name, "width");
}

TEST(EntityShapes, TheOrderOfAttributesMakesNoOther) {
    EntityShapes shapes;
    const auto a = shapes.take(
        entity({"R"}, {{"x", AttributeKind::Property}, {"y", AttributeKind::GeoProperty}}));
    const auto b = shapes.take(
        entity({"R"}, {{"y", AttributeKind::GeoProperty}, {"x", AttributeKind::Property}}));
    EXPECT_EQ(a, b);
}

TEST(EntityShapes, CountTheInstancesOfAnAttribute) {
    EntityShapes shapes;
    shapes.take(entity({"R"}, {{"x", AttributeKind::Property}, {"x", AttributeKind::Property}}));
    ASSERT_EQ(shapes.all().size(), 1U);
    ASSERT_EQ(shapes.all()[0].parts.size(), 1U);
    EXPECT_EQ(shapes.all()[0].parts[0].instances, 2U);
}

TEST(EntityShapes, ANumberThatIsFreeIsUsedAgain) {
    EntityShapes shapes;
    const auto a = shapes.take(entity({"A"}, {}));
    shapes.release(a);
    EXPECT_TRUE(shapes.all().empty());
    EXPECT_EQ(shapes.take(entity({"B"}, {})), a);
    EXPECT_EQ(shapes.all()[0].types, std::vector<std::string>{"B"});
}

}  // namespace
}  // namespace musubi

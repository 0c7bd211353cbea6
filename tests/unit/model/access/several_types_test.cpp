#include "model/access/governance.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

Entity of(std::vector<std::string> types, std::vector<std::string> scopes = {}) {
    Entity entity;
    entity.id = "urn:a";
    entity.types = std::move(types);
    entity.scopes = std::move(scopes);
    return entity;
}

AccessFilter everything() { return *service_caller("", "test").access; }

TEST(SeveralTypes, AreReadByOneOfThemAndChangedByAll) {
    AccessFilter access = everything();
    access.only_types = {"urn:Cat"};
    EXPECT_TRUE(access.readable(of({"urn:Cat", "urn:Station"})));
    EXPECT_FALSE(access.writable(of({"urn:Cat", "urn:Station"})));
    EXPECT_FALSE(access.deletable(of({"urn:Cat", "urn:Station"})));
    EXPECT_TRUE(access.writable(of({"urn:Cat"})));
    EXPECT_FALSE(access.writable(of({})));
    access.only_types = {"urn:Cat", "urn:Station"};
    EXPECT_TRUE(access.writable(of({"urn:Cat", "urn:Station"})));
}

AccessFilter governed_by(std::vector<AccessRule> rules, const std::vector<std::string>& governed) {
    Governance::GovernedTypes types;
    for (auto& of_action : types) of_action.types.insert(governed.begin(), governed.end());
    AccessFilter access = everything();
    access.governance = std::make_shared<const Governance>(std::move(rules), types, 1);
    return access;
}

AccessRule permission(std::vector<std::string> types) {
    AccessRule rule;
    rule.actions.set();
    rule.types = std::move(types);
    return rule;
}

TEST(SeveralTypes, AreChangedByWhoIsPermittedEachThatIsGoverned) {
    const AccessFilter one = governed_by({permission({"urn:Cat"})}, {"urn:Cat", "urn:Station"});
    EXPECT_TRUE(one.readable(of({"urn:Cat", "urn:Station"})));
    EXPECT_FALSE(one.writable(of({"urn:Cat", "urn:Station"})));
    EXPECT_FALSE(one.deletable(of({"urn:Cat", "urn:Station"})));
    EXPECT_TRUE(one.writable(of({"urn:Cat"})));
    EXPECT_TRUE(one.writable(of({"urn:Cat", "urn:Free"})));  // no policy speaks of that
    const AccessFilter both = governed_by({permission({"urn:Cat"}), permission({"urn:Station"})},
                                          {"urn:Cat", "urn:Station"});
    EXPECT_TRUE(both.writable(of({"urn:Cat", "urn:Station"})));
    const AccessFilter any = governed_by({permission({})}, {"urn:Cat", "urn:Station"});
    EXPECT_TRUE(any.writable(of({"urn:Cat", "urn:Station"})));
}

TEST(SeveralScopes, AreReadByOneOfThemAndChangedByAll) {
    AccessRule beyond;
    beyond.permits = false;
    beyond.actions.set();
    beyond.scopes = scope_and_below("/north");
    beyond.beyond_scopes = true;
    const AccessFilter north = governed_by({beyond}, {});
    EXPECT_TRUE(north.readable(of({"urn:Cat"}, {"/north/ward", "/south"})));
    EXPECT_FALSE(north.writable(of({"urn:Cat"}, {"/north/ward", "/south"})));
    EXPECT_TRUE(north.writable(of({"urn:Cat"}, {"/north/ward", "/north"})));
    EXPECT_FALSE(north.readable(of({"urn:Cat"})));
    EXPECT_FALSE(north.writable(of({"urn:Cat"})));
}

}  // namespace
}  // namespace musubi::testing

#include "project/cases/case_entity.h"

#include "cases_fixture.h"
#include "model/context.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

class CaseEntities : public StoreTest {
protected:
    Result<Committed> write(const CaseText& text) {
        return store->commit(town, [&](Transaction& tx) -> Result<void> {
            if (!TRY(tx.find(text.id))) {
                Entity entity;
                entity.id = text.id;
                entity.types = {names.type()};
                write_case(*TRY(tx.create(std::move(entity))), names, text);
            } else {
                write_case(*TRY(tx.edit(text.id)), names, text);
            }
            return {};
        });
    }
    [[nodiscard]] EntityPtr entity() const { return *store->find(town, whole_case().id); }

    CaseNames names{*core_context()};
};
INSTANTIATE_TEST_SUITE_P(Stores, CaseEntities, ::testing::Values(Kind::Memory), name_of);

TEST_P(CaseEntities, TellWhatWasWritten) {
    ASSERT_TRUE(write(whole_case()));
    const auto read = case_of(*entity(), names);
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(to_text(to_json(*read)), to_text(to_json(whole_case())));
    const Attribute* learnt = entity()->find(core_context()->expand("learnt"));
    ASSERT_NE(learnt, nullptr);
    EXPECT_EQ(learnt->kind, AttributeKind::Property);
    EXPECT_EQ(learnt->value.array().size(), 2U);
    EXPECT_EQ(entity()->types[0], "https://uri.etsi.org/ngsi-ld/default-context/Case");
}

TEST_P(CaseEntities, LoseWhatIsNotSaidAnyMoreAndKeepTheRest) {
    ASSERT_TRUE(write(whole_case()));
    const Time before = entity()->find(core_context()->expand("title"))->modified_at;
    ASSERT_TRUE(set(*store, town, whole_case().id, property("urn:test:ofProject", 1)));
    clock.advance(seconds(5));
    CaseText shorter = whole_case();
    shorter.learnt.clear();
    shorter.money = {};
    ASSERT_TRUE(write(shorter));
    EXPECT_EQ(entity()->find(core_context()->expand("learnt")), nullptr);
    EXPECT_EQ(entity()->find(core_context()->expand("money")), nullptr);
    EXPECT_NE(entity()->find("urn:test:ofProject"), nullptr);
    EXPECT_EQ(entity()->find(core_context()->expand("title"))->modified_at, before);
    EXPECT_EQ(to_text(to_json(*case_of(*entity(), names))), to_text(to_json(shorter)));
}

TEST_P(CaseEntities, ThatAreNoCaseAreRefusedNamingThePlace) {
    ASSERT_TRUE(write(whole_case()));
    ASSERT_TRUE(
        set(*store, town, whole_case().id, property(core_context()->expand("outcome"), "won")));
    const auto read = case_of(*entity(), names);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().where, "/outcome");
}

}  // namespace
}  // namespace musubi::testing

#include "policies_fixture.h"
#include "store/departed.h"
#include "store/shown_change.h"
#include "trust/authority.h"
#include "trust/policies/dry_run.h"

namespace musubi::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(Stores, PoliciesOfStore, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

TEST_P(PoliciesOfStore, WithoutPoliciesTheRoleDecides) {
    EXPECT_EQ(reader().access->governance, nullptr);
    EXPECT_EQ(find(reader(), "urn:g:1")->attributes.size(), 2U);
}

TEST_P(PoliciesOfStore, TakeEffectWhenASecondPersonSigns) {
    const Caller first = person("a", Role::Operator);
    const std::uint32_t number =
        propose("[[prohibition]]\nid = \"x\"\naction = [\"read\"]\n", first);
    EXPECT_NE(find(reader(), "urn:g:1"), nullptr);
    EXPECT_EQ(sign(first, number).error().code, ErrorCode::Conflict);
    Caller key = person("b", Role::Operator);
    key.subject = "key:abcdefghij";
    EXPECT_EQ(sign(key, number).error().code, ErrorCode::Forbidden);
    EXPECT_EQ(sign(person("c"), number).error().code, ErrorCode::Forbidden);
    EXPECT_NE(find(reader(), "urn:g:1"), nullptr);
    const auto signed_by_two = sign(person("b", Role::DataOwner), number);
    ASSERT_TRUE(signed_by_two);
    EXPECT_EQ(signed_by_two->state, PolicyVersion::State::InForce);
    EXPECT_EQ(find(reader(), "urn:g:1"), nullptr);
    EXPECT_EQ(sign(person("d", Role::Operator), number).error().code, ErrorCode::Conflict);
}

TEST_P(PoliciesOfStore, AKeysProposalNeedsTwoPeople) {
    Caller key = person("k", Role::Operator);
    key.subject = "key:abcdefghij";
    const std::uint32_t number = propose("", key);
    EXPECT_EQ(sign(person("a", Role::Operator), number)->state, PolicyVersion::State::Proposed);
    EXPECT_EQ(sign(person("b", Role::Operator), number)->state, PolicyVersion::State::InForce);
}

TEST_P(PoliciesOfStore, AFormerVersionEndsWhenTheNextBegins) {
    enforce("[[prohibition]]\nid = \"x\"\naction = [\"read\"]\n");
    enforce("");
    EXPECT_NE(find(reader(), "urn:g:1"), nullptr);
    const auto all = policies->versions(*store, person("a"));
    ASSERT_EQ(all->size(), 2U);
    EXPECT_EQ(all->front().state, PolicyVersion::State::InForce);
    EXPECT_EQ(all->back().state, PolicyVersion::State::Former);
    EXPECT_TRUE(all->back().ended_at);
}

TEST_P(PoliciesOfStore, AWithdrawnProposalIsNotSigned) {
    const std::uint32_t number = propose("", person("a", Role::Operator));
    ASSERT_TRUE(policies->withdraw(*store, person("b", Role::Operator), number));
    EXPECT_EQ(sign(person("b", Role::Operator), number).error().code, ErrorCode::Conflict);
    EXPECT_EQ(sign(person("b", Role::Operator), 99).error().code, ErrorCode::NotFound);
}

TEST_P(PoliciesOfStore, HideAttributesFromAnswersAndFromQuestions) {
    enforce("[[prohibition]]\nid = \"x\"\naction = [\"read\"]\nattrs = [\"urn:test:level\"]\n");
    const EntityPtr shown = find(reader(), "urn:g:1");
    EXPECT_EQ(shown->find(kLevel), nullptr);
    EXPECT_NE(shown->find(kNameOf), nullptr);
    // Whoever asks by the value learns nothing from which entities come back.
    EXPECT_TRUE(query(reader(), "urn:test:level>1").entities.empty());
    EXPECT_EQ(query(reader(), "urn:test:name").entities.size(), 2U);
    const auto history = store->history(reader(), "urn:g:1", {});
    ASSERT_EQ(history->size(), 1U);
    EXPECT_EQ(history->front().name, kNameOf);
    const auto shapes = store->shapes(reader());
    ASSERT_EQ(shapes->size(), 1U);
    EXPECT_EQ(shapes->front().parts.size(), 1U);
    EXPECT_EQ(shapes->front().entities, 2U);
}

TEST_P(PoliciesOfStore, LetRowsThroughByWhatTheyAre) {
    enforce(
        "[[permission]]\nid = \"high\"\naction = [\"read\"]\ntype = [\"urn:test:Gauge\"]\n"
        "q = \"urn:test:level>1\"\nrole = [\"reader\"]\n");
    EXPECT_NE(find(reader(), "urn:g:1"), nullptr);
    EXPECT_EQ(find(reader(), "urn:g:2"), nullptr);
    const QueryResult found = query(reader(), "", true);
    EXPECT_EQ(found.entities.size(), 1U);
    EXPECT_EQ(found.count, 1U);
    EXPECT_FALSE(store->history(reader(), "urn:g:2", {}));
    EXPECT_EQ(store->shapes(reader())->front().entities, 1U);
    // What no permission reaches is denied to others as well.
    EXPECT_EQ(find(bound(person("m", Role::Member)), "urn:g:1"), nullptr);
    EXPECT_NE(find(bound(person("u", Role::Auditor)), "urn:g:2"), nullptr);
}

TEST_P(PoliciesOfStore, AProhibitionWinsOverAPermissionOfAll) {
    const std::string all =
        "[[permission]]\nid = \"all\"\naction = [\"read\"]\ntype = [\"urn:test:Gauge\"]\n";
    const std::string no = "[[prohibition]]\nid = \"no\"\naction = [\"read\"]\n";
    enforce(all + no + "q = \"urn:test:level>3\"\n");
    EXPECT_EQ(find(reader(), "urn:g:1"), nullptr);
    EXPECT_NE(find(reader(), "urn:g:2"), nullptr);
    enforce(all + no + "attrs = [\"urn:test:name\"]\n");
    EXPECT_EQ(find(reader(), "urn:g:1")->attributes.size(), 1U);
    enforce(all + no);
    EXPECT_EQ(find(reader(), "urn:g:2"), nullptr);
}

TEST_P(PoliciesOfStore, ShowCoarserValuesEverywhere) {
    enforce(
        "[[permission]]\nid = \"c\"\naction = [\"read\"]\ntype = [\"urn:test:Gauge\"]\n"
        "coarsen = { \"urn:test:level\" = 0.5 }\n");
    EXPECT_DOUBLE_EQ(find(reader(), "urn:g:1")->find(kLevel)->value.number(), 3.5);
    EXPECT_EQ(query(reader(), "urn:test:level==3.5").entities.size(), 1U);
    EXPECT_TRUE(query(reader(), "urn:test:level==3.26").entities.empty());
    const auto history = store->history(reader(), "urn:g:1", {kLevel});
    EXPECT_DOUBLE_EQ(history->front().points.back().value.number(), 3.5);
}

TEST_P(PoliciesOfStore, WhatIsHiddenDoesNotTellWhenItChanged) {
    enforce("[[prohibition]]\nid = \"n\"\naction = [\"read\"]\nattrs = [\"urn:test:name\"]\n");
    const Time before = find(reader(), "urn:g:1")->modified_at;
    clock.advance(hours(1));
    ASSERT_TRUE(set(*store, town, "urn:g:1", property(kNameOf, "新橋")));
    EXPECT_EQ(find(reader(), "urn:g:1")->modified_at, before);
    EXPECT_EQ(find(town, "urn:g:1")->modified_at, clock.now());
    ASSERT_TRUE(set(*store, town, "urn:g:1", property(kLevel, 1)));
    EXPECT_EQ(find(reader(), "urn:g:1")->modified_at, clock.now());
}

TEST_P(PoliciesOfStore, CoarserTimesReachScopesAndDeletions) {
    enforce(
        "[[permission]]\nid = \"c\"\naction = [\"read\"]\ntype = [\"urn:test:Gauge\"]\n"
        "coarsen = { observedAt = \"PT1H\" }\n");
    clock.advance(minutes(7) + seconds(3));
    Entity scoped = gauge("urn:g:3", 1);
    scoped.scopes = {"/aoi"};
    ASSERT_TRUE(create(*store, town, scoped));
    const auto history = store->history(reader(), "urn:g:3", {std::string(iri::kScope)});
    ASSERT_TRUE(history);
    ASSERT_FALSE(history->empty());
    for (const Point& point : history->front().points) {
        EXPECT_EQ(point.at, cut(point.at, hours(1)));
        EXPECT_EQ(point.recorded, cut(point.recorded, hours(1)));
    }
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) { return tx.erase("urn:g:3"); }));
    const auto departed = find_departed(*store, reader(), "urn:g:3");
    ASSERT_TRUE(departed && *departed);
    EXPECT_EQ((*departed)->deleted_at, cut(clock.now(), hours(1)));
    EXPECT_EQ((*departed)->entity->modified_at, cut(clock.now(), hours(1)));
    const ChangePtr change = store->changes(store->sequence() - 1, 1, {})->front();
    const ShownChange shown{*reader().access, change->entities.front(), find(town, "urn:g:1")};
    EXPECT_EQ(shown.shown(change->at), cut(change->at, hours(1)));
}

TEST_P(PoliciesOfStore, AChangeIsToldAsItIsSeen) {
    enforce(
        "[[permission]]\nid = \"c\"\naction = [\"read\"]\ntype = [\"urn:test:Gauge\"]\n"
        "attrs = [\"urn:test:level\"]\ncoarsen = { \"urn:test:level\" = 0.5 }\n");
    const auto shown_of_last = [&] {
        const ChangePtr change = store->changes(store->sequence() - 1, 1, {})->front();
        return ShownChange{*reader().access, change->entities.front(),
                           change->entities.front().after}
            .any();
    };
    ASSERT_TRUE(set(*store, town, "urn:g:1", property(kLevel, 3.3)));
    EXPECT_FALSE(shown_of_last());  // 3.5 as before
    ASSERT_TRUE(set(*store, town, "urn:g:1", property(kLevel, 4.1)));
    EXPECT_TRUE(shown_of_last());
    ASSERT_TRUE(set(*store, town, "urn:g:1", property(kNameOf, "新橋")));
    EXPECT_FALSE(shown_of_last());
}

TEST_P(PoliciesOfStore, BoundWhatACommandMayDo) {
    enforce(
        "[[permission]]\nid = \"read\"\naction = [\"read\"]\n"
        "[[permission]]\nid = \"low\"\naction = [\"modify\"]\ntype = [\"urn:test:Gauge\"]\n"
        "attrs = [\"urn:test:level\"]\nq = \"urn:test:level<10\"\n");
    const Caller member = bound(person("m", Role::Member));
    EXPECT_TRUE(set(*store, member, "urn:g:1", property(kLevel, 5)));
    EXPECT_EQ(set(*store, member, "urn:g:1", property(kNameOf, "x")).error().code,
              ErrorCode::Forbidden);
    // It may not leave the rows that are theirs either.
    EXPECT_EQ(set(*store, member, "urn:g:1", property(kLevel, 11)).error().code,
              ErrorCode::Forbidden);
    EXPECT_DOUBLE_EQ(find(town, "urn:g:1")->find(kLevel)->value.number(), 5);
    EXPECT_EQ(create(*store, member, gauge("urn:g:3", 1)).error().code, ErrorCode::Forbidden);
    EXPECT_EQ(find(town, "urn:g:3"), nullptr);
}

TEST_P(PoliciesOfStore, APersonalTypeAsksForPurposeAndGround) {
    enforce("[[personal]]\ntype = [\"urn:test:Gauge\"]\npurpose = [\"flood\"]\n");
    const auto shown = [&](const char* purpose, const char* ground) {
        Caller caller = person("r");
        caller.purpose = purpose;
        caller.ground = ground;
        return find(bound(caller), "urn:g:1") != nullptr;
    };
    EXPECT_FALSE(shown("", ""));
    EXPECT_FALSE(shown("flood", ""));
    EXPECT_FALSE(shown("", "within-purpose"));
    EXPECT_TRUE(shown("flood", "within-purpose"));
    EXPECT_FALSE(shown("advertising", "within-purpose"));
    EXPECT_TRUE(shown("study", "statistics"));
    EXPECT_FALSE(shown("flood", "because"));
}

TEST_P(PoliciesOfStore, NoIndividualNumberIsKept) {
    const Caller member = person("m", Role::Member);
    const auto refused = set(*store, member, "urn:g:1", property(kNameOf, "1234-5678-9018"));
    EXPECT_EQ(refused.error().code, ErrorCode::BadRequest);
    EXPECT_EQ(refused.error().where, kNameOf);
    EXPECT_EQ(find(town, "urn:g:1")->find(kNameOf)->value.string(), "九十九橋");
    EXPECT_TRUE(set(*store, member, "urn:g:1", property(kNameOf, "1234-5678-9017")));
    enforce("[my-number]\nexcept = [\"urn:test:Gauge\"]\n");
    EXPECT_TRUE(set(*store, bound(member), "urn:g:1", property(kNameOf, "123456789018")));
}

TEST_P(PoliciesOfStore, TimesBeginAndEndByThemselves) {
    go_to(parse_time("2026-04-01T08:29:59+09:00"));
    enforce(
        "[[permission]]\nid = \"day\"\naction = [\"read\"]\nhours = \"08:30-17:15\"\n"
        "until = 2026-04-02T09:00:00+09:00\n");
    EXPECT_EQ(find(reader(), "urn:g:1"), nullptr);
    go_to(parse_time("2026-04-01T08:30:00+09:00"));
    EXPECT_NE(find(reader(), "urn:g:1"), nullptr);
    go_to(parse_time("2026-04-01T17:15:00+09:00"));
    EXPECT_EQ(find(reader(), "urn:g:1"), nullptr);
    go_to(parse_time("2026-04-02T08:59:59+09:00"));
    EXPECT_NE(find(reader(), "urn:g:1"), nullptr);
    go_to(parse_time("2026-04-02T09:00:00+09:00"));
    EXPECT_EQ(find(reader(), "urn:g:1"), nullptr);
}

TEST_P(PoliciesOfStore, ACitizenSeesWhatIsPermittedAlone) {
    const auto citizen = [&] { return bound(person("c", Role::Citizen)); };
    EXPECT_EQ(find(citizen(), "urn:g:1"), nullptr);
    enforce(
        "[[permission]]\nid = \"x\"\naction = [\"read\"]\ntype = [\"urn:test:Gauge\"]\n"
        "attrs = [\"urn:test:level\"]\nrole = [\"citizen\"]\n");
    ASSERT_NE(find(citizen(), "urn:g:1"), nullptr);
    EXPECT_EQ(find(citizen(), "urn:g:1")->attributes.size(), 1U);
}

TEST_P(PoliciesOfStore, ADryRunTellsWhoWouldLoseWhat) {
    UseTally tally;
    ASSERT_TRUE(tally.load(*store, clock));
    tally.note(0, person("r"), AccessAction::Read, {"urn:test:Gauge"});
    tally.note(0, person("r"), AccessAction::Read, {"urn:test:Gauge"});
    tally.note(0, person("x"), AccessAction::Read, {"urn:test:Other"});
    ASSERT_TRUE(tally.save(*store, true));
    const auto set =
        parse_policies(text_with("[[prohibition]]\nid = \"x\"\naction = [\"read\"]\n"
                                 "type = [\"urn:test:Gauge\"]\nattrs = [\"urn:test:name\"]\n"),
                       "t", *core_context());
    const DryRunner runner{
        .before = [&](const Use&) { return reader().access; },
        .after =
            [&](const Use&) { return Policies::bound_by(*set, person("r"), clock.now()).filter; },
        .sample = [&](const std::string& type) -> Result<std::vector<EntityPtr>> {
            if (type != "urn:test:Gauge") return std::vector<EntityPtr>{};
            return query(town, "").entities;
        }};
    const auto lines = dry_run(tally.uses(0), runner);
    ASSERT_EQ(lines->size(), 1U);
    EXPECT_EQ(lines->front().times, 2U);
    EXPECT_EQ(lines->front().before, DryRunLine::Reach::All);
    EXPECT_EQ(lines->front().after, DryRunLine::Reach::Part);
    EXPECT_EQ(lines->front().attributes, std::vector<std::string>{kNameOf});
}

TEST_P(PoliciesOfStore, WhatIsChangedIsTalliedByWhoDidIt) {
    UseTally tally;
    ASSERT_TRUE(tally.load(*store, clock));
    Caller key = person("k", Role::Member);
    key.subject = "key:abcdefghij";
    Entity other = gauge("urn:g:4", 1);
    other.types = {"urn:test:Well"};
    ASSERT_TRUE(store->commit(key, [&](Transaction& tx) -> Result<void> {
        TRY(tx.edit("urn:g:1"))->set(property(kLevel, 1));
        TRY(tx.edit("urn:g:2"))->set(property(kLevel, 1));
        TRY(tx.create(other));
        return {};
    }));
    ASSERT_TRUE(store->commit(key, [&](Transaction& tx) { return tx.erase("urn:g:2"); }));
    const auto times = [&](AccessAction action, const char* type) -> std::uint64_t {
        for (const auto& [use, count] : tally.uses(0)) {
            if (use.subject == key.subject && use.action == action && use.type == type)
                return count;
        }
        return 0;
    };
    EXPECT_EQ(times(AccessAction::Modify, "urn:test:Gauge"), 2U);
    EXPECT_EQ(times(AccessAction::Modify, "urn:test:Well"), 1U);
    EXPECT_EQ(times(AccessAction::Delete, "urn:test:Gauge"), 1U);
    EXPECT_EQ(tally.uses(0).size(), 3U);
}

// Of stores that keep what they hold.
class PoliciesOfKeptStore : public PoliciesOfStore {};
INSTANTIATE_TEST_SUITE_P(Stores, PoliciesOfKeptStore, ::testing::Values(Kind::Rocksdb), name_of);

TEST_P(PoliciesOfKeptStore, HoldAfterARestart) {
    enforce("[[prohibition]]\nid = \"x\"\naction = [\"read\"]\n");
    UseTally tally;
    ASSERT_TRUE(tally.load(*store, clock));
    tally.note(0, person("r"), AccessAction::Read, {});
    ASSERT_TRUE(tally.save(*store, true));
    store.reset();
    open();
    load();
    EXPECT_EQ(find(reader(), "urn:g:1"), nullptr);
    UseTally again;
    ASSERT_TRUE(again.load(*store, clock));
    EXPECT_EQ(again.uses(0).size(), 1U);
    const Time first = again.counted_from();
    EXPECT_EQ(first, tally.counted_from());
    clock.advance(days(UseTally::kDays));
    EXPECT_TRUE(again.uses(0).empty());
    ASSERT_EQ(again.readers(0).size(), 1U);  // who read last is known for longer
    EXPECT_EQ(again.readers(0).front().second, first);
    EXPECT_EQ(again.kept_from(), first);
    clock.advance(days(UseTally::kKeptDays - UseTally::kDays));
    ASSERT_TRUE(again.save(*store, true));
    EXPECT_TRUE(again.readers(0).empty());
    EXPECT_EQ(again.counted_from(), first);
    EXPECT_EQ(again.kept_from(), first + days(1));
}

}  // namespace
}  // namespace musubi::testing

// Each threshold of docs/diagnosis.md, at it and beside it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "seeds.h"

namespace musubi::testing {
namespace {

using enum FailureCause;
using ::testing::HasSubstr;

TEST(DiagnosisThresholds, ATerminalIsSilentAtADayAndThreeIntervals) {
    ProjectFacts facts = underpass();
    facts.devices->resize(5);
    const auto after = [&](Duration silent, Duration interval) {
        facts.devices->at(0).last_heard = kDiagnosedAt - silent;
        facts.devices->at(0).interval = interval;
        return causes_of(facts);
    };
    const auto silent = just({TerminalsNotConnected});
    EXPECT_EQ(after(hours(24), minutes(10)), silent) << "one of five is 20 %";
    EXPECT_EQ(after(hours(24) - microseconds(1), minutes(10)), just({}));
    EXPECT_EQ(after(hours(72), hours(24)), silent);
    EXPECT_EQ(after(hours(72) - microseconds(1), hours(24)), just({}));
    EXPECT_EQ(after(hours(24), {}), silent) << "of an unknown interval";
    facts.devices->push_back(device("urn:test:more", "urn:test:Gauge", minutes(1)));
    EXPECT_EQ(after(hours(24), minutes(10)), just({})) << "one of six";
}

TEST(DiagnosisThresholds, ANewTerminalHasADayToBeHeard) {
    ProjectFacts facts = underpass();
    for (SeenDevice& one : *facts.devices) {
        one.last_heard.reset();
        one.known_since = kDiagnosedAt - hours(23);
    }
    EXPECT_EQ(causes_of(facts), just({}));
    facts.devices->at(0).known_since = facts.devices->at(1).known_since = kDiagnosedAt - hours(24);
    EXPECT_EQ(causes_of(facts), just({TerminalsNotConnected}));
}

TEST(DiagnosisThresholds, AFifthOutOfReachIsWithoutABase) {
    ProjectFacts facts = wild_animals();  // one of ten is out of reach
    facts.devices->at(8).in_reach = false;
    const auto findings = diagnose(facts, kDiagnosedAt);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].cause, NoDigitalBase);
    ASSERT_EQ(findings[0].evidence.size(), 2U);
    EXPECT_EQ(findings[0].evidence[1].of, "urn:test:c8");
}

TEST(DiagnosisThresholds, ANetworkLayerNeedsSomeLink) {
    ProjectFacts facts = underpass();
    facts.functions = {"cameras-sensors"};
    facts.links = {{{"LTE-M", "other"}}};
    EXPECT_EQ(causes_of(facts), just({}));
    facts.links->clear();
    EXPECT_EQ(causes_of(facts), just({NoDigitalBase}));
    facts.layers = {"device", "application"};
    EXPECT_EQ(causes_of(facts), just({}));

    ProjectFacts named = underpass();
    named.links->clear();
    const auto findings = diagnose(named, kDiagnosedAt);
    ASSERT_EQ(findings.size(), 1U);
    ASSERT_EQ(findings[0].evidence.size(), 1U) << "what is named is asked for, and no more";
    EXPECT_EQ(findings[0].evidence[0].of, "wifi-halow");
}

TEST(DiagnosisThresholds, AnAssetIsPastItsLifeFromTheFirstOfAprilOn) {
    ProjectFacts facts = underpass();
    facts.assets = {{asset("水位計", "sensor", 2020, 7)}};
    facts.devices.reset();  // they would be silent then
    EXPECT_EQ(causes_of(facts, day("2027-04-01") - microseconds(1)), just({}));
    const auto findings = diagnose(facts, day("2027-04-01"));
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].cause, EquipmentPastLife);
    EXPECT_EQ(findings[0].evidence[0].number, 7);
    EXPECT_EQ(findings[0].evidence[0].bound, 7);
}

TEST(DiagnosisThresholds, ARoleIsEmptyOnceNobodyIsToFollowWithin31Days) {
    ProjectFacts facts = underpass();
    facts.people->at(0).to = day("2026-11-20");
    EXPECT_EQ(causes_of(facts, day("2026-11-21") - microseconds(1)), just({})) << "the last day";
    EXPECT_EQ(causes_of(facts, day("2026-11-21")), just({NoPeople}));
    facts.people->push_back(facts.people->at(0));
    facts.people->back().to.reset();
    facts.people->back().from = day("2026-12-22");  // 31 days after the last has gone
    EXPECT_EQ(causes_of(facts), just({}));
    facts.people->back().from = day("2026-12-23");
    EXPECT_EQ(causes_of(facts), just({NoPeople}));
}

TEST(DiagnosisThresholds, WhoLeavesWithTheirStageLeavesNoGap) {
    ProjectFacts facts = underpass();
    facts.people->at(0).to = day("2026-03-31");
    facts.people->push_back(person("after", "結町 建設課", "現場", SeenTier::AnyTown, 0.3));
    EXPECT_EQ(causes_of(facts), just({}));
    facts.people->at(0).to = day("2026-04-01");
    EXPECT_EQ(causes_of(facts), just({NoPeople}));
    // If all of them were of an earlier stage, there is nobody.
    for (SeenPerson& one : *facts.people) one.to = day("2026-03-31");
    const auto findings = diagnose(facts, kDiagnosedAt);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(signs_of(findings[0]), (std::set<std::string_view>{"nobody"}));
}

TEST(DiagnosisThresholds, PeopleDoNotStayWhereHalfOfThemLeftWithinAYear) {
    ProjectFacts facts = wild_animals();
    follow(facts, 3);  // two of five: the planner, who left with the plan, is not counted
    EXPECT_EQ(causes_of(facts), just({}));
    follow(facts, 4);  // three of six
    EXPECT_EQ(causes_of(facts), just({NoPeople}));
    facts.stages->at(1).from = day("2025-01-01");
    const auto all_left = [&](Time last_day) {
        for (SeenPerson& one : *facts.people) {
            if (one.to) one.to = last_day;
        }
        return causes_of(facts);
    };
    EXPECT_EQ(all_left(kDiagnosedAt - days(366)), just({NoPeople})) << "the planner has no heir";
    facts.people->erase(facts.people->begin());
    EXPECT_EQ(all_left(kDiagnosedAt - days(366)), just({})) << "a year ago";
    EXPECT_EQ(all_left(kDiagnosedAt - days(366) + microseconds(1)), just({NoPeople}));
}

TEST(DiagnosisThresholds, OneWhoLeavesAndIsFollowedIsNoSign) {
    ProjectFacts facts = underpass();
    facts.people->erase(facts.people->begin(), facts.people->begin() + 2);
    follow(facts, 0);
    ASSERT_EQ(facts.people->size(), 2U);
    EXPECT_EQ(causes_of(facts).count("no-people"), 0U) << "half of them, but one";
    follow(facts, 1);
    EXPECT_EQ(causes_of(facts).count("no-people"), 1U) << "two of three";
}

TEST(DiagnosisThresholds, APilotThatHasNotBegunNeedsNoThresholdYet) {
    ProjectFacts facts = underpass();
    facts.stages->push_back({"urn:ngsi-ld:Stage:again", SeenStageKind::Pilot,
                             kDiagnosedAt + microseconds(1), day("2027-03-31"), 0});
    EXPECT_EQ(causes_of(facts), just({}));
    facts.stages->back().from = kDiagnosedAt;
    EXPECT_EQ(causes_of(facts), just({PilotForItself}));
}

TEST(DiagnosisThresholds, WhatIsDatedLaterHasNotHappened) {
    ProjectFacts facts = underpass();
    facts.artefacts->at(1).on = kDiagnosedAt;
    EXPECT_EQ(causes_of(facts), just({}));
    facts.artefacts->at(1).on = kDiagnosedAt + microseconds(1);
    EXPECT_EQ(causes_of(facts), just({PurposeUnclear}));
    facts.artefacts->at(1).on = kDiagnosedAt;
    facts.artefacts->at(0).on = kDiagnosedAt + microseconds(1);
    EXPECT_EQ(causes_of(facts), just({TechnologyFirst}));
}

TEST(DiagnosisThresholds, KnowledgeIsADayAWeekAndInReachHalfOfOne) {
    ProjectFacts facts = underpass();
    const auto with = [&](double town, double outside) {
        facts.people->at(1).share = town;
        facts.people->at(2).share = outside;
        facts.people->at(2).tier = SeenTier::Outside;
        return causes_of(facts);
    };
    EXPECT_EQ(with(0.1, 0.1), just({})) << "at both thresholds";
    EXPECT_EQ(with(0.1, 0.099), just({NoKnowledge}));
    EXPECT_EQ(with(0.099, 0.5), just({PeopleElsewhere}));
    EXPECT_EQ(with(0.2, 0.0), just({NoPeople})) << "a role to which nobody gives time";
}

TEST(DiagnosisThresholds, WhoLeftStillCountsForWhatTheyKnewAndWhomTheyStoodFor) {
    ProjectFacts facts = underpass();
    facts.people->at(1).to = facts.people->at(2).to = day("2026-11-01");
    const auto findings = diagnose(facts, kDiagnosedAt);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].cause, NoPeople);
}

TEST(DiagnosisThresholds, HalfOfThePartiesAgreeAndAreTied) {
    ProjectFacts facts = red_tide();  // four parties
    facts.artefacts->at(1).organisations = {"湾漁協", "海洋データ社 "};
    EXPECT_EQ(causes_of(facts), just({})) << "spaces and forms of letters do not count";
    facts.people->at(0).shares = false;
    EXPECT_EQ(causes_of(facts), just({}));
    facts.people->at(1).shares = false;
    EXPECT_EQ(causes_of(facts), just({PartiesApart}));
    facts.artefacts->at(1).organisations = {"湾漁協"};
    EXPECT_EQ(causes_of(facts), just({PurposeUnclear, PartiesApart}));
}

TEST(DiagnosisThresholds, ThePartiesMetWithinAYear) {
    ProjectFacts facts = underpass();
    facts.artefacts->at(2).on = kDiagnosedAt - days(365);
    EXPECT_EQ(causes_of(facts), just({PartiesApart}));
    facts.artefacts->at(2).on = kDiagnosedAt - days(365) + microseconds(1);
    EXPECT_EQ(causes_of(facts), just({}));
    facts.artefacts->at(2).on = kDiagnosedAt + days(1);
    EXPECT_EQ(causes_of(facts), just({PartiesApart})) << "it has not happened yet";
    facts.artefacts->at(2).on = kDiagnosedAt;
    facts.artefacts->at(2).organisations = {"県央設備", "県央設備"};
    EXPECT_EQ(causes_of(facts), just({PartiesApart})) << "one party twice";
}

TEST(DiagnosisThresholds, HalfOfTheCostIsPaidByOthersForAYearAfterTheGrant) {
    ProjectFacts facts = underpass();  // the grant ends in March 2027
    SeenMoney& money = *facts.money;
    std::fill(money.own.begin() + 12, money.own.begin() + 24, 50);
    EXPECT_EQ(causes_of(facts), just({})) << "at half";
    money.own[23] = 49.9;
    EXPECT_EQ(causes_of(facts), just({NoEarnings}));
    money.own[11] = 1'000;
    money.own[24] = 1'000;
    EXPECT_EQ(causes_of(facts), just({NoEarnings})) << "receipts of other months do not count";
}

TEST(DiagnosisThresholds, MoneyThatComesBackWithinTheYearIsNotGone) {
    ProjectFacts facts = underpass();
    SeenMoney& money = *facts.money;
    for (std::size_t i = 10; i < 23; ++i) money.cash[i] = -5;
    EXPECT_EQ(causes_of(facts), just({})) << "a grant that is paid late";
    money.cash[23] = -1;
    money.cash[20] = 3;
    const auto findings = diagnose(facts, kDiagnosedAt);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_THAT(findings[0].seen.ja, HasSubstr("2028年1月に資金が尽き"));
}

TEST(DiagnosisThresholds, APlanThatBeginsLaterIsJudgedByItsFirstYear) {
    ProjectFacts facts = underpass();
    facts.grant_ends = day("2026-09-30");
    facts.money = money_from(2027, 0, 12);
    EXPECT_EQ(causes_of(facts), just({}));
    facts.money->own[11] = -1'000;
    EXPECT_EQ(causes_of(facts), just({NoEarnings}));
    facts.money = money_from(2027, 0, 11);
    EXPECT_EQ(causes_of(facts), just({PilotForItself}));
}

TEST(DiagnosisThresholds, ThePlanHasTheYearAfterTheGrant) {
    ProjectFacts facts = underpass();
    facts.money = money_from(2026, 12, 24);
    EXPECT_EQ(causes_of(facts), just({}));
    facts.money = money_from(2026, 12, 23);
    EXPECT_EQ(causes_of(facts), just({PilotForItself}));
    ASSERT_EQ(not_judged(facts, kDiagnosedAt).size(), 1U);
    EXPECT_EQ(not_judged(facts, kDiagnosedAt)[0].cause, NoEarnings);
    // Without a day on which it ends, the plan's last grant says so, else the end of the pilot.
    facts.grant_ends.reset();
    facts.money = money_from(2026, 13, 24);
    EXPECT_EQ(causes_of(facts), just({PilotForItself}));
    facts.money = money_from(2026, 0, 23);
    EXPECT_EQ(causes_of(facts), just({PilotForItself}));
    facts.money = money_from(2026, 0, 24);
    EXPECT_EQ(causes_of(facts), just({}));
}

TEST(DiagnosisThresholds, HalfOfTheTypesUnreadIsASilo) {
    ProjectFacts facts = red_tide();
    facts.readers->at(1).last = kDiagnosedAt - days(90);
    EXPECT_EQ(causes_of(facts), just({}));
    facts.readers->at(1).last = kDiagnosedAt - days(90) - microseconds(1);
    const auto findings = diagnose(facts, kDiagnosedAt);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].cause, DataInSilos);
    EXPECT_EQ(findings[0].evidence[0].of, "urn:test:Camera");
    EXPECT_EQ(findings[0].evidence[0].on, facts.readers->at(1).last);
    facts.device_types.emplace_back("urn:test:Third");
    facts.readers_from = kDiagnosedAt - days(90) + microseconds(1);
    EXPECT_TRUE(diagnose(facts, kDiagnosedAt).empty());
    EXPECT_EQ(not_judged(facts, kDiagnosedAt).front().cause, FailureCause::DataInSilos);
    facts.readers_from = kDiagnosedAt - days(90);
    EXPECT_EQ(diagnose(facts, kDiagnosedAt).size(), 1U);
    facts.readers->push_back({"urn:test:Third", "key:9", "大学", {}});
    EXPECT_EQ(causes_of(facts), just({})) << "one of three";
    facts.readers->back().organisation.clear();
    EXPECT_EQ(causes_of(facts), just({DataInSilos})) << "nobody knows whose key it is";
}

}  // namespace
}  // namespace musubi::testing

#include "measure_world.h"
#include "project/measures/compute.h"
#include "project/measures/hand/hand_value_service.h"

namespace musubi::testing {
namespace {

class HandValues : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        clock.jump_to(*parse_time("2026-11-20T03:00:00Z"));
        service.emplace(*store);
    }
    static HandEntry hours(const std::string& day, double value) {
        HandEntry entry;
        entry.of = "staff-hours";
        entry.day = day;
        entry.value = value;
        entry.unit = "HUR";
        entry.by = "総務課 山田";
        return entry;
    }
    Result<std::vector<std::string>> enter(const HandEntry& entry) {
        return service->enter(town, {&entry, 1});
    }
    // What is wrong with it; empty: it was entered.
    std::string refusal(const HandEntry& entry) {
        const std::uint64_t before = store->sequence();
        const auto done = enter(entry);
        if (done) return "";
        EXPECT_EQ(store->sequence(), before) << "nothing is half-saved";
        return done.error().detail;
    }
    MeasureValue month(const std::string& more = "") {
        set = measures_of(
            "[[measure]]\nid = \"m\"\nja = \"x\"\nen = \"x\"\nunit = \"HUR\"\ndirection = \"up\"\n"
            "period = \"month\"\nformula = \"x\"\n[[measure.part]]\nname = \"x\"\n"
            "type = \"HandValue\"\nattribute = \"enteredValue\"\nis = \"sum\"\n" +
            more);
        const Period november = period_at(PeriodKind::Month, clock.now());
        return compute_measure(*store, town, set->measures[0], november, clock.now())->values.at(0);
    }
    std::optional<HandValueService> service;
    MeasureSetPtr set;
};

TEST_P(HandValues, AreMeasuredAndSaySo) {
    ASSERT_TRUE(enter(hours("2026-11-02", 3.5)));
    ASSERT_TRUE(enter(hours("2026-11-20", 4)));
    ASSERT_TRUE(enter(hours("2026-11-01", 1)));  // later, of an earlier day
    ASSERT_TRUE(enter(hours("2026-10-31", 100)));
    EXPECT_EQ(month().value, 8.5);
    const EntityPtr entity = *store->find(town, hand_value_entity("staff-hours", ""));
    const std::string value{"https://uri.etsi.org/ngsi-ld/default-context/enteredValue"};
    EXPECT_EQ(entity->find(value)->value, Json{4}) << "the present one is of the newest day";
    EXPECT_TRUE(month().by_hand);
    EXPECT_FALSE(month("q = \"of==\\\"trips\\\"\"\n").by_hand) << "there are none";
    EXPECT_EQ(month("unit = \"MIN\"\n").lack, MeasureLack::Unit);
}

TEST_P(HandValues, ACorrectionStandsBesideTheOld) {
    ASSERT_TRUE(enter(hours("2026-11-02", 3)));
    ASSERT_TRUE(enter(hours("2026-11-05", 5)));
    EXPECT_NE(refusal(hours("2026-11-02", 4)).find("already"), std::string::npos);
    HandEntry correction = hours("2026-11-02", 4);
    correction.corrects = true;
    correction.by = "総務課 鈴木";
    correction.note = "転記の誤り";
    correction.attachment = HandAttachment{"nippo.xlsx", std::string(64, 'a'), 12};
    ASSERT_TRUE(enter(correction));
    EXPECT_EQ(month().value, 9);
    const auto all = service->list(town, {.of = "staff-hours"})->values;
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].value, 5);
    EXPECT_EQ(all[1].value, 4);
    EXPECT_EQ(all[1].revision, 2U);
    EXPECT_EQ(all[1].by, "総務課 鈴木");
    EXPECT_EQ(all[1].note, "転記の誤り");
    EXPECT_EQ(all[1].attachment->bytes, 12);
    EXPECT_TRUE(all[1].current);
    EXPECT_EQ(all[2].value, 3);
    EXPECT_EQ(all[2].by, "総務課 山田");
    EXPECT_FALSE(all[2].current);
    EXPECT_TRUE(service->list(town, {.of = "trips"})->values.empty());
    correction.day = "2026-11-03";
    EXPECT_NE(refusal(correction).find("no value of 2026-11-03"), std::string::npos);
}

TEST_P(HandValues, WhatIsWrongIsRefusedInWords) {
    HandEntry entry = hours("2026-11-02", 3);
    const auto said = [&](const char* words, const auto& change) {
        HandEntry wrong = entry;
        change(wrong);
        EXPECT_NE(refusal(wrong).find(words), std::string::npos) << words << ": " << refusal(wrong);
    };
    said("no number", [](HandEntry& e) { e.value.reset(); });
    said("no number", [](HandEntry& e) { e.value = 1.0 / 0.0; });
    said("has not come yet", [](HandEntry& e) { e.day = "2026-11-21"; });
    said("no date", [](HandEntry& e) { e.day = "2.11.2026"; });
    said("no unit that is known", [](HandEntry& e) { e.unit = "hours"; });
    said("who enters it", [](HandEntry& e) { e.by = " "; });
    said("lower-case", [](HandEntry& e) { e.of = "Staff hours"; });
    said("one line", [](HandEntry& e) { e.about = "a\nb"; });
    said("64 digits", [](HandEntry& e) { e.attachment = HandAttachment{"a", "xyz", 1}; });
    said("above 0", [](HandEntry& e) {
        e.attachment = HandAttachment{"a", std::string(64, 'a'), 0};
    });
    said("4,000", [](HandEntry& e) { e.note = std::string(4'001, 'a'); });
    ASSERT_TRUE(enter(entry));
    said("is entered in HUR", [](HandEntry& e) {
        e.day = "2026-11-03";
        e.unit = "MIN";
    });
    clock.jump_to(*parse_time("2026-11-19T03:00:00Z"));
    said("set the clock right", [](HandEntry& e) { e.day = "2026-11-03"; });
}

TEST_P(HandValues, ADayMayBeWrittenAsPeopleInJapanWriteIt) {
    for (const char* day : {"2026/11/2", "2026-11-3", "2026年11月4日", "２０２６／１１／５"}) {
        EXPECT_EQ(refusal(hours(day, 1)), "") << day;
    }
    for (const char* day :
         {"11/2", "2026/13/2", "2026/11/31", "2026/11/2/1", "26/11/2", "", "2026-11--2"}) {
        EXPECT_NE(refusal(hours(day, 1)).find("日付ではありません"), std::string::npos) << day;
    }
    EXPECT_EQ(month().value, 4);
}

TEST_P(HandValues, ANameIsNotBlanksAlone) {
    HandEntry entry = hours("2026-11-02", 1);
    entry.by = "\u3000";
    EXPECT_NE(refusal(entry).find("だれが"), std::string::npos);
    entry.by = "山田";
    entry.about = " \u3000";
    EXPECT_NE(refusal(entry).find("空白"), std::string::npos);
    entry.about.clear();
    for (int i = 0; i < 200; ++i) entry.by += i < 198 ? "あ" : "";
    EXPECT_EQ(refusal(entry), "") << "200 characters, 600 bytes";
}

TEST_P(HandValues, ManyAreEnteredOrNone) {
    std::vector<HandEntry> entries{hours("2026-11-02", 1), hours("2026-11-04", 2),
                                   hours("2026-11-03", 3)};
    for (std::size_t i = 0; i < entries.size(); ++i) {
        entries[i].where = "line " + std::to_string(i + 2);
    }
    auto twice = entries;
    twice.push_back(hours("2026-11-04", 4));
    twice.back().where = "line 5";
    const auto refused = service->enter(town, twice);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().where, "line 5");
    EXPECT_TRUE(service->list(town, {})->values.empty());
    ASSERT_TRUE(service->enter(town, entries));
    EXPECT_EQ(month().value, 6);
    EXPECT_EQ(service->list(town, {})->values.size(), 3U);
}

TEST_P(HandValues, WhomTheyAreOfHasAnEntityOfItsOwn) {
    HandEntry of_firm = hours("2026-11-02", 1);
    of_firm.about = "株式会社 甲";
    of_firm.cohort = "支援あり";
    const auto first = *enter(of_firm);
    of_firm.about = "乙商店";
    const auto second = *enter(of_firm);
    EXPECT_NE(first, second);
    EXPECT_EQ(first.at(0), hand_value_entity("staff-hours", "株式会社 甲"));
    EXPECT_EQ(month().parts.at(0).entities, 2U);
    EXPECT_EQ(service->list(town, {})->values.at(0).cohort, "支援あり");
}

TEST_P(HandValues, OthersNeitherEnterNorChangeNorForgeThem) {
    ASSERT_TRUE(enter(hours("2026-11-02", 1)));
    const std::string id = hand_value_entity("staff-hours", "");
    const std::string value{"https://uri.etsi.org/ngsi-ld/default-context/enteredValue"};
    EXPECT_EQ(testing::set(*store, town, id, property(value.c_str(), 9)).error().code,
              ErrorCode::Forbidden);
    Caller reader = town;
    reader.role = Role::Reader;
    const HandEntry entry = hours("2026-11-03", 1);
    EXPECT_EQ(service->enter(reader, {&entry, 1}).error().code, ErrorCode::Forbidden);
    // One that only looks like it is no value that was entered.
    Entity other;
    other.id = "urn:ngsi-ld:HandValue:trips";
    other.types = {std::string{kHandValueType}};
    other.attributes.push_back(property(value.c_str(), 50, clock.now()));
    ASSERT_TRUE(create(*store, town, other));
    EXPECT_EQ(month().value, 1);
    EXPECT_EQ(service->list(town, {})->values.size(), 1U);
    HandEntry trips = hours("2026-11-03", 1);
    trips.of = "trips";
    EXPECT_NE(refusal(trips).find("not Musubi's"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Each, HandValues, ::testing::Values(Kind::Memory, Kind::Rocksdb));

}  // namespace
}  // namespace musubi::testing

// Each ready-made measure against a number worked out by hand.
#include <array>
#include <fstream>
#include <sstream>

#include "base/random.h"
#include "measure_world.h"
#include "project/measures/compute.h"
#include "project/measures/hand/hand_value_service.h"
#include "project/measures/words.h"
#include "store/edit_values.h"
#include "support/project.h"

namespace musubi::testing {
namespace {

class ReadyMade : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        clock.jump_to(*parse_time("2027-04-20T03:00:00Z"));
        service.emplace(*store);
        const auto context = resolve_context(
            Json{"https://musubi.example/contexts/ready-made-v1.jsonld"},
            [](std::string_view url) -> Result<std::shared_ptr<const Json>> {
                const std::string name{url.substr(url.rfind('/') + 1)};
                return std::make_shared<const Json>(TRY(parse_json(text("context/" + name))));
            });
        ASSERT_TRUE(context) << to_text(context.error());
        auto read = read_measures(text("measures.toml"), "m.toml", *context);
        ASSERT_TRUE(read) << to_text(read.error());
        set = std::make_shared<const MeasureSet>(std::move(*read));
    }
    static std::string text(const std::string& name) {
        std::ostringstream out;
        out << std::ifstream{test::project_folder() + "/packs/ready-made/" + name}.rdbuf();
        return out.str();
    }
    static HandEntry entry(const std::string& of, const std::string& day, double value,
                           const std::string& unit) {
        HandEntry out;
        out.of = of;
        out.day = day;
        out.value = value;
        out.unit = unit;
        out.by = "山田";
        return out;
    }
    void enter(const HandEntry& one) {
        const auto done = service->enter(town, {&one, 1});
        ASSERT_TRUE(done) << to_text(done.error());
    }
    // Profit, labour cost, depreciation, rent, taxes and staff of a firm's fiscal year.
    void firm(const std::string& about, const std::string& cohort, const std::string& day,
              const std::array<double, 6>& figures) {
        constexpr std::array kOf{
            "operating-profit", "labour-cost", "depreciation", "rent", "taxes", "staff"};
        for (std::size_t i = 0; i < kOf.size(); ++i) {
            HandEntry one = entry(kOf.at(i), day, figures.at(i), i == 5 ? "IE" : "JPY");
            one.about = about;
            one.cohort = cohort;
            enter(one);
        }
    }
    void station(const std::string& id, const std::vector<const char*>& times) {
        const std::string level = core_context()->expand("level");
        Entity entity;
        entity.id = id;
        entity.types = {core_context()->expand("Station")};
        entity.attributes.push_back(property(level.c_str(), 1, *parse_time(times.front())));
        ASSERT_TRUE(create(*store, town, entity));
        for (std::size_t i = 1; i < times.size(); ++i) {
            ASSERT_TRUE(
                testing::set(*store, town, id, property(level.c_str(), 1, *parse_time(times[i]))));
        }
    }
    void alert(const std::string& id, const char* issued, const char* taken) {
        Entity entity;
        entity.id = id;
        entity.types = {"https://smartdatamodels.org/dataModel.Alert/Alert"};
        entity.attributes.push_back(
            property_of("https://smartdatamodels.org/dataModel.Alert/dateIssued",
                        date_time(*parse_time(issued))));
        Attribute at =
            property_of("https://musubi.example/ns/alert/takenAt", date_time(*parse_time(taken)));
        at.observed_at = *parse_time(taken);
        entity.attributes.push_back(std::move(at));
        ASSERT_TRUE(create(*store, town, entity));
    }
    std::vector<MeasureValue> values(const char* id, const char* within,
                                     std::optional<Time> as_of = {}) {
        const Measure* measure = set->find(id);
        EXPECT_NE(measure, nullptr) << id;
        const Period period = period_at(measure->period, *parse_time(within));
        return compute_measure(*store, town, *measure, period, as_of.value_or(period.to))->values;
    }
    double value(const char* id, const char* within, std::optional<Time> as_of = {}) {
        return values(id, within, as_of).at(0).value.value_or(-1e9);
    }
    std::optional<HandValueService> service;
    MeasureSetPtr set;
};

constexpr const char* kNovember = "2026-11-15T00:00:00Z";

TEST_P(ReadyMade, SayInWordsWhatTheyCount) {
    const auto words = [&](const char* id) { return describe(*set->find(id), *set->context); };
    EXPECT_EQ(words("response-time").en,
              "Its value each month: (1) ÷ 60. (1) is the median of time it was taken up, of "
              "alert, less time it was issued.");
    EXPECT_NE(words("trips-saved")
                  .ja.find("② は、12期間前の、「手で入れた値」（今 対象==\"trips\" であるもの）の"),
              std::string::npos)
        << words("trips-saved").ja;
}

TEST_P(ReadyMade, ResponseTime) {
    alert("urn:test:1", "2026-11-10T00:00:00Z", "2026-11-10T00:04:00Z");
    alert("urn:test:2", "2026-11-11T00:00:00Z", "2026-11-11T00:30:00Z");
    alert("urn:test:3", "2026-10-31T14:55:00Z", "2026-10-31T15:05:00Z");  // over the month's end
    EXPECT_EQ(value("response-time", kNovember), 10);
}

TEST_P(ReadyMade, CoverageAndUptime) {
    station("urn:test:a", {"2026-10-20T00:00:00Z", "2026-10-31T15:00:00Z", "2026-10-31T15:10:00Z",
                           "2026-10-31T15:20:00Z", "2026-10-31T15:40:00Z"});
    station("urn:test:b", {"2026-10-31T16:00:00Z", "2026-10-31T16:10:00Z"});
    station("urn:test:c", {"2026-10-31T16:30:00Z"});
    station("urn:test:d", {"2026-10-20T00:00:00Z"});
    EXPECT_EQ(value("coverage", kNovember), 75);
    // Before there was any it is not 0: nothing was due.
    EXPECT_EQ(values("coverage", "2026-08-15T00:00:00Z").at(0).lack, MeasureLack::Division);
    // By two in the morning: twelve of a and of d each, seven of b, four of c; seven came.
    const Time two = *parse_time("2026-10-31T17:00:00Z");
    EXPECT_EQ(value("uptime", kNovember, two), 100 * (7.0 / 35));
}

TEST_P(ReadyMade, StaffHoursAndTripsSaved) {
    enter(entry("staff-hours", "2025-11-03", 10, "HUR"));
    enter(entry("staff-hours", "2025-11-30", 2.5, "HUR"));
    enter(entry("staff-hours", "2025-12-01", 99, "HUR"));
    EXPECT_EQ(values("staff-hours-saved", kNovember).at(0).lack, MeasureLack::Part);
    enter(entry("staff-hours", "2026-11-30", 8, "HUR"));
    EXPECT_EQ(value("staff-hours-saved", kNovember), 4.5);
    enter(entry("trips", "2025-11-03", 5, "C62"));
    enter(entry("trips", "2026-11-03", 2, "C62"));
    EXPECT_EQ(value("trips-saved", kNovember), 3);
    EXPECT_TRUE(values("trips-saved", kNovember).at(0).by_hand);
}

TEST_P(ReadyMade, ResidentsReachedAndCostPerOutcome) {
    enter(entry("residents-reached", "2026-11-03", 120, "IE"));
    enter(entry("residents-reached", "2026-11-20", 30, "IE"));
    EXPECT_EQ(value("residents-reached", kNovember), 150);
    enter(entry("cost", "2026-04-01", 1'000'000, "JPY"));
    enter(entry("cost", "2027-03-31", 500'000, "JPY"));
    enter(entry("cost", "2027-04-01", 7, "JPY"));
    EXPECT_EQ(values("cost-per-outcome", kNovember).at(0).lack, MeasureLack::Part);
    enter(entry("outcomes", "2026-11-20", 3, "C62"));
    EXPECT_EQ(value("cost-per-outcome", kNovember), 500'000);
}

TEST_P(ReadyMade, ChangeInLabourProductivity) {
    const std::string before = "2026-03-31";
    const std::string after = "2027-03-31";
    firm("甲", "支援あり", before, {100, 200, 30, 20, 10, 4});  // 90 a head
    firm("甲", "支援あり", after, {160, 210, 30, 20, 10, 4});   // 107.5
    firm("乙", "支援あり", before, {50, 100, 0, 0, 0, 3});      // 50
    firm("乙", "支援あり", after, {80, 100, 0, 0, 0, 3});       // 60
    firm("丙", "支援あり", before, {0, 120, 0, 0, 0, 2});       // 60
    firm("丙", "支援あり", after, {-20, 120, 0, 0, 0, 2});      // 50
    firm("丁", "支援なし", before, {100, 100, 0, 0, 0, 2});     // 100
    firm("丁", "支援なし", after, {100, 100, 10, 0, 0, 2});     // 105
    firm("戊", "支援あり", after, {900, 100, 0, 0, 0, 1});      // was not there before
    const auto found = values("labour-productivity-change", kNovember);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].group, "支援あり");
    EXPECT_EQ(found[0].value, 10) << "the median of 17.5, 10 and -10";
    EXPECT_EQ(found[0].cases, 3U);
    EXPECT_EQ(found[1].value, 5);
    EXPECT_TRUE(found[1].by_hand);
}

// Entered in any order, corrected, of earlier years after later ones: kept up or gathered, they are
// what a computation from nothing says.
TEST_P(ReadyMade, AreTheSameKeptUp) {
    LiveMeasures live{set, [this](const std::string& id) { return store->find(town, id); },
                      [this](const std::string& id, const std::string& attribute) {
                          return reading_times(*store, town, id, attribute);
                      }};
    SeededRandom random{20261127};
    const auto draw = [&](std::uint64_t below) { return random.next() % below; };
    constexpr std::array kOf{"operating-profit",
                             "labour-cost",
                             "depreciation",
                             "rent",
                             "taxes",
                             "staff",
                             "cost",
                             "trips",
                             "staff-hours"};
    constexpr std::array kUnit{"JPY", "JPY", "JPY", "JPY", "JPY", "IE", "JPY", "C62", "HUR"};
    // One that only looks as if it had been entered counts nowhere.
    Entity forged;
    forged.id = "urn:test:forged";
    forged.types = {std::string{kHandValueType}};
    forged.attributes.push_back(property_of(core_context()->expand("of"), "cost"));
    forged.attributes.push_back(
        property(core_context()->expand("enteredValue").c_str(), 1e9, *parse_time(kNovember)));
    ASSERT_TRUE(create(*store, town, forged));
    std::uint64_t taken = 0;
    std::size_t with_value = 0;
    for (int round = 0; round < 1000; ++round) {
        const std::size_t what = draw(kOf.size());
        HandEntry one =
            entry(kOf.at(what),
                  "202" + std::to_string(4 + draw(3)) + "-11-0" + std::to_string(1 + draw(3)),
                  static_cast<double>(1 + draw(1'000)) / 8, kUnit.at(what));
        if (what < 6) {
            one.about = "firm " + std::to_string(draw(3));
            one.cohort = draw(2) == 0 ? "a" : "b";
        }
        if (!service->enter(town, {&one, 1})) {
            one.corrects = true;
            enter(one);
        }
        if (round % 20 == 0) {
            ASSERT_TRUE(testing::set(*store, town, forged.id,
                                     property(core_context()->expand("enteredValue").c_str(), 1e9,
                                              *parse_time(kNovember) + minutes(round))));
        }
        const auto changes = *store->changes(taken, 100, {});
        for (const ChangePtr& change : changes) {
            ASSERT_TRUE(live.take(*change, 0));
            taken = change->sequence;
        }
        for (int i = 0; i < 3; ++i) {
            const std::size_t m = draw(set->measures.size());
            const Time at = *parse_time("202" + std::to_string(4 + draw(3)) + "-11-15T00:00:00Z");
            const Period period = period_at(set->measures[m].period, at);
            auto kept = live.values(m, period, clock.now());
            if (!kept) kept = *live.gather(*store, town, m, period, clock.now());
            const auto anew =
                compute_measure(*store, town, set->measures[m], period, clock.now())->values;
            ASSERT_EQ(*kept, anew) << set->measures[m].id;
            for (const MeasureValue& value : anew) with_value += value.value ? 1 : 0;
        }
    }
    EXPECT_GT(with_value, 300U) << "it would show nothing";
}

INSTANTIATE_TEST_SUITE_P(Memory, ReadyMade, ::testing::Values(Kind::Memory));

}  // namespace
}  // namespace musubi::testing

#include "project/measures/value_revisions.h"

#include "measure_world.h"

namespace musubi::testing {
namespace {

const MeasureNames& names() {
    static const MeasureNames kNames{*core_context()};
    return kNames;
}

// What an entity of a value went through, commit by commit.
class History {
public:
    History& at(std::uint64_t commit) {
        commit_ = commit;
        return *this;
    }
    History& set(const std::string& name, Json value) {
        Point point;
        point.at = kDay;
        point.recorded = kDay + hours(static_cast<std::int64_t>(commit_));
        point.instance = {commit_, 0};
        point.value = std::move(value);
        series(name).points.push_back(std::move(point));
        return *this;
    }
    History& gone(const std::string& name) {
        set(name, Json{});
        series(name).points.back().deleted = true;
        return *this;
    }
    // A final value, of so many readings of so many.
    History& written(std::int64_t revision, double value, const std::string& root,
                     std::int64_t readings = 10, std::int64_t entities = 2) {
        set(names().revision, revision).set(names().kpi_value, value).set(names().root, root);
        return set(names().readings, readings).set(names().entities, entities);
    }
    [[nodiscard]] std::vector<ValueRevision> revisions() const {
        return revisions_of(series_, names());
    }

private:
    static constexpr Time kDay{1'000'000};
    Series& series(const std::string& name) {
        for (Series& one : series_) {
            if (one.name == name) return one;
        }
        return series_.emplace_back(Series{name, {}, {}});
    }
    std::vector<Series> series_;
    std::uint64_t commit_ = 0;
};

std::string kinds(const ValueRevision& one) {
    std::string out;
    for (const RevisionCause& cause : one.causes) out += std::string{cause.kind} + " ";
    return out;
}

// The first final value, of definition h1 and code m-3.
History begun() {
    History out;
    out.at(3).set(names().kpi_value, 1.0).set(names().hash, "h1").set(names().code, "m-3");
    out.at(5).written(1, 2.0, "r1");
    return out;
}

TEST(ValueRevisions, AnOpenPeriodHasNone) {
    History history;
    history.at(3).set(names().kpi_value, 1.0);
    EXPECT_TRUE(history.revisions().empty());
    EXPECT_TRUE(revisions_of({}, names()).empty());
}

TEST(ValueRevisions, EachIsWhatTheEntitySaidThen) {
    History history = begun();
    history.at(9).written(2, 2.5, "r2", 11);
    const auto found = history.revisions();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].number, 1);
    EXPECT_EQ(found[0].value, 2.0);
    EXPECT_EQ(found[0].root, "r1");
    EXPECT_EQ(found[0].hash, "h1") << "said once, and not again";
    EXPECT_TRUE(found[0].causes.empty());
    EXPECT_EQ(found[1].value, 2.5);
    EXPECT_EQ(found[1].root, "r2");
    EXPECT_EQ(found[1].hash, "h1");
    EXPECT_EQ(found[1].code, "m-3");
    EXPECT_EQ(found[1].written - found[0].written, hours(4));
}

TEST(ValueRevisions, SayWhyTheyWereMade) {
    History history = begun();
    history.at(6).written(2, 2.5, "r2", 11);
    history.at(7).written(3, 2.6, "r3", 11);
    history.at(8).written(4, 2.7, "r4", 9);
    history.at(9).written(5, 3.0, "r5", 9, 1);
    history.at(10).written(6, 3.1, "r5", 9, 1).set(names().hash, "h2");
    history.at(11).written(7, 3.2, "r5", 9, 1);
    history.at(12).written(8, 3.3, "r5", 9, 1).set(names().code, "m-4");
    const auto found = history.revisions();
    ASSERT_EQ(found.size(), 8U);
    EXPECT_EQ(kinds(found[1]), "late ");
    EXPECT_NE(found[1].causes[0].ja.find("1 増"), std::string::npos);
    EXPECT_EQ(kinds(found[2]), "corrected ");
    EXPECT_EQ(kinds(found[3]), "withdrawn ");
    EXPECT_EQ(kinds(found[4]), "members corrected ");
    EXPECT_EQ(kinds(found[5]), "definition ");
    EXPECT_EQ(kinds(found[6]), "compared ");
    EXPECT_EQ(kinds(found[7]), "code ");
}

TEST(ValueRevisions, AValueThatWentIsNone) {
    History history = begun();
    history.at(9).written(2, 0, "r2").gone(names().kpi_value);
    history.set(names().lack, Json{}.set("ja", "読み取りがありません").set("en", "none"));
    const auto found = history.revisions();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_FALSE(found[1].value);
    EXPECT_FALSE(found[1].lack.is_null());
    EXPECT_TRUE(found[0].lack.is_null());
}

TEST(ValueRevisions, OfWhatIsNoLongerKeptNothingIsSaid) {
    History history;
    history.at(3).set(names().hash, "h1").set(names().code, "m-3");
    history.at(9).written(4, 2.5, "r4");
    const auto found = history.revisions();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].number, 4);
    EXPECT_TRUE(found[0].causes.empty()) << "nothing to hold it against";
}

// Of six and of five the difference is one of them.
TEST(ValueRevisions, ADifferenceThatTellsOfFewIsWithheld) {
    History history = begun();
    history.at(6).written(2, 3.0, "r2", 30, 6).at(7).written(3, 2.0, "r3", 25, 5);
    history.at(8).written(4, 2.1, "r4", 25, 5);
    auto found = history.revisions();
    withhold_small(found, false);
    EXPECT_FALSE(found[1].value);
    EXPECT_TRUE(found[1].root.empty());
    EXPECT_EQ(found[1].readings, 0);
    EXPECT_EQ(kinds(found[2]), "") << "it would say of how many it was before";
    EXPECT_EQ(found[2].value, 2.0);
    EXPECT_EQ(found[3].value, 2.1);
    EXPECT_EQ(kinds(found[3]), "corrected ");
    EXPECT_EQ(found[1].hash, "h1");
}

TEST(ValueRevisions, OfAGroupThatIsTooSmallNowNoneIsShown) {
    History history = begun();
    history.at(9).written(2, 2.5, "r2", 11);
    auto found = history.revisions();
    withhold_small(found, true);
    for (const ValueRevision& one : found) {
        EXPECT_FALSE(one.value);
        EXPECT_TRUE(one.root.empty());
        EXPECT_TRUE(one.causes.empty());
        EXPECT_FALSE(one.lack.is_null());
    }
}

}  // namespace
}  // namespace musubi::testing

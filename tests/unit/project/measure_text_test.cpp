#include "project/measures/measure_text.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>

#include "base/toml_schema.h"
#include "measure_world.h"
#include "project/measures/words.h"
#include "support/project.h"

namespace musubi::testing {
namespace {

struct Fault {
    const char* name;
    std::string text;
    const char* where;
    const char* says;
};
std::ostream& operator<<(std::ostream& out, const Fault& fault) { return out << fault.name; }

class MeasureFaults : public ::testing::TestWithParam<Fault> {};

TEST_P(MeasureFaults, AreNamedWithFileAndLine) {
    const auto set = read_measures(kMeasureHead + GetParam().text, "m.toml", core_context());
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().where, GetParam().where);
    EXPECT_NE(set.error().detail.find(GetParam().says), std::string::npos) << set.error().detail;
}

// A measure's own lines are 4 to 11, those of its part 12 to 16.
std::string with(const std::string& more, const std::string& of_measure = "",
                 const std::string& is = "mean") {
    return measure_text("a", "day", is, more, of_measure);
}

TEST(MeasureTexts, WordsTellThePlaceTheScopeTheUnitAndTheGoals) {
    const auto words = [](const std::string& part, const std::string& of_measure) {
        const auto set = measures_of(measure_text("m", "day", "mean", part, of_measure));
        return describe(set->measures.at(0), *set->context);
    };
    const auto near = [&](const char* metres, const char* at) {
        return words("georel = \"near;maxDistance==" + std::string{metres} +
                         "\"\ngeometry = \"Point\"\ncoordinates = \"" + at + "\"\n",
                     "");
    };
    const MeasureWords two_km = near("2000", "[136.2,36.0]");
    EXPECT_NE(two_km.ja.find("Point [136.2,36.0] から 2000 m 以内"), std::string::npos)
        << two_km.ja;
    EXPECT_NE(two_km.ja, near("500", "[140.2,39.0]").ja);
    EXPECT_NE(words("scope = \"/town/ward\"\n", "").ja.find("区分 /town/ward"), std::string::npos);
    EXPECT_NE(words("unit = \"CMT\"\n", "").ja.find("単位は cm"), std::string::npos);
    const MeasureWords goal =
        words("[[measure.goal]]\nvalue = 1\nby = \"2027-12-31\"\n", "baseline = 2\n");
    EXPECT_NE(goal.ja.find("比べる元は 2。 2027-12-31 までに 1。"), std::string::npos) << goal.ja;
    EXPECT_NE(goal.en.find("1 by 2027-12-31."), std::string::npos) << goal.en;
}

TEST(MeasureTexts, WordsCallThingsAsPeopleDo) {
    const std::string text =
        "[[measure]]\nid = \"m\"\nja = \"x\"\nen = \"x\"\nunit = \"P1\"\ndirection = \"down\"\n"
        "period = \"month\"\nformula = \"100 * max(0, 1 - x / y)\"\n"
        "[[measure.part]]\nname = \"x\"\ntype = \"FloodMonitoring\"\n"
        "attribute = \"currentLevel\"\nis = \"count\"\n"
        "[[measure.part]]\nname = \"y\"\ntype = \"FloodMonitoring\"\n"
        "attribute = \"currentLevel\"\nis = \"quantile\"\n";
    const auto set = measures_of(text);
    EXPECT_EQ(
        describe(set->measures.at(0), *set->context).ja,
        "月ごとの値：100 × 大きいほう(0, 1 − ① ÷ ②)。 ① は、「河川水位の観測所」の「いまの水位」"
        "の読み取りの数。 ② は、「河川水位の観測所」の「いまの水位」の中央値。");
}

INSTANTIATE_TEST_SUITE_P(
    Each, MeasureFaults,
    ::testing::Values(
        Fault{"nothing", "", "m.toml:1", "[[measure]]"},
        Fault{"unknown key", with("", "colour = 1\n"), "m.toml:12", "colour"},
        Fault{"unknown key of a part", with("colour = 1\n"), "m.toml:17", "colour"},
        Fault{"unknown period", measure_text("a", "fortnight", "mean"), "m.toml:10", "fortnight"},
        Fault{"unknown kind", measure_text("a", "day", "median"), "m.toml:16", "median"},
        Fault{"bad id", measure_text("A b", "day", "mean"), "m.toml:5", "lower-case"},
        Fault{"two of a name", with("") + with(""), "m.toml:18", "'a'"},
        Fault{"without data",
              "[[measure]]\nid = \"a\"\nja = \"x\"\nen = \"x\"\nunit = \"C62\"\ndirection = "
              "\"up\"\nperiod = \"day\"\nformula = \"x\"\npart = []\n",
              "m.toml:12", "without data"},
        Fault{
            "a part that is not used",
            with("[[measure.part]]\nname = \"y\"\ntype = \"T\"\nattribute = \"a\"\nis = \"sum\"\n"),
            "m.toml:11", "does not use the part 'y'"},
        Fault{
            "two parts of a name",
            with("[[measure.part]]\nname = \"x\"\ntype = \"T\"\nattribute = \"a\"\nis = \"sum\"\n"),
            "m.toml:18", "two parts"},
        Fault{"a share without a rule", with("", "least_share = 0.5\n"), "m.toml:12", "missing"},
        Fault{"a share beyond 1", with("", "missing = \"no-value\"\nleast_share = 80\n"),
              "m.toml:13", "up to 1"},
        Fault{"an interval that nothing is counted by", with("every = \"PT1H\"\n"), "m.toml:17",
              "where readings are missing"},
        Fault{"whom without what of", with("", "each = \"name\"\n"), "m.toml:12", "across"},
        Fault{"too long ago", with("ago = 61\n"), "m.toml:17", "60"},
        Fault{"what lasts, long ago", with("above = 1.0\nago = 1\n", "", "time-beyond"),
              "m.toml:18", "means nothing"},
        Fault{"nothing to take less", with("less_attribute = \"a\"\n", "", "members"), "m.toml:17",
              "means nothing"},
        Fault{"a bound that means nothing", with("above = 1.0\n"), "m.toml:17", "means nothing"},
        Fault{"no bound", with("", "", "share"), "m.toml:16", "needs a bound"},
        Fault{"two bounds", with("above = 1.0\nbelow = 2.0\n", "", "share"), "m.toml:18",
              "already"},
        Fault{"a quantile beyond 1", with("quantile = 1.5\n", "", "quantile"), "m.toml:17",
              "0 to 1"},
        Fault{"a broken q", with("q = \"a==\"\n"), "m.toml:17", ""},
        Fault{"a q that follows links", with("q = \"a{b}==1\"\n"), "m.toml:17", "relationships"},
        Fault{"half a place", with("georel = \"within\"\n"), "m.toml:17", "go together"},
        Fault{"a broken place",
              with("georel = \"within\"\ngeometry = \"Polygon\"\ncoordinates = \"[[1,2]]\"\n"),
              "m.toml:17", ""},
        Fault{"goals out of order",
              with("[[measure.goal]]\nby = \"2027-03-31\"\nvalue = 1\n[[measure.goal]]\nby = "
                   "\"2026-03-31\"\nvalue = 2\n"),
              "m.toml:21", "order"},
        Fault{"no date", with("[[measure.goal]]\nby = \"soon\"\nvalue = 1\n"), "m.toml:18", "soon"},
        Fault{"a baseline that ends before it begins",
              with("", "baseline_from = \"2026-04-01\"\nbaseline_to = \"2025-04-01\"\n"),
              "m.toml:13", "終わりが始まりより前です / it ends before it begins"},
        Fault{"a baseline twice",
              with("",
                   "baseline = 1.0\nbaseline_from = \"2026-04-01\"\n"
                   "baseline_to = \"2026-05-01\"\n"),
              "m.toml:12", "一つで書きます / give a baseline once"},
        Fault{"a baseline of no day",
              with("", "baseline_from = \"spring\"\nbaseline_to = \"2026-05-01\"\n"), "m.toml:12",
              "「spring」は 2026-04-01 のような日付ではありません / "},
        Fault{"half a baseline", with("", "baseline_from = \"2026-04-01\"\n"), "m.toml:12",
              "は一緒に書きます / 'baseline_from' and 'baseline_to' go together"}),
    [](const auto& info) {
        std::string name = info.param.name;
        std::replace_if(
            name.begin(), name.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
        return name;
    });

TEST(MeasureText, TheHashIsOfWhatDecidesTheValueAlone) {
    const auto hash = [](const std::string& text) { return measures_of(text)->measures[0].hash; };
    const std::string one = hash(with(""));
    EXPECT_EQ(one, hash(with("")));
    EXPECT_EQ(one, hash(with("", "decimals = 3\nbaseline = 4\n")))
        << "no part of how it is counted";
    EXPECT_NE(one, hash(with("unit = \"MTR\"\n")));
    EXPECT_NE(one, hash(with("", "by = \"river\"\n")));
    EXPECT_NE(one, hash(with("q = \"a==1\"\n")));
    EXPECT_EQ(hash(with("q = \"a==1;b==2\"\n")), hash(with("q = \"a == 1; b == 2\"\n")));
}

TEST(MeasureText, IsDescribedInWords) {
    const auto set = measures_of(with("above_attribute = \"urn:test:danger\"\nhold = \"PT30M\"\n",
                                      "by = \"urn:test:river\"\nsmallest = 5\n", "time-beyond"));
    const MeasureWords words = describe(set->measures[0], *set->context);
    EXPECT_NE(words.ja.find("日ごとの値"), std::string::npos) << words.ja;
    EXPECT_NE(words.ja.find("30分"), std::string::npos) << words.ja;
    EXPECT_NE(words.ja.find("5より少ない組は示さない"), std::string::npos) << words.ja;
    EXPECT_NE(words.en.find("at or above urn:test:danger"), std::string::npos) << words.en;
    EXPECT_NE(words.ja.find("① は、"), std::string::npos) << words.ja;
}

TEST(MeasureText, ThePackIsReadAndTheReferencePageIsUpToDate) {
    const auto text = [](const std::string& path) {
        std::ifstream in{test::project_folder() + "/" + path};
        std::stringstream out;
        out << in.rdbuf();
        return out.str();
    };
    const auto set = read_measures(text("packs/river/measures.toml"), "m.toml", core_context());
    ASSERT_TRUE(set) << to_text(set.error());
    EXPECT_GE(set->measures.size(), 3U);
    const std::string reference = toml_reference(measure_schema());
    EXPECT_NE(text("docs/measures.md").find(reference), std::string::npos)
        << "put this into docs/measures.md:\n"
        << reference;
}

}  // namespace
}  // namespace musubi::testing

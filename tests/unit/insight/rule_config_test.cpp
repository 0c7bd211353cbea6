#include "insight/config/rule_config.h"

#include <gtest/gtest.h>

#include "insight/config/rule_schema.h"
#include "insight/config/words.h"
#include "rule_world.h"

namespace musubi::test {
namespace {

const std::string kRule =
    "[[rule]]\nid = \"a\"\ntype = \"T\"\nkind = \"threshold\"\nvalue = \"v\"\n"
    "threshold = \"t\"\nseverity = \"low\"\nja = \"x\"\nen = \"x\"\n";  // from line 5 on

struct Fault {
    const char* name;
    std::string text;
    const char* where;
    const char* says;
};
std::ostream& operator<<(std::ostream& out, const Fault& fault) { return out << fault.name; }

class Faults : public ::testing::TestWithParam<Fault> {};

TEST_P(Faults, AreNamedWithFileAndLine) {
    const auto file = parse_rules(GetParam().text, "r.toml");
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, ErrorCode::BadRequest);
    EXPECT_EQ(file.error().where, GetParam().where);
    EXPECT_NE(file.error().detail.find(GetParam().says), std::string::npos) << file.error().detail;
}

INSTANTIATE_TEST_SUITE_P(
    Each, Faults,
    ::testing::Values(
        Fault{"no TOML", "[rules\n", "r.toml:1", "TOML"},
        Fault{"nothing", "", "r.toml:1", "[rules]"},
        Fault{"no rule", kHead, "r.toml:1", "[[rule]]"},
        Fault{"unknown table", kHead + kRule + "[other]\n", "r.toml:14", "other"},
        Fault{"unknown key", kHead + kRule + "colour = 1\n", "r.toml:14", "colour"},
        Fault{"unknown kind", kHead + "[[rule]]\nkind = \"magic\"\n", "r.toml:6", "magic"},
        Fault{"no type", kHead + "[[rule]]\nid = \"a\"\nkind = \"q\"\n", "r.toml:5", "'type'"},
        Fault{"no value", kHead + "[[rule]]\nid = \"a\"\ntype = \"T\"\nkind = \"threshold\"\n",
              "r.toml:5", "'value'"},
        Fault{"wrong kind of value", kHead + kRule + "hysteresis = \"much\"\n", "r.toml:14",
              "number"},
        Fault{"not a duration", kHead + kRule + "hold = \"ten minutes\"\n", "r.toml:14", "PT10M"},
        Fault{"negative", kHead + kRule + "hysteresis = -1\n", "r.toml:14", "hysteresis"},
        Fault{"key of another kind", kHead + kRule + "q = \"a>1\"\n", "r.toml:14", "means nothing"},
        Fault{"bad id", kHead + "[[rule]]\nid = \"A b\"\n" + kRule.substr(18), "r.toml:6",
              "lower-case"},
        Fault{"two of a name", kHead + kRule + kRule, "r.toml:14", "'a'"},
        Fault{"unknown placeholder", kHead + kRule + "feed_ja = \"x\"\n", "r.toml:14",
              "means nothing"},
        Fault{"a look-ahead for the public",
              kHead + "[[rule]]\nid = \"a\"\ntype = \"T\"\nkind = \"lookahead\"\nvalue = \"v\"\n"
                      "threshold = \"t\"\nseverity = \"low\"\nja = \"x\"\nen = \"x\"\n"
                      "staff_only = false\n",
              "r.toml:14", "staff"},
        Fault{"lighter before graver",
              kHead + kRule + "group = \"g\"\n" +
                  "[[rule]]\nid = \"b\"\ngroup = \"g\"\ntype = \"T\"\nkind = \"threshold\"\n"
                  "value = \"v\"\nthreshold = \"t\"\nseverity = \"high\"\nja = \"x\"\nen = \"x\"\n",
              "r.toml:15", "gravest"}));

TEST(RuleConfig, WordsAreChecked) {
    std::string text = kHead + kRule;
    text.replace(text.find("ja = \"x\""), 8, "ja = \"{colour}\"");
    const auto file = parse_rules(text, "r.toml");
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().where, "r.toml:12");
    EXPECT_NE(file.error().detail.find("{colour}"), std::string::npos);
}

TEST(RuleConfig, TheRulesOfThePackAreReadAsWritten) {
    const auto rules = river_rules();
    ASSERT_NE(rules, nullptr);
    ASSERT_EQ(rules->types.size(), 3U);  // gauges; tasks and heartbeats of projects
    const TypeRules& type = rules->types[0];
    EXPECT_EQ(type.type, "https://smartdatamodels.org/dataModel.Environment/FloodMonitoring");
    ASSERT_EQ(type.rules.size(), 9U);
    EXPECT_EQ(type.rules[0].config.sub_category, "dangerLevel");
    EXPECT_EQ(type.rules[0].config.severity, Severity::Critical);
    EXPECT_EQ(type.readings, 1U);
    EXPECT_EQ(type.numbers[0].term, "currentLevel");
    EXPECT_TRUE(type.numbers[0].has_gauge);
    EXPECT_EQ(type.groups.size(), 2U);
    EXPECT_EQ(type.silent.size(), 1U);
    for (const Rule& rule : type.rules) {
        const bool look_ahead = rule.config.kind == RuleKind::LookAhead;
        EXPECT_EQ(rule.config.staff_only, look_ahead);
        const bool marked = rule.config.words.ja.starts_with("参考・予報ではない") &&
                            rule.config.words.en.starts_with("For reference, not a forecast");
        EXPECT_EQ(marked, look_ahead) << rule.config.id;
    }
}

TEST(RuleConfig, AHorizonMustBeTheOneThatWasFitted) {
    std::string text = file_text(project() + "/packs/river/rules.toml");
    const std::size_t at = text.find("PT60M");
    text.replace(at, 5, "PT90M");
    const auto file = parse_rules(text, "rules.toml");
    ASSERT_TRUE(file);
    const FileReader read = [](const std::string& name) -> Result<std::string> {
        return file_text(project() + "/packs/river/" + name);
    };
    const auto rules = compile_rules("river", *file, *river_context(), read);
    ASSERT_FALSE(rules);
    EXPECT_TRUE(rules.error().where.starts_with("rules.toml:"));
}

TEST(RuleConfig, TheReferencePageIsUpToDate) {
    const std::string page = file_text(project() + "/docs/rules.md");
    EXPECT_NE(page.find(rule_reference()), std::string::npos)
        << "docs/rules.md must hold exactly this:\n"
        << rule_reference();
}

TEST(Levels, TheVersionInForceCounts) {
    const auto levels = parse_levels(file_text(project() + "/packs/river/levels.toml"), "l");
    ASSERT_TRUE(levels) << to_text(levels.error());
    const auto at = [&](const char* time) { return levels->at(*parse_time(time)); };
    EXPECT_EQ(at("2021-08-14T00:00:00Z")->id, "2021");
    EXPECT_EQ(at("1999-01-01T00:00:00Z")->id, "2021");
    EXPECT_EQ(at("2026-05-31T14:59:59Z")->id, "2021");
    EXPECT_EQ(at("2026-05-31T15:00:00Z")->id, "2026");
    for (const LevelsVersion& version : levels->versions) {
        EXPECT_EQ(version.find("dangerLevel")->level, 4);
        EXPECT_EQ(version.find("evacuationLevel")->level, 3);
        EXPECT_EQ(version.find("alertLevel")->level, 2);
        EXPECT_EQ(version.find("standbyLevel")->level, std::nullopt);
    }
}

TEST(Levels, FaultsAreNamedWithTheirLine) {
    const auto bad = [](const std::string& text) {
        const auto levels = parse_levels(text, "l.toml");
        return levels ? std::string{"read"} : levels.error().where;
    };
    const std::string version =
        "[[version]]\nid = \"1\"\nfrom = 2021-05-20\nsource_ja = \"x\"\nsource_en = \"x\"\n";
    const std::string level = "[[version.level]]\nattribute = \"a\"\nja = \"x\"\nen = \"x\"\n";
    EXPECT_EQ(bad(version + level), "read");
    EXPECT_EQ(bad(""), "l.toml:1");
    EXPECT_EQ(bad(version), "l.toml:1");
    EXPECT_EQ(bad(version + level + "level = 6\n"), "l.toml:10");
    EXPECT_EQ(bad(version + level + level), "l.toml:10");
    EXPECT_EQ(bad(version + level + version + level), "l.toml:12");
}

TEST(RuleWords, AreFilledIn) {
    WordValues values{.name = "橋", .value = 3.456, .threshold = 3, .unit = "MTR"};
    values.minutes = 60;
    EXPECT_EQ(fill_words("{name} {value}/{threshold} {unit} {minutes} {count}", values),
              "橋 3.46/3.00 m 60 ―");
    EXPECT_EQ(fill_words("{value}", {.value = -0.001}), "0.00");
    EXPECT_TRUE(check_words("{name} { }") ? false : true);
    EXPECT_FALSE(check_words("{name"));
    EXPECT_TRUE(check_words("name}"));
}

}  // namespace
}  // namespace musubi::test

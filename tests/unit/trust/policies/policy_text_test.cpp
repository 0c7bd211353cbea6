#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/toml_schema.h"
#include "support/project.h"
#include "trust/policies/odrl.h"
#include "trust/policies/policy.h"

namespace musubi::testing {
namespace {

constexpr std::string_view kWhole = R"([policies]
version = "2026-04"

[[permission]]
id = "levels"
ja = "水位はだれでも"
en = "levels for all"
action = ["read"]
type = ["urn:test:Gauge"]
attrs = ["urn:test:level", "location"]
idPattern = "^urn:gauge:"
scope = "/aoi/river/#"
q = "urn:test:level>0.5"
geo = { georel = "within", geometry = "Polygon", coordinates = [[[139, 35], [140, 35], [140, 36], [139, 36], [139, 35]]] }
role = ["reader", "citizen"]
organisation = ["aoi-city"]
subject = ["person:abc"]
purpose = ["flood"]
assurance = ["2"]
from = 2026-04-01T00:00:00+09:00
until = 2027-04-01T00:00:00+09:00
hours = "08:30-17:15"
count = 100
each = "P1D"
coarsen = { location = "500 m", observedAt = "PT1H", "urn:test:level" = 0.5 }

[[prohibition]]
id = "no-names"
action = ["read", "modify", "delete"]
attrs = ["urn:test:name"]

[[personal]]
type = ["urn:test:Care"]
purpose = ["care"]
person = ["urn:test:resident", "guardian"]

[my-number]
except = ["urn:test:Meter"]
)";

Result<PolicySet> read(std::string_view text) {
    return parse_policies(text, "p.toml", *core_context());
}

void expect_refused(std::string_view text, std::string_view where, std::string_view word) {
    const auto set = read(text);
    ASSERT_FALSE(set) << text;
    EXPECT_EQ(set.error().where, where) << set.error().detail;
    EXPECT_NE(set.error().detail.find(word), std::string::npos) << set.error().detail;
}

// A permission with one more line, the sixth.
std::string with(std::string_view line) {
    return "[policies]\nversion = \"1\"\n[[permission]]\nid = \"a\"\naction = [\"read\"]\n" +
           std::string(line) + "\n";
}

TEST(PolicyText, IsReadWhole) {
    const auto set = read(kWhole);
    ASSERT_TRUE(set) << to_text(set.error());
    ASSERT_EQ(set->policies.size(), 2U);
    const Policy& levels = set->policies.front();
    EXPECT_TRUE(levels.rule.permits);
    EXPECT_EQ(levels.rule.attributes.back(), iri::kLocation);
    EXPECT_EQ(levels.roles, (std::vector{Role::Reader, Role::Citizen}));
    EXPECT_TRUE(levels.rule.is_conditional());
    EXPECT_EQ(to_iso(*levels.from), "2026-03-31T15:00:00Z");
    EXPECT_EQ(levels.hours->from, hours(8) + minutes(30));
    EXPECT_EQ(levels.limit->count, 100U);
    EXPECT_EQ(levels.limit->each, days(1));
    EXPECT_EQ(levels.rule.times, hours(1));
    ASSERT_EQ(levels.rule.coarser.size(), 2U);
    EXPECT_FALSE(set->policies.back().rule.permits);
    EXPECT_TRUE(set->policies.back().rule.actions.all());
    EXPECT_EQ(set->other_digits, std::vector<std::string>{"urn:test:Meter"});
    EXPECT_EQ(set->personal.front().purposes, std::vector<std::string>{"care"});
    EXPECT_EQ(set->personal.front().persons,
              (std::vector<std::string>{"urn:test:resident",
                                        std::string(iri::kDefaultVocabulary) + "guardian"}));
}

TEST(PolicyText, ComesBackFromWhatIsKept) {
    const auto set = read(kWhole);
    ASSERT_TRUE(set);
    const std::string kept = encode(*set);
    const auto again = decode_policies(kept);
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_EQ(encode(*again), kept);
    const AccessRule& rule = again->policies.front().rule;
    EXPECT_TRUE(rule.ids && rule.scopes && rule.q && rule.geo);
    for (std::size_t cut = 0; cut < kept.size(); ++cut) {
        EXPECT_FALSE(decode_policies(std::string_view(kept).substr(0, cut))) << cut;
    }
}

TEST(PolicyText, WhatAFormerProgramKeptIsReadAndWrittenAlike) {
    // Format 1: version "1", no policies, one personal type, nothing excepted.
    const std::string kept{
        "\x01\x01"
        "1\0\x01\x01T\x01\x04"
        "care\0\0\0",
        16};
    const auto set = decode_policies(kept);
    ASSERT_TRUE(set) << to_text(set.error());
    EXPECT_EQ(set->personal.front().type, "T");
    EXPECT_TRUE(set->personal.front().persons.empty());
    EXPECT_EQ(encode(*set), kept);
}

TEST(PolicyText, WhatIsNotUnderstoodIsRefusedWithItsLine) {
    expect_refused("[policies]\n", "p.toml:1", "'version' is missing");
    expect_refused("[policies]\nversion = \"1\"\n[[duty]]\n", "p.toml:3", "there is no 'duty'");
    for (const char* reserved : {"personal", "role", "halt-abc"}) {
        expect_refused("[policies]\nversion = \"1\"\n[[permission]]\nid = \"" +
                           std::string(reserved) + "\"\naction = [\"read\"]\n",
                       "p.toml:4", "another one");
    }
    expect_refused(with("target = \"x\""), "p.toml:6", "there is no key 'target'");
    expect_refused(with("role = [\"king\"]"), "p.toml:6", "'king' is not a value of 'role'");
    expect_refused(with("role = []"), "p.toml:6", "at least one");
    expect_refused(with("organisation = [\"\"]"), "p.toml:6", "no empty text");
    expect_refused(with("assurance = [\"9\"]"), "p.toml:6", "'9' is not a value");
    expect_refused(with("[[personal]]\ntype = [\"T\"]\npurpose = []"), "p.toml:8", "at least one");
    for (const char* key : {"q", "scope", "idPattern", "hours", "each"}) {
        expect_refused(with(std::string(key) + " = \"\""), "p.toml:6", "empty");
    }
    expect_refused(with("q = \"a>\""), "p.toml:6", "");
    expect_refused(with("q = \"a{b}==1\""), "p.toml:6", "the entity itself");
    expect_refused(with("hours = \"8-17\""), "p.toml:6", "08:30-17:15");
    expect_refused(with("hours = \"08:30-08:30\""), "p.toml:6", "08:30-17:15");
    expect_refused(with("count = 0"), "p.toml:6", "1 to 1,000,000");
    expect_refused(with("count = 1.5"), "p.toml:6", "whole number");
    expect_refused(with("each = \"P1D\""), "p.toml:6", "'count'");
    expect_refused(with("each = \"PT30S\"\ncount = 1"), "p.toml:6", "PT1M");
    expect_refused(with("from = 2026-04-01"), "p.toml:6", "time with its zone");
    expect_refused(with("subject = [\"tanaka\"]"), "p.toml:6", "person:ID");
    expect_refused(with("coarsen = { location = \"300 m\" }"), "p.toml:6", "500 m");
    expect_refused(with("coarsen = { level = -1 }"), "p.toml:6", "above 0");
    expect_refused(with("idPattern = \"(\""), "p.toml:6", "");
    expect_refused(with("scope = \"/a/#/b\""), "p.toml:6", "");
    expect_refused(with("geo = { georel = \"within\", geometry = \"Polygon\", coordinates = 1 }"),
                   "p.toml:6", "coordinates");
    expect_refused(with("[[permission]]\nid = \"a\"\naction = [\"read\"]"), "p.toml",
                   "two policies");
    expect_refused(with("[[personal]]\ntype = [\"T\", \"T\"]\npurpose = [\"p\"]"), "p.toml:7",
                   "twice");
    expect_refused(with("[[personal]]\ntype = [\"T\"]\npurpose = [\"p\"]\nperson = \"a\""),
                   "p.toml:9", "person");
    expect_refused(with("[[personal]]\ntype = [\"T\"]\npurpose = [\"p\"]\nperson = [\"a\", \"b\", "
                        "\"c\", \"d\", \"e\", \"f\", \"g\", \"h\", \"i\"]"),
                   "p.toml:9", "up to 8");
}

TEST(PolicyText, IsASetOfOdrl) {
    PolicyVersion version;
    version.number = 3;
    version.set = *read(kWhole);
    const Json odrl = to_odrl(version);
    EXPECT_EQ(odrl.find("@type")->string(), "Set");
    EXPECT_EQ(odrl.find("@context")->array().front().string(), "http://www.w3.org/ns/odrl.jsonld");
    const Json& permission = odrl.find("permission")->array().front();
    EXPECT_EQ(permission.find("action")->array().front().string(), "read");
    EXPECT_EQ(permission.find("constraint")->array().front().find("leftOperand")->string(),
              "purpose");
    EXPECT_EQ(permission.find("duty")->array().size(), 3U);
    EXPECT_EQ(odrl.find("conflict")->string(), "prohibit");
}

TEST(PolicyText, TheReferencePageIsUpToDate) {
    std::ostringstream page;
    page << std::ifstream{test::project_folder() + "/docs/policies.md"}.rdbuf();
    EXPECT_NE(page.str().find(toml_reference(policy_schema())), std::string::npos)
        << "docs/policies.md must hold exactly this:\n"
        << toml_reference(policy_schema());
}

}  // namespace
}  // namespace musubi::testing

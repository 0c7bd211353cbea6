#include "sense/config/feed_config.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "sense/config/feed_schema.h"
#include "support/replaced.h"
#include "test_feed.h"

namespace musubi {
namespace {

using test::project;
using test::read_text;
using test::write_text;

const std::string kGood = R"([feed]
name = "a"
[[source]]
name = "s"
kind = "folder"
[source.entity]
id = "urn:x:{id}"
type = "T"
[[source.attribute]]
name = "v"
column = "v"
)";

/// The error of the good file with `from` replaced by `to`: "line: detail".
std::string fault(const std::string& from, const std::string& to) {
    const auto feed = parse_feed(test::replaced(kGood, from, to), "f.toml");
    if (feed) return "no error";
    EXPECT_EQ(feed.error().code, ErrorCode::BadRequest);
    EXPECT_EQ(feed.error().where.substr(0, 7), "f.toml:");
    return feed.error().where.substr(7) + ": " + feed.error().detail;
}

TEST(FeedConfig, DefaultsAreWhatTheSchemaSays) {
    const auto feed = parse_feed(kGood, "f.toml");
    ASSERT_TRUE(feed) << to_text(feed.error());
    EXPECT_EQ(feed->mode, FeedMode::Live);
    EXPECT_EQ(feed->title_ja, "a");
    const SourceConfig& source = feed->sources.at(0);
    EXPECT_EQ(source.kind, SourceKind::Folder);
    EXPECT_EQ(source.location, ".");
    EXPECT_EQ(source.glob, "*");
    EXPECT_EQ(source.poll, seconds(10));
    EXPECT_EQ(source.header_line, 1U);
    EXPECT_FALSE(source.time);
    EXPECT_FALSE(source.attributes.at(0).observed);
}

TEST(FeedConfig, EachFaultNamesItsLineAndWhatToDo) {
    EXPECT_EQ(fault("name = \"a\"", "nam = \"a\""),
              "2: there is no key 'nam' here; there are name, title_ja, title_en, tenant, mode, "
              "speed, context, attribution");
    EXPECT_EQ(fault("name = \"a\"", "name = 3"), "2: 'name' must be a text");
    EXPECT_EQ(fault("name = \"a\"", "name = \"A b\""),
              "2: 'name' may hold lower-case letters, digits and '-', up to 64");
    EXPECT_EQ(fault("\"folder\"", "\"ftp\""),
              "5: 'ftp' is not a value of 'kind'; write one of file, folder, url, synthetic");
    EXPECT_EQ(fault("kind = \"folder\"", "kind = \"folder\"\nurl = \"http://x/\""),
              "6: 'url' means nothing for a source of kind 'folder'; it is for url");
    EXPECT_EQ(fault("kind = \"folder\"", "kind = \"folder\"\npoll = \"10s\""),
              "6: 'poll' must be a duration, as in \"PT10M\" (ISO 8601)");
    EXPECT_EQ(fault("kind = \"folder\"", "kind = \"folder\"\npoll = \"PT0.1S\""),
              "6: 'poll' must be from PT1S to P7D");
    EXPECT_EQ(fault("type = \"T\"", ""), "6: [source.entity] needs 'type': Type of the entity.");
    EXPECT_EQ(fault("column = \"v\"", ""), "10: an attribute needs 'column' or 'fixed'");
    EXPECT_EQ(fault("column = \"v\"", "column = \"v\"\nfixed = 1"),
              "10: write 'fixed' or a column, not both");
    EXPECT_EQ(fault("column = \"v\"", "column = \"v\"\nobserved = true"),
              "12: 'observed' needs [source.time]");
    EXPECT_EQ(fault("[[source.attribute]]",
                    "[source.time]\ncolumn = \"t\"\nzone = \"Tokyo\"\n"
                    "[[source.attribute]]"),
              "11: 'Tokyo' is no zone; write JST, UTC or +09:00");
    EXPECT_EQ(fault("[feed]", "[feed").substr(0, 20), "1: this is not TOML:");
    EXPECT_EQ(fault("[[source.attribute]]", "[[sauce]]"),
              "9: there is no key 'sauce' here; there are [feed], [[source]]");
}

TEST(FeedConfig, WhatIsMissingAltogether) {
    EXPECT_FALSE(parse_feed("", "f"));
    EXPECT_FALSE(parse_feed("[feed]\nname = \"a\"", "f"));
    EXPECT_FALSE(parse_feed("feed = 1\nsource = 2", "f"));
    EXPECT_FALSE(parse_feed("[feed]\nname = \"a\"\n[source]\nname = \"a\"", "f"));
    EXPECT_EQ(fault("name = \"a\"", "name = \"a\"\nspeed = 600").substr(0, 2), "3:");
}

TEST(FeedConfig, PathsAreSeenFromTheFileOrFromTheGivenPlace) {
    const test::TemporaryFolder folder;
    write_text(folder.file("f.toml"), kGood);
    EXPECT_EQ(load_feed(folder.file("f.toml"))->sources[0].location, folder.file("."));
    EXPECT_EQ(load_feed(folder.file("f.toml"), "/data/x")->sources[0].location, "/data/x/.");
    const auto unknown = load_feed(folder.file("f.toml"), "https://example.jp/levels");
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().detail.find("'daily'"), std::string::npos);
    EXPECT_EQ(load_feed(folder.file("none.toml")).error().code, ErrorCode::Io);
}

TEST(FeedConfig, AReplayBecomesLiveAtAUrl) {
    const std::string fukui = project() + "/packs/river/feeds/fukui.toml";
    EXPECT_EQ(load_feed(fukui)->mode, FeedMode::Replay);
    const auto feed = load_feed(fukui, "https://example.jp/levels/");
    ASSERT_TRUE(feed) << to_text(feed.error());
    EXPECT_EQ(feed->mode, FeedMode::Live);
    EXPECT_EQ(feed->sources[0].kind, SourceKind::Url);
    EXPECT_EQ(feed->sources[0].location, "https://example.jp/levels/sensors.csv");
    EXPECT_EQ(feed->sources[1].location, "https://example.jp/levels/%Y-%m-%d.csv");
}

// docs/feeds.md holds the tables of the schema. MUSUBI_WRITE_DOCS=1 puts the present ones in.
TEST(FeedReference, ThePageIsUpToDate) {
    const std::string path = project() + "/docs/feeds.md";
    const std::string begin = "<!-- reference: made of src/sense/config/feed_schema.cpp -->\n";
    const std::string end = "<!-- end of reference -->";
    std::string page = read_text(path);
    const std::size_t from = page.find(begin);
    const std::size_t to = page.find(end);
    ASSERT_NE(from, std::string::npos);
    ASSERT_NE(to, std::string::npos);
    const std::string wanted = begin + "\n" + feed_reference();
    if (std::getenv("MUSUBI_WRITE_DOCS") != nullptr) {
        write_text(path, page.replace(from, to - from, wanted));
        return;
    }
    EXPECT_EQ(page.substr(from, to - from), wanted)
        << "run this test with MUSUBI_WRITE_DOCS=1 and commit docs/feeds.md";
}

TEST(FeedSchema, EachKeyIsDescribedInBothLanguages) {
    for (const FeedKey& key : feed_keys()) {
        EXPECT_FALSE(key.ja.empty() || key.en.empty()) << key.table << "." << key.name;
        EXPECT_EQ(find_feed_key(key.table, key.name), &key) << "twice: " << key.name;
    }
    EXPECT_TRUE(is_one_of("b", "a|b|c"));
    EXPECT_FALSE(is_one_of("", "a|b"));
    EXPECT_FALSE(is_one_of("a|b", "a|b"));
}

}  // namespace
}  // namespace musubi

#include "sense/table/row_mapper.h"

#include <gtest/gtest.h>

#include "sense/table/json_table.h"
#include "test_feed.h"

namespace musubi {
namespace {

SourceConfig source_of(const std::string& body) {
    auto feed = parse_feed(
        "[feed]\nname = \"test\"\n[[source]]\nname = \"s\"\nkind = \"file\"\n"
        "path = \"x\"\n" +
            body,
        "test.toml");
    EXPECT_TRUE(feed) << to_text(feed.error());
    return feed->sources.at(0);
}

const std::string kEntity =
    "[source.entity]\nid = \"urn:ngsi-ld:Well:{town}:{no}\"\ntype = \"Well\"\n";

TEST(RowMapper, MakesEachKindOfValue) {
    const SourceConfig source = source_of(kEntity + R"(
[[source.attribute]]
name = "name"
column = "label"
[[source.attribute]]
name = "open"
column = "open"
as = "boolean"
[[source.attribute]]
name = "owner"
column = "owner"
as = "relationship"
[[source.attribute]]
name = "location"
columns = ["x", "y"]
as = "lon-lat"
[[source.attribute]]
name = "depth"
column = "depth"
as = "number"
unit = "MTR"
[[source.attribute]]
name = "synthetic"
fixed = true
)");
    auto mapper = RowMapper::compile(source, *core_context());
    ASSERT_TRUE(mapper);
    ASSERT_EQ(mapper->columns(), (std::vector<std::string>{"town", "no", "label", "open", "owner",
                                                           "x", "y", "depth"}));
    Reading reading;
    Refusal why;
    const std::vector<std::string_view> cells{"結 川",   " 7 ",   "井戸",  "true",
                                              "urn:x:1", "136.2", "36.06", "12"};
    ASSERT_EQ(mapper->map(cells, Time{INT64_MAX}, reading, why), RowMapper::Outcome::Taken);
    EXPECT_EQ(reading.id, "urn:ngsi-ld:Well:%E7%B5%90%20%E5%B7%9D:7");
    ASSERT_EQ(reading.attributes.size(), 6U);
    EXPECT_EQ(reading.attributes[0].value.string(), "井戸");
    EXPECT_TRUE(reading.attributes[1].value.boolean());
    EXPECT_EQ(reading.attributes[2].kind, AttributeKind::Relationship);
    EXPECT_EQ(reading.attributes[3].kind, AttributeKind::GeoProperty);
    EXPECT_EQ(to_text(reading.attributes[3].value),
              R"({"type":"Point","coordinates":[136.2,36.06]})");
    EXPECT_EQ(reading.attributes[3].name, iri::kLocation);
    EXPECT_EQ(reading.attributes[4].unit_code, "MTR");
    EXPECT_FALSE(reading.attributes[4].observed_at);
    EXPECT_TRUE(reading.attributes[5].value.boolean());

    // The same reading again, of a row that says less: nothing of the former one is left.
    const std::vector<std::string_view> less{"a", "7", "", "", "", "", "36", "3"};
    ASSERT_EQ(mapper->map(less, Time{INT64_MAX}, reading, why), RowMapper::Outcome::Taken);
    ASSERT_EQ(reading.attributes.size(), 2U);
    EXPECT_EQ(reading.attributes[0].value.number(), 3);
    EXPECT_EQ(reading.attributes[0].kind, AttributeKind::Property);
    const std::vector<std::string_view> nothing{"a", "7", "", "", "", "", "", ""};
    EXPECT_EQ(mapper->map(nothing, Time{INT64_MAX}, reading, why), RowMapper::Outcome::Missing);
    const std::vector<std::string_view> bad{"a", "7", "", "maybe", "", "", "", ""};
    EXPECT_EQ(mapper->map(bad, Time{INT64_MAX}, reading, why), RowMapper::Outcome::Refused);
    EXPECT_EQ(why.reason, RefusalReason::BadBoolean);
}

TEST(RowMapper, ChecksWhatItIsMadeOf) {
    const std::string attribute = "[[source.attribute]]\nname = \"a\"\ncolumn = \"a\"\n";
    const auto compile = [&](const std::string& id, const std::string& attributes) {
        const SourceConfig source =
            source_of("[source.entity]\nid = \"" + id + "\"\ntype = \"Well\"\n" + attributes);
        auto mapper = RowMapper::compile(source, *core_context());
        return mapper ? std::string{} : to_text(mapper.error());
    };
    EXPECT_EQ(compile("urn:x:{a}", attribute), "");
    EXPECT_NE(compile("well {a}", attribute), "");
    EXPECT_NE(compile("urn:x:{a", attribute), "");
    EXPECT_NE(compile("urn:x:{}", attribute), "");
    EXPECT_NE(compile("urn:x:{a}", attribute + attribute).find("two attributes"),
              std::string::npos);
}

TEST(RowMapper, DateAndTimeMayStandApart) {
    const SourceConfig source = source_of(kEntity + R"(
[source.time]
columns = ["日付", "時刻"]
[[source.attribute]]
name = "level"
column = "v"
as = "number"
required = true
)");
    auto mapper = RowMapper::compile(source, *core_context());
    ASSERT_TRUE(mapper);
    Reading reading;
    Refusal why;
    const std::vector<std::string_view> cells{"a", "1", "2021/8/14", "24:00", "1"};
    ASSERT_EQ(mapper->map(cells, Time{INT64_MAX}, reading, why), RowMapper::Outcome::Taken)
        << why.detail;
    EXPECT_EQ(to_iso(*reading.attributes[0].observed_at), "2021-08-14T15:00:00Z");
    const std::vector<std::string_view> empty{"a", "1", "2021/8/14", "9:00", ""};
    EXPECT_EQ(mapper->map(empty, Time{INT64_MAX}, reading, why), RowMapper::Outcome::Refused);
    EXPECT_EQ(why.reason, RefusalReason::Required);
}

TEST(ReadNumber, AsPeopleWriteIt) {
    EXPECT_EQ(read_number("1.50"), 1.5);
    EXPECT_EQ(read_number("-0.25"), -0.25);
    EXPECT_EQ(read_number("+3"), 3);
    EXPECT_EQ(read_number("1,234.5"), 1234.5);
    EXPECT_EQ(read_number("1,234,567"), 1234567);
    EXPECT_EQ(read_number("１．５"), 1.5);
    EXPECT_EQ(read_number("－２"), -2);
    for (const char* text : {"", "-", "1.5m", "1,5", ",123", "1,,234", "12,34", "1.5,000", "nan",
                             "inf", "1e999", "0x10", "1 2", "一"}) {
        EXPECT_FALSE(read_number(text)) << text;
    }
}

TEST(JsonTable, FindsRowsAndColumns) {
    SourceConfig source = source_of(kEntity + R"(
[source.time]
column = "at"
[[source.attribute]]
name = "level"
column = "/measured/level"
as = "number"
)");
    source.rows = "/data/0/rows";
    auto mapper = RowMapper::compile(source, *core_context());
    ASSERT_TRUE(mapper);
    auto table = JsonTable::parse(
        "\xEF\xBB\xBF{\"data\":[{\"rows\":["
        "{\"town\":\"a\",\"no\":1,\"at\":\"2021-08-14T08:40Z\",\"measured\":{\"level\":1.25}},"
        "{\"town\":\"a\",\"no\":1,\"at\":\"2021-08-14T08:40Z\",\"measured\":{\"level\":null}},"
        "{\"town\":{},\"no\":1,\"at\":\"2021-08-14T08:40Z\",\"measured\":{\"level\":1}},7]}]}",
        source, *mapper);
    ASSERT_TRUE(table) << to_text(table.error());
    ASSERT_EQ(table->size(), 4U);
    Reading reading;
    EXPECT_EQ(table->take(0, Time{INT64_MAX}, reading).kind, RowResult::Kind::Taken);
    EXPECT_EQ(reading.id, "urn:ngsi-ld:Well:a:1");
    EXPECT_EQ(reading.attributes[0].value.number(), 1.25);
    EXPECT_EQ(table->take(1, Time{INT64_MAX}, reading).kind, RowResult::Kind::Missing);
    EXPECT_EQ(table->take(2, Time{INT64_MAX}, reading).why.reason, RefusalReason::BadJson);
    EXPECT_EQ(table->take(3, Time{INT64_MAX}, reading).why.reason, RefusalReason::BadJson);
    EXPECT_FALSE(JsonTable::parse("{\"data\":[]}", source, *mapper));
    EXPECT_FALSE(JsonTable::parse("{", source, *mapper));
    source.rows = "";
    EXPECT_TRUE(JsonTable::parse("[]", source, *mapper));
}

TEST(JsonPointer, Escapes) {
    const Json document = *parse_json(R"({"a/b":{"~":[1,2]}})");
    ASSERT_NE(point_at(document, "/a~1b/~0/1"), nullptr);
    EXPECT_EQ(point_at(document, "/a~1b/~0/1")->integer(), 2);
    EXPECT_EQ(point_at(document, "/a~1b/~0/2"), nullptr);
    EXPECT_EQ(point_at(document, "/x/y"), nullptr);
    EXPECT_EQ(point_at(document, ""), &document);
}

}  // namespace
}  // namespace musubi

#include "sense/table/feed_time.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

std::string read(std::string_view format, std::string_view text, Duration offset = hours(9)) {
    const auto pattern = TimeFormat::parse(format);
    if (!pattern) return "no pattern";
    const auto time = pattern->read(text, offset);
    return time ? to_iso(*time) : "no time";
}

TEST(FeedTime, AutoReadsWhatRealFilesWrite) {
    EXPECT_EQ(read("auto", "2021-08-14T08:40"), "2021-08-13T23:40:00Z");
    EXPECT_EQ(read("auto", "2021-08-14 08:40:15"), "2021-08-13T23:40:15Z");
    EXPECT_EQ(read("auto", "2021/08/14 8:40"), "2021-08-13T23:40:00Z");
    EXPECT_EQ(read("auto", "2021/8/4 8:40"), "2021-08-03T23:40:00Z");
    EXPECT_EQ(read("auto", "2021.08.14 08:40"), "2021-08-13T23:40:00Z");
    EXPECT_EQ(read("auto", "2021年8月14日 8時40分"), "2021-08-13T23:40:00Z");
    EXPECT_EQ(read("auto", "2021年8月14日　8時40分05秒"), "2021-08-13T23:40:05Z");
    EXPECT_EQ(read("auto", "202108140840"), "2021-08-13T23:40:00Z");
    EXPECT_EQ(read("auto", "20210814084059"), "2021-08-13T23:40:59Z");
    EXPECT_EQ(read("auto", "2021-08-14T08:40:15.25"), "2021-08-13T23:40:15.250Z");
}

TEST(FeedTime, HourTwentyFourIsTheNextDay) {
    EXPECT_EQ(read("auto", "2021-08-14T24:00"), "2021-08-14T15:00:00Z");
    EXPECT_EQ(read("%Y-%m-%dT%H:%M", "2021-12-31T24:00"), "2021-12-31T15:00:00Z");
    EXPECT_EQ(read("auto", "2021-08-14T24:10"), "no time");
    EXPECT_EQ(read("auto", "2021-08-14T25:00"), "no time");
}

TEST(FeedTime, AWrittenZoneCounts) {
    EXPECT_EQ(read("auto", "2021-08-14T08:40Z"), "2021-08-14T08:40:00Z");
    EXPECT_EQ(read("auto", "2021-08-14T08:40:00+01:00"), "2021-08-14T07:40:00Z");
    EXPECT_EQ(read("auto", "2021-08-14T08:40-0330"), "2021-08-14T12:10:00Z");
    EXPECT_EQ(read("auto", "2021-08-14 08:40 JST"), "2021-08-13T23:40:00Z");
    EXPECT_EQ(read("auto", "2021-08-14T08:40", Duration{}), "2021-08-14T08:40:00Z");
}

TEST(FeedTime, RefusesWhatIsNoMoment) {
    for (const char* text : {"", "2021", "2021-08-14", "2021-08-14T", "2021-08-14T08",
                             "2021-08-14T08:", "2021-02-30T08:40", "2021-13-01T08:40",
                             "14/08/2021 08:40", "2021-08-14T08:40x", "2021-08-14T08:61",
                             "21-08-14T08:40", "日時", "2021-08-14T08:4 0", "2021081408401"}) {
        EXPECT_EQ(read("auto", text), "no time") << text;
    }
}

TEST(FeedTime, PatternsAreExact) {
    EXPECT_EQ(read("%Y%m%d%H%M", "202108140840"), "2021-08-13T23:40:00Z");
    EXPECT_EQ(read("%Y/%m/%d %H:%M", "2021/8/14 8:40"), "2021-08-13T23:40:00Z");
    EXPECT_EQ(read("%Y-%m-%d", "2021-08-14"), "2021-08-13T15:00:00Z");
    EXPECT_EQ(read("%d.%m.%Y %H:%M:%S", "14.08.2021 08:40:09"), "2021-08-13T23:40:09Z");
    EXPECT_EQ(read("%Y%m%d%H%M", "2021-08-14 08:40"), "no time");
    EXPECT_EQ(read("%Y-%m-%d", "2021-08-14T08:40"), "no time");
    EXPECT_EQ(read("%Y-%m", "2021-08"), "no pattern");
    EXPECT_EQ(read("%Y-%m-%q", "2021-08-1"), "no pattern");
    EXPECT_EQ(read("%Y-%m-%d %", "2021-08-01 "), "no pattern");
}

TEST(FeedTime, Zones) {
    EXPECT_EQ(*parse_zone("JST"), hours(9));
    EXPECT_EQ(*parse_zone("Asia/Tokyo"), hours(9));
    EXPECT_EQ(*parse_zone("+09:00"), hours(9));
    EXPECT_EQ(*parse_zone("-0330"), minutes(-210));
    EXPECT_EQ(*parse_zone("UTC"), Duration{});
    for (const char* zone : {"", "Tokyo", "+9", "+25:00", "09:00", "JSTX"}) {
        EXPECT_FALSE(parse_zone(zone)) << zone;
    }
}

TEST(TimeReader, TheFirstFormatThatFitsCounts) {
    auto reader = TimeReader::create({"%Y-%m-%d", "auto"}, hours(9));
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->read("2021-08-14"), reader->read("2021-08-14T00:00"));
    EXPECT_FALSE(reader->read("x"));
    EXPECT_FALSE(reader->read("x")) << "also the second time";
    EXPECT_TRUE(reader->read("2021-08-14"));
    EXPECT_FALSE(TimeReader::create({"auto", "%x"}, hours(9)));
}

}  // namespace
}  // namespace musubi

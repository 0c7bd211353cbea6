#include "base/metrics.h"

#include <gtest/gtest.h>

#include <limits>
#include <regex>
#include <sstream>

#include "base/json.h"
#include "base/log.h"
#include "base/random.h"

namespace musubi {
namespace {

TEST(Metrics, AreInTheTextFormatOfPrometheus) {
    Metrics metrics;
    metrics.counter("musubi_test_total", "Of a test.").add(3);
    metrics.gauge("musubi_test_now", "A figure.", [] { return 2.5; });
    metrics.gauge("musubi_test_none", "No figure.",
                  [] { return std::numeric_limits<double>::quiet_NaN(); });
    metrics.histogram("musubi_test_seconds", "Times.").observe(0.003);
    const std::regex line{
        R"((# (HELP|TYPE) [a-z_]+ .+)|([a-z_]+(\{le="[^"]+"\})? (NaN|[+-]Inf|[0-9.e+-]+)))"};
    std::istringstream in{metrics.render()};
    for (std::string text; std::getline(in, text);) {
        EXPECT_TRUE(std::regex_match(text, line)) << text;
    }
    EXPECT_NE(metrics.render().find("\nmusubi_test_total 3\n"), std::string::npos);
}

TEST(Metrics, OfOneNameAreOne) {
    Metrics metrics;
    EXPECT_EQ(&metrics.counter("a", "x"), &metrics.counter("a", "x"));
    metrics.gauge("g", "x", [] { return 1.0; });
    metrics.gauge("g", "x", [] { return 2.0; });
    EXPECT_EQ(metrics.render().find("g 1\n"), std::string::npos) << metrics.render();
    EXPECT_NE(metrics.render().find("g 2\n"), std::string::npos);
}

TEST(Histogram, BucketsAreCumulative) {
    Histogram histogram;
    for (const double seconds : {0.00005, 0.0002, 0.003, 7.0, 70.0}) histogram.observe(seconds);
    std::string out;
    histogram.render(out, "h");
    EXPECT_NE(out.find("h_bucket{le=\"1e-04\"} 1\n"), std::string::npos) << out;
    EXPECT_NE(out.find("h_bucket{le=\"0.005\"} 3\n"), std::string::npos) << out;
    EXPECT_NE(out.find("h_bucket{le=\"10\"} 4\n"), std::string::npos) << out;
    EXPECT_NE(out.find("h_bucket{le=\"+Inf\"} 5\n"), std::string::npos) << out;
    EXPECT_NE(out.find("h_count 5\n"), std::string::npos) << out;
}

TEST(Log, WritesOneJsonObjectALine) {
    testing::internal::CaptureStderr();
    {
        Log log{LogLevel::Info};
        log.debug("test", "not shown");
        log.info("test", "said \"so\"\nand {} on");
        log.warn("test", "with fields",
                 {field("text", "a\tb"), field("count", 7U), field("share", 0.5),
                  field("none", std::numeric_limits<double>::infinity())});
    }
    std::istringstream in{testing::internal::GetCapturedStderr()};
    std::vector<Json> lines;
    for (std::string text; std::getline(in, text);) {
        auto line = parse_json(text);
        ASSERT_TRUE(line) << text;
        lines.push_back(std::move(line).value());
    }
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(*lines[0].find("message"), Json{"said \"so\"\nand {} on"});
    EXPECT_EQ(*lines[1].find("text"), Json{"a\tb"});
    EXPECT_EQ(*lines[1].find("count"), Json{7});
    EXPECT_TRUE(lines[1].find("none")->is_null());
    EXPECT_NE(lines[1].find("time"), nullptr);
}

TEST(Random, IsTheSameForTheSameSeed) {
    SeededRandom a{42};
    SeededRandom b{42};
    SeededRandom c{43};
    EXPECT_EQ(random_token(a), random_token(b));
    EXPECT_NE(random_token(a), random_token(c));
    EXPECT_EQ(random_token(a).size(), 26U);
    for (int i = 0; i < 1'000; ++i) {
        const double unit = next_unit(a);
        ASSERT_TRUE(unit >= 0 && unit < 1);
    }
    // The first numbers of SplitMix64 with seed 1234567, as its authors publish them.
    SeededRandom known{1234567};
    EXPECT_EQ(known.next(), 6457827717110365317U);
    EXPECT_EQ(known.next(), 3203168211198807973U);
}

}  // namespace
}  // namespace musubi

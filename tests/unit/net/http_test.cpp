#include "net/http.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

TEST(PercentDecode, ReadsEscapesAndPlusOnlyWhereAsked) {
    EXPECT_EQ(percent_decode("a%2Fb+c").value(), "a/b+c");
    EXPECT_EQ(percent_decode("a%2fb+c", true).value(), "a/b c");
    EXPECT_EQ(percent_decode("%E6%B0%B4").value(), "水");
}

TEST(PercentDecode, NamesTheByteOfABrokenEscape) {
    for (const char* text : {"ab%", "ab%4", "ab%zz"}) {
        const auto decoded = percent_decode(text);
        ASSERT_FALSE(decoded) << text;
        EXPECT_EQ(decoded.error().code, ErrorCode::BadRequest);
        EXPECT_EQ(decoded.error().where, "byte 2");
    }
}

TEST(PercentEncode, IsUndoneByDecode) {
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    EXPECT_EQ(percent_decode(percent_encode(all)).value(), all);
    EXPECT_EQ(percent_encode("a b/~"), "a%20b%2F~");
}

TEST(QueryString, GivesDecodedPairsInOrder) {
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(parse_query_string("q=a%3Db+c&&flag&x==1&q=").value(),
              (Pairs{{"q", "a=b c"}, {"flag", ""}, {"x", "=1"}, {"q", ""}}));
    EXPECT_TRUE(parse_query_string("").value().empty());
    EXPECT_FALSE(parse_query_string("a=%"));
}

TEST(Url, IsTakenApart) {
    const Url url = parse_url("HTTP://Example.org:8080/a/b?c=d#e").value();
    EXPECT_EQ(url.scheme, "http");
    EXPECT_EQ(url.host, "example.org");
    EXPECT_EQ(url.port, 8080);
    EXPECT_EQ(url.target, "/a/b?c=d");
    EXPECT_EQ(parse_url("https://a").value().port, 443);
    EXPECT_EQ(parse_url("https://a").value().target, "/");
    EXPECT_EQ(parse_url("http://a?b").value().target, "/?b");
    EXPECT_EQ(parse_url("http://[::1]:81/").value().host, "::1");
    EXPECT_EQ(parse_url("http://[::1]:81/").value().port, 81);
}

TEST(Url, RefusesWhatCouldMisleadAReader) {
    for (const char* text :
         {"", "a", "ftp://a", "mqtt://a", "http:///x", "http://u:p@a/", "http://a:0/",
          "http://a:65536/", "http://a:/", "http://a:8x/", "http://[::1/", "http://[::1]x/",
          "http://[zz]/", "http://a b/", "http://a/\r\nX: y", "http://水/", "http://a\\@b/"}) {
        const auto url = parse_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().code, ErrorCode::BadRequest);
        EXPECT_FALSE(url.error().detail.empty());
    }
}

TEST(HttpRequest, FindsHeadersWhateverTheirCase) {
    HttpRequest request;
    request.headers = {{"Link", "a"}, {"LINK", "b"}, {"Host", "c"}};
    EXPECT_EQ(request.header("link"), "a");
    EXPECT_EQ(request.count("link"), 2U);
    EXPECT_EQ(request.header("absent"), "");
}

}  // namespace
}  // namespace musubi

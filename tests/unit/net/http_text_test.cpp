#include "net/http_text.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

std::string head_of(const HttpResponse& response, ResponseFrame frame = {}) {
    frame.date = "D";
    std::string out;
    append_response_head(out, response, frame);
    return out;
}

TEST(HttpDate, IsWrittenAsRfc9110Has) {
    EXPECT_EQ(http_date(parse_time("1994-11-06T08:49:37Z").value()),
              "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(http_date({0}), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(ResponseHead, CarriesTheFramesHeadersOnce) {
    const HttpResponse response{.headers = {{"DATE", "x"},
                                            {"connection", "x"},
                                            {"Content-length", "9"},
                                            {"transfer-Encoding", "x"},
                                            {"A", "b"}},
                                .body = "four"};
    EXPECT_EQ(head_of(response), "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 4\r\nA: b\r\n\r\n");
    EXPECT_EQ(head_of({.status = 404}, {.keep_alive = false}),
              "HTTP/1.1 404 Not Found\r\nDate: D\r\nContent-Length: 0\r\n"
              "Connection: close\r\n\r\n");
}

TEST(ResponseHead, TellsTheLengthThatGetWouldHaveHad) {
    const HttpResponse response{.headers = {{"Content-Length", "9"}}};
    EXPECT_NE(head_of(response, {.head_only = true}).find("Content-Length: 9\r\n"),
              std::string::npos);
}

TEST(Tokens, AreToldFromOtherText) {
    EXPECT_TRUE(is_token("X-Mine_1"));
    EXPECT_FALSE(is_token(""));
    EXPECT_FALSE(is_token("a b"));
    EXPECT_FALSE(is_token("a:"));
    EXPECT_TRUE(is_header_value("水 a\tb"));
    EXPECT_FALSE(is_header_value("a\nb"));
    EXPECT_FALSE(is_header_value(std::string(1, '\0')));
}

}  // namespace
}  // namespace musubi

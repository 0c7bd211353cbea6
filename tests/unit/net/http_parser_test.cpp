#include "net/http_parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace musubi {
namespace {

using Step = HttpRequestParser::Step;

/// What came out, written down so that two readings can be compared.
struct Reading {
    std::string text;
    int failed = 0;  ///< the fault's status
    int continues = 0;
    bool operator==(const Reading&) const = default;
};

void note(Reading& reading, const HttpRequestParser& parser) {
    const HttpRequest& request = parser.request();
    reading.text += std::string{name_of(request.method)} + ' ' + std::string{request.path} + '?' +
                    std::string{request.query};
    for (const auto& [name, value] : request.headers) {
        reading.text += " [" + std::string{name} + '=' + std::string{value} + ']';
    }
    reading.text += parser.keep_alive() ? " keep {" : " close {";
    reading.text += std::string{request.body} + "}\n";
}

/// Feeds the bytes in pieces that end at the given positions.
Reading read_split(std::string_view bytes, std::vector<std::size_t> cuts,
                   const HttpLimits& limits = {}) {
    HttpBodyBudget budget{1U << 20U};
    Reading reading;
    {
        HttpRequestParser parser{limits, budget};
        cuts.push_back(bytes.size());
        std::size_t at = 0;
        for (;;) {
            const Step step = parser.advance();
            if (step == Step::Complete) {
                note(reading, parser);
                parser.next();
            } else if (step == Step::Continue) {
                ++reading.continues;
            } else if (step == Step::Failed) {
                reading.failed = parser.fault().status;
                EXPECT_FALSE(parser.fault().detail.empty());
                break;
            } else {
                while (!cuts.empty() && cuts.front() <= at) cuts.erase(cuts.begin());
                if (cuts.empty()) break;
                const auto space = parser.space();
                const std::size_t n = std::min(space.size(), cuts.front() - at);
                std::memcpy(space.data(), bytes.data() + at, n);
                parser.added(n);
                at += n;
            }
        }
    }
    EXPECT_EQ(budget.used(), 0U);
    return reading;
}

const std::string kThree =
    "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX-Empty:\r\n\r\nhello"
    "\r\nPUT http://y/z HTTP/1.1\r\nhost:y\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3\r\nabc\r\n0A;ext=\"v\"\r\n0123456789\r\n0\r\nTrailer: dropped\r\n\r\n"
    "GET /last HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

TEST(HttpRequestParser, ReadsThreeRequestsInOneGo) {
    const Reading reading = read_split(kThree, {});
    EXPECT_EQ(reading.failed, 0);
    EXPECT_EQ(reading.text,
              "POST /a?b=c [Host=x] [Content-Length=5] [X-Empty=] keep {hello}\n"
              "PUT /z? [host=y] [Transfer-Encoding=chunked] keep {abc0123456789}\n"
              "GET /last? [Connection=keep-alive] keep {}\n");
}

TEST(HttpRequestParser, ReadsTheSameWhereverTheBytesAreSplit) {
    const Reading whole = read_split(kThree, {});
    for (std::size_t i = 0; i <= kThree.size(); ++i) {
        EXPECT_EQ(read_split(kThree, {i}), whole) << "split at " << i;
    }
    std::vector<std::size_t> each;
    for (std::size_t i = 1; i < kThree.size(); ++i) each.push_back(i);
    EXPECT_EQ(read_split(kThree, each), whole);
}

TEST(HttpRequestParser, ReadsALoneLastChunkThatComesInDrops) {
    const std::string bytes =
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\nGET";
    std::vector<std::size_t> each;
    for (std::size_t i = 1; i < bytes.size(); ++i) each.push_back(i);
    EXPECT_EQ(read_split(bytes, each).text,
              "POST /? [Host=x] [Transfer-Encoding=chunked] keep {}\n");
}

TEST(HttpRequestParser, KeepsTheHeadWhileALargeBodyArrives) {
    const std::string body(300'000, 'b');
    const std::string bytes =
        "POST /large HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + body + "GET /n";
    std::vector<std::size_t> cuts;
    for (std::size_t i = 1000; i < bytes.size(); i += 1000) cuts.push_back(i);
    EXPECT_EQ(read_split(bytes, cuts).text,
              "POST /large? [Host=x] [Content-Length=300000] keep {" + body + "}\n");
}

TEST(HttpRequestParser, AsksForTheBodyThatIsHeldBack) {
    const std::string head =
        "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    EXPECT_EQ(read_split(head + "ok", {head.size()}).continues, 1);
    EXPECT_EQ(read_split(head + "ok", {}).continues, 0) << "the body is there already";
}

struct Bad {
    int status;
    std::string bytes;
};

TEST(HttpRequestParser, RefusesWhatIsWrongOrAmbiguous) {
    const std::string get = "GET / HTTP/1.1\r\n";
    const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
    const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    const std::vector<Bad> all{
        {400, get + "\r\n"},
        {400, get + "Host: a\r\nHost: a\r\n\r\n"},
        {400, get + "Host: a b\r\n\r\n"},
        {400, get + "Host: a/b\r\n\r\n"},
        {400, post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx"},
        {400, post + "Content-Length: 1, 1\r\n\r\nx"},
        {400, post + "Content-Length: +1\r\n\r\nx"},
        {400, post + "Content-Length: 0x1\r\n\r\nx"},
        {400, post + "Content-Length: \r\n\r\nx"},
        {400, post + "Content-Length: 99999999999999999999\r\n\r\nx"},
        {400, post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {400, post + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n"},
        {400, post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"},
        {501, post + "Transfer-Encoding: gzip, chunked\r\n\r\n"},
        {501, post + "Transfer-Encoding: identity\r\n\r\n"},
        {501, post + "Transfer-Encoding: chunked, gzip\r\n\r\n"},
        {400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
        {411, "POST / HTTP/1.0\r\n\r\n"},
        {400, get + "Host: x\r\nA: b\r\n c\r\n\r\n"},
        {400, get + "Host: x\r\nA:\r\n\tc\r\n\r\n"},
        {400, get + "Host: x\nA: b\r\n\r\n"},
        {400, "GET / HTTP/1.1\nHost: x\n\n"},
        {400, get + "Host: x\r\nA: b\rc\r\n\r\n"},
        {400, get + "Host: x\r\n\rA: b\r\n\r\n"},
        {400, get + "Host : x\r\n\r\n"},
        {400, get + "Host: x\r\n : y\r\n\r\n"},
        {400, get + "Host: x\r\nA b: c\r\n\r\n"},
        {400, get + "Host: x\r\nno colon\r\n\r\n"},
        {400, get + "Host: x\r\nA: " + std::string(1, '\0') + "\r\n\r\n"},
        {400, "G" + std::string(1, '\0') + "T / HTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "G(T / HTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "\x16\x03\x01"},
        {400, " GET / HTTP/1.1\r\n"},
        {400, "\r\n\r\nGET / HTTP/1.1\r\n"},
        {400, "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "GET /\r\nHost: x\r\n\r\n"},
        {400, "GET / HTTP/1.1 \r\nHost: x\r\n\r\n"},
        {400, "GET / http/1.1\r\nHost: x\r\n\r\n"},
        {505, "GET / HTTP/2.0\r\nHost: x\r\n\r\n"},
        {505, "GET / HTTP/1.2\r\nHost: x\r\n\r\n"},
        {400, "GET x HTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "GET * HTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "GET http:///a HTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "GET http://u@x/ HTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "GET /#a HTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "GET /\xe6\xb0\xb4 HTTP/1.1\r\nHost: x\r\n\r\n"},
        {501, "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n"},
        {417, post + "Expect: tea\r\n\r\n"},
        {400, chunked + "g\r\nxyz"},
        {400, chunked + "\r\n\r\n\r\n"},
        {400, chunked + "-1\r\n\r\n"},
        {400, chunked + "10000000000000000\r\n"},
        {413, chunked + "fffffffffffffff\r\n"},
        {400, chunked + "1\r\nabcd\r\n"},
        {400, chunked + "1\nab\r\n"},
        {400, chunked + "1 x\r\na\r\n"},
        {400, chunked + "1;" + std::string(9000, 'a')},
        {400, chunked + "0\r\nA: " + std::string(9000, 'a')},
        {400, chunked + "0\r\nContent-Length: 3\r\n\r\n"},
        {413, post + "Content-Length: 16777217\r\n\r\n"},
        {431, get + "Host: x\r\nA: " + std::string(33'000, 'a')},
        {431, get + std::string(33'000, 'a')},
    };
    for (const Bad& bad : all) {
        const Reading reading = read_split(bad.bytes, {});
        EXPECT_EQ(reading.failed, bad.status) << bad.bytes.substr(0, 200);
        EXPECT_EQ(reading.text, "") << bad.bytes.substr(0, 200);
        const std::vector<std::size_t> halves{bad.bytes.size() / 2};
        EXPECT_EQ(read_split(bad.bytes, halves).failed, bad.status) << bad.bytes.substr(0, 200);
    }
}

TEST(HttpRequestParser, RefusesTooManyHeaders) {
    std::string bytes = "GET / HTTP/1.1\r\nHost: x\r\n";
    for (int i = 0; i < 200; ++i) bytes += "A: b\r\n";
    EXPECT_EQ(read_split(bytes + "\r\n", {}).failed, 431);
}

TEST(HttpRequestParser, RefusesABodyBeyondItsLimitHoweverItComes) {
    const HttpLimits limits{.max_body_bytes = 10};
    const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
    EXPECT_EQ(read_split(post + "Content-Length: 10\r\n\r\n0123456789", {}, limits).failed, 0);
    EXPECT_EQ(read_split(post + "Content-Length: 11\r\n\r\n", {}, limits).failed, 413);
    const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n";
    EXPECT_EQ(read_split(chunked + "4\r\nabcd\r\n0\r\n\r\n", {}, limits).failed, 0);
    EXPECT_EQ(read_split(chunked + "5\r\nabcde\r\n0\r\n\r\n", {}, limits).failed, 413);
}

TEST(HttpRequestParser, RefusesABodyBeyondWhatAllMayHoldTogether) {
    HttpBodyBudget budget{100'000};
    HttpRequestParser first{{}, budget};
    HttpRequestParser second{{}, budget};
    const auto feed = [](HttpRequestParser& parser, std::size_t length) {
        std::string bytes = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n";
        bytes += std::string(length, 'b');
        Step step = parser.advance();
        while (step == Step::NeedMore && !bytes.empty()) {
            const auto space = parser.space();
            const std::size_t n = std::min(space.size(), bytes.size());
            std::memcpy(space.data(), bytes.data(), n);
            bytes.erase(0, n);
            parser.added(n);
            step = parser.advance();
        }
        return step;
    };
    EXPECT_EQ(feed(first, 80'000), Step::NeedMore);
    EXPECT_EQ(feed(second, 80'000), Step::Failed);
    EXPECT_EQ(second.fault().status, 503);
    EXPECT_LE(budget.used(), 100'000U);
}

TEST(HttpRequestParser, KnowsHowEachVersionKeepsAConnection) {
    EXPECT_NE(read_split("GET / HTTP/1.0\r\n\r\n", {}).text.find("close"), std::string::npos);
    const std::string close = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    EXPECT_NE(read_split(close, {}).text.find("close {"), std::string::npos);
    EXPECT_EQ(read_split("OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n", {}).text,
              "OPTIONS *? [Host=] keep {}\n");
    EXPECT_EQ(read_split("BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n", {}).text,
              "OTHER /pot? [Host=x] keep {}\n");
    EXPECT_EQ(read_split("GET http://x?a HTTP/1.1\r\nHost: x\r\n\r\n", {}).text,
              "GET /?a [Host=x] keep {}\n");
}

}  // namespace
}  // namespace musubi

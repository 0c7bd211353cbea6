#include "api/session_cookie.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

HttpRequest with(std::vector<std::pair<std::string_view, std::string_view>> headers,
                 HttpMethod method = HttpMethod::Post) {
    HttpRequest request;
    request.method = method;
    request.headers = std::move(headers);
    return request;
}

TEST(SessionCookie, IsFoundAmongOthers) {
    EXPECT_EQ(session_token(with({{"Cookie", "musubi_session=abc"}})), "abc");
    EXPECT_EQ(session_token(with({{"cookie", "a=b; musubi_session=abc;c=d"}})), "abc");
    EXPECT_EQ(session_token(with({{"Cookie", "xmusubi_session=abc; musubi_session_=d"}})), "");
    EXPECT_EQ(session_token(with({{"Cookie", ";;=; musubi_session"}})), "");
    EXPECT_EQ(session_token(with({})), "");
}

TEST(SessionCookie, TwiceIsNone) {
    EXPECT_EQ(session_token(with({{"Cookie", "musubi_session=a; musubi_session=b"}})), "");
    EXPECT_EQ(session_token(with({{"Cookie", "musubi_session=a"}, {"Cookie", "musubi_session=b"}})),
              "");
}

TEST(SessionCookie, IsForThisHostAndOverTlsWhereThereIsTls) {
    EXPECT_EQ(session_cookie("t", hours(1), "").second,
              "musubi_session=t; Max-Age=3600; Path=/; HttpOnly; SameSite=Strict");
    EXPECT_EQ(session_cookie("t", hours(1), "https://town.example").second,
              "musubi_session=t; Max-Age=3600; Path=/; HttpOnly; SameSite=Strict; Secure");
    EXPECT_EQ(no_session_cookie("").second,
              "musubi_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict");
}

TEST(SessionCookie, KnowsPagesOfThisServer) {
    using Case = std::tuple<std::string_view, std::string_view, std::string_view, RequestSource>;
    for (const auto& [origin, host, site, expected] :
         {Case{"http://town.example:8080", "town.example:8080", "", RequestSource::Own},
          Case{"https://TOWN.example", "town.example", "", RequestSource::Own},
          Case{"http://town.example:8081", "town.example:8080", "", RequestSource::Foreign},
          Case{"http://town.example.evil", "town.example", "", RequestSource::Foreign},
          Case{"http://eviltown.example", "town.example", "", RequestSource::Foreign},
          Case{"null", "town.example", "", RequestSource::Foreign},
          Case{"file://town.example", "town.example", "", RequestSource::Foreign},
          Case{"https://town.example@evil.example", "town.example", "", RequestSource::Foreign},
          Case{"https://", "", "", RequestSource::Foreign},
          Case{"", "town.example", "", RequestSource::Untold},
          Case{"https://public.example", "127.0.0.1:8080", "", RequestSource::Own},
          Case{"http://public.example", "127.0.0.1:8080", "", RequestSource::Foreign},
          Case{"https://else.example", "town.example", "same-origin", RequestSource::Own},
          Case{"https://town.example", "town.example", "same-site", RequestSource::Foreign},
          Case{"https://town.example", "town.example", "cross-site", RequestSource::Foreign},
          Case{"", "town.example", "none", RequestSource::Foreign}}) {
        std::vector<std::pair<std::string_view, std::string_view>> headers{{"Host", host}};
        if (!origin.empty()) headers.emplace_back("Origin", origin);
        if (!site.empty()) headers.emplace_back("Sec-Fetch-Site", site);
        EXPECT_EQ(source_of(with(headers), "https://public.example/"), expected)
            << origin << " at " << host << " " << site;
    }
}

TEST(SessionCookie, ChangesNothingForOtherPages) {
    EXPECT_FALSE(check_own_page(with({{"Host", "a"}}), ""));
    EXPECT_FALSE(check_own_page(with({{"Host", "a"}, {"Origin", "http://b"}}), ""));
    EXPECT_TRUE(check_own_page(with({{"Host", "a"}, {"Origin", "http://a"}}), ""));
    EXPECT_FALSE(
        check_own_page(with({{"Host", "a"}, {"Origin", "http://a"}, {"Origin", "http://b"}}), ""));
    EXPECT_FALSE(check_own_page(
        with({{"Host", "a"}, {"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "cross-site"}}),
        ""));
    EXPECT_TRUE(check_own_page(with({{"Host", "a"}}, HttpMethod::Get), ""));
    EXPECT_TRUE(check_own_page(with({{"Host", "a"}}, HttpMethod::Head), ""));
}

}  // namespace
}  // namespace musubi

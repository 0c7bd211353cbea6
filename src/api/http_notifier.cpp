#include "api/http_notifier.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace musubi {
namespace {

constexpr std::int64_t kMaxSeconds = 366LL * 24 * 3600;

bool is_named(std::string_view name, std::string_view lower) {
    return std::equal(name.begin(), name.end(), lower.begin(), lower.end(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

std::optional<int> digits_in(std::string_view text, std::size_t at, std::size_t size) {
    int value = 0;
    const char* const end = text.data() + at + size;
    const auto read = std::from_chars(text.data() + at, end, value);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return value;
}

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::optional<Time> parse_http_date(std::string_view text) {
    constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
    const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
    const auto day = digits_in(text, 5, 2);
    const auto year = digits_in(text, 12, 4);
    const auto hour = digits_in(text, 17, 2);
    const auto minute = digits_in(text, 20, 2);
    const auto second = digits_in(text, 23, 2);
    if (month == kMonths.end() || !day || !year || !hour || !minute || !second) {
        return std::nullopt;
    }
    const auto time = from_civil({.year = *year,
                                  .month = static_cast<int>(month - kMonths.begin()) + 1,
                                  .day = *day,
                                  .hour = *hour,
                                  .minute = *minute,
                                  .second = *second});
    if (!time) return std::nullopt;
    return *time;
}

}  // namespace

std::optional<Duration> parse_retry_after(std::string_view text, Time now) {
    std::int64_t count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (read.ec == std::errc{} && read.ptr == text.data() + text.size()) {
        if (count < 0) return std::nullopt;
        return seconds(std::min(count, kMaxSeconds));
    }
    const auto at = parse_http_date(text);
    if (!at || *at <= now) return std::nullopt;
    return std::min(*at - now, seconds(kMaxSeconds));
}

void HttpNotifier::send(Outgoing outgoing, Callback done) {
    HttpClientRequest request;
    request.method = HttpMethod::Post;
    request.url = std::move(outgoing.uri);
    request.headers = std::move(outgoing.headers);
    request.body = std::move(outgoing.body);
    request.timeout = outgoing.timeout;
    request.max_response_bytes = kMaxAnswerBytes;
    request.drop_body = true;
    request.still = std::move(outgoing.still);
    client_.send(std::move(request),
                 [done = std::move(done), &clock = clock_](const Result<HttpResponse>& response) {
                     if (!response) return done(response.error());
                     Receipt receipt{.status = response->status, .retry_after = {}};
                     for (const auto& [name, value] : response->headers) {
                         if (!is_named(name, "retry-after")) continue;
                         receipt.retry_after = parse_retry_after(value, clock.now());
                     }
                     done(receipt);
                 });
}

}  // namespace musubi

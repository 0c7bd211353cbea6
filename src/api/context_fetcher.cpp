#include "api/context_fetcher.h"

namespace musubi {

ContextFetcher::ContextFetcher(HttpClient& client, Metrics& metrics)
    : client_{client},
      fetched_{metrics.counter("musubi_contexts_fetches_total", "JSON-LD contexts asked for.")},
      failures_{metrics.counter("musubi_contexts_failures_total",
                                "JSON-LD contexts that could not be fetched: who used one was told "
                                "why.")} {}

Result<std::string> ContextFetcher::fetch(const std::string& url, std::size_t max_bytes,
                                          Duration timeout) {
    fetched_.add();
    auto text = ask(url, max_bytes, timeout);
    if (!text) failures_.add();
    return text;
}

Result<std::string> ContextFetcher::ask(const std::string& url, std::size_t max_bytes,
                                        Duration timeout) {
    HttpClientRequest request;
    request.url = url;
    request.headers.emplace_back("Accept", "application/ld+json, application/json;q=0.9");
    request.timeout = timeout;
    request.max_response_bytes = max_bytes;
    auto response = client_.fetch(std::move(request));
    const auto unavailable = [&](const std::string& why) {
        return Error{ErrorCode::ContextNotAvailable, "the context could not be fetched: " + why,
                     url};
    };
    if (!response) return unavailable(response.error().detail);
    if (response->status >= 300 && response->status < 400) {
        return unavailable(
            "its server sends elsewhere, which is not followed; name the URL where "
            "the context is");
    }
    if (response->status != 200) {
        return unavailable("its server answered " + std::to_string(response->status));
    }
    return std::move(response->body);
}

}  // namespace musubi

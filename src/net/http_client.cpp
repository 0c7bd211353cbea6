#include "net/http_client.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "net/client_pool.h"

namespace musubi {

std::unique_ptr<HttpClient> HttpClient::create(const HttpClientOptions& options, Log& log,
                                               Metrics& metrics) {
    return std::make_unique<PooledClient>(options, log, metrics);
}

Result<HttpResponse> HttpClient::fetch(HttpClientRequest request) {
    std::mutex mutex;
    std::condition_variable ready;
    std::optional<Result<HttpResponse>> answer;
    send(std::move(request), [&](Result<HttpResponse> result) {
        const std::lock_guard lock{mutex};
        answer.emplace(std::move(result));
        ready.notify_one();  // under the lock: the waiter may leave as soon as it has it
    });
    std::unique_lock lock{mutex};
    ready.wait(lock, [&] { return answer.has_value(); });
    return *std::move(answer);
}

}  // namespace musubi

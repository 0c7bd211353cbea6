#pragma once

#include "base/metrics.h"
#include "broker/context_port.h"
#include "net/http_client.h"

namespace musubi {

/// Fetches contexts with GET. The client, which must outlive it, decides which addresses may be
/// reached.
class ContextFetcher final : public ContextPort {
public:
    ContextFetcher(HttpClient& client, Metrics& metrics);
    Result<std::string> fetch(const std::string& url, std::size_t max_bytes,
                              Duration timeout) override;

private:
    Result<std::string> ask(const std::string& url, std::size_t max_bytes, Duration timeout);

    HttpClient& client_;
    Counter& fetched_;
    Counter& failures_;
};

}  // namespace musubi

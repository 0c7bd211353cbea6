#pragma once

#include "broker/context_port.h"
#include "net/http_client.h"

namespace musubi {

/// Fetches contexts with GET. The client, which must outlive it, decides which addresses may be
/// reached.
class ContextFetcher final : public ContextPort {
public:
    explicit ContextFetcher(HttpClient& client) : client_{client} {}
    Result<std::string> fetch(const std::string& url, std::size_t max_bytes,
                              Duration timeout) override;

private:
    HttpClient& client_;
};

}  // namespace musubi

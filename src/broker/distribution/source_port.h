#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace musubi {

/// An exchange with a context source, ready to be sent.
struct SourceExchange {
    std::string_view method;  ///< "GET", "POST", "PUT", "PATCH", "DELETE"
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    Duration timeout;
    std::size_t max_bytes = 0;  ///< of the answer
};

/// What a source answered, whatever its status.
struct SourceResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

/// Sends to context sources. `api` implements it over HTTP.
class SourcePort {
public:
    using Callback = std::function<void(Result<SourceResponse>)>;
    SourcePort() = default;
    SourcePort(const SourcePort&) = delete;
    SourcePort& operator=(const SourcePort&) = delete;
    virtual ~SourcePort() = default;
    /// Calls back exactly once, from any thread, within the timeout; does not wait. Fails: Timeout,
    /// Unavailable, TooLarge, Forbidden (address not allowed), Busy.
    virtual void send(SourceExchange exchange, Callback done) = 0;
};

}  // namespace musubi

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace musubi {

/// A notification on its way out.
struct Outgoing {
    std::string uri;
    std::vector<std::pair<std::string, std::string>> headers;
    /// notifierInfo of the endpoint: for the transport, not for the receiver.
    std::vector<std::pair<std::string, std::string>> notifier_info;
    std::string body;
    Duration timeout;  ///< for the whole exchange
    /// Asked just before it leaves, on any thread; where it fails it does not. None: it goes.
    std::function<Result<void>()> still = nullptr;
};

/// What the receiver said.
struct Receipt {
    int status = 0;                       ///< of HTTP; 200 where there is none
    std::optional<Duration> retry_after;  ///< when to come again, where it said so
};

/// The way out, given by whoever has a transport.
class NotificationPort {
public:
    using Callback = std::function<void(Result<Receipt>)>;
    NotificationPort() = default;
    NotificationPort(const NotificationPort&) = delete;
    NotificationPort& operator=(const NotificationPort&) = delete;
    virtual ~NotificationPort() = default;
    /// Brings it to where the URI says; calls back exactly once, from any thread. Must not block.
    /// Fails: Timeout, Unavailable, Forbidden (address), BadRequest, Busy.
    virtual void send(Outgoing outgoing, Callback done) = 0;
};

}  // namespace musubi

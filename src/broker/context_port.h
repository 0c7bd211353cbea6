#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"

namespace musubi {

/// Gets JSON-LD contexts from outside. `api` implements it over HTTP.
class ContextPort {
public:
    ContextPort() = default;
    ContextPort(const ContextPort&) = delete;
    ContextPort& operator=(const ContextPort&) = delete;
    virtual ~ContextPort() = default;
    /// The text under an http or https URL, at most `max_bytes`. Waits, up to `timeout`: for
    /// threads that may. Redirects are not followed. Fails: ContextNotAvailable, saying why.
    virtual Result<std::string> fetch(const std::string& url, std::size_t max_bytes,
                                      Duration timeout) = 0;
};

}  // namespace musubi

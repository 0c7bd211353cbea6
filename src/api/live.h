#pragma once

#include <memory>

#include "api/app.h"
#include "net/http_server.h"

namespace musubi {

/// The live feed: changes as server-sent events (WHATWG HTML, 9.2), filtered for each caller. An
/// event's id is its sequence number; who comes back with Last-Event-ID goes on from there, as far
/// as the log reaches, or is told to load everything again (`reset`).
class LiveFeed {
public:
    explicit LiveFeed(const App& app);
    LiveFeed(const LiveFeed&) = delete;
    LiveFeed& operator=(const LiveFeed&) = delete;
    ~LiveFeed();
    /// GET /musubi/v1/live?types=A,B
    void open(const App& app, const HttpRequest& request, HttpResponder responder);
    /// Returns once each feed has been held against the rights of now: those that are other than
    /// they were are cut. For a thread that may wait.
    void pass();
    static constexpr std::size_t kMaxListeners = 1000;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace musubi

#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "api/handlers.h"
#include "api/worker.h"

namespace musubi {

class LiveFeed;
class RightsBarrier;
class Site;

/// A line of the table in routes.cpp. `{}` in the path stands for one open part.
struct Route {
    HttpMethod method;
    std::string_view path;
    api::Handler handler;
    std::string_view clause;  ///< of GS CIM 009 v1.9.1, or "ours"
    RunOn where = RunOn::Io;
};
[[nodiscard]] std::span<const Route> routes();

/// Brings each request to its handler and each answer back.
class Router {
public:
    Router(const App& app, LiveFeed& live, const Site& site, RightsBarrier& barrier);
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;
    void handle(const HttpRequest& request, HttpResponder responder);

private:
    static constexpr int kFetchers = 8;  // contexts that are waited for at once
    struct Match;
    [[nodiscard]] Match find(const HttpRequest& request) const;
    /// A request and the line of the table that it came to.
    struct Arrival {
        const Route* route;
        const HttpRequest* request;  ///< lives until it is answered
        std::vector<std::string> path;
    };
    void run(Arrival arrival, HttpResponder responder, RunOn where);
    /// The same on a worker of that kind.
    void run_waiting(Arrival arrival, HttpResponder responder, RunOn where);
    struct Open;
    /// Brings the answer of a handler back.
    void conclude(std::shared_ptr<Open> open, Result<Answer> answer);
    void wait_for(std::shared_ptr<Open> open, std::shared_ptr<Later> later);
    void submit(std::shared_ptr<Open> open, Action action);
    /// What was asked for later than at once: data leave if what let them out still holds.
    void send_data(Open& open, HttpResponse response);
    /// What was done: where rights were changed meanwhile, once nothing leaves by the former ones.
    void send_reply(std::shared_ptr<Open> open, HttpResponse response);

    const App& app_;
    LiveFeed& live_;
    const Site& site_;
    RightsBarrier& barrier_;
    Histogram& query_seconds_;
    Histogram& command_seconds_;
    Worker worker_;
    Worker fetcher_{kFetchers};
};

}  // namespace musubi

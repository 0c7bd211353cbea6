#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "api/handlers.h"
#include "api/worker.h"

namespace musubi {

class LiveFeed;
class Site;

/// Where a handler runs: at once on the I/O thread, or on a worker since it waits for the disk.
enum class RunOn { Io, Worker };

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
    Router(const App& app, LiveFeed& live, const Site& site);
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;
    void handle(const HttpRequest& request, HttpResponder responder);

private:
    struct Match;
    [[nodiscard]] Match find(const HttpRequest& request) const;
    void run(const Route& route, const HttpRequest& request, std::vector<std::string> path,
             HttpResponder responder, bool may_wait);
    /// The same on a worker.
    void run_waiting(const Route& route, const HttpRequest& request, std::vector<std::string> path,
                     HttpResponder responder);
    struct Open;
    /// Brings the answer of a handler back.
    void conclude(std::shared_ptr<Open> open, Result<Answer> answer);
    void wait_for(std::shared_ptr<Open> open, std::shared_ptr<Later> later);
    void submit(std::shared_ptr<Open> open, Action action);

    const App& app_;
    LiveFeed& live_;
    const Site& site_;
    Histogram& query_seconds_;
    Histogram& command_seconds_;
    Worker worker_;
};

}  // namespace musubi

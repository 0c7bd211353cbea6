#include "api/router.h"

#include <algorithm>
#include <array>

#include "api/live.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/record.h"
#include "api/rights_barrier.h"
#include "api/site.h"
#include "api/tenancy.h"
#include "api/use.h"
#include "net/http_text.h"

namespace musubi {
namespace {

// Splits off the part of the path before the next '/'.
std::string_view next_part(std::string_view& path) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    return part;
}

// Whether the path fits; its open parts, still encoded, are appended. In NGSI-LD one that is empty
// is an invalid name, which the handler refuses, rather than another resource.
bool fits(std::string_view pattern, std::string_view path, std::vector<std::string_view>& open) {
    const bool may_be_empty = pattern.starts_with("ngsi-ld/");
    while (!pattern.empty() && !path.empty()) {
        const std::string_view wanted = next_part(pattern);
        const std::string_view part = next_part(path);
        if (wanted == "{}") {
            if (part.empty() && !may_be_empty) return false;
            open.push_back(part);
        } else if (wanted != part) {
            return false;
        }
    }
    return pattern.empty() && path.empty();
}

// A query by POST as well (6.22, 6.23).
bool only_reads(const HttpRequest& request) {
    constexpr std::array<std::string_view, 2> kQueries{
        "/ngsi-ld/v1/entityOperations/query", "/ngsi-ld/v1/temporal/entityOperations/query"};
    if (request.method == HttpMethod::Get || request.method == HttpMethod::Head) return true;
    return request.method == HttpMethod::Post &&
           std::find(kQueries.begin(), kQueries.end(), request.path) != kQueries.end();
}

// What a resource takes is told to who asks (RFC 9110, 9.3.7), and to who used something else.
HttpResponse methods_of(const HttpRequest& request, const std::string& methods) {
    if (request.method == HttpMethod::Options) return {204, {{"Allow", methods}}, {}};
    HttpResponse response =
        problem_response(405, "this resource does not take this method; it takes " + methods);
    response.headers.emplace_back("Allow", methods);
    return response;
}

// A body whose length the head does not tell is not taken, chunked or not (6.3.4).
bool lacks_length(const HttpRequest& request) {
    const bool carries = request.method == HttpMethod::Post || request.method == HttpMethod::Put ||
                         request.method == HttpMethod::Patch;
    return carries && is_ngsild(request) && request.header("Content-Length").empty();
}

// What is named in an answer that is a problem as well (6.3.14, 6.3.22).
std::string_view named(const HttpRequest& request, std::string_view header) {
    return is_ngsild(request) ? request.header(header) : std::string_view{};
}

HttpResponse problem_of(const Error& error, std::string_view tenant, std::string_view snapshot) {
    HttpResponse response = problem(error, tenant);
    if (!snapshot.empty()) response.headers.emplace_back(kSnapshotHeader, snapshot);
    return response;
}
HttpResponse problem_of(const Error& error, const ApiCall& call) {
    return problem_of(error, tenant_shown(call), call.snapshot);
}

// A problem has a media type of its own (RFC 9457, 3); who takes nothing but application/json is
// given that.
HttpResponse refusal(const HttpRequest& request, const Error& error) {
    HttpResponse response =
        problem_of(error, named(request, "NGSILD-Tenant"), named(request, kSnapshotHeader));
    const std::string_view accept = request.header("Accept");
    if (accept != "application/json") return response;
    for (auto& [name, value] : response.headers) {
        if (name == "Content-Type") value = accept;
    }
    return response;
}

}  // namespace

struct Router::Match {
    const Route* route = nullptr;
    std::vector<std::string_view> open;
    std::string allowed;  // methods of routes with this path
};

Router::Router(const App& app, LiveFeed& live, const Site& site, RightsBarrier& barrier)
    : app_{app},
      live_{live},
      site_{site},
      barrier_{barrier},
      query_seconds_{app.metrics.histogram("musubi_api_query_seconds", "Time to answer queries.")},
      command_seconds_{app.metrics.histogram("musubi_api_command_seconds",
                                             "Time from a command to its durable reply.")} {}

Router::~Router() = default;

Router::Match Router::find(const HttpRequest& request) const {
    Match match;
    std::string_view path = request.path.substr(1);
    if (!path.empty() && path.back() == '/') path.remove_suffix(1);
    const HttpMethod method = request.method == HttpMethod::Head ? HttpMethod::Get : request.method;
    std::vector<std::string_view> open;
    for (const Route& route : routes()) {
        open.clear();
        if (!fits(route.path.substr(1), path, open)) continue;
        if (route.method == method) {
            match.route = &route;
            match.open = open;
            return match;
        }
        if (route.handler == api::need_entity_id) continue;  // it tells what is missing
        if (!match.allowed.empty()) match.allowed += ", ";
        match.allowed += name_of(route.method);
        if (route.method == HttpMethod::Get) match.allowed += ", HEAD";
    }
    return match;
}

void Router::handle(const HttpRequest& request, HttpResponder responder) {
    if (request.path == "/musubi/v1/live") return live_.open(app_, request, std::move(responder));
    if (request.path == "/health") {
        const bool read = request.method == HttpMethod::Get || request.method == HttpMethod::Head;
        if (!read) return responder.send(methods_of(request, "GET, HEAD"));
        return responder.send({200, {{"Content-Type", "application/json"}}, R"({"status":"up"})"});
    }
    if (lacks_length(request)) return responder.send({411, {}, {}});
    Match match = find(request);
    if (match.route == nullptr) {
        if (!match.allowed.empty()) return responder.send(methods_of(request, match.allowed));
        return responder.send(site_.answer(request));
    }
    std::vector<std::string> path;
    for (const std::string_view part : match.open) {
        auto decoded = percent_decode(part);
        if (!decoded) return responder.send(problem(decoded.error()));
        path.push_back(std::move(decoded).value());
    }
    if (match.route->where == RunOn::Io) {
        return run({match.route, &request, std::move(path)}, std::move(responder), RunOn::Io);
    }
    run_waiting({match.route, &request, std::move(path)}, std::move(responder), RunOn::Worker);
}

void Router::run_waiting(Arrival arrival, HttpResponder responder, RunOn where) {
    auto reply_to = std::make_shared<HttpResponder>(std::move(responder));
    const bool taken = (where == RunOn::Fetcher ? fetcher_ : worker_)
                           .run([this, arrival = std::move(arrival), reply_to, where] {
                               run(arrival, std::move(*reply_to), where);
                           });
    if (!taken) reply_to->send(problem({ErrorCode::Busy, "too much waits to be done; try again"}));
}

/// A request that is understood and not yet answered.
struct Router::Open {
    ApiCall call;
    Duration started;
    HttpResponder responder;
    const Route* route;
    Action action = {};
};

void Router::run(Arrival arrival, HttpResponder responder, RunOn where) {
    const Duration started = app_.clock.monotonic();
    const RunOn next = where == RunOn::Io ? RunOn::Worker : RunOn::Fetcher;
    const auto must_wait = [&](const Error& error) {
        return error.code == ErrorCode::MustWait && where != RunOn::Fetcher;
    };
    auto call = read_call(app_, *arrival.request, arrival.path, where);
    if (!call) {
        if (must_wait(call.error())) {
            return run_waiting(std::move(arrival), std::move(responder), next);
        }
        record_refusal(app_, *arrival.request, arrival.route->path, nullptr, call.error());
        return responder.send(refusal(*arrival.request, call.error()));
    }
    if (where == arrival.route->where && !only_reads(*arrival.request)) {  // once
        if (const auto known = record_decision(app_, *call); !known) {
            return responder.send(refusal(*arrival.request, known.error()));
        }
    }
    auto answer = arrival.route->handler(app_, *call);
    auto* response = answer ? std::get_if<HttpResponse>(&*answer) : nullptr;
    if (response != nullptr && where == RunOn::Io) {
        query_seconds_.observe((app_.clock.monotonic() - started).seconds());
        return responder.send(std::move(*response));
    }
    const bool onward =
        answer ? call->makes_tenant && where == RunOn::Io && std::holds_alternative<Action>(*answer)
               : must_wait(answer.error());
    if (onward) return run_waiting(std::move(arrival), std::move(responder), next);
    conclude(std::make_shared<Open>(
                 Open{std::move(*call), started, std::move(responder), arrival.route}),
             std::move(answer));
}

void Router::conclude(std::shared_ptr<Open> open, Result<Answer> answer) {
    if (!answer) {
        const ApiCall& call = open->call;
        record_refusal(app_, call.request, open->route->path, &call.caller, answer.error());
        return open->responder.send(refusal(call.request, answer.error()));
    }
    if (auto* response = std::get_if<HttpResponse>(&*answer)) {
        query_seconds_.observe((app_.clock.monotonic() - open->started).seconds());
        if (!only_reads(open->call.request)) return send_reply(open, std::move(*response));
        return send_data(*open, std::move(*response));
    }
    if (auto* later = std::get_if<std::shared_ptr<Later>>(&*answer)) {
        return wait_for(std::move(open), std::move(*later));
    }
    if (open->call.makes_tenant) {
        if (const auto made = make_tenant(app_, open->call); !made) {
            return open->responder.send(problem_of(made.error(), open->call));
        }
    }
    submit(std::move(open), std::get<Action>(std::move(*answer)));
}

void Router::wait_for(std::shared_ptr<Open> open, std::shared_ptr<Later> later) {
    Later& begun = *later;
    begun.start([this, open = std::move(open), later = std::move(later)] {
        Worker& worker = later->fetches && later->fetches() ? fetcher_ : worker_;
        if (worker.run([this, open, later] { conclude(open, later->finish()); })) return;
        open->responder.send(problem({ErrorCode::Busy, "too much waits to be done; try again"}));
    });
}

void Router::send_data(Open& open, HttpResponse response) {
    const auto look = [&app = app_, caller = open.call.caller, request = &open.call.request,
                       path = open.route->path]() -> std::optional<HttpResponse> {
        const auto still = app.authority.still(caller);
        if (still) return std::nullopt;
        record_refusal(app, *request, path, &caller, still.error());
        return refusal(*request, still.error());
    };
    open.responder.send(std::move(response), look);
}

void Router::send_reply(std::shared_ptr<Open> open, HttpResponse response) {
    if (open->call.caller.rights == app_.authority.rights()) {
        return open->responder.send(std::move(response));
    }
    auto kept = std::make_shared<HttpResponse>(std::move(response));
    barrier_.after([open = std::move(open), kept] { open->responder.send(std::move(*kept)); });
}

void Router::submit(std::shared_ptr<Open> open, Action action) {
    open->action = std::move(action);
    Caller caller = open->call.caller;
    const std::size_t bytes = open->call.request.body.size() * 3 + 512;
    app_.store.submit(
        {.caller = std::move(caller),
         .run = [open](Transaction& tx) { return open->action.run(tx); },
         .done =
             [this, open](const Result<Committed>& result) {
                 const Action& done = open->action;
                 command_seconds_.observe((app_.clock.monotonic() - open->started).seconds());
                 if (result) return send_reply(open, done.reply());
                 const ApiCall& call = open->call;
                 record_refusal(app_, call.request, open->route->path, &call.caller,
                                result.error());
                 open->responder.send(done.refused ? done.refused(result.error())
                                                   : problem_of(result.error(), open->call));
             },
         .bytes = bytes});
}

}  // namespace musubi

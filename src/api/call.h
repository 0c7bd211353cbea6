#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/app.h"
#include "model/ngsild.h"
#include "model/query.h"
#include "net/http_server.h"

namespace musubi {

/// One request, understood as far as all requests are alike: who asks, for which tenant, with
/// which names, and what the path and the query string say.
struct ApiCall {
    const HttpRequest& request;
    Caller caller;
    std::vector<std::string> path;  ///< the decoded parts that the route leaves open
    std::vector<std::pair<std::string, std::string>> params;
    ContextPtr context;       ///< of the Link header; else the core context
    std::string context_url;  ///< what Link named; empty: nothing
    bool wants_ld = false;    ///< Accept asks for application/ld+json
    TenantId tenant = 0;      ///< of the caller; kNoTenant where it is to be made
    /// The tenant does not exist, and what this call writes makes it (5.5.10).
    bool makes_tenant = false;
    /// The snapshot it is about, which stands in the place of the tenant then (6.3.22); empty:
    /// none.
    std::string snapshot;
    TenantId owner = 0;          ///< the tenant itself, whatever snapshot of it is meant
    std::string decided_by;      ///< who decided on a use outside the purpose (Musubi-Decided-By)
    bool wants_geojson = false;  ///< Accept asks for application/geo+json
    /// On a worker, which may wait for the outside world. Elsewhere what has to wait is answered
    /// with ErrorCode::MustWait, and the call is made again on a worker.
    bool may_wait = false;
    /// With may_wait: on one of the workers that may wait for contexts from outside. Elsewhere
    /// ErrorCode::MustWait again: what does not come keeps only its like waiting.
    bool may_fetch = false;
    /// Of a person who is signed in; null: a key asks, or nobody.
    std::shared_ptr<const Session> session = nullptr;

    /// The parameter's value; nullptr where it is not there.
    [[nodiscard]] const std::string* param(std::string_view name) const;
    /// The same as a text, empty where it is not there.
    [[nodiscard]] std::string text(std::string_view name) const;
    /// True where `options` (or `format`) lists the word.
    [[nodiscard]] bool option(std::string_view word) const;
    /// The parameter's comma-separated parts.
    [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
    /// A whole number not below zero. Fails: BadRequest.
    Result<std::optional<std::size_t>> number(std::string_view name) const;
};

/// Stands for a tenant that there is not.
inline constexpr TenantId kNoTenant = UINT32_MAX;

/// How the contexts of this call are found: those of its tenant, and what must be fetched only
/// where the call may wait.
[[nodiscard]] inline ContextUse context_use(const ApiCall& call) {
    return {.tenant = call.owner,
            .fetch = call.may_fetch ? ContextFetch::Now : ContextFetch::Later};
}

/// What a handler that changes something asks for: `run` on the committer, then `reply`.
struct Action {
    std::function<Result<void>(Transaction&)> run;
    std::function<HttpResponse()> reply;
    /// What is answered where `run` fails; none: the problem.
    std::function<HttpResponse(const Error&)> refused = nullptr;
};
struct Later;
using Answer = std::variant<HttpResponse, Action, std::shared_ptr<Later>>;

/// An answer that others have to give their part to first. No thread waits for them.
struct Later {
    /// Begins, without waiting; calls back once, from any thread or before it returns.
    std::function<void(std::function<void()> ready)> start;
    /// What came of it, on a worker: perhaps that more has to be waited for.
    std::function<Result<Answer>()> finish;
    /// True where what came has contexts that may have to be fetched; asked before `finish`. None:
    /// it has not.
    std::function<bool()> fetches = nullptr;
};

/// Where a call runs: at once on the I/O thread; on a worker, which may wait for the disk; or on
/// one that may wait for others as well.
enum class RunOn { Io, Worker, Fetcher };

/// Reads what all calls need. Fails: Unauthorized, BadRequest, NoTenant, ContextNotAvailable,
/// MustWait, Unsupported (Accept, and what parameters.h says).
Result<ApiCall> read_call(const App& app, const HttpRequest& request, std::vector<std::string> path,
                          RunOn where);

/// The JSON of a body and the context its names are to be read with: the Link header's with
/// application/json, its own "@context" with application/ld+json (6.3.5).
struct Body {
    Json json;
    ContextPtr context;
};
/// The JSON of the body alone, for what needs no names. Fails: BadRequest (with kWhereBody: no
/// JSON, no UTF-8, nested too deeply), TooLarge.
Result<Json> read_json(const ApiCall& call);
/// Fails: as read_json; Unsupported (media type), ContextNotAvailable.
Result<Body> read_body(const App& app, const ApiCall& call);
/// The context of one item of a batch: its own "@context", else the body's.
Result<ContextPtr> context_of(const App& app, const ApiCall& call, const Body& body,
                              const Json& item);

/// The entity id of the path. Fails: BadRequest unless it is a URI.
Result<std::string> entity_id(const ApiCall& call);
/// The same of a subscription.
Result<std::string> subscription_id(const ApiCall& call);

/// The tenant as NGSILD-Tenant has it, also within a snapshot.
[[nodiscard]] std::string_view tenant_shown(const ApiCall& call);

/// 200 with a JSON body: media type, Link to the context, tenant.
[[nodiscard]] HttpResponse json_response(const ApiCall& call, std::string body, int status = 200);
/// 204, or another status without a body.
[[nodiscard]] HttpResponse empty_response(const ApiCall& call, int status = 204);
/// `run`, then 204.
[[nodiscard]] Answer empty_action(const ApiCall& call,
                                  std::function<Result<void>(Transaction&)> run);

/// The selection of entities that the query string asks for (6.4.3.2). Fails: BadRequest,
/// TooComplexQuery.
Result<EntityQuery> read_entity_query(const ApiCall& call);
/// Checks what 5.7.2.4 asks of a query: that it is not of everything, and that it follows no
/// relationship further than it joins. Fails: BadRequest.
Result<void> check_entity_query(const ApiCall& call, const EntityQuery& query);
/// The second alone. Fails: BadRequest; MustWait where it follows any and may not wait.
Result<void> check_linked_query(const ApiCall& call, const EntityQuery& query);
inline constexpr std::size_t kDefaultLimit = 20;
inline constexpr std::size_t kMaxLimit = 1000;
/// limit, offset and count. Fails: BadRequest, TooComplexQuery.
Result<void> read_page(const ApiCall& call, EntityQuery& query);
/// Link headers to the next and previous page, and the count (6.3.10, 6.3.13).
void add_page_headers(const ApiCall& call, const EntityQuery& query, const QueryResult& result,
                      HttpResponse& response);

/// true or false, which is what it is without the parameter. Fails: BadRequest.
Result<bool> read_flag(const ApiCall& call, std::string_view name);
/// The same of a list that is no entities: how many of `all` are `shown`.
void add_list_headers(const ApiCall& call, const EntityQuery& page, std::size_t shown,
                      std::size_t all, HttpResponse& response);
/// 201 with the Location of what was made.
[[nodiscard]] HttpResponse created_response(const ApiCall& call, const std::string& location);

/// Fails: Forbidden unless the caller may read, write, administer.
Result<void> need_read(const ApiCall& call);
Result<void> need_write(const ApiCall& call);
Result<void> need_admin(const ApiCall& call);
/// Fails: Forbidden unless the caller administers all of its tenant, not some types alone.
Result<void> need_whole_tenant(const ApiCall& call);

}  // namespace musubi

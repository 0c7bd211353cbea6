#include "api/call.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "api/header_text.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/source_request.h"
#include "api/tenancy.h"
#include "store/tenants.h"

namespace musubi {
namespace {

constexpr std::string_view kContextRelation = "http://www.w3.org/ns/json-ld#context";

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

// The URL of the JSON-LD context in a Link header (6.3.5, RFC 8288); empty where there is none.
Result<std::string> context_link(const HttpRequest& request) {
    std::string found;
    for (const auto& [name, value] : request.headers) {
        if (name.size() != 4 || (name[0] | 0x20) != 'l' || (name[1] | 0x20) != 'i' ||
            (name[2] | 0x20) != 'n' || (name[3] | 0x20) != 'k') {
            continue;
        }
        if (value.find(kContextRelation) == std::string_view::npos) continue;
        const std::size_t open = value.find('<');
        const std::size_t close = value.find('>');
        if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
            return Error{ErrorCode::BadRequest, "the Link header has no <URL>", "Link"};
        }
        if (!found.empty()) {
            return Error{ErrorCode::BadRequest, "there are two Link headers with a context",
                         "Link"};
        }
        found = without_blanks(value.substr(open + 1, close - open - 1));
    }
    return found;
}

std::string_view media_type(const HttpRequest& request) {
    const std::string_view value = request.header("Content-Type");
    return without_blanks(value.substr(0, value.find(';')));
}

// Which of what we have Accept prefers; of those that are as welcome the first of the list of
// 6.3.4: application/json, application/ld+json, application/geo+json (6.3.15), which only entities
// have. Fails: Unsupported (kWhereAccept) where it is none of them.
Result<void> choose_media_type(const HttpRequest& request, ApiCall& call) {
    const std::string_view header = request.header("Accept");
    if (header.empty() || header == "*/*" || header == "application/json") return {};
    const bool entities = request.path.starts_with("/ngsi-ld/v1/entit");
    const double json = accept_weight(header, "application/json");
    const double ld = accept_weight(header, "application/ld+json");
    const double geo = entities ? accept_weight(header, "application/geo+json") : -1;
    call.wants_geojson = geo > 0 && geo > json && geo > ld;
    call.wants_ld = !call.wants_geojson && ld > 0 && ld > json;
    if (json > 0 || ld > 0 || geo > 0) return {};
    return Error{ErrorCode::Unsupported,
                 "the answer is application/json, application/ld+json or, of entities, "
                 "application/geo+json",
                 std::string(kWhereAccept)};
}

// Whether the answer is data, whose media type the caller chooses (6.3.4).
bool answers_data(const HttpRequest& request) {
    return request.method == HttpMethod::Get || request.method == HttpMethod::Head ||
           request.path.ends_with("/entityOperations/query");
}

// What the answer is of (6.3.14, 6.3.22).
void add_tenant(const ApiCall& call, HttpResponse& response) {
    const std::string_view tenant = tenant_shown(call);
    if (!tenant.empty()) response.headers.emplace_back("NGSILD-Tenant", tenant);
    if (!call.snapshot.empty()) response.headers.emplace_back(kSnapshotHeader, call.snapshot);
}

bool is_batch(const HttpRequest& request) {
    return request.path.find("/entityOperations/") != std::string_view::npos;
}

// What is asked with may be kept: it is UTF-8 as a body is (RFC 3629).
Result<void> check_encoding(const std::vector<std::pair<std::string, std::string>>& params) {
    for (const auto& [name, value] : params) {
        if (is_utf8(name) && is_utf8(value)) continue;
        return Error{ErrorCode::BadRequest, "a parameter of the query string is no UTF-8"};
    }
    return {};
}

}  // namespace

const std::string* ApiCall::param(std::string_view name) const {
    for (const auto& [key, value] : params) {
        if (key == name) return &value;
    }
    return nullptr;
}

std::string ApiCall::text(std::string_view name) const {
    const std::string* value = param(name);
    return value == nullptr ? std::string{} : *value;
}

bool ApiCall::option(std::string_view word) const {
    for (const auto& [key, value] : params) {
        if (key != "options" && key != "format") continue;
        const auto words = split(value, ',');
        if (std::find(words.begin(), words.end(), word) != words.end()) return true;
    }
    return false;
}

std::vector<std::string> ApiCall::list(std::string_view name) const {
    const std::string* value = param(name);
    return value == nullptr ? std::vector<std::string>{} : split(*value, ',');
}

Result<std::optional<std::size_t>> ApiCall::number(std::string_view name) const {
    const std::string* value = param(name);
    if (value == nullptr) return std::optional<std::size_t>{};
    std::size_t number = 0;
    const auto end = value->data() + value->size();
    const auto read = std::from_chars(value->data(), end, number);
    if (value->empty() || read.ec != std::errc{} || read.ptr != end) {
        return Error{ErrorCode::BadRequest, "it is not a whole number from 0", std::string(name)};
    }
    return std::optional<std::size_t>{number};
}

Result<ApiCall> read_call(const App& app, const HttpRequest& request, std::vector<std::string> path,
                          RunOn where) {
    Asker asker = TRY(authenticate(app, request));
    ApiCall call{.request = request, .caller = std::move(asker.caller), .path = {}};
    call.session = std::move(asker.session);
    call.path = std::move(path);
    call.may_wait = where != RunOn::Io;
    call.may_fetch = where == RunOn::Fetcher;
    TRY(choose_tenant(app, request, call));
    if (is_ngsild(request) && !request.header("Via").empty() &&
        app.distributor.is_loop(origin_of(call))) {
        return Error{ErrorCode::Conflict,
                     "the request has come back: registrations of context sources form a loop",
                     std::string(kWhereVia)};
    }
    if (!request.query.empty()) {
        call.params = TRY(parse_query_string(request.query));
        TRY(check_encoding(call.params));
        if (is_ngsild(request)) TRY(check_parameters(call.params));
    }
    call.context_url = TRY(context_link(request));
    if (is_ngsild(request) && answers_data(request)) {
        TRY(choose_media_type(request, call));
    }
    call.context = TRY(app.contexts.resolve_url(call.context_url, context_use(call)));
    return call;
}

Result<Json> read_json(const ApiCall& call) {
    auto json = parse_json(call.request.body);
    if (json) return json;
    Error error = std::move(json).error();
    // Too large for the reader is a matter of its size; what is smaller was nested too deeply.
    if (error.code == ErrorCode::TooLarge && call.request.body.size() <= JsonLimits{}.max_bytes) {
        error.code = ErrorCode::BadRequest;
    }
    error.where = std::string(kWhereBody) + (error.where.empty() ? "" : ", " + error.where);
    return error;
}

Result<Body> read_body(const App& app, const ApiCall& call) {
    const std::string_view type = media_type(call.request);
    const bool ld = type == "application/ld+json";
    const bool patch =
        type == "application/merge-patch+json" && call.request.method == HttpMethod::Patch;
    // A body without a type is taken for JSON (RFC 9110, 8.3).
    const bool json = type.empty() || type == "application/json";
    if (!ld && !patch && !json) {
        return Error{ErrorCode::Unsupported,
                     "the body must be application/json or application/ld+json",
                     std::string(kWhereContentType)};
    }
    Body body{.json = TRY(read_json(call)), .context = call.context};
    // Each item of a batch has a context of its own, and fails alone (context_of).
    const bool batch = body.json.is_array() && is_batch(call.request);
    if (batch && (!ld || call.context_url.empty())) return body;
    const Json* first = body.json.is_array() && !body.json.array().empty()
                            ? &body.json.array().front()
                            : &body.json;
    const Json* own = first->find("@context");
    if (ld) {
        if (!call.context_url.empty()) {
            return Error{ErrorCode::BadRequest,
                         "with application/ld+json the context is in the body, not in Link",
                         "Link"};
        }
        if (own == nullptr) {
            const bool empty = body.json.is_array() && body.json.array().empty();
            return Error{ErrorCode::BadRequest, "application/ld+json needs \"@context\"",
                         empty ? std::string(kWhereBody) : "/@context"};
        }
        body.context = TRY(app.contexts.resolve(*own, context_use(call)));
    } else if (own != nullptr) {
        return Error{ErrorCode::BadRequest, "\"@context\" needs Content-Type: application/ld+json",
                     "/@context"};
    }
    return body;
}

Result<ContextPtr> context_of(const App& app, const ApiCall& call, const Body& body,
                              const Json& item) {
    const Json* own = item.find("@context");
    const bool ld = media_type(call.request) == "application/ld+json";
    if (own == nullptr && ld) {
        return Error{ErrorCode::BadRequest, "application/ld+json needs \"@context\" in each item",
                     "/@context"};
    }
    if (own == nullptr) return body.context;
    if (!ld) {
        return Error{ErrorCode::BadRequest, "\"@context\" needs Content-Type: application/ld+json",
                     "/@context"};
    }
    return app.contexts.resolve(*own, context_use(call));
}

Result<std::string> entity_id(const ApiCall& call) {
    if (!is_uri(call.path.front())) {
        return Error{ErrorCode::BadRequest, "the id of an entity is a URI", "entityId"};
    }
    return call.path.front();
}

Result<std::string> subscription_id(const ApiCall& call) {
    if (is_uri(call.path.front())) return call.path.front();
    return Error{ErrorCode::BadRequest, "the id of a subscription is a URI", "subscriptionId"};
}

std::string_view tenant_shown(const ApiCall& call) {
    if (call.snapshot.empty()) return call.caller.tenant;
    const auto inner = InnerTenant::parse(call.caller.tenant);
    return inner ? inner->owner : std::string_view{};
}

HttpResponse json_response(const ApiCall& call, std::string body, int status) {
    HttpResponse response;
    response.status = status;
    response.headers.reserve(3);
    if (call.wants_ld) {
        response.headers.emplace_back("Content-Type", "application/ld+json");
    } else {
        response.headers.emplace_back("Content-Type", "application/json");
        const std::string_view url =
            call.context_url.empty() ? kCoreContextUrl : std::string_view(call.context_url);
        std::string link;
        link.reserve(url.size() + 96);
        link.append("<").append(url).append(">; rel=\"").append(kContextRelation);
        link.append("\"; type=\"application/ld+json\"");
        response.headers.emplace_back("Link", std::move(link));
    }
    add_tenant(call, response);
    response.body = std::move(body);
    return response;
}

HttpResponse empty_response(const ApiCall& call, int status) {
    HttpResponse response;
    response.status = status;
    add_tenant(call, response);
    return response;
}

Answer empty_action(const ApiCall& call, std::function<Result<void>(Transaction&)> run) {
    return Action{.run = std::move(run), .reply = [call] { return empty_response(call); }};
}

Result<bool> read_flag(const ApiCall& call, std::string_view name) {
    const std::string* value = call.param(name);
    if (value == nullptr || *value == "false") return false;
    if (*value == "true") return true;
    return Error{ErrorCode::BadRequest, "it is true or false", std::string(name)};
}

Result<void> need_read(const ApiCall& call) {
    if (call.caller.access->may_read) return {};
    return Error{ErrorCode::Forbidden, "this key may not read"};
}

Result<void> need_write(const ApiCall& call) {
    if (call.caller.access->may_write) return {};
    return Error{ErrorCode::Forbidden, "this key may not write"};
}

Result<void> need_admin(const ApiCall& call) {
    if (call.caller.access->may_administer) return {};
    return Error{ErrorCode::Forbidden, "this is for the operator's key"};
}

Result<void> need_whole_tenant(const ApiCall& call) {
    TRY(need_admin(call));
    if (call.caller.access->has_all_types()) return {};
    return Error{ErrorCode::Forbidden, "this is for an operator's key without limits"};
}

}  // namespace musubi

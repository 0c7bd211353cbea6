#include <algorithm>

#include "api/handlers.h"
#include "api/hosted_context.h"
#include "api/parameters.h"
#include "api/problem.h"

namespace musubi {

std::string hosted_url(const App& app, const ApiCall& call, std::string_view id) {
    std::string url = app.public_url;
    if (url.empty()) {
        url = "http://" + std::string(call.request.header("Host"));
        if (!parse_url(url)) url = "http://localhost";
    }
    while (url.ends_with('/')) url.pop_back();
    return url.append(Contexts::kPath).append(id);
}

std::optional<ImplicitContext> implicit_context(const App& app, const ApiCall& call,
                                                const Context& context) {
    const Json& source = context.source();
    if (source.is_null() || source.is_string()) return std::nullopt;
    if (source.is_array()) {
        const auto& parts = source.array();
        const bool urls = std::all_of(parts.begin(), parts.end(),
                                      [](const Json& part) { return part.is_string(); });
        const auto own = std::count_if(parts.begin(), parts.end(), [](const Json& part) {
            return part.is_string() && !is_core_context(part.string());
        });
        if (urls && own <= 1) return std::nullopt;
    }
    ImplicitContext out{.id = app.contexts.implicit_id(call.tenant, source), .url = {}};
    out.url = hosted_url(app, call, out.id);
    return out;
}

namespace api {
namespace {

std::string url_of(const App& app, const ApiCall& call, const ContextEntry& entry) {
    return entry.kind == ContextKind::Cached ? entry.url : hosted_url(app, call, entry.id);
}

// What is told of a context beside its content (5.13.3.5).
Json details_of(const App& app, const ApiCall& call, const ContextEntry& entry) {
    Json out;
    out.set("URL", url_of(app, call, entry));
    out.set("localId", entry.id);
    out.set("kind", name_of(entry.kind));
    out.set("createdAt", to_iso(entry.created_at));
    const std::int64_t used = entry.usage->last_us.load();
    if (used != 0) out.set("lastUsage", to_iso(Time{used}));
    out.set("numberOfHits", static_cast<std::int64_t>(entry.usage->hits.load()));
    return out;
}

HttpResponse plain(const ApiCall& call, const Json& json) {
    HttpResponse response = empty_response(call, 200);
    response.headers.emplace_back("Content-Type",
                                  call.wants_ld ? "application/ld+json" : "application/json");
    append_json(response.body, json);
    return response;
}

// The value of "@context" in the body, whichever of the two media types it is.
Result<Json> read_context(const ApiCall& call) {
    const std::string_view type = call.request.header("Content-Type");
    if (!type.starts_with("application/json") && !type.starts_with("application/ld+json")) {
        return Error{ErrorCode::Unsupported,
                     "the body must be application/json or application/ld+json",
                     std::string(kWhereContentType)};
    }
    Json body = TRY(read_json(call));
    Json* context = body.find("@context");
    if (context == nullptr) {
        return Error{ErrorCode::BadRequest, "the body is a JSON object with \"@context\"",
                     std::string(kWhereBody)};
    }
    return std::move(*context);
}

}  // namespace

// POST /jsonldContexts (5.13.2)
Result<Answer> post_hosted_context(const App& app, const ApiCall& call) {
    TRY(need_write(call));
    TRY(only_parameters(call.params, {}));
    auto context = std::make_shared<const Json>(TRY(read_context(call)));
    const std::string id = random_token(app.random);
    return Answer{Action{.run =
                             [context, id, &contexts = app.contexts](Transaction& tx) {
                                 return contexts.host(tx, ContextKind::Hosted, id, *context);
                             },
                         .reply =
                             [call, id] {
                                 HttpResponse response = empty_response(call, 201);
                                 response.headers.emplace_back("Location",
                                                               std::string(Contexts::kPath) + id);
                                 return response;
                             }}};
}

// GET /jsonldContexts (5.13.3)
Result<Answer> list_hosted_contexts(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"details", "kind"}));
    const bool details = TRY(read_flag(call, "details"));
    std::optional<ContextKind> kind;
    if (const std::string* text = call.param("kind")) kind = TRY(parse_context_kind(*text));
    Json::Array out;
    for (const ContextEntryPtr& entry : app.contexts.entries().list(call.tenant)) {
        if (kind && entry->kind != *kind) continue;
        out.push_back(details ? details_of(app, call, *entry) : Json{url_of(app, call, *entry)});
    }
    return Answer{plain(call, Json{std::move(out)})};
}

// GET /jsonldContexts/{contextId} (5.13.4)
Result<Answer> get_hosted_context(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"details"}));
    const bool details = TRY(read_flag(call, "details"));
    const ContextEntryPtr entry = TRY(app.contexts.entry(call.tenant, call.path.front()));
    if (!details && entry->kind == ContextKind::Cached) {
        return Error{ErrorCode::Unsupported, "a copy is not served; ask for the original",
                     entry->url};
    }
    HttpResponse response = plain(call, details ? details_of(app, call, *entry) : *entry->document);
    entry->usage->count(app.clock.now());
    return Answer{std::move(response)};
}

// DELETE /jsonldContexts/{contextId} (5.13.5)
Result<Answer> remove_hosted_context(const App& app, const ApiCall& call) {
    TRY(only_parameters(call.params, {"reload"}));
    if (TRY(read_flag(call, "reload"))) {
        TRY(app.contexts.reload(call.caller, call.tenant, call.path.front()));
    } else {
        TRY(app.contexts.erase(call.caller, call.tenant, call.path.front()));
    }
    return Answer{empty_response(call)};
}

}  // namespace api
}  // namespace musubi

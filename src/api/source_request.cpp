#include "api/source_request.h"

#include <algorithm>

#include "api/source_reply.h"

namespace musubi {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kJsonLd = "application/ld+json";

bool says(const Json& value) { return value.is_bool() && value.boolean(); }

void put_context(Json& body, const Json& context) {
    if (body.is_array()) {
        for (Json& item : body.array()) put_context(item, context);
    } else if (body.is_object()) {
        body.set("@context", context);
    }
}

}  // namespace

bool is_shared(const App& app, const ApiCall& call) {
    if (app.distributor.empty(call.tenant)) return false;
    const std::string* local = call.param("local");
    const std::string* type = call.param("type");  // any type: of what is here alone (4.17)
    return (local == nullptr || *local != "true") && (type == nullptr || *type != "*");
}

Origin origin_of(const ApiCall& call) {
    Origin origin;
    origin.tenant = call.caller.tenant;
    origin.tenant_id = call.tenant;
    for (const auto& [name, value] : call.request.headers) {
        if (name.size() != 3 || (name[0] | 0x20) != 'v' || (name[1] | 0x20) != 'i' ||
            (name[2] | 0x20) != 'a') {
            continue;
        }
        if (!origin.via.empty()) origin.via += ", ";
        origin.via += value;
    }
    origin.header = [&request = call.request](std::string_view name) {
        return request.header(name);
    };
    return origin;
}

std::shared_ptr<Later> ask_sources(const App& app, const ApiCall& call,
                                   std::vector<SourceRequest> requests,
                                   std::function<Result<Answer>(std::vector<SourceReply>)> then) {
    struct Round {
        Origin origin;
        std::vector<SourceRequest> requests;
        std::vector<SourceReply> replies = {};
    };
    auto round = std::make_shared<Round>(Round{origin_of(call), std::move(requests)});
    return std::make_shared<Later>(
        Later{.start =
                  [&app, round](std::function<void()> ready) {
                      app.distributor.send(
                          round->origin, std::move(round->requests),
                          [round, ready = std::move(ready)](std::vector<SourceReply> replies) {
                              round->replies = std::move(replies);
                              ready();
                          });
                  },
              .finish = [round, then = std::move(then)] { return then(std::move(round->replies)); },
              .fetches = [round] { return bring_contexts(round->replies); }});
}

Result<SourceNames> names_for(const App& app, const ApiCall& call, const ContextPtr& body_context,
                              const Registration& source) {
    SourceNames names;
    if (const std::string* own = info_of(source, "jsonldContext")) {
        names.context = TRY(app.contexts.resolve_url(*own, context_use(call)));
        names.link = *own;
        names.own = true;
        return names;
    }
    names.context = body_context ? body_context : call.context;
    const Json& said = names.context->source();
    if (auto url = context_url(said)) {
        names.link = std::move(*url);
    } else {
        names.inline_context = said;
    }
    return names;
}

Result<SourceNames> query_names_for(const App& app, const ApiCall& call,
                                    const ContextPtr& body_context, const Registration& source) {
    SourceNames names = TRY(names_for(app, call, body_context, source));
    if (names.inline_context.is_null()) return names;
    return SourceNames{.context = core_context(), .link = {}, .inline_context = {}, .own = true};
}

SourceTarget& SourceTarget::add(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    text_ += any_ ? '&' : '?';
    any_ = true;
    text_.append(name).append("=").append(encode_query_value(value));
    return *this;
}

SourceTarget& SourceTarget::add_names(std::string_view name, const std::vector<std::string>& names,
                                      const Context& context) {
    std::string list;
    for (const std::string& iri : names) {
        if (!list.empty()) list += ',';
        list += context.compact(iri);
    }
    return add(name, list);
}

SourceTarget& SourceTarget::add_local(const Registration& source) {
    // Some write it beside `management` rather than in it.
    const bool local =
        (source.management && source.management->local_only.value_or(false)) ||
        std::any_of(source.extras.begin(), source.extras.end(), [&](const JsonMember& member) {
            return member.name.ends_with("/localOnly") && says(member.value);
        });
    return local ? add("local", "true") : *this;
}

Result<std::string> types_for(const ApiCall& call, const SourceNames& names) {
    TypeSelection both{.kind = TypeSelection::Kind::And, .type = {}, .children = {}};
    if (const std::string* text = call.param("type"); text != nullptr && *text != "*") {
        both.children.push_back(TRY(parse_type_selection(*text, *call.context)));
    }
    TypeSelection reached{.kind = TypeSelection::Kind::Or, .type = {}, .children = {}};
    for (const std::string& type : call.caller.access->only_types) {
        reached.children.push_back({.type = type});
    }
    if (!reached.children.empty()) both.children.push_back(std::move(reached));
    if (both.children.empty()) return std::string{};
    const TypeSelection& all = both.children.size() == 1 ? both.children.front() : both;
    // A context in the body says nothing of the query string.
    return to_text(all, names.inline_context.is_null() ? *names.context : *core_context());
}

std::string entity_path(std::string_view id) {
    std::string path = "/entities/";
    while (!id.empty()) {  // a colon may stand in a path (RFC 3986, 3.3)
        const std::size_t end = std::min(id.find(':'), id.size());
        path += percent_encode(id.substr(0, end));
        if (end < id.size()) path += ':';
        id.remove_prefix(std::min(end + 1, id.size()));
    }
    return path;
}

std::vector<HttpHeader> source_headers(const Registration& source, const SourceNames& names) {
    std::vector<HttpHeader> headers;
    const std::string* accept = info_of(source, "accept");
    headers.emplace_back("Accept", accept == nullptr ? std::string(kJson) : *accept);
    if (!names.link.empty()) {
        headers.emplace_back("Link", "<" + names.link +
                                         ">; rel=\"http://www.w3.org/ns/json-ld#context\"; "
                                         "type=\"application/ld+json\"");
    }
    return headers;
}

SourceBody source_body(const Registration& source, const SourceNames& names, Json body) {
    const std::string* wanted = info_of(source, "contentType");
    const bool ld =
        !names.inline_context.is_null() || (!names.own && wanted != nullptr && *wanted == kJsonLd);
    SourceBody out;
    SourceNames in_head = names;
    if (ld) {
        Json context = names.inline_context;
        if (context.is_null()) {
            context = names.link.empty() ? Json{kCoreContextUrl} : Json{names.link};
        }
        put_context(body, context);
        in_head.link.clear();
    }
    out.headers = source_headers(source, in_head);
    out.headers.emplace_back("Content-Type", ld ? kJsonLd : kJson);
    out.text = to_text(body);
    return out;
}

std::vector<std::string> narrowed_names(const MatchedSource& source,
                                        const std::vector<std::string>& asked) {
    std::vector<std::string> names;
    for (const std::size_t place : source.information) {
        const RegistrationInfo& info = source.registration->information[place];
        if (info.any_attribute()) return asked;
        for (const auto* list : {&info.properties, &info.relationships}) {
            for (const std::string& name : *list) {
                const bool wanted =
                    asked.empty() || std::find(asked.begin(), asked.end(), name) != asked.end();
                const bool is_new = std::find(names.begin(), names.end(), name) == names.end();
                if (wanted && is_new) names.push_back(name);
            }
        }
    }
    return names;
}

}  // namespace musubi

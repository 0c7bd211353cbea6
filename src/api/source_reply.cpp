#include "api/source_reply.h"

#include <algorithm>
#include <charconv>

#include "api/problem.h"
#include "net/http_text.h"

namespace musubi {
namespace {

std::string_view header_in(const SourceResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
        if (same_ignoring_case(key, name)) return value;
    }
    return {};
}

// What fits into a quoted text of a header.
std::string in_quotes(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 300)) {
        const bool plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
        out += plain ? c : '\'';
    }
    return out;
}

// What the fault of a failed exchange means for who asked: too much, or nothing.
bool is_of_content(const Error& error) { return error.code == ErrorCode::TooLarge; }

// The entities of an answer, or nothing and a warning.
JsonList items_of(const SourceReply& reply, SourceWarnings& warnings) {
    const Registration& source = *reply.source;
    if (!reply.response) {
        const Error& error = reply.response.error();
        if (is_of_content(error)) {
            warnings.invalid(source, error.detail);
        } else {
            warnings.unanswered(source, error.detail);
        }
        return {};
    }
    const int status = reply.response->status;
    if (status == 404) return {};  // it has none of it, which is no fault (6.3.17)
    if (status < 200 || status >= 300) {
        warnings.refused(source, status);
        return {};
    }
    auto items = JsonList::parse(reply.response->body);
    if (items) return std::move(*items);
    warnings.invalid(source, "its answer is no JSON of entities");
    return {};
}

Result<ContextPtr> context_of_item(AnswerNames& names, const Json& item) {
    const Json* own = item.find("@context");
    if (own == nullptr) return names.of_source.context;
    ContextUse use = context_use(names.call);
    const bool in_time = names.may_fetch && names.warnings.may_fetch(names.app.clock.monotonic());
    use.fetch = in_time ? ContextFetch::Now : ContextFetch::Never;
    auto context = names.app.contexts.resolve(*own, use);
    if (!context) names.may_fetch = false;
    return context;
}

template <typename Fragment, typename Read>
std::vector<Fragment> read_each(AnswerNames names, const SourceReply& reply, std::string_view id,
                                Read read) {
    const JsonList items = items_of(reply, names.warnings);
    const auto read_one = [&](std::size_t place) -> Result<Fragment> {
        const Json item = TRY(items.read(place));
        const ContextPtr context = TRY(context_of_item(names, item));
        return read(item, *context);
    };
    std::vector<Fragment> out;
    names.may_fetch = names.call.may_fetch && brings_context(reply);
    for (std::size_t i = 0; i < items.size(); ++i) {
        auto fragment = read_one(i);
        if (fragment && (id.empty() || fragment->id == id)) {
            out.push_back(std::move(*fragment));
        } else if (fragment) {
            names.warnings.invalid(*reply.source, "it answered with another entity");
        } else {
            warn_unread(*reply.source, fragment.error(), names.warnings);
        }
    }
    return out;
}

}  // namespace

void SourceWarnings::add(int code, const Registration& source, std::string_view why) {
    if (texts_.size() >= kMaxShown) return;
    texts_.emplace_back(code, in_quotes(source.id + ": " + std::string(why)));
}

void SourceWarnings::refused(const Registration& source, int status) {
    add(299, source, "the source answered " + std::to_string(status));
}

void SourceWarnings::show(const App& app, const ApiCall& call, HttpResponse& response) const {
    if (texts_.empty()) return;
    const std::string agent = app.identity.alias(call.caller.tenant);
    for (const auto& [code, text] : texts_) {
        std::string warning = std::to_string(code);
        warning.append(" ").append(agent).append(" \"").append(text).append("\"");
        response.headers.emplace_back("NGSILD-Warning", std::move(warning));
    }
}

bool SourceWarnings::may_fetch(Duration now) {
    if (!fetch_until_) fetch_until_ = now + kFetchTime;
    return now < *fetch_until_;
}

void warn_unread(const Registration& source, const Error& error, SourceWarnings& warnings) {
    warnings.invalid(source, "an entity in its answer can not be read: " + error.detail);
}

bool brings_context(const SourceReply& reply) {
    return reply.response && reply.response->body.find("@context") != std::string::npos;
}

bool bring_contexts(const std::vector<SourceReply>& replies) {
    return std::any_of(replies.begin(), replies.end(), brings_context);
}

std::vector<Entity> read_fragments(const AnswerNames& names, const SourceReply& reply,
                                   std::string_view id) {
    return read_each<Entity>(names, reply, id, [](const Json& item, const Context& context) {
        return read_entity(item, context, {.recorded = true});
    });
}

Result<Entity> UnreadFragment::read() const {
    return read_entity(TRY(all.read(place)), *context, {.recorded = true});
}

std::vector<UnreadFragment> list_fragments(const SourceReply& reply, const SourceNames& names,
                                           SourceWarnings& warnings) {
    std::vector<UnreadFragment> out;
    const JsonList items = items_of(reply, warnings);
    out.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string_view id = items.text(i, "id");
        if (id.empty()) {
            warn_unread(*reply.source, {ErrorCode::BadRequest, "it has no id"}, warnings);
        } else {
            out.push_back({std::string{id}, items, i, names.context, reply.lease});
        }
    }
    return out;
}

std::vector<EvolutionView> read_evolutions(const AnswerNames& names, const SourceReply& reply,
                                           std::string_view id) {
    return read_each<EvolutionView>(names, reply, id, read_remote_evolution);
}

std::optional<Time> end_of_range(std::string_view content_range) {
    constexpr std::string_view kUnit = "date-time ";
    if (!content_range.starts_with(kUnit)) return std::nullopt;
    content_range.remove_prefix(kUnit.size());
    content_range = content_range.substr(0, content_range.rfind('/'));
    // Times have dashes of their own: the one that stands between two of them is looked for.
    for (std::size_t dash = content_range.find('-'); dash != std::string_view::npos;
         dash = content_range.find('-', dash + 1)) {
        const auto end = parse_time(content_range.substr(dash + 1));
        if (end && parse_time(content_range.substr(0, dash))) return *end;
    }
    return std::nullopt;
}

std::optional<Time> reached_in(const SourceReply& reply) {
    if (!reply.response || reply.response->status != 206) return std::nullopt;
    return end_of_range(header_in(*reply.response, "Content-Range"));
}

std::optional<std::size_t> count_in(const SourceReply& reply) {
    if (!reply.response) return std::nullopt;
    const std::string_view text = header_in(*reply.response, "NGSILD-Results-Count");
    std::size_t count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (text.empty() || read.ec != std::errc{}) return std::nullopt;
    return count;
}

Json problem_in(const SourceReply& reply) {
    if (!reply.response) {
        Error error = reply.response.error();
        error.detail = "the context source could not do it: " + error.detail;
        return problem_details(error);
    }
    const int status = reply.response->status;
    if (status >= 200 && status < 300) return {};
    auto body = parse_json(reply.response->body);
    Json problem = body && body->is_object() ? std::move(*body) : Json{Json::Object{}};
    if (const Json* type = problem.find("type"); type == nullptr || !type->is_string()) {
        problem.set("type", "about:blank");
    }
    if (const Json* title = problem.find("title"); title == nullptr || !title->is_string()) {
        problem.set("title", "The context source refused");
    }
    problem.set("status", status);
    return problem;
}

}  // namespace musubi

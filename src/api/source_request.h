#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/call.h"
#include "broker/distribution/distributor.h"

namespace musubi {

/// True where the request may concern others: the tenant has registrations, and it is not asked
/// for what is here alone (`local`, 6.3.18; `type=*`, 4.17).
[[nodiscard]] bool is_shared(const App& app, const ApiCall& call);
/// The call as context sources see that it came about. Its views live as long as the call.
[[nodiscard]] Origin origin_of(const ApiCall& call);

/// An answer that is made of what sources reply, in the order of the requests.
[[nodiscard]] std::shared_ptr<Later> ask_sources(
    const App& app, const ApiCall& call, std::vector<SourceRequest> requests,
    std::function<Result<Answer>(std::vector<SourceReply>)> then);

/// The names that a request to a source is written with (4.3.6.6).
struct SourceNames {
    ContextPtr context;
    std::string link;     ///< the URL of the context; empty: the core context alone
    Json inline_context;  ///< not null: no single URL says it, it goes into the body
    bool own = false;     ///< the registration's, not the call's
};
/// `body_context`: of the names in the body, where there is one. Fails: ContextNotAvailable,
/// MustWait.
Result<SourceNames> names_for(const App& app, const ApiCall& call, const ContextPtr& body_context,
                              const Registration& source);
/// The same for a request without a body, which can not carry a context: names that need one that
/// is not under a URL are written out.
Result<SourceNames> query_names_for(const App& app, const ApiCall& call,
                                    const ContextPtr& body_context, const Registration& source);

/// The query string of a request to a source, piece by piece.
class SourceTarget {
public:
    explicit SourceTarget(std::string path) : text_{std::move(path)} {}
    /// Adds `name=value`; nothing where the value is empty.
    SourceTarget& add(std::string_view name, std::string_view value);
    /// Adds the names, compacted, separated by commas; nothing where there are none.
    SourceTarget& add_names(std::string_view name, const std::vector<std::string>& names,
                            const Context& context);
    /// Adds local=true where the source is not to ask others in turn (5.2.34).
    SourceTarget& add_local(const Registration& source);
    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    std::string text_;
    bool any_ = false;
};

/// The `type` of a write at a source: what the call selects (4.17) and the caller's key reaches,
/// for the source is asked with a key of its own. Empty: any type. Fails: BadRequest.
Result<std::string> types_for(const ApiCall& call, const SourceNames& names);

/// `/entities/` and the id, as one part of a path.
[[nodiscard]] std::string entity_path(std::string_view id);

/// The headers of a request that has no body: what is accepted, and the context.
[[nodiscard]] std::vector<HttpHeader> source_headers(const Registration& source,
                                                     const SourceNames& names);
/// Those of one with a body, and the body with its "@context" where that goes into it
/// (4.3.6.6: contentType). An array has it in each item.
struct SourceBody {
    std::vector<HttpHeader> headers;
    std::string text;
};
[[nodiscard]] SourceBody source_body(const Registration& source, const SourceNames& names,
                                     Json body);

/// The attributes, expanded, that a request to the source is narrowed to: those of `asked` that it
/// has; all of them where it is not known to lack any. Empty: not narrowed.
[[nodiscard]] std::vector<std::string> narrowed_names(const MatchedSource& source,
                                                      const std::vector<std::string>& asked);

}  // namespace musubi

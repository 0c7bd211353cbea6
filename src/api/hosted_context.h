#pragma once

#include <optional>
#include <string>

#include "api/call.h"

namespace musubi {

/// The URL under which a hosted context of that local id is served: below the configured public
/// address, else below what the request calls this server.
[[nodiscard]] std::string hosted_url(const App& app, const ApiCall& call, std::string_view id);

/// A context made here of what came with a subscription or registration, since a Link header needs
/// one URL (GS CIM 009 v1.9.1, 5.8.1.4, 5.13.1). The command that keeps the subscription also
/// hosts it: Contexts::host(tx, ContextKind::ImplicitlyCreated, id, context.source()).
struct ImplicitContext {
    std::string id;
    std::string url;
};
/// Nothing where one URL, or the core context, says the same.
[[nodiscard]] std::optional<ImplicitContext> implicit_context(const App& app, const ApiCall& call,
                                                              const Context& context);

}  // namespace musubi

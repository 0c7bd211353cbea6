#pragma once

#include <functional>
#include <string_view>

#include "api/call.h"

namespace musubi {

/// The one place at which the interface writes into the journal. Details hold no secret.

/// Writes an entry in the caller's name (`subject` is set here). Fails: Io: then what it tells of
/// must not be done.
Result<void> record(const App& app, const ApiCall& call, JournalEntry entry);

/// Records what changes rights or deletes before it is done, so that a kill in between leaves no
/// change without a record; where it then fails, that is an entry as well. Fails: Io, as `act`.
Result<void> recorded(const App& app, const ApiCall& call, JournalEntry entry,
                      const std::function<Result<void>()>& act);

/// As much of a text as an entry keeps of it (300 bytes), ended where a character ends.
[[nodiscard]] std::string_view shortened(std::string_view text);

/// Records that a key was refused (401) or may not do this (403); nothing else is a refusal.
/// `caller`: null where it is not known yet. `route`: the line of routes.cpp, without what the path
/// names.
void record_refusal(const App& app, const HttpRequest& request, std::string_view route,
                    const Caller* caller, const Error& error);

}  // namespace musubi

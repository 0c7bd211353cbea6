#pragma once

#include "api/call.h"

/// The handlers of the audit journal, beside those of handlers.h.
namespace musubi::api {

Result<Answer> read_journal(const App& app, const ApiCall& call);
Result<Answer> get_journal_entry(const App& app, const ApiCall& call);
Result<Answer> export_journal(const App& app, const ApiCall& call);
Result<Answer> redact_journal_entry(const App& app, const ApiCall& call);

}  // namespace musubi::api

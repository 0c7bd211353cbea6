#include "api/record.h"

#include "api/tenancy.h"
#include "base/json.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxWhy = 300;

}  // namespace

std::string_view shortened(std::string_view text) { return cut_utf8(text, kMaxWhy); }

Result<void> record(const App& app, const ApiCall& call, JournalEntry entry) {
    entry.subject = call.caller.subject;
    TRY(app.journal.write(entry));
    return {};
}

Result<void> recorded(const App& app, const ApiCall& call, JournalEntry entry,
                      const std::function<Result<void>()>& act) {
    TRY(record(app, call, entry));
    const auto done = act();
    if (done) return {};
    entry.details.set("failed", name_of(done.error().code));
    TRY(record(app, call, std::move(entry)));
    return done.error();
}

void record_refusal(const App& app, const HttpRequest& request, std::string_view route,
                    const Caller* caller, const Error& error) {
    const bool unknown = error.code == ErrorCode::Unauthorized;
    if (!unknown && error.code != ErrorCode::Forbidden) return;
    // Who showed nothing was not refused anything that they showed.
    if (unknown && request.header("Authorization").empty() && request.certificate == nullptr) {
        return;
    }
    JournalEntry entry{.kind = journal_kind::kRefusal, .tenant = {}, .subject = {}, .details = {}};
    if (caller != nullptr) {
        entry.tenant = caller->tenant;
        entry.subject = caller->subject;
    } else if (!unknown) {
        if (const auto known = authenticate(app, request)) {
            entry.tenant = known->caller.tenant;
            entry.subject = known->caller.subject;
        }
    }
    entry.details.set("method", name_of(request.method));
    entry.details.set("route", route);
    entry.details.set("status", unknown ? 401 : 403);
    entry.details.set("why", shortened(error.detail));
    std::string sort = unknown ? "401 " : "403 ";
    sort += unknown ? std::string_view(error.detail) : std::string_view(entry.subject);
    if (!unknown) sort.append(" ").append(name_of(request.method)).append(" ").append(route);
    app.refusals.note(sort, entry);
}

}  // namespace musubi

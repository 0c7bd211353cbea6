#include "api/journal.h"

#include <charconv>

#include "api/admin_json.h"
#include "api/record.h"
#include "base/both_words.h"
#include "trust/people/grant.h"

namespace musubi::api {
namespace {

constexpr std::size_t kExportBytes = 4U << 20U;
constexpr std::size_t kDefaultEntries = 100;

// Who reads the journal of the own tenant; those of the installation read all of it.
Result<void> may_read_journal(const ApiCall& call) {
    const Role role = call.caller.role;
    const bool looks_after =
        role == Role::Auditor || role == Role::PrivacyOfficer || role == Role::IndependentBody;
    if (looks_after && call.caller.access->has_all_types()) return {};
    return need_whole_tenant(call);
}

// Who takes details away, for ever: not who operates, and not who only looks.
Result<void> may_redact(const ApiCall& call) {
    const Caller& caller = call.caller;
    const bool officer = caller.role == Role::PrivacyOfficer && caller.access->has_all_types();
    // Whoever operates could make a key of that role.
    if (officer && !person_of(caller.subject).empty()) return {};
    return Error{
        ErrorCode::Forbidden,
        both_texts("墨消しは、サインインした個人情報保護責任者だけができます",
                   "details of the journal are taken away by a privacy officer who is signed in")};
}

// The tenant whose entries a caller sees; nothing: all.
std::optional<std::string> tenant_seen(const ApiCall& call) {
    if (call.caller.tenant.empty()) return std::nullopt;
    return call.caller.tenant;
}

Result<std::optional<std::uint64_t>> read_number(const ApiCall& call, std::string_view name) {
    const auto number = TRY(call.number(name));
    return number ? std::optional<std::uint64_t>{*number} : std::nullopt;
}

Result<std::optional<Time>> read_moment(const ApiCall& call, std::string_view name) {
    const std::string* text = call.param(name);
    if (text == nullptr) return std::optional<Time>{};
    const auto time = parse_time(*text);
    if (!time) return Error{ErrorCode::BadRequest, time.error().detail, std::string(name)};
    return std::optional<Time>{*time};
}

Result<JournalQuery> read_journal_query(const ApiCall& call) {
    JournalQuery query;
    query.after = TRY(read_number(call, "after"));
    query.before = TRY(read_number(call, "before"));
    if (query.after && query.before) {
        return Error{ErrorCode::BadRequest,
                     "after= reads from the oldest on, before= from the newest: give one",
                     "before"};
    }
    query.limit = TRY(call.number("limit")).value_or(kDefaultEntries);
    if (query.limit < 1 || query.limit > JournalQuery::kMaxLimit) {
        return Error{ErrorCode::BadRequest, "it is from 1 to 1000", "limit"};
    }
    if (const std::string* kind = call.param("kind")) query.kind = *kind;
    if (const std::string* who = call.param("who")) query.subject = *who;
    query.from = TRY(read_moment(call, "from"));
    query.to = TRY(read_moment(call, "to"));
    query.tenant = tenant_seen(call);
    return query;
}

// The entry that the path names, where the caller may see it.
Result<JournalRecord> record_of_path(const App& app, const ApiCall& call) {
    const std::string& text = call.path.front();
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
        return Error{
            ErrorCode::BadRequest,
            both_texts("記録は番号で示します", "an entry of the journal is named by its number")};
    }
    auto record = TRY(app.journal.find(number));
    const auto tenant = tenant_seen(call);
    if (!record || (tenant && record->tenant != *tenant)) {
        return Error{ErrorCode::NotFound,
                     both_texts("この記録はありません", "the journal has no such entry"), text};
    }
    return std::move(*record);
}

void append_entry(std::string& out, const JournalRecord& record) {
    out += to_line(record);
    out.pop_back();  // the end of the line
}

HttpResponse json_text(std::string body) {
    return {200, {{"Content-Type", "application/json"}}, std::move(body)};
}

// The same request from where this answer ends.
void add_next(const ApiCall& call, HttpResponse& response, std::string_view name,
              std::uint64_t number) {
    std::string link = "<" + std::string(call.request.path) + "?";
    for (const auto& [key, value] : call.params) {
        if (key == name) continue;
        link += encode_query_value(key) + "=" + encode_query_value(value) + "&";
    }
    link += std::string(name) + "=" + std::to_string(number) + ">; rel=\"next\"";
    response.headers.emplace_back("Link", std::move(link));
}

}  // namespace

Result<Answer> read_journal(const App& app, const ApiCall& call) {
    TRY(may_read_journal(call));
    const JournalQuery query = TRY(read_journal_query(call));
    const JournalPage page = TRY(app.journal.read(query));
    std::string body = "[";
    for (const JournalRecord& record : page.entries) {
        if (body.size() > 1) body += ',';
        append_entry(body, record);
    }
    body += ']';
    HttpResponse response = json_text(std::move(body));
    if (page.next) add_next(call, response, query.after ? "after" : "before", *page.next);
    return Answer{std::move(response)};
}

Result<Answer> get_journal_entry(const App& app, const ApiCall& call) {
    TRY(may_read_journal(call));
    std::string body;
    append_entry(body, TRY(record_of_path(app, call)));
    return Answer{json_text(std::move(body))};
}

// Lines as they stand, page by page. The last page ends with the record of the export and a
// checkpoint that signs all of it.
Result<Answer> export_journal(const App& app, const ApiCall& call) {
    TRY(may_read_journal(call));
    if (tenant_seen(call)) {
        return Error{
            ErrorCode::Forbidden,
            both_texts("つながりの一部では何も示せません。書き出しは、すべてのテナントを見る者だけ"
                       "ができます",
                       "a part of the chain shows nothing: an export is for who sees all tenants"),
            "NGSILD-Tenant"};
    }
    const std::uint64_t after = TRY(read_number(call, "after")).value_or(0);
    const std::uint64_t until = app.journal.last();
    if (after > until) {
        return Error{ErrorCode::BadRequest,
                     both_texts("まだこの記録はありません", "the journal has no such entry yet"),
                     "after"};
    }
    JournalLines lines = TRY(app.journal.lines(after, until, kExportBytes));
    HttpResponse response{200, {{"Content-Type", "text/plain; charset=utf-8"}}, {}};
    if (lines.last < until) {
        add_next(call, response, "after", lines.last);
    } else {
        Json details;
        details.set("through", static_cast<std::int64_t>(until));
        TRY(record(app, call,
                   {.kind = journal_kind::kExport,
                    .tenant = {},
                    .subject = {},
                    .details = std::move(details)}));
        const std::uint64_t end = TRY(app.journal.checkpoint("export"));
        lines.text += TRY(app.journal.lines(until, end, SIZE_MAX)).text;
    }
    response.body = std::move(lines.text);
    return Answer{std::move(response)};
}

// {"why": "..."}
Result<Answer> redact_journal_entry(const App& app, const ApiCall& call) {
    TRY(may_redact(call));
    const Json body = TRY(read_json(call));
    const std::string why = TRY(need_text(body, "why"));
    const JournalRecord redacted = TRY(record_of_path(app, call));
    const std::uint64_t number = TRY(app.journal.redact(redacted.number, call.caller.subject, why));
    const auto entry = TRY(app.journal.find(number));
    std::string text;
    if (entry) append_entry(text, *entry);
    return Answer{json_text(std::move(text))};
}

}  // namespace musubi::api

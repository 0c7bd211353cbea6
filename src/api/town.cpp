#include <algorithm>

#include "api/admin_json.h"
#include "api/handlers.h"
#include "api/policies.h"
#include "api/use.h"
#include "base/both_words.h"
#include "broker/present.h"
#include "insight/alerts/alert_service.h"
#include "sense/feed_runner.h"
#include "sense/quarantine.h"

namespace musubi::api {
namespace {

Json to_json(const FeedSnapshot& feed) {
    Json out;
    out.set("name", feed.name);
    out.set("title", both_words(feed.title_ja, feed.title_en));
    out.set("attribution", feed.attribution);
    out.set("mode", feed.mode == FeedMode::Replay ? "replay" : "live");
    out.set("synthetic", feed.synthetic);
    out.set("state", name_of(feed.state));
    out.set("detail", both_words(feed.detail.ja, feed.detail.en));
    out.set("rows", static_cast<std::int64_t>(feed.totals.counts.rows));
    out.set("readings", static_cast<std::int64_t>(feed.totals.counts.readings));
    out.set("quarantined", static_cast<std::int64_t>(feed.totals.counts.refused));
    if (feed.totals.last_reading) out.set("lastReading", to_iso(*feed.totals.last_reading));
    out.set("progress", feed.progress);
    return out;
}

std::vector<FeedSnapshot> feeds_of(const App& app, const ApiCall& call) {
    std::vector<FeedSnapshot> out;
    for (const FeedRunner* feed : app.feeds) {
        FeedSnapshot snapshot = feed->snapshot();
        if (snapshot.tenant == call.caller.tenant) out.push_back(std::move(snapshot));
    }
    return out;
}

Result<AlertService*> need_alerts(const App& app) {
    if (app.alerts != nullptr) return app.alerts;
    return Error{ErrorCode::NotFound, "no pack with rules runs here, so there are no alerts"};
}

// What a person wrote: {"by": "...", "note" or "text": "..."}.
struct Written {
    std::string by;
    std::string text;
};

Result<Written> read_written(const App& app, const ApiCall& call, std::string_view member) {
    const Body body = TRY(read_body(app, call));
    const auto text = [&](std::string_view name) -> std::string {
        const Json* value = body.json.find(name);
        return value != nullptr && value->is_string() ? value->string() : std::string{};
    };
    return Written{text("by"), text(member)};
}

Result<Answer> answer_alert(const App& app, const ApiCall& call, const EntityPtr& alert) {
    TRY(record_access(app, call, {alert}));
    // The page asks with the names of the pack.
    const auto context = app.contexts.resolve_url(app.town.context_url);
    std::string body;
    WriteOptions options;
    options.format = Format::Concise;
    write_entity(body, *alert, context ? **context : *call.context, options);
    return Answer{HttpResponse{200, {{"Content-Type", "application/json"}}, std::move(body)}};
}

}  // namespace

// POST /musubi/v1/alerts/{id}/take: {"by", "note"}
Result<Answer> take_alert(const App& app, const ApiCall& call) {
    AlertService* alerts = TRY(need_alerts(app));
    const Written written = TRY(read_written(app, call, "note"));
    const EntityPtr alert =
        TRY(alerts->take(call.caller, call.path.front(), written.by, written.text));
    return answer_alert(app, call, alert);
}

// POST /musubi/v1/alerts/{id}/actions: {"by", "text"}
Result<Answer> add_alert_action(const App& app, const ApiCall& call) {
    AlertService* alerts = TRY(need_alerts(app));
    const Written written = TRY(read_written(app, call, "text"));
    const EntityPtr alert =
        TRY(alerts->add_action(call.caller, call.path.front(), written.by, written.text));
    return answer_alert(app, call, alert);
}

Result<Answer> get_town(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const TenantId tenant = TRY(app.store.tenant(call.caller.tenant));
    const Present present = TRY(read_present(app.store, tenant, app.clock));
    const auto feeds = feeds_of(app, call);
    Json out;
    out.set("name", app.town.name);
    out.set("pack", app.town.pack);
    out.set("context", app.town.context_url);
    out.set("synthetic", std::any_of(feeds.begin(), feeds.end(),
                                     [](const FeedSnapshot& f) { return f.synthetic; }));
    out.set("drill", app.town.drill);
    out.set("mode", present.replay ? "replay" : "live");
    out.set("present", to_iso(present.at));
    out.set("now", to_iso(app.clock.now()));
    out.set("tiles", app.town.tiles.empty() ? Json{} : Json{app.town.tiles});
    out.set("levels", app.town.levels);
    Json::Array list;
    for (const FeedSnapshot& feed : feeds) list.push_back(to_json(feed));
    out.set("feeds", std::move(list));
    out.set("sequence", static_cast<std::int64_t>(app.store.sequence()));
    out.set("role", name_of(call.caller.role));
    return Answer{plain_json(out)};
}

Result<Answer> list_feeds(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    Json::Array list;
    for (const FeedSnapshot& feed : feeds_of(app, call)) list.push_back(to_json(feed));
    return Answer{plain_json(Json{std::move(list)})};
}

// The types of what a feed brings, expanded; of one that is no more: none.
std::vector<std::string> types_of_feed(const App& app, const ApiCall& call) {
    for (const FeedRunner* feed : app.feeds) {
        const FeedConfig& config = feed->config();
        if (config.tenant == call.caller.tenant && config.name == call.path.front()) {
            return feed->types();
        }
    }
    return {};
}

// Rows are shown as they came: to who may read all of such entities.
Result<void> may_see_rows(const App& app, const ApiCall& call,
                          const std::vector<std::string>& types) {
    const AccessFilter& access = *call.caller.access;
    TRY(need_whole_types(app, call, types));
    const bool all = std::ranges::all_of(types, [&](const std::string& type) {
        return access.covers({type}) && access.shows_all_rows({type});
    });
    if (all && (!types.empty() || access.has_all_types())) return {};
    return Error{ErrorCode::Forbidden,
                 "you may not read all that this feed brings, so its rows are not shown"};
}

// The rows of a feed that were not taken, the newest first, with the reason.
Result<Answer> list_quarantine(const App& app, const ApiCall& call) {
    const auto types = types_of_feed(app, call);
    // Who watches over the tenant sees how many were not taken and why, if not what stood there.
    const auto rows_seen = may_see_rows(app, call, types);
    if (!call.caller.access->may_administer) {
        TRY(need_overview(call));
    } else if (!rows_seen) {
        return rows_seen.error();
    }
    const TenantId tenant = TRY(app.store.tenant(call.caller.tenant));
    const std::size_t limit = TRY(call.number("limit")).value_or(100);
    const Quarantine quarantine = TRY(
        read_quarantine(app.store, tenant, call.path.front(), std::min<std::size_t>(limit, 1000)));
    const AskedTypes asked{.named = types, .any = types.empty(), .unbound = false};
    TRY(record_answer(app, call, asked, {}, quarantine.rows.size()));
    Json::Array rows;
    for (const QuarantinedRow& row : quarantine.rows) {
        Json item;
        item.set("number", static_cast<std::int64_t>(row.number));
        item.set("source", row.source);
        item.set("file", row.file);
        item.set("line", static_cast<std::int64_t>(row.line));
        const RefusalWords reason = words_of(row.reason);
        item.set("reason", reason.key);
        item.set("words", both_words(std::string(reason.ja), std::string(reason.en)));
        if (rows_seen) {
            item.set("detail", row.detail);
            item.set("row", row.row);
        }
        item.set("at", to_iso(row.at));
        rows.push_back(std::move(item));
    }
    Json out;
    out.set("total", static_cast<std::int64_t>(quarantine.total));
    out.set("dropped", static_cast<std::int64_t>(quarantine.dropped));
    out.set("rows", std::move(rows));
    return Answer{plain_json(out)};
}

}  // namespace musubi::api

#include <fmt/core.h>

#include <charconv>

#include "cli/client.h"

namespace musubi {
namespace {

constexpr double kGigabyte = 1e9;

// Says what is well and what is not, and counts the latter.
class Findings {
public:
    void say(bool good, const std::string& what, const std::string& remedy) {
        fmt::print("{} {}\n", good ? "ok  " : "BAD ", what);
        if (good) return;
        fmt::print("     {}\n", remedy);
        ++faults_;
    }
    [[nodiscard]] int exit_code() const { return faults_ == 0 ? 0 : 1; }

private:
    int faults_ = 0;
};

// A figure of /metrics; 0 where it is not told.
double metric(std::string_view page, const std::string& name) {
    const std::size_t line = page.find("\n" + name + " ");
    if (line == std::string_view::npos) return 0;
    const std::string_view rest = page.substr(line + name.size() + 2);
    double value = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), value);
    return value;
}

void look_at_store(const Json& figures, Findings& findings) {
    findings.say(true,
                 fmt::format("{} entities, {} changes", number_in(figures, "entities"),
                             number_in(figures, "sequence")),
                 "");
    if (figures.find("freeBytes") == nullptr) {
        findings.say(false, "data are kept in memory alone",
                     "start it with --data DIR: what came in is lost when it ends");
        return;
    }
    const double gigabytes = number_in(figures, "freeBytes") / kGigabyte;
    findings.say(gigabytes > 1, fmt::format("{:.1f} GB are free on the server's disk", gigabytes),
                 "free some space: without it the store has to stop taking readings");
}

void look_at_work(std::string_view metrics, Findings& findings) {
    const double lag = metric(metrics, "musubi_store_slowest_reactor_lag");
    findings.say(lag < 100'000, fmt::format("rules and subscriptions are {} changes behind", lag),
                 "more comes in than they can follow; beyond store.max_change_bytes changes are "
                 "dropped before they were looked at");
    const double lost = metric(metrics, "musubi_reactor_rules_lost_changes_total") +
                        metric(metrics, "musubi_reactor_subscriptions_lost_changes_total");
    findings.say(lost == 0, fmt::format("{} changes were dropped unseen", lost),
                 "raise store.max_change_bytes, and look at what slows the rules or subscriptions");
    const double unrecorded = metric(metrics, "musubi_journal_failures_total");
    findings.say(unrecorded == 0,
                 fmt::format("{} entries of the audit journal could not be written", unrecorded),
                 "look at the server's disk: what can not be recorded is refused");
    const double oldest = metric(metrics, "musubi_deliveries_oldest_seconds");
    findings.say(oldest < 3600,
                 fmt::format("{} notifications wait, the oldest for {:.0f} s",
                             metric(metrics, "musubi_deliveries_outbox"), oldest),
                 "a receiver does not take them; its subscription says why");
}

void look_at_feeds(const Json& feeds, Findings& findings) {
    if (!feeds.is_array()) return;
    for (const Json& feed : feeds.array()) {
        const Json* detail = feed.find("detail");
        const std::string what =
            fmt::format("feed {}: {}; {} readings, {} rows in quarantine", text_in(feed, "name"),
                        detail != nullptr ? text_in(*detail, "en") : text_in(feed, "state"),
                        number_in(feed, "readings"), number_in(feed, "quarantined"));
        findings.say(
            text_in(feed, "state") != "failing", what,
            "GET /musubi/v1/feeds/" + text_in(feed, "name") + "/quarantine tells the rows");
    }
}

Result<Json> ask_json(const ServerAccess& access, const std::string& target) {
    return parse_json(TRY(ask_server(access, HttpMethod::Get, target)).body);
}

Result<int> examine(const ServerAccess& access) {
    TRY(ask_server(access, HttpMethod::Get, "/health"));
    const Json figures = TRY(ask_json(access, "/musubi/v1/figures"));
    const std::string metrics = TRY(ask_server(access, HttpMethod::Get, "/metrics")).body;
    const Json dead = TRY(ask_json(access, "/musubi/v1/dead-letters"));
    const Json feeds = TRY(ask_json(access, "/musubi/v1/feeds"));
    Findings findings;
    findings.say(true, "the server answers at " + access.url, "");
    look_at_store(figures, findings);
    look_at_work(metrics, findings);
    const std::size_t letters = dead.is_array() ? dead.array().size() : 0;
    findings.say(letters == 0, fmt::format("{} notifications could not be delivered", letters),
                 "`musubi dead-letters list` says why; `musubi dead-letters send ID` tries again");
    look_at_feeds(feeds, findings);
    return findings.exit_code();
}

}  // namespace

int doctor(const ServerAccess& access) {
    const auto done = examine(access);
    return done ? *done : complain(done.error());
}

}  // namespace musubi

#include "project/care/heartbeat.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/both_words.h"
#include "project/measures/period.h"

namespace musubi {
namespace {

struct Reason {
    ProjectLife life;
    std::string ja;
    std::string en;
};

bool is_older(Time at, Time now, int most) { return now - at > days(most); }

std::int64_t days_since(Time at, Time now) {
    return std::max<std::int64_t>(0, (now - at).us / days(1).us);
}

// Whole months of the calendar from now on; as many clocks in Japan have begun and ended.
std::int64_t months_until(Time end, Time now) {
    const Civil from = to_civil(now, kJapan);
    const Civil to = to_civil(end, kJapan);
    const auto within = [](const Civil& c) {
        return std::tuple{c.day, c.hour, c.minute, c.second, c.microsecond};
    };
    std::int64_t months = 12 * (std::int64_t{to.year} - from.year) + to.month - from.month;
    if (within(to) < within(from)) --months;
    return std::max<std::int64_t>(0, months);
}

// The same day so many years later; after 28 February where it is the 29th and there is none.
Time years_later(Time at, int years) {
    Civil civil = to_civil(at, kJapan);
    civil.year += years;
    if (const auto same = from_civil(civil, kJapan)) return *same;
    civil.month = 3;
    civil.day = 1;
    const auto next = from_civil(civil, kJapan);
    return next ? *next : at + days(366) * years;
}

std::optional<Reason> reason_of_silence(const HeartbeatFacts& facts, Time now) {
    const Time since = facts.last_reading.value_or(facts.entered);
    const bool ends = is_older(since, now, kEndedDays);
    if (!ends && !is_older(since, now, kDormantDays)) return std::nullopt;
    const ProjectLife life = ends ? ProjectLife::Ended : ProjectLife::Dormant;
    if (!facts.last_reading) {
        const std::int64_t count = days_since(since, now);
        return Reason{life,
                      fmt::format("事業を入れてから {} 日、読み取りが一度も届いていません", count),
                      fmt::format("no reading ever came in the {} days since the project was "
                                  "entered",
                                  count)};
    }
    return ends ? Reason{life, "一年、読み取りが届いていません", "no reading came for a year"}
                : Reason{life, "30 日、読み取りが届いていません", "no reading came for 30 days"};
}

std::optional<Reason> reason_of_disuse(const HeartbeatFacts& facts, Time now) {
    if (!is_older(facts.last_use.value_or(facts.uses_from), now, kUnusedDays)) return std::nullopt;
    if (facts.last_use) {
        return Reason{ProjectLife::Dormant, "90 日、だれも見ていません",
                      "nobody looked at it for 90 days"};
    }
    const std::int64_t count = days_since(facts.uses_from, now);
    return Reason{ProjectLife::Dormant,
                  fmt::format("数え始めてから {} 日、だれも見ていません", count),
                  fmt::format("nobody looked at it in the {} days since uses are counted", count)};
}

// Of a project that nothing speaks against; what is not there yet is told.
Reason alive(const HeartbeatFacts& facts, Time now) {
    Reason out{ProjectLife::Alive, "", ""};
    if (!facts.is_measured) {
        out.ja = "払う人と期間があります。機器も指標もない事業なので、それだけで言っています";
        out.en = "somebody pays for it; it has neither devices nor measures that could tell more";
        return out;
    }
    if (!facts.last_reading) {
        const std::int64_t count = days_since(facts.entered, now);
        out.ja = fmt::format("まだ読み取りがありません（事業を入れてから {} 日）。", count);
        out.en = fmt::format("there is no reading yet ({} days since it was entered); ", count);
    }
    if (!facts.last_use) {
        const std::int64_t count = days_since(facts.uses_from, now);
        out.ja += fmt::format("まだだれも見ていません（数え始めてから {} 日）。", count);
        out.en += fmt::format("nobody looked at it yet ({} days since uses are counted); ", count);
    }
    if (out.ja.empty()) {
        return {ProjectLife::Alive, "動いていて、使われ、払う人がいます",
                "it works, is used, and somebody pays"};
    }
    out.ja += "払う人がいます";
    out.en += "somebody pays";
    return out;
}

std::optional<Reason> reason_of_money(const HeartbeatFacts& facts, Time now) {
    if (facts.payer.empty() || !facts.paid_until) {
        return Reason{ProjectLife::Dormant, "だれが払うか決まっていません",
                      "nobody is named who pays"};
    }
    if (*facts.paid_until > now) return std::nullopt;
    return Reason{ProjectLife::Dormant, "払われている期間が終わっています",
                  "what was paid for is over"};
}

// All that speaks against it; silence, which alone can end it, comes first.
Reason reason_of(const HeartbeatFacts& facts, Time now) {
    if (facts.state == "ended")
        return {ProjectLife::Ended, "止める決定がありました", "it was stopped"};
    if (facts.state == "handed-over") {
        return {ProjectLife::Ended, "引き渡されました", "it was handed over"};
    }
    std::optional<Reason> out;
    const auto add = [&](std::optional<Reason> more) {
        if (!more) return;
        if (!out) {
            out = std::move(more);
            return;
        }
        out->ja += "。" + more->ja;
        out->en += "; " + more->en;
    };
    if (facts.is_measured) {
        add(reason_of_silence(facts, now));
        add(reason_of_disuse(facts, now));
    }
    add(reason_of_money(facts, now));
    return out ? *std::move(out) : alive(facts, now);
}

}  // namespace

std::string_view name_of(ProjectLife life) {
    switch (life) {
        case ProjectLife::Alive: return "alive";
        case ProjectLife::Dormant: return "dormant";
        case ProjectLife::Ended: return "ended";
    }
    return "";
}

Heartbeat heartbeat_of(const HeartbeatFacts& facts, Time now) {
    Reason reason = reason_of(facts, now);
    Heartbeat out{.life = reason.life, .ja = std::move(reason.ja), .en = std::move(reason.en)};
    out.is_public = now >= facts.grant_ends && now < years_later(facts.grant_ends, kHeartbeatYears);
    if (!facts.paid_until) return out;
    const Duration left = *facts.paid_until - now;
    out.months_of_runway = months_until(*facts.paid_until, now);
    out.money_ends = out.life != ProjectLife::Ended && left < days(kWarnDays);
    return out;
}

Json heartbeat_json(const HeartbeatFacts& facts, const Heartbeat& heartbeat, Time now) {
    Json out;
    out.set("project", facts.project);
    out.set("title", facts.title);
    out.set("day", day_text(now));
    out.set("life", name_of(heartbeat.life));
    out.set("why", both_words(heartbeat.ja, heartbeat.en));
    out.set("grantEnds", day_text(facts.grant_ends - days(1)));
    out.set("entered", day_text(facts.entered));
    if (facts.last_reading) out.set("lastReading", day_text(*facts.last_reading));
    if (facts.last_use) out.set("lastUse", day_text(*facts.last_use));
    out.set("usesCountedFrom", day_text(facts.uses_from));
    if (!facts.payer.empty()) out.set("payer", facts.payer);
    if (!facts.repairer.empty()) out.set("repairer", facts.repairer);
    if (heartbeat.months_of_runway) out.set("monthsOfRunway", *heartbeat.months_of_runway);
    out.set("moneyEnds", heartbeat.money_ends);
    return out;
}

}  // namespace musubi

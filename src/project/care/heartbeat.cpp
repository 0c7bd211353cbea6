#include "project/care/heartbeat.h"

#include <algorithm>

#include "base/both_words.h"
#include "project/measures/period.h"

namespace musubi {
namespace {

constexpr int kDaysOfMonth = 30;
constexpr int kDaysOfYear = 365;

std::string day_of(Time at) { return to_iso(at + kJapan).substr(0, 10); }

struct Reason {
    ProjectLife life;
    std::string ja;
    std::string en;
};

bool is_older(const std::optional<Time>& at, Time now, int most) {
    return !at || now - *at > days(most);
}

Reason reason_of(const HeartbeatFacts& facts, Time now) {
    if (facts.state == "ended")
        return {ProjectLife::Ended, "止める決定がありました", "it was stopped"};
    if (facts.state == "handed-over") {
        return {ProjectLife::Ended, "引き渡されました", "it was handed over"};
    }
    if (is_older(facts.last_reading, now, kEndedDays)) {
        return {ProjectLife::Ended, "一年、読み取りが届いていません", "no reading came for a year"};
    }
    if (is_older(facts.last_reading, now, kDormantDays)) {
        return {ProjectLife::Dormant, "30 日、読み取りが届いていません",
                "no reading came for 30 days"};
    }
    if (is_older(facts.last_use, now, kUnusedDays)) {
        return {ProjectLife::Dormant, "90 日、だれも見ていません",
                "nobody looked at it for 90 days"};
    }
    if (facts.payer.empty() || !facts.paid_until) {
        return {ProjectLife::Dormant, "だれが払うか決まっていません", "nobody is named who pays"};
    }
    if (*facts.paid_until <= now) {
        return {ProjectLife::Dormant, "払われている期間が終わっています",
                "what was paid for is over"};
    }
    return {ProjectLife::Alive, "動いていて、使われ、払う人がいます",
            "it works, is used, and somebody pays"};
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
    out.is_public =
        now >= facts.grant_ends && now < facts.grant_ends + days(kHeartbeatYears * kDaysOfYear + 1);
    if (!facts.paid_until) return out;
    const Duration left = *facts.paid_until - now;
    out.months_of_runway = std::max<std::int64_t>(0, left.us / days(kDaysOfMonth).us);
    out.money_ends = out.life != ProjectLife::Ended && left < days(kWarnDays);
    return out;
}

Json heartbeat_json(const HeartbeatFacts& facts, const Heartbeat& heartbeat, Time now) {
    Json out;
    out.set("project", facts.project);
    out.set("title", facts.title);
    out.set("day", day_of(now));
    out.set("life", name_of(heartbeat.life));
    out.set("why", both_words(heartbeat.ja, heartbeat.en));
    out.set("grantEnded", day_of(facts.grant_ends - days(1)));
    if (facts.last_reading) out.set("lastReading", day_of(*facts.last_reading));
    if (facts.last_use) out.set("lastUse", day_of(*facts.last_use));
    if (!facts.payer.empty()) out.set("payer", facts.payer);
    if (!facts.repairer.empty()) out.set("repairer", facts.repairer);
    if (heartbeat.months_of_runway) out.set("monthsOfRunway", *heartbeat.months_of_runway);
    out.set("moneyEnds", heartbeat.money_ends);
    return out;
}

}  // namespace musubi

#include <fmt/format.h>

#include "base/both_words.h"
#include "insight/rules/alert_event.h"
#include "pack/backtest.h"

namespace musubi {
namespace {

/// What is said, in both languages.
struct Phrases {
    const char* head;
    const char* judged;
    const char* coarse;
    const char* how;
    const char* columns;
    const char* none;
    const char* law;
    const char* crossing;
};

constexpr Phrases kJapanese{
    "見通しの検証: {}（規則 {}）\n読み取り {} 件、観測点 {} か所、{} から {} まで\n",
    "判定した日: {} 日（{} 〜 {}）。その日を除いて係数を求め直し、その日を判定しました。\n",
    "判定しない日: {} 日（読み取りが15分より粗く、何分前かを言えません）。\n",
    "見通し {} 分、ヒステリシス {:.2f} m。的中: {} 分以内に基準に達した呼び出し。\n\n",
    "基準 | 事象 | 捕捉 | 見逃し | 空振り | 適合率 | 再現率 | F1 | 猶予 中央値/最短（分）\n",
    "評価不能（この期間に事象がありません。呼び出し {} 回）",
    "\n参考・予報ではない。\n",
    "基準に達したこと自体のお知らせは定義により必ず出るため、ここでは判定しません。\n",
};
constexpr Phrases kEnglish{
    "Back-test of the look-ahead: {} (rules {})\n{} readings, {} gauges, from {} to {}\n",
    "Judged: {} days ({} to {}), each with coefficients fitted without it.\n",
    "Not judged: {} days (readings coarser than 15 minutes: a lead can not be told).\n",
    "Horizon {} min, hysteresis {:.2f} m. True: the threshold was reached within {} min.\n\n",
    "threshold | events | caught | missed | false | precision | recall | F1 | lead median/worst "
    "(min)\n",
    "can not be judged (no event in this time; {} calls)",
    "\nFor reference, not a forecast.\n",
    "That a threshold is reached is always noticed, by definition, and is not judged here.\n",
};

std::string day_text(DayNumber day) {
    const Civil civil = to_civil(begin_of(day), hours(9));
    return fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
}

std::string minutes_text(std::optional<Duration> lead) {
    if (!lead) return "―";
    const double value = lead->seconds() / 60;
    return value == static_cast<double>(static_cast<std::int64_t>(value))
               ? fmt::format("{:.0f}", value)
               : fmt::format("{:.1f}", value);
}

Json minutes_json(std::optional<Duration> lead) {
    return lead ? Json{lead->seconds() / 60} : Json{};
}

std::string line_of(const ThresholdResult& at, const Phrases& words, Language language) {
    const std::string& name = language == Language::Japanese ? at.name.ja : at.name.en;
    const Score& s = at.score;
    if (s.events == 0) {
        return fmt::format("{} | 0 | {}\n", name, fmt::format(fmt::runtime(words.none), s.calls));
    }
    return fmt::format("{} | {} | {} | {} | {} | {:.3f} | {:.3f} | {:.3f} | {}/{}\n", name,
                       s.events, s.caught, s.events - s.caught, s.calls - s.true_calls,
                       s.precision(), s.recall(), s.f1(), minutes_text(s.median_lead()),
                       minutes_text(s.worst_lead()));
}

Json event_json(const TriedEvent& event, bool judged) {
    Json out;
    out.set("gauge", event.gauge->id);
    out.set("name", event.gauge->name);
    out.set("threshold", event.threshold);
    out.set("onset", to_iso(event.onset));
    out.set("judged", judged);
    out.set("leadMinutes", minutes_json(event.lead));
    return out;
}

Json call_json(const TriedCall& call, bool judged) {
    Json out;
    out.set("gauge", call.gauge->id);
    out.set("name", call.gauge->name);
    out.set("threshold", call.threshold);
    out.set("called", to_iso(call.called));
    out.set("judged", judged);
    out.set("cameTrue", call.came_true);
    return out;
}

Json count_json(std::size_t count) { return Json{static_cast<std::int64_t>(count)}; }

Json threshold_json(const ThresholdResult& at, const std::set<DayNumber>& judged) {
    const Score& s = at.score;
    Json out;
    out.set("threshold", at.attribute);
    out.set("name", both_words(at.name.ja, at.name.en));
    out.set("judgeable", s.events > 0);
    out.set("events", count_json(s.events));
    out.set("caught", count_json(s.caught));
    out.set("missed", count_json(s.events - s.caught));
    out.set("calls", count_json(s.calls));
    out.set("false", count_json(s.calls - s.true_calls));
    // Without events there is nothing a score could be of.
    out.set("precision", s.events > 0 ? Json{s.precision()} : Json{});
    out.set("recall", s.events > 0 ? Json{s.recall()} : Json{});
    out.set("f1", s.events > 0 ? Json{s.f1()} : Json{});
    out.set("leadMedianMinutes", minutes_json(s.median_lead()));
    out.set("leadWorstMinutes", minutes_json(s.worst_lead()));
    Json events{Json::Array{}};
    for (const TriedEvent& event : at.trial.events) {
        events.push_back(event_json(event, judged.contains(day_of(event.onset))));
    }
    Json calls{Json::Array{}};
    for (const TriedCall& call : at.trial.calls) {
        calls.push_back(call_json(call, judged.contains(day_of(call.at))));
    }
    out.set("eventList", std::move(events));
    out.set("callList", std::move(calls));
    return out;
}

}  // namespace

std::string to_text(const BacktestResult& result, Language language) {
    const Phrases& words = language == Language::Japanese ? kJapanese : kEnglish;
    std::string out =
        fmt::format(fmt::runtime(words.head), result.pack, result.rules_version, result.readings,
                    result.gauges, to_iso(result.first), to_iso(result.last));
    if (!result.judged.empty()) {
        out += fmt::format(fmt::runtime(words.judged), result.judged.size(),
                           day_text(*result.judged.begin()), day_text(*result.judged.rbegin()));
    }
    if (!result.coarse.empty()) {
        out += fmt::format(fmt::runtime(words.coarse), result.coarse.size());
    }
    const std::int64_t horizon = result.horizon.us / minutes(1).us;
    out += fmt::format(fmt::runtime(words.how), horizon, result.hysteresis, horizon);
    out += words.columns;
    for (const ThresholdResult& at : result.thresholds) out += line_of(at, words, language);
    out += words.law;
    out += words.crossing;
    return out;
}

Json to_json(const BacktestResult& result) {
    const auto list = [](const std::set<DayNumber>& days) {
        Json out{Json::Array{}};
        for (const DayNumber day : days) out.push_back(day_text(day));
        return out;
    };
    Json out;
    out.set("pack", result.pack);
    out.set("rules", result.rules_version);
    out.set("readings", count_json(result.readings));
    out.set("gauges", count_json(result.gauges));
    out.set("first", to_iso(result.first));
    out.set("last", to_iso(result.last));
    out.set("judgedDays", list(result.judged));
    out.set("coarseDays", list(result.coarse));
    out.set("horizonMinutes", Json{result.horizon.us / minutes(1).us});
    out.set("hysteresis", result.hysteresis);
    out.set("fit", "leave the day out");
    Json thresholds{Json::Array{}};
    for (const ThresholdResult& at : result.thresholds) {
        thresholds.push_back(threshold_json(at, result.judged));
    }
    out.set("thresholds", std::move(thresholds));
    Json all;
    for (std::size_t i = 0; i < kFeatures; ++i) {
        all.set(kFeatureNames[i], result.of_all.coefficients[i]);
    }
    out.set("coefficientsOfAllDays", std::move(all));
    return out;
}

}  // namespace musubi

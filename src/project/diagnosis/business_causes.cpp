// Kind "business": L48, L50, L52.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "model/context.h"
#include "project/diagnosis/diagnosis_view.h"
#include "project/finance/money_words.h"

namespace musubi {
namespace {

using namespace diagnosis;

constexpr double kGrain = 1e-6;  // a thousandth of a yen

/// The year in which the project has to live without its grant.
struct YearAfter {
    CalendarMonth begins;
    bool is_planned = false;  ///< the money plan has all of it
};

/// The last month with a grant: as it was said, else as the plan has it, else the pilot's end.
std::optional<CalendarMonth> last_month_of_grant(const DiagnosisView& view) {
    const ProjectFacts& facts = view.facts;
    if (facts.grant_ends) return DiagnosisView::month_of(*facts.grant_ends);
    if (facts.money) {
        for (std::size_t i = facts.money->grants.size(); i-- > 0;) {
            if (facts.money->grants[i] > kGrain)
                return CalendarMonth{facts.money->first.number + static_cast<int>(i)};
        }
    }
    std::optional<CalendarMonth> out;
    if (!facts.stages) return out;
    for (const SeenStage& stage : *facts.stages) {
        if (stage.kind != SeenStageKind::Pilot) continue;
        const CalendarMonth end = DiagnosisView::month_of(stage.to);
        out = std::max(out.value_or(end), end);
    }
    return out;
}

YearAfter year_after_grant(const DiagnosisView& view) {
    YearAfter out{.begins = view.month()};
    if (const auto last = last_month_of_grant(view)) {
        out.begins = std::max(out.begins, CalendarMonth{last->number + 1});
    }
    if (!view.facts.money) return out;
    const SeenMoney& money = *view.facts.money;
    out.begins = std::max(out.begins, money.first);
    out.is_planned = money.end().number >= out.begins.number + kMonthsAfterGrant;
    return out;
}

/// The first month from which cash is below 0 until the end of the year; nothing: it is not.
std::optional<CalendarMonth> runs_out(const SeenMoney& money, std::size_t begin, std::size_t end) {
    if (money.cash[end - 1] >= -kGrain) return std::nullopt;
    std::size_t month = end - 1;
    while (month > begin && money.cash[month - 1] < -kGrain) --month;
    return CalendarMonth{money.first.number + static_cast<int>(month)};
}

void look_at_the_year(const DiagnosisView& view, const YearAfter& year, CauseLook& out) {
    const SeenMoney& money = *view.facts.money;
    const auto begin = static_cast<std::size_t>(year.begins.number - money.first.number);
    const std::size_t end = begin + kMonthsAfterGrant;
    const auto sum = [&](const std::vector<double>& months) {
        return std::accumulate(months.begin() + static_cast<std::ptrdiff_t>(begin),
                               months.begin() + static_cast<std::ptrdiff_t>(end), 0.0);
    };
    const double own = sum(money.own);
    const double cost = sum(money.cost);
    const MeasureWords from = month_words(year.begins);
    if (own < kEarningShare * cost - kGrain) {
        MeasureWords words{
            fmt::format(
                "{}からの12か月、交付金のほかの収入は{}千円で、支出{}千円の半分に届きません",
                from.ja, thousands(own), thousands(cost)),
            fmt::format("in the 12 months from {}, receipts beside grants are {} 千円, less than "
                        "half of the cost of {} 千円",
                        from.en, thousands(own), thousands(cost))};
        out.cite({.sign = "little-revenue",
                  .of = view.facts.id,
                  .number = own,
                  .bound = kEarningShare * cost,
                  .words = words});
        out.see("little-revenue", std::move(words));
    }
    if (const auto month = runs_out(money, begin, end)) {
        MeasureWords words{fmt::format("計画では{}に資金が尽き、そのまま戻りません（{}千円）",
                                       month_words(*month).ja, thousands(money.cash[end - 1])),
                           fmt::format("by the plan the money is gone in {}, and does not come "
                                       "back within the year ({} 千円)",
                                       month_words(*month).en, thousands(money.cash[end - 1]))};
        out.cite({.sign = "runs-out",
                  .of = view.facts.id,
                  .number = money.cash[end - 1],
                  .bound = 0,
                  .words = words});
        out.see("runs-out", std::move(words));
    }
}

void look_beyond_the_grant(const DiagnosisView& view, CauseLook& out) {
    if (!view.facts.money || view.facts.money->cost.empty()) return;  // NoEarnings
    const YearAfter year = year_after_grant(view);
    if (year.is_planned) return;
    const CalendarMonth last{view.facts.money->end().number - 1};
    MeasureWords words{
        fmt::format("収支の計画は{}で終わり、支援のない最初の1年（{}から）を含んでいません",
                    month_words(last).ja, month_words(year.begins).ja),
        fmt::format("the money plan ends with {}, and does not have the first year without support "
                    "(from {})",
                    month_words(last).en, month_words(year.begins).en)};
    out.cite({.sign = "plan-ends",
              .of = view.facts.id,
              .number = last.number - year.begins.number + 1,
              .bound = kMonthsAfterGrant,
              .words = words});
    out.see("plan-ends", std::move(words));
}

/// Of the pilots that have begun.
void look_for_thresholds(const DiagnosisView& view, CauseLook& out) {
    for (const SeenStage& stage : *view.facts.stages) {
        if (stage.kind != SeenStageKind::Pilot || stage.from > view.now) continue;
        if (stage.thresholds > 0) continue;
        MeasureWords words{
            fmt::format("{}に始まった社会実証に、続けるか決めるための達成値がありません",
                        day_words(stage.from).ja),
            fmt::format("the pilot that began on {} has no threshold by which to go on or stop",
                        day_words(stage.from).en)};
        out.cite({.sign = "no-threshold",
                  .of = stage.id,
                  .number = 0,
                  .bound = 1,
                  .on = stage.from,
                  .words = words});
        out.see("no-threshold", std::move(words));
    }
}

struct OtherReaders {
    std::size_t readers = 0;
    std::optional<Time> last;  ///< of those that read too long ago
};

OtherReaders others_of(const DiagnosisView& view, const std::string& type) {
    OtherReaders out;
    const std::string owner = normal_name(view.facts.owner);
    for (const SeenReader& reader : *view.facts.readers) {
        const std::string organisation = normal_name(reader.organisation);
        if (reader.type != type || organisation.empty() || organisation == owner) continue;
        if (!reader.last || *reader.last >= view.now - kReadWithin) {
            ++out.readers;
        } else {
            out.last = std::max(out.last.value_or(*reader.last), *reader.last);
        }
    }
    return out;
}

// A type as people say it: the last part of its IRI.
std::string short_name(const std::string& type) {
    const std::string name = core_context()->compact(type);
    const std::size_t last = name.find_last_of("/#");
    return last == std::string::npos || last + 1 == name.size() ? name : name.substr(last + 1);
}

MeasureWords unread_words(const OtherReaders& others) {
    if (!others.last) {
        return {"読む団体がほかにない", "no other organisation reads it"};
    }
    const MeasureWords day = day_words(*others.last);
    return {"ほかの団体が最後に読んだのは" + day.ja, "last read by another on " + day.en};
}

}  // namespace

CauseLook no_earnings(const DiagnosisView& view) {
    if (!view.in_trial) return too_early(view);
    if (!view.facts.money) {
        return not_seen("収支の計画を見られません", "the money plan could not be looked at");
    }
    CauseLook out;
    if (view.facts.money->cost.empty()) {
        MeasureWords words{"社会実証が始まっていますが、収支の計画がありません",
                           "the pilot has begun, and there is no money plan"};
        out.cite({.sign = "no-plan", .of = view.facts.id, .words = words});
        out.see("no-plan", std::move(words));
        return out;
    }
    const YearAfter year = year_after_grant(view);
    if (!year.is_planned) {  // PilotForItself
        return not_seen("収支の計画が、支援のない最初の1年を含んでいません",
                        "the money plan does not have the first year without support");
    }
    look_at_the_year(view, year, out);
    return out;
}

CauseLook pilot_for_itself(const DiagnosisView& view) {
    if (!view.in_trial) return too_early(view);
    CauseLook out;
    look_beyond_the_grant(view, out);
    if (view.in_rollout) return out;
    look_for_thresholds(view, out);
    const auto is_rollout = [](const SeenStage& s) { return s.kind == SeenStageKind::Rollout; };
    if (std::ranges::none_of(*view.facts.stages, is_rollout)) {
        MeasureWords words{"実装・展開の段階が予定されていません",
                           "no stage of rollout is planned"};
        out.cite(
            {.sign = "no-rollout", .of = view.facts.id, .number = 0, .bound = 1, .words = words});
        out.see("no-rollout", std::move(words));
    }
    return out;
}

CauseLook data_in_silos(const DiagnosisView& view) {
    if (!view.in_trial) return too_early(view);
    if (view.facts.device_types.empty()) return {};
    if (!view.facts.readers) {
        return not_seen("だれがデータを読むかを見られません",
                        "who reads the data could not be looked at");
    }
    std::vector<std::string> unread;
    CauseLook out;
    for (const std::string& type : view.facts.device_types) {
        const OtherReaders others = others_of(view, type);
        if (others.readers > 0) continue;
        unread.push_back(short_name(type));
        out.cite({.sign = "unread",
                  .of = type,
                  .number = 0,
                  .bound = 1,
                  .on = others.last,
                  .words = unread_words(others)});
    }
    const double share =
        static_cast<double>(unread.size()) / static_cast<double>(view.facts.device_types.size());
    if (unread.empty() || !at_least(share, kUnreadShare)) return {};
    if (view.facts.readers_from && *view.facts.readers_from > view.now - kReadWithin) {
        const MeasureWords from = day_words(*view.facts.readers_from);
        return not_seen(
            fmt::format("だれがデータを読むかを数え始めたのは{}で、まだ90日になりません", from.ja),
            fmt::format("who reads the data is counted since {}, which is not yet 90 "
                        "days",
                        from.en));
    }
    const MeasureWords names = list_words(unread);
    const MeasureWords since = day_words(view.now - kReadWithin);
    out.see(
        "unread",
        {fmt::format("{}から、「{}」のほかの団体は{}のデータを読んでいません（{}種類のうち{}）",
                     since.ja, view.facts.owner, names.ja, view.facts.device_types.size(),
                     unread.size()),
         fmt::format("since {} nobody but '{}' reads {} ({} of {} types)", since.en,
                     view.facts.owner, names.en, unread.size(), view.facts.device_types.size())});
    return out;
}

}  // namespace musubi

#include "project/effect/panel.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "base/time.h"
#include "project/measures/exact_sum.h"

namespace musubi {
namespace {

std::optional<int> whole(std::string_view text) {
    int value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) return {};
    return value;
}

// Where a period stands in time, by whatever it is written as; kinds do not mix in one table.
struct PeriodPlace {
    enum class Kind { Number, Month, Day } kind = Kind::Number;
    std::int64_t at = 0;   ///< the number, the month or the day
    int day_of_month = 0;  ///< of a day
    std::int64_t month = 0;
};

std::optional<PeriodPlace> read_period(std::string_view text) {
    if (const auto number = whole(text)) return PeriodPlace{.at = *number};
    if ((text.size() != 7 && text.size() != 10) || text[4] != '-') return {};
    const auto year = whole(text.substr(0, 4));
    const auto month = whole(text.substr(5, 2));
    if (!year || !month || *year < 1 || *month < 1 || *month > 12) return {};
    const std::int64_t months = std::int64_t{*year} * 12 + *month;
    if (text.size() == 7) return PeriodPlace{PeriodPlace::Kind::Month, months, 0, months};
    const auto day = whole(text.substr(8, 2));
    if (text[7] != '-' || !day) return {};
    const auto moment = from_civil({.year = *year, .month = *month, .day = *day});
    if (!moment) return {};
    return PeriodPlace{PeriodPlace::Kind::Day, moment->us / days(1).us, *day, months};
}

struct Timeline {
    std::vector<std::string> names;  // in the order of time
};

// Days on one day of each month are months; else each step is as long as the others.
Judged<void> check_even(std::vector<std::pair<PeriodPlace, std::string>>& places) {
    const bool monthly = places.front().first.kind == PeriodPlace::Kind::Day &&
                         std::all_of(places.begin(), places.end(), [&](const auto& one) {
                             return one.first.day_of_month == places.front().first.day_of_month;
                         });
    const auto position = [&](std::size_t i) {
        return monthly ? places[i].first.month : places[i].first.at;
    };
    std::int64_t step = 0;
    for (std::size_t i = 1; i < places.size(); ++i) {
        const std::int64_t here = position(i) - position(i - 1);
        step = step == 0 ? here : std::min(step, here);
    }
    for (std::size_t i = 1; i < places.size(); ++i) {
        if (position(i) - position(i - 1) != step) {
            return EffectRefusal{.rule = EffectRule::UnevenPeriods,
                                 .place = places[i - 1].second + " – " + places[i].second};
        }
    }
    return {};
}

Judged<Timeline> order_periods(std::span<const EffectReading> readings) {
    std::map<std::string, PeriodPlace> known;
    for (const EffectReading& reading : readings) {
        if (known.contains(reading.period)) continue;
        const auto place = read_period(reading.period);
        if (!place || (!known.empty() && place->kind != known.begin()->second.kind)) {
            return EffectRefusal{.rule = EffectRule::UnreadablePeriod, .place = reading.period};
        }
        known.emplace(reading.period, *place);
        if (known.size() > EffectPanel::kMaxPeriods) {
            return EffectRefusal{EffectRule::TooManyPeriods, static_cast<double>(known.size()),
                                 EffectPanel::kMaxPeriods};
        }
    }
    std::vector<std::pair<PeriodPlace, std::string>> places;
    places.reserve(known.size());
    for (const auto& [name, place] : known) places.emplace_back(place, name);
    std::sort(places.begin(), places.end(),
              [](const auto& a, const auto& b) { return a.first.at < b.first.at; });
    for (std::size_t i = 1; i < places.size(); ++i) {
        if (places[i].first.at == places[i - 1].first.at) {  // 7 and 07
            return EffectRefusal{.rule = EffectRule::GivenTwice, .place = places[i].second};
        }
    }
    TRY(check_even(places));
    Timeline out;
    for (auto& [place, name] : places) out.names.push_back(std::move(name));
    return out;
}

Judged<std::vector<std::string>> order_units(std::span<const EffectReading> readings,
                                             const std::set<std::string>& treated) {
    std::set<std::string> names;
    for (const EffectReading& reading : readings) {
        names.insert(reading.unit);
        if (names.size() > EffectPanel::kMaxUnits) {
            return EffectRefusal{EffectRule::TooManyPlaces, static_cast<double>(names.size()),
                                 EffectPanel::kMaxUnits};
        }
    }
    for (const std::string& name : treated) {
        if (names.erase(name) == 0) {
            return EffectRefusal{.rule = EffectRule::UnknownUnit, .place = name};
        }
    }
    std::vector<std::string> out{names.begin(), names.end()};
    out.insert(out.end(), treated.begin(), treated.end());
    return out;
}

// A value's unit and period, as far as they have names.
std::string place_of(const std::string& unit, const std::string& period) {
    return unit == EffectReading::kOnePlace ? period : unit + ", " + period;
}

EffectRefusal given_twice(const EffectReading& reading) {
    if (reading.unit == EffectReading::kOnePlace) {
        return {.rule = EffectRule::PlacesUnsaid, .place = reading.period};
    }
    return {.rule = EffectRule::GivenTwice, .place = place_of(reading.unit, reading.period)};
}

Judged<double> checked(const EffectReading& reading) {
    const std::string place = place_of(reading.unit, reading.period);
    if (!std::isfinite(reading.value)) {
        return EffectRefusal{.rule = EffectRule::NotANumber, .place = place};
    }
    if (std::abs(reading.value) > EffectPanel::kMaxValue) {
        return EffectRefusal{EffectRule::TooLarge, reading.value, EffectPanel::kMaxValue, place};
    }
    return reading.value;
}

Judged<void> fill(EffectPanel& panel, std::span<const EffectReading> readings) {
    std::map<std::string_view, std::size_t> rows;
    std::map<std::string_view, std::size_t> columns;
    for (const std::string& name : panel.units) rows.emplace(name, rows.size());
    for (const std::string& name : panel.periods) columns.emplace(name, columns.size());
    std::vector<bool> given(rows.size() * columns.size(), false);
    panel.values.assign(given.size(), 0);
    for (const EffectReading& reading : readings) {
        const std::size_t at = rows[reading.unit] * columns.size() + columns[reading.period];
        if (given[at]) return given_twice(reading);
        given[at] = true;
        panel.values[at] = TRY(checked(reading));
    }
    for (std::size_t at = 0; at < given.size(); ++at) {
        if (given[at]) continue;
        return EffectRefusal{.rule = EffectRule::Gap,
                             .place = place_of(panel.units[at / columns.size()],
                                               panel.periods[at % columns.size()])};
    }
    return {};
}

std::vector<double> means(const EffectPanel& panel, std::size_t from, std::size_t to) {
    std::vector<double> out;
    for (std::size_t period = 0; period < panel.periods.size(); ++period) {
        ExactSum sum;
        for (std::size_t unit = from; unit < to; ++unit) sum.add(panel.at(unit, period));
        out.push_back(sum.rounded() / static_cast<double>(to - from));
    }
    return out;
}

}  // namespace

std::vector<double> EffectPanel::treated_mean() const {
    return means(*this, comparisons, units.size());
}
std::vector<double> EffectPanel::comparison_mean() const { return means(*this, 0, comparisons); }

Judged<EffectPlan> plan_of(std::span<const EffectReading> readings) {
    if (readings.empty()) return EffectRefusal{.rule = EffectRule::NoReadings};
    const Timeline time = TRY(order_periods(readings));
    std::map<std::string, std::size_t> place;
    for (const std::string& name : time.names) place.emplace(name, place.size());
    std::map<std::string, std::size_t> begins;
    for (const EffectReading& reading : readings) {
        if (!reading.treated) continue;
        const std::size_t at = place[reading.period];
        const auto [known, added] = begins.emplace(reading.unit, at);
        known->second = std::min(known->second, at);
    }
    if (begins.empty()) return EffectRefusal{.rule = EffectRule::NobodyTreated};
    EffectPlan plan{.first_after = time.names[begins.begin()->second]};
    for (const auto& [unit, at] : begins) {
        if (time.names[at] != plan.first_after) {
            return EffectRefusal{.rule = EffectRule::NotOneStart,
                                 .place = unit + ", " + time.names[at]};
        }
        plan.treated.push_back(unit);
    }
    for (const EffectReading& reading : readings) {
        const auto known = begins.find(reading.unit);
        if (known == begins.end() || reading.treated) continue;
        if (place[reading.period] >= known->second) {
            return EffectRefusal{.rule = EffectRule::TreatmentEnds,
                                 .place = reading.unit + ", " + reading.period};
        }
    }
    return plan;
}

Judged<EffectPanel> make_panel(std::span<const EffectReading> readings, const EffectPlan& plan) {
    if (readings.empty()) return EffectRefusal{.rule = EffectRule::NoReadings};
    if (plan.treated.empty()) return EffectRefusal{.rule = EffectRule::NobodyTreated};
    const std::set<std::string> treated{plan.treated.begin(), plan.treated.end()};
    EffectPanel panel;
    panel.periods = TRY(order_periods(readings)).names;
    panel.units = TRY(order_units(readings, treated));
    panel.comparisons = panel.units.size() - treated.size();
    const auto first = std::find(panel.periods.begin(), panel.periods.end(), plan.first_after);
    if (first == panel.periods.end()) {
        return EffectRefusal{.rule = EffectRule::UnknownPeriod, .place = plan.first_after};
    }
    panel.before = static_cast<std::size_t>(first - panel.periods.begin());
    if (panel.before == 0) return EffectRefusal{EffectRule::TooFewBefore, 0, 1};
    TRY(fill(panel, readings));
    return panel;
}

}  // namespace musubi

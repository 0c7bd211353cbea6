#include "project/measures/measure_totals.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace musubi {
namespace {

MeasureLack lack_of(Formula::Lack lack) {
    switch (lack) {
        case Formula::Lack::None: return MeasureLack::None;
        case Formula::Lack::Part: return MeasureLack::Part;
        case Formula::Lack::Division: return MeasureLack::Division;
        case Formula::Lack::NotFinite: return MeasureLack::NotFinite;
    }
    return MeasureLack::None;
}

double mean_of(const std::vector<double>& values) {
    ExactSum sum;
    for (const double value : values) sum.add(value);
    return sum.rounded() / static_cast<double>(values.size());
}

double median_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    if (values.size() % 2 == 1) return values[half];
    return std::midpoint(values[half - 1], values[half]);
}

// Whether a part takes its readings for amounts, which are of one unit.
bool is_of_amounts(const MeasurePart& part) {
    return is_of_readings(part) && part.kind != PartKind::Count && part.kind != PartKind::Arrived &&
           part.kind != PartKind::Entities;
}

// Whether what a part makes of its readings is in their unit.
bool keeps_unit(PartKind kind) {
    return kind == PartKind::Sum || kind == PartKind::Mean || kind == PartKind::Min ||
           kind == PartKind::Max || kind == PartKind::Quantile || kind == PartKind::Change;
}

// What the readings of a part are held against: its unit, or that of the measure where this is the
// part alone. A number of things (C62) is of any. Empty: nothing.
std::string_view held_unit(const Measure& measure, const MeasurePart& part) {
    constexpr std::string_view kThings = "C62";
    if (!part.unit.empty()) return part.unit;
    const bool alone = measure.formula.text() == part.name && keeps_unit(part.kind);
    return alone && measure.unit != kThings ? std::string_view{measure.unit} : std::string_view{};
}

// True and false are no amounts of a unit.
bool is_no_amount(const Measure& measure, const MeasurePart& part, const MeasuredReading& reading) {
    return reading.is_number && !reading.text.empty() &&
           (keeps_unit(part.kind) || part.kind == PartKind::Rate) &&
           !held_unit(measure, part).empty();
}

// An entity whose readings are in another unit than the part asks for, or in none where others are
// in one; where nothing is asked for, in another than those of the first.
const std::string* unit_apart(const std::map<std::uint32_t, std::string>& units,
                              std::string_view asked) {
    const auto first_of = [&units](std::uint32_t but) -> const std::string* {
        const std::string* out = nullptr;
        for (const auto& [unit, id] : units) {
            if (unit != but && unit != 0 && (out == nullptr || id < *out)) out = &id;
        }
        return out;
    };
    if (!asked.empty()) {
        const std::string* const other = first_of(unit_number(asked));
        const auto none = units.find(0);
        const bool mixed = none != units.end() && units.size() > 1;
        return other == nullptr && mixed ? &none->second : other;
    }
    if (units.size() <= 1) return nullptr;
    const auto first = std::ranges::min_element(
        units, {}, [](const auto& one) { return std::tie(one.second, one.first); });
    return first_of(first->first);
}

std::string text_of_value(const Attribute* attribute) {
    if (attribute == nullptr) return {};
    return attribute->value.is_string() ? attribute->value.string() : to_text(attribute->value);
}

std::optional<double> number_of(const Attribute* attribute) {
    if (attribute == nullptr) return std::nullopt;
    const MeasuredReading reading = to_reading({}, attribute->value);
    return reading.is_number ? std::optional{reading.number} : std::nullopt;
}

}  // namespace

bool operator==(const MeasureValue& a, const MeasureValue& b) {
    const auto same = [](const MeasureValue::Part& x, const MeasureValue::Part& y) {
        return x.value == y.value && x.readings == y.readings && x.entities == y.entities;
    };
    return a.group == b.group && a.period == b.period && a.as_of == b.as_of && a.value == b.value &&
           a.lack == b.lack && a.about == b.about && a.entity == b.entity &&
           a.came.came == b.came.came && a.came.due == b.came.due && a.cases == b.cases &&
           a.by_hand == b.by_hand &&
           std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(), same);
}

MeasureTotals::Parts MeasureTotals::no_parts() const {
    Parts parts;
    parts.reserve(measure_->parts.size());
    const bool counts_entities = measure_->smallest > 1 || measure_->least_share;
    for (const MeasurePart& part : measure_->parts) {
        const Period own = period_of(*measure_, part, period_);
        parts.push_back({.total = PartTotal{part, own, counts_entities},
                         .members = 0,
                         .units = {},
                         .seen = {0, UINT32_MAX}});
    }
    return parts;
}

MeasureTotals::Parts* MeasureTotals::parts_at(const MeasurePlace& place) {
    auto found = groups_.find(place.group);
    if (found == groups_.end()) {
        if (groups_.size() > kMaxGroups) return nullptr;  // it has no values any more
        found = groups_.try_emplace(std::string{place.group}).first;
    }
    const auto parts = found->second.find(place.each);
    if (parts != found->second.end()) return &parts->second;
    return &found->second.try_emplace(std::string{place.each}, no_parts()).first->second;
}

void MeasureTotals::join(const MeasurePlace& place, const Joining& who) {
    Parts* const own = parts_at(place);
    if (own == nullptr) return;
    PartOfGroup& of = (*own)[place.part];
    ++of.members;
    of.total.join(who.first);
}

// Whichever of them comes first, it is the same entity that is named.
void MeasureTotals::see_unit(PartOfGroup& part, const MeasurePart& of, const Reader& who,
                             const MeasuredReading& reading) const {
    if (part.seen == std::pair{reading.unit, who.number}) return;
    if (!reading.is_number || !is_of_amounts(of)) return;
    if (reading.unit == 0 && held_unit(*measure_, of).empty()) return;
    part.seen = {reading.unit, who.number};
    const auto [unit, is_new] = part.units.try_emplace(reading.unit, who.id);
    if (!is_new && who.id < unit->second) unit->second = who.id;
}

void MeasureTotals::add(const MeasurePlace& place, const Reader& who,
                        const MeasuredReading& reading, const HeldAgainst& against) {
    if (!against.counts) return;
    Parts* const own = parts_at(place);
    if (own == nullptr) return;
    PartOfGroup& part = (*own)[place.part];
    if (is_no_amount(*measure_, measure_->parts[place.part], reading)) return;
    see_unit(part, measure_->parts[place.part], who, reading);
    if (against.less == 0 || !reading.is_number) {
        return part.total.add(who.number, reading, against.bound);
    }
    MeasuredReading less = reading;
    less.number -= against.less;
    part.total.add(who.number, less, against.bound);
}

void MeasureTotals::add_parts(const Group& group, MeasureValue& value) const {
    value.parts.resize(measure_->parts.size());
    for (const auto& [each, parts] : group) {
        for (std::size_t i = 0; i < parts.size(); ++i) {
            MeasureValue::Part& part = value.parts[i];
            part.readings += parts[i].total.readings();
            part.entities += parts[i].members;
            value.by_hand |= part.readings > 0 && measure_->parts[i].type == kHandValueType;
            // What each has of its own is not the group's.
            if (measure_->across == Across::None) part.value = parts[i].total.value(value.as_of);
        }
    }
}

void MeasureTotals::find_unit(const Group& group, MeasureValue& value) const {
    for (const auto& [each, parts] : group) {
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const std::string* const other =
                unit_apart(parts[i].units, held_unit(*measure_, measure_->parts[i]));
            if (other == nullptr) continue;
            value.lack = MeasureLack::Unit;
            value.about = i;
            value.entity = *other;
            return;
        }
    }
}

void MeasureTotals::find_missing(const Group& group, MeasureValue& value) const {
    if (!measure_->least_share) return;
    for (std::size_t i = 0; i < measure_->parts.size(); ++i) {
        if (!is_of_readings(measure_->parts[i])) continue;
        PartTotal::Came of;
        for (const auto& [each, parts] : group) {
            const PartTotal::Came one = parts[i].total.came(value.as_of);
            of.came += one.came;
            of.due += one.due;
        }
        if (of.due == 0) continue;
        const double share = static_cast<double>(of.came) / static_cast<double>(of.due);
        if (share >= *measure_->least_share) continue;
        value.lack = MeasureLack::Missing;
        value.about = i;
        value.came = of;
        return;
    }
}

// One value of the formula for each that has all its parts; of a group that is not parted, one.
void MeasureTotals::evaluate(const Group& group, MeasureValue& value) const {
    std::vector<double> values;
    for (const auto& [each, parts] : group) {
        std::vector<std::optional<double>> numbers;
        for (const PartOfGroup& part : parts) numbers.push_back(part.total.value(value.as_of));
        const Formula::Value one = measure_->formula.evaluate(numbers);
        if (one.number) {
            values.push_back(*one.number);
        } else if (value.lack == MeasureLack::None) {  // of the first that has none
            value.lack = lack_of(one.lack);
            value.about = one.part;
        }
    }
    if (values.empty()) return;
    value.lack = MeasureLack::None;
    value.about = 0;
    value.value = values.front();
    if (measure_->across == Across::None) return;
    value.cases = values.size();
    const double number =
        measure_->across == Across::Mean ? mean_of(values) : median_of(std::move(values));
    value.value = std::isfinite(number) ? std::optional{number} : std::nullopt;
    if (!value.value) value.lack = MeasureLack::NotFinite;
}

bool MeasureTotals::is_too_small(const Group& group, const MeasureValue& value) const {
    if (measure_->smallest <= 1) return false;
    if (measure_->across != Across::None) return value.cases < measure_->smallest;
    std::size_t fewest = SIZE_MAX;
    for (const auto& [each, parts] : group) {
        for (const PartOfGroup& part : parts) {
            fewest = std::min({fewest, part.members, part.total.entities()});
        }
    }
    return fewest < measure_->smallest;
}

MeasureValue MeasureTotals::value_of(const std::string& name, const Group& group,
                                     Time as_of) const {
    MeasureValue out{.group = name, .period = period_, .as_of = std::min(as_of, period_.to)};
    MeasureValue whole = out;
    evaluate(group, whole);
    if (is_too_small(group, whole)) {
        out.lack = MeasureLack::TooSmall;
        return out;
    }
    add_parts(group, out);
    find_unit(group, out);
    if (out.lack == MeasureLack::None) find_missing(group, out);
    if (out.lack != MeasureLack::None) return out;
    whole.parts = std::move(out.parts);
    whole.by_hand = out.by_hand;
    return whole;
}

std::vector<MeasureValue> MeasureTotals::values(Time as_of) const {
    std::vector<MeasureValue> out;
    if (groups_.size() > kMaxGroups) {
        out.push_back({.period = period_,
                       .as_of = std::min(as_of, period_.to),
                       .lack = MeasureLack::TooMany});
        return out;
    }
    for (const auto& [name, group] : groups_) out.push_back(value_of(name, group, as_of));
    if (out.empty() && measure_->by.empty()) out.push_back(value_of({}, {{"", no_parts()}}, as_of));
    return out;
}

bool belongs(const MeasurePart& part, const Entity& entity) {
    const bool ours = part.type != kHandValueType || entity.guardian == kMeasureGuardian;
    return ours && matches(part.who, entity);
}

std::string group_of(const Measure& measure, const Entity& entity) {
    return measure.by.empty() ? std::string{} : text_of_value(entity.find(measure.by));
}

std::string each_of(const Measure& measure, const Entity& entity) {
    if (measure.across == Across::None) return {};
    const std::string each = measure.each.empty() ? "" : text_of_value(entity.find(measure.each));
    return each.empty() ? entity.id : each;
}

HeldAgainst held_against(const MeasurePart& part, const Entity& entity) {
    HeldAgainst out;
    if (part.kind == PartKind::Share || part.kind == PartKind::TimeBeyond) {
        out.bound = part.bound.attribute.empty() ? std::optional{part.bound.number}
                                                 : number_of(entity.find(part.bound.attribute));
    }
    if (part.less.empty()) return out;
    const auto less = number_of(entity.find(part.less));
    out.counts = less.has_value();
    out.less = less.value_or(0);
    return out;
}

bool asks_first(const Measure& measure, const MeasurePart& part) {
    return part.kind == PartKind::Expected || measure.least_share;
}

Period period_of(const Measure& measure, const MeasurePart& part, const Period& period) {
    Period out = period;
    for (int n = 0; n < part.ago; ++n) {
        out = period_at(measure.period, Time{out.from.us - 1});
    }
    return out;
}

Period period_for(const Measure& measure, const MeasurePart& part, Time at) {
    Period out = period_at(measure.period, at);
    for (int n = 0; n < part.ago; ++n) out = next_period(measure.period, out);
    return out;
}

Period reach_of(const Measure& measure, const MeasurePart& part, const Period& period) {
    const Period own = period_of(measure, part, period);
    if (part.kind != PartKind::TimeBeyond) return own;
    return {own.from - part.hold, own.to};
}

}  // namespace musubi

#include "project/measures/measure_totals.h"

#include <algorithm>

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

}  // namespace

bool operator==(const MeasureValue& a, const MeasureValue& b) {
    const auto same = [](const MeasureValue::Part& x, const MeasureValue::Part& y) {
        return x.value == y.value && x.readings == y.readings && x.entities == y.entities;
    };
    return a.group == b.group && a.period == b.period && a.as_of == b.as_of && a.value == b.value &&
           a.lack == b.lack && a.about == b.about && a.entity == b.entity &&
           a.came.came == b.came.came && a.came.due == b.came.due &&
           std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(), same);
}

MeasureTotals::Group MeasureTotals::empty_group() const {
    Group group;
    group.reserve(measure_->parts.size());
    const bool counts_entities = measure_->smallest > 1 || measure_->least_share;
    for (const MeasurePart& part : measure_->parts) {
        group.push_back(
            {.total = PartTotal{part, period_, counts_entities}, .members = 0, .other_unit = {}});
    }
    return group;
}

MeasureTotals::Group* MeasureTotals::group(std::string_view name) {
    const auto found = groups_.find(name);
    if (found != groups_.end()) return &found->second;
    if (groups_.size() > kMaxGroups) return nullptr;  // it has no values any more
    return &groups_.try_emplace(std::string{name}, empty_group()).first->second;
}

void MeasureTotals::join(std::string_view name, std::size_t part, const Joining& who) {
    Group* const own = group(name);
    if (own == nullptr) return;
    PartOfGroup& of = (*own)[part];
    ++of.members;
    const std::string& wanted = measure_->parts[part].unit;
    const bool differs = !wanted.empty() && !who.unit.empty() && who.unit != wanted;
    // The first of them in order: the same whatever the order in which they came.
    if (differs && (of.other_unit.empty() || who.entity < of.other_unit)) {
        of.other_unit = who.entity;
    }
    of.total.expect_from(who.first);
}

void MeasureTotals::add(std::string_view name, std::size_t part, std::uint32_t entity,
                        const MeasuredReading& reading, std::optional<double> bound) {
    if (Group* const own = group(name)) (*own)[part].total.add(entity, reading, bound);
}

void MeasureTotals::find_missing(const Measure& measure, const Group& group, MeasureValue& value) {
    if (!measure.least_share) return;
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (measure.parts[i].kind == PartKind::Expected) continue;
        const PartTotal::Came of = group[i].total.came(value.as_of);
        if (of.due == 0) continue;
        const double share = static_cast<double>(of.came) / static_cast<double>(of.due);
        if (share >= *measure.least_share) continue;
        value.lack = MeasureLack::Missing;
        value.about = i;
        value.came = of;
        return;
    }
}

MeasureValue MeasureTotals::value_of(const std::string& name, const Group& group,
                                     Time as_of) const {
    MeasureValue out{.group = name, .period = period_, .as_of = std::min(as_of, period_.to)};
    std::vector<std::optional<double>> numbers;
    std::size_t fewest = SIZE_MAX;
    for (const PartOfGroup& part : group) {
        numbers.push_back(part.total.value(out.as_of));
        out.parts.push_back({numbers.back(), part.total.readings(), part.members});
        fewest = std::min({fewest, part.members, part.total.entities()});
    }
    if (measure_->smallest > 1 && fewest < measure_->smallest) {
        out.parts.clear();
        out.lack = MeasureLack::TooSmall;
        return out;
    }
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (group[i].other_unit.empty()) continue;
        out.lack = MeasureLack::Unit;
        out.about = i;
        out.entity = group[i].other_unit;
        return out;
    }
    find_missing(*measure_, group, out);
    if (out.lack != MeasureLack::None) return out;
    const Formula::Value value = measure_->formula.evaluate(numbers);
    out.value = value.number;
    out.lack = lack_of(value.lack);
    out.about = value.part;
    return out;
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
    if (out.empty() && measure_->by.empty()) out.push_back(value_of({}, empty_group(), as_of));
    return out;
}

std::string group_of(const Measure& measure, const Entity& entity) {
    if (measure.by.empty()) return {};
    const Attribute* attribute = entity.find(measure.by);
    if (attribute == nullptr) return {};
    return attribute->value.is_string() ? attribute->value.string() : to_text(attribute->value);
}

std::optional<double> bound_of(const MeasurePart& part, const Entity& entity) {
    if (part.kind != PartKind::Share && part.kind != PartKind::TimeBeyond) return std::nullopt;
    if (part.bound.attribute.empty()) return part.bound.number;
    const Attribute* attribute = entity.find(part.bound.attribute);
    if (attribute == nullptr) return std::nullopt;
    const MeasuredReading reading = to_reading({}, attribute->value);
    return reading.is_number ? std::optional{reading.number} : std::nullopt;
}

bool asks_first(const Measure& measure, const MeasurePart& part) {
    return part.kind == PartKind::Expected || measure.least_share;
}

Period reach_of(const MeasurePart& part, const Period& period) {
    if (part.kind != PartKind::TimeBeyond) return period;
    return {period.from - part.hold, period.to};
}

}  // namespace musubi

#include "project/measures/value_writer.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/both_words.h"
#include "project/measures/words.h"
#include "store/edit_values.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

constexpr std::size_t kGroupDigits = 16;

Json to_json(const MeasureWords& words) { return both_words(words.ja, words.en); }

Json to_json(const Period& period) {
    Json out;
    out.set("from", to_iso(period.from));
    out.set("to", to_iso(period.to));
    return out;
}

// Null where an entity that is not ours has the id.
Result<EntityEdit*> edit_or_create(Transaction& tx, const std::string& id,
                                   std::vector<std::string> types) {
    if (const EntityPtr there = TRY(tx.find(id))) {
        if (there->guardian == kMeasureGuardian) return tx.edit(id);
        return nullptr;  // somebody else's, which stays as it is
    }
    Entity entity;
    entity.id = id;
    entity.types = std::move(types);
    std::sort(entity.types.begin(), entity.types.end());
    entity.guardian = kMeasureGuardian;
    return tx.create(std::move(entity));
}

std::int64_t whole_of(const Entity& entity, const std::string& name) {
    const Attribute* attribute = entity.find(name);
    return attribute != nullptr && attribute->value.is_integer() ? attribute->value.integer() : 0;
}

bool same_number(const Entity& entity, const std::string& name, std::optional<double> value) {
    const Attribute* attribute = entity.find(name);
    if (attribute == nullptr || !attribute->value.is_number()) return !value;
    return value && attribute->value.number() == *value;
}

// What the readings came to: one state in history for each moment it was computed as of.
void set_number(EntityEdit& edit, const MeasureNames& names, const Measure& measure,
                const MeasureValue& value) {
    if (!value.value) {
        edit.remove(names.kpi_value, {}, value.as_of);
        return;
    }
    Attribute number = property_of(names.kpi_value, *value.value);
    number.unit_code = measure.unit;
    number.observed_at = value.as_of;
    const Attribute* present = edit.state().find(names.kpi_value);
    if (present == nullptr || !same_content(*present, number)) edit.set(std::move(number));
}

}  // namespace

MeasureNames::MeasureNames(const Context& context)
    : indicator{context.expand("KeyPerformanceIndicator")},
      measure{context.expand("Measure")},
      value{context.expand("MeasureValue")},
      name{context.expand("name")},
      description{context.expand("description")},
      formula{context.expand("calculationFormula")},
      unit{context.expand("valueUnit")},
      direction{context.expand("betterDirection")},
      definition{context.expand("definition")},
      hash{context.expand("definitionHash")},
      version{context.expand("definitionVersion")},
      kpi_value{context.expand("kpiValue")},
      calculation_period{context.expand("calculationPeriod")},
      of_measure{context.expand("ofMeasure")},
      group{context.expand("group")},
      lack{context.expand("lack")},
      readings{context.expand("readingsUsed")},
      entities{context.expand("entitiesUsed")},
      root{context.expand("readingsRoot")},
      code{context.expand("codeVersion")},
      revision{context.expand("revision")},
      as_of{context.expand("asOf")},
      is_final{context.expand("isFinal")},
      by_hand{context.expand("byHand")},
      cases{context.expand("casesUsed")} {}

std::string measure_entity(const Measure& measure) { return "urn:ngsi-ld:Measure:" + measure.id; }

std::string value_entity(const Measure& measure, const MeasureValue& value) {
    std::string id = fmt::format("urn:ngsi-ld:MeasureValue:{}:{}:{}", measure.id,
                                 name_of(measure.period), day_text(value.period.from));
    if (!measure.by.empty()) id += ":" + to_hex(sha256({value.group})).substr(0, kGroupDigits);
    return id;
}

Result<bool> write_measure(Transaction& tx, const MeasureNames& names, const MeasureSet& set,
                           const Measure& measure) {
    EntityEdit* const made =
        TRY(edit_or_create(tx, measure_entity(measure), {names.indicator, names.measure}));
    if (made == nullptr) return false;
    EntityEdit& edit = *made;
    set_value(edit, names.name, to_json({measure.ja, measure.en}));
    set_value(edit, names.description, to_json(describe(measure, *set.context)));
    set_value(edit, names.formula, measure.formula.text());
    set_value(edit, names.unit, measure.unit);
    set_value(edit, names.direction, measure.direction == Direction::Up ? "up" : "down");
    set_value(edit, names.definition, measure.definition);
    set_value(edit, names.hash, measure.hash);
    set_value(edit, names.version, set.version);
    return true;
}

Result<bool> write_value(Transaction& tx, const MeasureNames& names, const Measure& measure,
                         const MeasureValue& value, const std::string& root) {
    EntityEdit* const made =
        TRY(edit_or_create(tx, value_entity(measure, value), {names.indicator, names.value}));
    if (made == nullptr) return false;
    EntityEdit& edit = *made;
    const bool was_final = edit.state().find(names.is_final) != nullptr &&
                           edit.state().find(names.is_final)->value == Json{true};
    const bool is_final = !root.empty();
    const bool same_readings = [&] {
        const Attribute* before = edit.state().find(names.root);
        return before != nullptr && before->value == Json{root};
    }();
    const Attribute* hash = edit.state().find(names.hash);
    const bool same_definition = hash != nullptr && hash->value == Json{measure.hash};
    const bool same =
        same_number(edit.state(), names.kpi_value, value.value) && same_readings && same_definition;
    if (was_final && (!is_final || same)) return true;
    set_number(edit, names, measure, value);
    Attribute of = property_of(names.of_measure, measure_entity(measure));
    of.kind = AttributeKind::Relationship;
    if (edit.state().find(names.of_measure) == nullptr) edit.set(std::move(of));
    set_value(edit, names.calculation_period, to_json(value.period));
    if (!measure.by.empty()) set_value(edit, names.group, value.group);
    if (value.lack == MeasureLack::None) {
        edit.remove(names.lack, {});
    } else {
        set_value(edit, names.lack, to_json(describe_lack(measure, value)));
    }
    if (value.by_hand) {
        set_value(edit, names.by_hand, true);
    } else {
        edit.remove(names.by_hand, {});
    }
    if (measure.across != Across::None) {
        set_value(edit, names.cases, static_cast<std::int64_t>(value.cases));
    }
    std::uint64_t readings = 0;
    std::size_t entities = 0;
    for (const MeasureValue::Part& part : value.parts) {
        readings += part.readings;
        entities = std::max(entities, part.entities);
    }
    set_value(edit, names.readings, static_cast<std::int64_t>(readings));
    set_value(edit, names.entities, static_cast<std::int64_t>(entities));
    set_value(edit, names.hash, measure.hash);
    set_value(edit, names.code, kMeasureCode);
    set_value(edit, names.as_of, date_time(value.as_of));
    set_value(edit, names.is_final, is_final);
    if (!is_final) return true;
    set_value(edit, names.root, root);
    set_value(edit, names.revision, whole_of(edit.state(), names.revision) + 1);
    return true;
}

Result<void> take_back_value(Transaction& tx, const MeasureNames& names, const std::string& id) {
    const EntityPtr there = TRY(tx.find(id));
    if (!there || there->guardian != kMeasureGuardian) return {};
    EntityEdit& edit = *TRY(tx.edit(id));
    edit.remove(names.kpi_value, {});
    edit.remove(names.root, {});
    set_value(edit, names.is_final, false);
    set_value(edit, names.as_of, date_time(tx.now()));
    set_value(edit, names.lack,
              both_words("まだ終わっていない期間です。進んでいた時計で書かれた値は取り消されました",
                         "the period is not over yet: what a clock that ran ahead wrote is taken "
                         "back"));
    return {};
}

}  // namespace musubi

#include <algorithm>

#include "api/admin_json.h"
#include "api/handlers.h"
#include "api/measures.h"
#include "base/both_words.h"
#include "broker/present.h"
#include "project/loop/loop_document.h"
#include "project/measures/compute.h"
#include "project/measures/value_revisions.h"

namespace musubi::api {
namespace {

// Which value is asked for: of the period that `from` is in, and of `group`.
Result<MeasureValue> asked_value(const ApiCall& call, const Measure& measure, Time now) {
    MeasureValue asked;
    asked.period = period_at(measure.period, TRY(asked_day(call, "from", now)));
    const std::string* group = call.param("group");
    if ((group != nullptr) == measure.by.empty()) {
        return measure.by.empty()
                   ? loop_error(ErrorCode::NotFound, "group", "この指標に内訳はありません",
                                "this measure has no break-down")
                   : loop_error(ErrorCode::BadRequest, "group",
                                "この指標には内訳があります。どの組かを group で指定してください",
                                "this measure has a break-down: say by 'group' which");
    }
    if (group != nullptr) asked.group = *group;
    return asked;
}

// Whether the group is too small to be shown now.
Result<bool> is_too_small(const App& app, const ApiCall& call, const Measure& measure,
                          const MeasureValue& asked, Time now) {
    const auto computed =
        TRY(compute_measure(app.store, call.caller, measure, asked.period, now)).values;
    return std::ranges::none_of(computed, [&](const MeasureValue& value) {
        return value.group == asked.group && value.lack != MeasureLack::TooSmall;
    });
}

Result<std::vector<ValueRevision>> kept_revisions(const App& app, const ApiCall& call,
                                                  const Measure& measure, const MeasureValue& asked,
                                                  Time now) {
    const MeasureNames names{*app.measures->context};
    const std::string id = value_entity(measure, asked);
    const EntityPtr entity = TRY(app.store.find(call.caller, id));
    std::vector<ValueRevision> out;
    if (!entity || entity->guardian != kMeasureGuardian) return out;
    out = revisions_of(TRY(app.store.history(call.caller, id, revision_names(names))), names);
    if (measure.smallest > 1 && !out.empty()) {
        withhold_small(out, TRY(is_too_small(app, call, measure, asked, now)));
    }
    return out;
}

Json to_json(const ValueRevision& one) {
    Json out;
    out.set("revision", one.number);
    out.set("writtenAt", to_iso(one.written));
    if (!one.as_of.empty()) out.set("asOf", one.as_of);
    if (one.value) out.set("value", *one.value);
    if (!one.lack.is_null()) out.set("lack", one.lack);
    out.set("readings", one.readings);
    out.set("entities", one.entities);
    out.set("hash", one.hash);
    out.set("codeVersion", one.code);
    if (!one.root.empty()) out.set("readingsRoot", one.root);
    Json::Array why;
    for (const RevisionCause& cause : one.causes) {
        Json item;
        item.set("kind", cause.kind);
        item.set("words", both_words(cause.ja, cause.en));
        why.push_back(std::move(item));
    }
    out.set("why", std::move(why));
    return out;
}

}  // namespace

// GET /musubi/v1/measures/{id}/revisions?from&group: what was kept of a value, all of which is made
// of all readings; so only for who may see them all
Result<Answer> get_measure_revisions(const App& app, const ApiCall& call) {
    const Measure* measure = TRY(begin_measure(app, call));
    if (!shows_all_of(*call.caller.access, *measure)) {
        return loop_error(ErrorCode::Forbidden, "",
                          "版の値は全部の読み取りから計算したものなので、全部を見られる人だけに"
                          "示します",
                          "revisions are made of all readings: they are for who may see all");
    }
    const Present present = TRY(read_present(app.store, call.tenant, app.clock));
    const MeasureValue asked = TRY(asked_value(call, *measure, present.at));
    const auto revisions = TRY(kept_revisions(app, call, *measure, asked, present.at));
    std::int64_t readings = 0;
    Json::Array list;
    for (const ValueRevision& one : revisions) {
        readings += one.readings;
        list.push_back(to_json(one));
    }
    TRY(record_measure(app, call, *measure, static_cast<std::size_t>(readings)));
    Json out;
    out.set("measure", measure->id);
    out.set("from", to_iso(asked.period.from));
    out.set("to", to_iso(asked.period.to));
    const PeriodName name = name_of(measure->period, asked.period);
    out.set("name", both_words(name.ja, name.en));
    if (!measure->by.empty()) out.set("group", asked.group);
    out.set("entity", value_entity(*measure, asked));
    out.set("hash", measure->hash);
    out.set("codeVersion", kMeasureCode);
    out.set("revisions", std::move(list));
    return Answer{plain_json(out)};
}

}  // namespace musubi::api

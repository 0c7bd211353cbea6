#include <algorithm>

#include "api/admin_json.h"
#include "api/measures.h"
#include "api/use.h"
#include "base/both_words.h"
#include "project/loop/loop_document.h"
#include "project/measures/words.h"

namespace musubi::api {
namespace {

AskedTypes types_of_measure(const Measure& measure) {
    AskedTypes asked;
    for (const MeasurePart& part : measure.parts) asked.named.push_back(part.type);
    std::sort(asked.named.begin(), asked.named.end());
    asked.named.erase(std::unique(asked.named.begin(), asked.named.end()), asked.named.end());
    return asked;
}

}  // namespace

Result<const Measure*> begin_measure(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const Measure* measure = app.measures ? app.measures->find(call.path.front()) : nullptr;
    if (measure == nullptr) {
        return Error{
            ErrorCode::NotFound,
            "この指標はありません。一覧は GET /musubi/v1/measures です / there is no such measure; "
            "GET /musubi/v1/measures lists them"};
    }
    for (const std::string& type : types_of_measure(*measure).named) {
        TRY(begin_use(app, call, AccessAction::Read, TypeSelection{.type = type}, false));
    }
    return measure;
}

Result<void> record_measure(const App& app, const ApiCall& call, const Measure& measure,
                            std::size_t readings) {
    AskedTypes told = types_of_measure(measure);
    told.any = true;  // an entity of these types may be of a personal one as well
    return record_answer(app, call, told, {}, readings);
}

bool shows_all_of(const AccessFilter& access, const Measure& measure) {
    if (access.is_whole()) return true;
    return std::ranges::all_of(measure.parts, [&](const MeasurePart& part) {
        const std::vector<std::string> types{part.type};
        const auto conceals = [&](const std::string& name) {
            return access.may_conceal(types, name);
        };
        return access.covers(types) && access.shows_all_rows(types) && !conceals(part.attribute) &&
               std::ranges::none_of(part.looks_at, conceals);
    });
}

Result<Time> asked_day(const ApiCall& call, const char* name, Time other) {
    const std::string* text = call.param(name);
    if (text == nullptr) return other;
    auto time = parse_day(*text);
    if (time) return time;
    return Error{ErrorCode::BadRequest, time.error().detail, name};
}

Json value_json(const Measure& measure, const MeasureValue& value, const std::string& root) {
    Json out;
    out.set("from", to_iso(value.period.from));
    out.set("to", to_iso(value.period.to));
    out.set("asOf", to_iso(value.as_of));
    const PeriodName name = name_of(measure.period, value.period);
    out.set("name", both_words(name.ja, name.en));
    if (!measure.by.empty()) out.set("group", value.group);
    if (value.value) out.set("value", *value.value);
    if (value.by_hand) out.set("byHand", true);
    if (measure.across != Across::None) {
        out.set("cases", static_cast<std::int64_t>(value.cases));
    }
    if (value.lack != MeasureLack::None) {
        const MeasureWords lack = describe_lack(measure, value);
        out.set("lack", both_words(lack.ja, lack.en));
    }
    Json::Array parts;
    for (std::size_t i = 0; i < value.parts.size(); ++i) {
        Json part;
        part.set("name", measure.parts[i].name);
        if (value.parts[i].value) part.set("value", *value.parts[i].value);
        part.set("readings", static_cast<std::int64_t>(value.parts[i].readings));
        part.set("entities", static_cast<std::int64_t>(value.parts[i].entities));
        parts.push_back(std::move(part));
    }
    out.set("parts", std::move(parts));
    out.set("readingsRoot", root);
    return out;
}

}  // namespace musubi::api

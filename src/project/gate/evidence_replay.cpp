#include "base/canonical_json.h"
#include "project/gate/evidence_check.h"
#include "project/gate/stage_values.h"

namespace musubi {
namespace {

// The first place where two values differ.
std::optional<ReplayReport::Difference> first_difference(const Json& there, const Json& again,
                                                         const std::string& where) {
    if (there.is_object() && again.is_object()) {
        for (const JsonMember& member : there.object()) {
            const Json* other = again.find(member.name);
            if (other == nullptr) {
                return ReplayReport::Difference{where + "/" + member.name, to_text(member.value),
                                                ""};
            }
            if (auto found = first_difference(member.value, *other, where + "/" + member.name)) {
                return found;
            }
        }
        for (const JsonMember& member : again.object()) {
            if (there.find(member.name) != nullptr) continue;
            return ReplayReport::Difference{where + "/" + member.name, "", to_text(member.value)};
        }
        return std::nullopt;
    }
    if (there.is_array() && again.is_array() && there.array().size() == again.array().size()) {
        for (std::size_t i = 0; i < there.array().size(); ++i) {
            if (auto found = first_difference(there.array()[i], again.array()[i],
                                              where + "/" + std::to_string(i))) {
                return found;
            }
        }
        return std::nullopt;
    }
    if (there == again) return std::nullopt;
    return ReplayReport::Difference{where, to_text(there), to_text(again)};
}

// What the values are computed with has no `definitionMoved`, which is of the lock.
void keep_marks(const Json& judged, Json& again) {
    for (std::size_t i = 0; i < judged.array().size() && i < again.array().size(); ++i) {
        if (const Json* moved = judged.array()[i].find("definitionMoved")) {
            again.array()[i].set("definitionMoved", *moved);
        }
    }
}

std::int64_t readings_of(const Json& value) {
    const Json* parts = value.find("parts");
    std::int64_t out = 0;
    for (std::size_t i = 0; parts != nullptr && parts->is_array() && i < parts->array().size();
         ++i) {
        const Json* readings = parts->array()[i].find("readings");
        const bool known = readings != nullptr && readings->is_integer() &&
                           readings->integer() >= 0 && readings->integer() < (1LL << 40);
        if (known) out += readings->integer();
    }
    return out;
}

const Json::Array& values_in(const Json& item) {
    static const Json::Array none;
    const Json* values = item.find("values");
    return values != nullptr && values->is_array() ? values->array() : none;
}

// The root of a value's readings is another, or there is nobody it is of.
std::optional<ReplayReport::OtherReadings> other_readings(const Json& judged, const Json& again) {
    for (std::size_t i = 0; i < judged.array().size() && i < again.array().size(); ++i) {
        const Json::Array& there = values_in(judged.array()[i]);
        const Json::Array& here = values_in(again.array()[i]);
        for (std::size_t n = 0; n < there.size(); ++n) {
            const bool known = n < here.size();
            const std::string root = text_in(there[n], "readingsRoot");
            if (known && root == text_in(here[n], "readingsRoot")) continue;
            return ReplayReport::OtherReadings{.measure = text_in(judged.array()[i], "measure"),
                                               .from = text_in(there[n], "from"),
                                               .there = readings_of(there[n]),
                                               .here = known ? readings_of(here[n]) : 0};
        }
    }
    return std::nullopt;
}

}  // namespace

Result<ReplayReport> replay_evidence(const Json& file, const Store& store) {
    const Json& evidence = *file.find("evidence");
    const Json* judged = evidence.find("judged");
    if (judged == nullptr || !judged->is_array()) {
        return Error{ErrorCode::BadRequest, "証拠に値がありません / the evidence has no values",
                     "/evidence/judged"};
    }
    const StageQuestion question = TRY(question_of_evidence(evidence));
    const MeasureSet measures = TRY(measures_of_evidence(evidence));
    const GateMoment moment{.at = TRY(parse_time(text_in(evidence, "at")))};
    Json again = TRY(judge_values(question, TRY(stage_values(store, service_caller("", "replay"),
                                                             measures, question, moment))));
    keep_marks(*judged, again);
    ReplayReport report;
    report.difference = first_difference(*judged, again, "/evidence/judged");
    report.other_readings = other_readings(*judged, again);
    Json whole = evidence;
    whole.set("judged", std::move(again));
    report.evidence = TRY(canonical_json(whole));
    const bool same = report.evidence == TRY(canonical_json(evidence));
    if (same || report.difference) return report;
    report.difference = ReplayReport::Difference{"/evidence/judged", "", ""};
    return report;
}

}  // namespace musubi

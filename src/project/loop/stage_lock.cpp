#include "project/loop/stage_lock.h"

#include <fmt/core.h>

#include <array>

#include "base/canonical_json.h"
#include "project/loop/loop_text.h"
#include "project/loop/loop_writer.h"
#include "project/measures/period.h"
#include "store/edit_values.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

constexpr std::array kLocked{"kind",         "from",         "to",
                             "hypothesis",   "expectations", "estimator",
                             "baselineFrom", "comparison",   "looks"};
constexpr std::size_t kMaxMoves = 200;

Json::Array definitions(const Entity& stage, const MeasureSet* measures) {
    Json::Array out;
    const Json* expectations = loop_value(stage, "expectations");
    if (expectations == nullptr || measures == nullptr) return out;
    for (const Json& one : expectations->array()) {
        const Measure* measure = measures->find(one.find("measure")->string());
        Json item;
        item.set("measure", one.find("measure")->string());
        item.set("definitionHash", measure != nullptr ? measure->hash : std::string{});
        out.push_back(std::move(item));
    }
    return out;
}

}  // namespace

Json definitions_of(const MeasureSet* measures) {
    Json out{Json::Object{}};
    if (measures == nullptr) return out;
    out.set("version", measures->version);
    out.set("contextUrl", measures->context_url);
    out.set("context", measures->context_document);
    out.set("text", measures->text);
    return out;
}

Json lockable_of(const Entity& stage) {
    Json out{Json::Object{}};
    for (const char* name : kLocked) {
        if (const Json* value = loop_value(stage, name)) out.set(name, *value);
    }
    return out;
}

Json locked_of(const Entity& stage, const MeasureSet* measures) {
    Json out = lockable_of(stage);
    out.set("definitions", definitions(stage, measures));
    return out;
}

Result<std::string> hash_of(const Json& value) {
    return to_hex(sha256({TRY(canonical_json(value))}));
}

Result<void> lock_stage(EntityEdit& edit, const MeasureSet* measures, const std::string& by,
                        const LockMoment& moment) {
    Json locked = locked_of(edit.state(), measures);
    locked.set("lockedOn", day_text(moment.present));
    set_loop_value(edit, "state", "open");
    set_loop_value(edit, "lockedAt", date_time(moment.at));
    set_loop_value(edit, "lockedBy", by);
    set_loop_value(edit, "lockHash", TRY(hash_of(locked)));
    set_loop_value(edit, "locked", locked);
    return {};
}

std::optional<TwoTongues> locked_late(const Json& stage, const std::string& on) {
    const Json* from = stage.find("from");
    const Json* to = stage.find("to");
    const bool late = from != nullptr && from->is_string() && on > from->string();
    if (!late) return std::nullopt;
    if (to != nullptr && to->is_string() && on > to->string()) {
        return TwoTongues{
            fmt::format("約束が固定されたのは {} で、段階の期間が終わった後です（最終日 {}）。"
                        "結果を知ってから決められた約束かもしれません",
                        on, to->string()),
            fmt::format("the promise was locked on {}, after the stage's last day {}: it may have "
                        "been made when the outcome was known",
                        on, to->string())};
    }
    return TwoTongues{fmt::format("約束が固定されたのは {} で、段階が始まった後です（初日 {}）", on,
                                  from->string()),
                      fmt::format("the promise was locked on {}, after the stage's first day {}",
                                  on, from->string())};
}

std::optional<TwoTongues> promises_nothing(const Json& stage) {
    const Json* kind = stage.find("kind");
    if (kind == nullptr || *kind != Json{"pilot"}) return std::nullopt;
    const Json* hypothesis = stage.find("hypothesis");
    const Json* expectations = stage.find("expectations");
    const bool no_words =
        hypothesis == nullptr || !hypothesis->is_string() || is_blank(hypothesis->string());
    const bool no_measure =
        expectations == nullptr || !expectations->is_array() || expectations->array().empty();
    if (no_words && no_measure) {
        return TwoTongues{"仮説も、確かめる指標もありません。この実証は何も約束していません",
                          "there is neither a hypothesis nor a measure: this pilot promises "
                          "nothing"};
    }
    if (no_measure) {
        return TwoTongues{"確かめる指標がありません。この実証が当たったかは、数では判定されません",
                          "there is no measure it is judged by: no number will tell whether this "
                          "pilot worked"};
    }
    if (!no_words) return std::nullopt;
    return TwoTongues{"仮説がありません。何を確かめる実証かが、約束に残りません",
                      "there is no hypothesis: the promise does not say what this pilot is to "
                      "show"};
}

Result<void> keep_goalposts(EntityEdit& edit, const Json& before, const GoalpostMove& move) {
    if (loop_value(edit.state(), "lockedAt") == nullptr) return {};
    const Json after = lockable_of(edit.state());
    if (before == after) return {};
    if (is_blank(move.why)) {
        return loop_error(ErrorCode::Conflict, move.place,
                          "この段階はもう始まり、約束は固定されています。変えるなら理由を「why」に"
                          "書いてください。"
                          "変えたことは残ります",
                          "the stage has begun and is locked; to change it, say why in 'why': the "
                          "change stays visible");
    }
    const Json* present = loop_value(edit.state(), "movedGoalposts");
    Json moves = present != nullptr ? *present : Json{Json::Array{}};
    for (const char* name : kLocked) {
        const Json* was = before.find(name);
        const Json* is = after.find(name);
        const bool same = was == nullptr || is == nullptr ? was == is : *was == *is;
        if (same) continue;
        if (moves.array().size() >= kMaxMoves) {
            return loop_error(ErrorCode::TooLarge, move.place, "変更は 200 回までです",
                              "it was changed 200 times; no more are kept");
        }
        Json one;
        one.set("at", to_iso(move.at));
        one.set("by", move.by);
        one.set("why", move.why);
        one.set("member", name);
        if (was != nullptr) one.set("before", *was);
        if (is != nullptr) one.set("after", *is);
        moves.push_back(std::move(one));
    }
    set_loop_value(edit, "movedGoalposts", std::move(moves));
    return {};
}

}  // namespace musubi

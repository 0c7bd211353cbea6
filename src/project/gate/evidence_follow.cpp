#include "project/gate/evidence_follow.h"

#include <algorithm>
#include <map>
#include <optional>

#include "project/gate/evidence_builder.h"
#include "project/gate/evidence_check.h"
#include "project/gate/stage_values.h"
#include "project/loop/loop_vocabulary.h"
#include "project/measures/words.h"

namespace musubi {
namespace {

bool is_list(const Json* value) { return value != nullptr && value->is_array(); }

bool is_said(const Json& json, std::string_view name, const Json& value) {
    const Json* said = json.find(name);
    return said != nullptr && *said == value;
}

// Texts as they are without the numbers in them.
std::string without_numbers(const std::string& text) {
    std::string out;
    std::copy_if(text.begin(), text.end(), std::back_inserter(out),
                 [](char c) { return (c < '0' || c > '9') && c != '.'; });
    return out;
}

// The parts of a value with their numbers; nothing: they are not those of the measure.
std::optional<std::vector<std::optional<double>>> numbers_of(const Measure& measure,
                                                             const Json& value) {
    const Json* parts = value.find("parts");
    if (!is_list(parts) || parts->array().size() != measure.parts.size()) return std::nullopt;
    std::vector<std::optional<double>> out(measure.parts.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const Json& part = parts->array()[i];
        if (text_in(part, "name") != measure.parts[i].name) return std::nullopt;
        const Json* number = part.find("value");
        if (number != nullptr && number->is_number()) out[i] = number->number();
    }
    return out;
}

// Whether it is said that there is no value because of units or of what is missing: for this the
// parts are no reason, and what they are is told.
bool is_left_out(const Measure& measure, const Json& value) {
    const Json* lack = value.find("lack");
    const std::string said = lack != nullptr ? text_in(*lack, "ja") : std::string{};
    for (std::size_t i = 0; i < measure.parts.size(); ++i) {
        MeasureValue like;
        like.about = i;
        like.lack = MeasureLack::Unit;
        const std::string of_units = describe_lack(measure, like).ja;
        constexpr std::string_view kUnit = "単位";  // what comes after it differs
        if (said.starts_with(of_units.substr(0, of_units.find(kUnit) + kUnit.size()))) return true;
        like.lack = MeasureLack::Missing;
        const bool missing =
            measure.least_share &&
            without_numbers(said) == without_numbers(describe_lack(measure, like).ja);
        if (missing) return true;
    }
    return false;
}

// A value, or that there is none, is what the formula makes of the parts. Of values of each the
// parts are not told, nor of few.
bool follows(const Measure& measure, const Json& value) {
    const Json* given = value.find("value");
    if (measure.across != Across::None) return true;
    const auto numbers = numbers_of(measure, value);
    if (given != nullptr) {
        return given->is_number() && numbers &&
               measure.formula.evaluate(*numbers).number == given->number();
    }
    if (value.find("lack") == nullptr) return false;
    if (!numbers) {
        const Json* parts = value.find("parts");
        return (measure.smallest > 1 || !measure.by.empty()) && is_list(parts) &&
               parts->array().empty();
    }
    return !measure.formula.evaluate(*numbers).number || is_left_out(measure, value);
}

class FollowCheck {
public:
    FollowCheck(const Json& evidence, const StageQuestion& question, const MeasureSet& measures)
        : evidence_{evidence}, question_{question}, measures_{measures} {}

    std::vector<TwoTongues> run() {
        check_numbers();
        check_look();
        check_slots();
        const Json* judged = evidence_.find("judged");
        const std::size_t count = is_list(judged) ? judged->array().size() : 0;
        for (std::size_t i = 0; i < count && i < question_.expectations.size(); ++i) {
            const Json& item = judged->array()[i];
            const std::string& promised = question_.expectations[i].measure;
            if (text_in(item, "measure") != promised) {
                fault("約束した指標の値ではありません: " + promised,
                      "these are not the values of the measure that was promised: " + promised);
                continue;
            }
            const Measure* measure = measures_.find(promised);
            const Json* values = item.find("values");
            if (measure == nullptr || !is_list(values)) continue;
            check_values(*measure, *values);
            check_periods(*measure, question_.expectations[i], *values);
        }
        return std::move(faults_);
    }

private:
    void fault(std::string ja, std::string en) {
        faults_.push_back({.ja = std::move(ja), .en = std::move(en)});
    }

    void check_numbers() {
        if (!is_said(evidence_, "seed", Json{static_cast<std::int64_t>(question_.seed)})) {
            fault("乱数の種が、約束のハッシュから決まるものと違います",
                  "the seed is not the one that the hash of the promise gives");
        }
        const bool same =
            is_said(evidence_, "looks", Json{static_cast<std::int64_t>(question_.looks)}) &&
            is_said(evidence_, "level", Json{question_.level()});
        if (same) return;
        fault("見る回数か信頼水準が、約束と違います",
              "the number of looks or the level is not what was promised");
    }

    // One beyond what was promised is there only where the promise was changed with a reason.
    void check_look() {
        const Json* stage = evidence_.find("stage");
        const Json* gates = stage != nullptr ? stage->find("gates") : nullptr;
        const std::size_t before = is_list(gates) ? gates->array().size() : 0;
        if (!is_said(evidence_, "look", Json{static_cast<std::int64_t>(before + 1)})) {
            fault("何回目に見たか（look）が、段階のゲートの数と合いません",
                  "which look it is does not agree with the gates that the stage had");
        }
        const Json* moves = stage != nullptr ? stage->find("movedGoalposts") : nullptr;
        const bool moved =
            is_list(moves) &&
            std::any_of(moves->array().begin(), moves->array().end(),
                        [](const Json& one) { return text_in(one, "member") == "looks"; });
        if (question_.look <= question_.looks || moved) return;
        fault("約束した回数を超えて見ています。回数を変えた記録もありません",
              "it was looked at more often than was promised, and no change of that is recorded");
    }

    void check_slots() {
        const Json* versions = evidence_.find("versions");
        const Json* slots = evidence_.find("slots");
        const Json* artefacts = evidence_.find("artefacts");
        const Json* stage = evidence_.find("stage");
        if (versions == nullptr || text_in(*versions, "vocabulary") != kLoopVersion) return;
        const bool same = slots != nullptr && is_list(artefacts) && stage != nullptr &&
                          *slots == slots_of(*artefacts, *stage);
        if (same) return;
        fault("枠（slots）が、成果物と合いません", "the slots are not what the artefacts fill");
    }

    void check_values(const Measure& measure, const Json& values) {
        for (const Json& value : values.array()) {
            if (follows(measure, value)) continue;
            fault("値が、その部分からの計算と合いません: " + measure.ja + " " +
                      text_in(value, "from"),
                  "a value is not what its parts come to: " + measure.en + " " +
                      text_in(value, "from"));
            return;
        }
    }

    // Who belongs to a measure belongs to it in each period: so does a group.
    void check_periods(const Measure& measure, const StageQuestion::Expectation& expectation,
                       const Json& values) {
        const auto at = parse_time(text_in(evidence_, "at"));
        const auto periods = at ? periods_of(question_, measure.period, *at)
                                : Result<std::vector<Period>>{at.error()};
        if (!periods) {
            fault("値のある期間が分かりません", "which periods have values can not be told");
            return;
        }
        std::map<std::string, std::size_t> seen;  // how many of its periods, by group
        if (measure.by.empty() && group_counts(question_, expectation, "")) seen[""] = 0;
        const auto wrong = [&](const std::string& when) {
            fault("期間ごとに一つあるはずの値が、抜けているか、余っています: " + measure.ja + " " +
                      when,
                  "there is one value a period; one is missing, or there is one too many: " +
                      measure.en + " " + when);
        };
        for (const Json& value : values.array()) {
            const std::string group = measure.by.empty() ? "" : text_in(value, "group");
            const std::size_t n = seen[group]++;
            const bool in_place = n < periods->size() &&
                                  group_counts(question_, expectation, group) &&
                                  text_in(value, "from") == to_iso((*periods)[n].from) &&
                                  text_in(value, "to") == to_iso((*periods)[n].to);
            if (!in_place) return wrong(text_in(value, "from"));
        }
        for (const auto& [group, count] : seen) {
            if (count < periods->size()) return wrong(to_iso((*periods)[count].from));
        }
    }

    const Json& evidence_;
    const StageQuestion& question_;
    const MeasureSet& measures_;
    std::vector<TwoTongues> faults_;
};

}  // namespace

std::vector<TwoTongues> what_does_not_follow(const Json& evidence, const StageQuestion& question,
                                             const MeasureSet& measures) {
    return FollowCheck(evidence, question, measures).run();
}

}  // namespace musubi

#include "project/care/promises.h"

#include <algorithm>

#include "project/gate/stage_question.h"
#include "project/loop/loop_writer.h"

namespace musubi {
namespace {

bool names(const Entity& project, const std::string& measure) {
    const Json* list = loop_value(project, "measures");
    if (list == nullptr || !list->is_array()) return false;
    return std::find(list->array().begin(), list->array().end(), Json{measure}) !=
           list->array().end();
}

// What the stage that is under way has locked.
Result<std::optional<StageQuestion>> question_under_way(const Store& store, const Caller& caller,
                                                        const Entity& project) {
    const Json* stages = loop_value(project, "stages");
    if (stages == nullptr) return std::optional<StageQuestion>{};
    for (const Json& id : stages->array()) {
        const EntityPtr stage = TRY(store.find(caller, id.string()));
        const Json* locked = stage ? loop_value(*stage, "locked") : nullptr;
        if (locked == nullptr || loop_text(*stage, "state") != "open") continue;
        return std::optional{TRY(read_question(*locked))};
    }
    return std::optional<StageQuestion>{};
}

double on_line(Time from, double first, Time to, double last, Time at) {
    const double whole = (to - from).seconds();
    return whole <= 0 ? last : first + (last - first) * ((at - from).seconds() / whole);
}

}  // namespace

std::optional<double> path_at(const Measure& measure, Time at) {
    if (measure.path.empty()) return std::nullopt;
    if (at >= measure.path.back().by) return measure.path.back().value;
    const auto next = std::find_if(measure.path.begin(), measure.path.end(),
                                   [&](const Measure::Goal& goal) { return goal.by > at; });
    if (next != measure.path.begin()) {
        const auto before = std::prev(next);
        return on_line(before->by, before->value, next->by, next->value, at);
    }
    if (!measure.baseline_value || !measure.baseline || at < measure.baseline->to) {
        return std::nullopt;
    }
    return on_line(measure.baseline->to, *measure.baseline_value, next->by, next->value, at);
}

Result<std::vector<Promise>> promises_of(const Store& store, const Caller& caller,
                                         const Measure& measure, Time to) {
    std::vector<Promise> out;
    for (const EntityPtr& project : TRY(loop_entities(store, caller, "Project"))) {
        if (!loop_text(*project, "state").empty()) continue;  // it is over
        const auto question = TRY(question_under_way(store, caller, *project));
        Promise promise{.project = project->id, .owner = loop_text(*project, "owner")};
        bool by_stage = false;
        if (question && question->estimator == "none" && to > question->from) {
            for (const StageQuestion::Expectation& expectation : question->expectations) {
                if (expectation.measure != measure.id) continue;
                promise.group = expectation.group;
                promise.bound = expectation.threshold;
                promise.up = expectation.up;
                out.push_back(promise);
                by_stage = true;
            }
        }
        const auto path = path_at(measure, to);
        if (by_stage || !path || !names(*project, measure.id)) continue;
        promise.bound = *path;
        promise.up = measure.direction == Direction::Up;
        out.push_back(std::move(promise));
    }
    return out;
}

}  // namespace musubi

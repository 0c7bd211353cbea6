#include "project/care/promises.h"

#include <algorithm>
#include <iterator>

#include "project/gate/stage_question.h"
#include "project/loop/loop_writer.h"

namespace musubi {
namespace {

bool names_measure(const Entity& project, const std::string& measure) {
    const Json* list = loop_value(project, "measures");
    if (list == nullptr || !list->is_array()) return false;
    return std::find(list->array().begin(), list->array().end(), Json{measure}) !=
           list->array().end();
}

// Of the stages of a project: what the one that is under way has locked, and when the first begins.
struct Stages {
    std::optional<StageQuestion> under_way;
    std::optional<Time> first;
};

Result<Stages> stages_of(const Store& store, const Caller& caller, const Entity& project) {
    Stages out;
    const Json* stages = loop_value(project, "stages");
    if (stages == nullptr) return out;
    for (const Json& id : stages->array()) {
        const EntityPtr stage = TRY(store.find(caller, id.string()));
        if (!stage) continue;
        const auto from = parse_day(loop_text(*stage, "from"));
        if (from && (!out.first || *from < *out.first)) out.first = *from;
        const Json* locked = loop_value(*stage, "locked");
        if (locked == nullptr || loop_text(*stage, "state") != "open" || out.under_way) continue;
        out.under_way = TRY(read_question(*locked));
    }
    return out;
}

// What the stage promises of a measure for a period.
std::vector<Promise> promises_by_stage(const std::optional<StageQuestion>& question,
                                       const Measure& measure, const Period& period,
                                       const Promise& of) {
    std::vector<Promise> out;
    if (!question || question->estimator != "none") return out;
    if (period.from < question->from || period.to > question->to) return out;
    for (const StageQuestion::Expectation& expectation : question->expectations) {
        if (expectation.measure != measure.id) continue;
        Promise& promise = out.emplace_back(of);
        promise.group = expectation.group;
        promise.bound = expectation.threshold;
        promise.up = expectation.up;
    }
    return out;
}

double on_line(Time from, double first, Time to, double last, Time at) {
    const double whole = (to - from).seconds();
    return whole <= 0 ? last : first + (last - first) * ((at - from).seconds() / whole);
}

}  // namespace

std::optional<double> path_at(const Measure& measure, const std::optional<PathStart>& start,
                              Time at) {
    if (measure.path.empty()) return std::nullopt;
    if (at >= measure.path.back().by) return measure.path.back().value;
    const auto next = std::find_if(measure.path.begin(), measure.path.end(),
                                   [&](const Measure::Goal& goal) { return goal.by > at; });
    if (next != measure.path.begin()) {
        const auto before = std::prev(next);
        return on_line(before->by, before->value, next->by, next->value, at);
    }
    if (!start || at < start->at) return std::nullopt;
    return on_line(start->at, start->value, next->by, next->value, at);
}

Result<std::optional<double>> baseline_of(const Store& store, const Caller& caller,
                                          const Measure& measure, const MeasureNames& names) {
    const std::optional<double> none;
    if (!measure.baseline) return none;
    double sum = 0;
    std::size_t count = 0;
    std::size_t looked = 0;
    MeasureValue value;
    value.period = period_at(measure.period, measure.baseline->from);
    for (; value.period.to <= measure.baseline->to;
         value.period = next_period(measure.period, value.period)) {
        if (value.period.from < measure.baseline->from) continue;
        if (++looked > kMaxBaselinePeriods) return none;
        const EntityPtr kept = TRY(store.find(caller, value_entity(measure, value)));
        if (!kept || kept->guardian != kMeasureGuardian) continue;
        const Attribute* number = kept->find(names.kpi_value);
        if (number == nullptr || !number->value.is_number()) continue;
        sum += number->value.number();
        ++count;
    }
    return count == 0 ? none : std::optional{sum / static_cast<double>(count)};
}

Result<std::vector<Promise>> promises_of(const Store& store, const Caller& caller,
                                         const Measure& measure, const Period& period,
                                         const MeasureNames& names) {
    std::vector<Promise> out;
    std::optional<PathStart> start;
    if (!measure.path.empty() && period.to < measure.path.front().by) {
        const auto value = TRY(baseline_of(store, caller, measure, names));
        if (value) start = PathStart{measure.baseline->to, *value};
    }
    for (const EntityPtr& project : TRY(loop_entities(store, caller, "Project"))) {
        if (!loop_text(*project, "state").empty()) continue;  // it is over
        const Stages stages = TRY(stages_of(store, caller, *project));
        Promise promise{.project = project->id, .owner = loop_text(*project, "owner")};
        auto by_stage = promises_by_stage(stages.under_way, measure, period, promise);
        if (!by_stage.empty()) {
            std::move(by_stage.begin(), by_stage.end(), std::back_inserter(out));
            continue;
        }
        if (!names_measure(*project, measure.id)) continue;
        if (measure.baseline_value) {
            start = PathStart{stages.first.value_or(project->created_at), *measure.baseline_value};
        }
        const auto path = path_at(measure, start, period.to);
        if (!path) continue;
        promise.bound = *path;
        promise.up = measure.direction == Direction::Up;
        out.push_back(std::move(promise));
    }
    return out;
}

Result<std::vector<PromisedMeasure>> measures_promised_by(const Entity& thing) {
    std::vector<PromisedMeasure> out;
    const Json* locked = loop_value(thing, "locked");
    if (locked != nullptr && loop_text(thing, "state") == "open") {
        for (auto& expectation : TRY(read_question(*locked)).expectations) {
            out.push_back({std::move(expectation.measure), std::move(expectation.group)});
        }
    }
    if (!thing.id.starts_with(loop_id("Project", ""))) return out;
    const Json* measures = loop_value(thing, "measures");
    if (measures == nullptr || !measures->is_array()) return out;
    for (const Json& id : measures->array()) {
        if (id.is_string()) out.push_back({id.string(), {}});
    }
    return out;
}

}  // namespace musubi

#include "cli/effect.h"

#include <fmt/core.h>

#include <algorithm>

#include "cli/client.h"
#include "project/effect/differences.h"
#include "project/effect/interrupted_series.h"
#include "project/effect/synthetic_differences.h"
#include "trust/synced_file.h"

namespace musubi {
namespace {

constexpr int kRefused = 3;

Json refusal_to_json(const EffectRefusal& refusal) {
    Json inner;
    inner.set("code", code_of(refusal.rule));
    inner.set("found", refusal.found);
    inner.set("needed", refusal.needed);
    inner.set("place", refusal.place);
    inner.set("ja", to_text(refusal, true));
    inner.set("en", to_text(refusal, false));
    Json out;
    out.set("refused", std::move(inner));
    return out;
}

Judged<EffectPlan> plan_for(const EffectCommand& command, const EffectTable& table) {
    if (!command.columns.treated.empty()) return plan_of(table.readings);
    EffectPlan plan{command.treated, command.start};
    if (command.columns.unit.empty()) plan.treated = {std::string(EffectReading::kOnePlace)};
    if (plan.first_after.empty()) return EffectRefusal{.rule = EffectRule::NobodyTreated};
    return plan;
}

template <typename Options>
Options options_of(const EffectCommand& command) {
    Options out;
    out.level = command.level;
    out.seed = command.seed;
    return out;
}

// The treated alone, whose mean is the series; others need not be complete.
Judged<EffectEstimate> judge_series(const EffectCommand& command, const EffectTable& table,
                                    const EffectPlan& plan) {
    std::vector<EffectReading> readings;
    for (const EffectReading& reading : table.readings) {
        const bool ours =
            std::find(plan.treated.begin(), plan.treated.end(), reading.unit) != plan.treated.end();
        if (ours) readings.push_back(reading);
    }
    const EffectPanel panel = TRY(make_panel(readings, plan));
    auto options = options_of<InterruptedSeriesOptions>(command);
    options.season = command.season;
    options.slope_changes = !command.level_alone;
    return judge_interrupted_series({panel.periods, panel.treated_mean(), panel.before}, options);
}

Result<Judged<EffectEstimate>> judge_table(const EffectCommand& command, const EffectTable& table) {
    using Judgement = Judged<EffectEstimate>;
    const auto plan = plan_for(command, table);
    if (!plan) return Judgement{plan.error()};
    if (command.method == "its") return judge_series(command, table, *plan);
    const auto panel = make_panel(table.readings, *plan);
    if (!panel) return Judgement{panel.error()};
    if (command.method == "did") {
        return judge_differences(*panel, options_of<DifferencesOptions>(command));
    }
    if (command.method == "sdid") {
        return judge_synthetic_differences(*panel,
                                           options_of<SyntheticDifferencesOptions>(command));
    }
    auto options = options_of<SyntheticControlOptions>(command);
    options.as_published = command.as_published;
    options.predictors = TRY(table.predictors_of(*panel));
    return judge_synthetic_control(*panel, options);
}

Result<int> judge_file(const EffectCommand& command) {
    const std::string bytes = TRY(read_file_bytes(command.file, EffectTable::kMaxBytes));
    const EffectTable table = TRY(read_effect_table(bytes, command.columns));
    const Judged<EffectEstimate> judged = TRY(judge_table(command, table));
    const bool japanese = command.language != "en";
    if (!judged) {
        if (command.json) {
            fmt::print("{}\n", to_text(refusal_to_json(judged.error())));
        } else {
            fmt::print("{}{}\n", japanese ? "効果は示せません。" : "No effect can be claimed. ",
                       to_text(judged.error(), japanese));
        }
        return kRefused;
    }
    fmt::print("{}{}", command.json ? to_text(to_json(*judged)) : to_text(*judged, japanese),
               command.json ? "\n" : "");
    return 0;
}

}  // namespace

int judge_effect(const EffectCommand& command) {
    auto done = judge_file(command);
    if (!done) {
        Error error = done.error();
        error.where = error.where.empty() ? command.file : command.file + ", " + error.where;
        return complain(error);
    }
    return *done;
}

}  // namespace musubi

#include <memory>

#include "cli/effect.h"

namespace musubi {
namespace {

void add_columns(CLI::App& sub, EffectCommand& effect) {
    sub.add_option("--unit", effect.columns.unit, "the column of the place; its needs none");
    sub.add_option("--period", effect.columns.period,
                   "the column of the period: 2024, 2024-04, 2024-04-01, or a running number")
        ->required();
    sub.add_option("--value", effect.columns.value, "the column of the outcome")->required();
    CLI::Option* marks = sub.add_option("--treated-column", effect.columns.treated,
                                        "the column that has 1 where and when the project is");
    sub.add_option("--treated", effect.treated, "a place that has it; may be repeated")
        ->excludes(marks);
    sub.add_option("--start", effect.start, "the first period that may show it")->excludes(marks);
    sub.add_option("--predictor", effect.columns.predictors,
                   "sc: a column to match besides, by its mean before; may be repeated");
}

}  // namespace

void add_effect_command(const CommandLine& line) {
    const auto effect = std::make_shared<EffectCommand>();
    CLI::App& sub =
        *add_command(line.app, "effect", "Say whether a project worked, from a table of readings.",
                     "musubi effect sales.csv --method sdid --unit State --period Year "
                     "--value Packs --treated-column treated");
    sub.add_option("FILE", effect->file, "a CSV with a header: a row a place and period")
        ->required();
    sub.add_option("--method", effect->method,
                   "its: one place against its trend; did: against the changes of others; sc: "
                   "against a mix of others; sdid: both")
        ->check(CLI::IsMember({"its", "did", "sc", "sdid"}))
        ->capture_default_str();
    add_columns(sub, *effect);
    sub.add_option("--level", effect->level, "of the interval")->capture_default_str();
    sub.add_option("--season", effect->season, "its: periods of a cycle, such as 12");
    sub.add_flag("--level-alone", effect->level_alone, "its: the slope does not change");
    sub.add_flag("--as-published", effect->as_published,
                 "sc: weights as the replication of Arkhangelsky et al. (2021) stops at them");
    sub.add_option("--seed", effect->seed, "of chance, where a method uses it")
        ->capture_default_str();
    take_language(&sub, effect->language);
    sub.add_flag("--json", effect->json, "for programs: with the series and all weights");
    on_call(&sub, line, [effect] { return judge_effect(*effect); });
}

}  // namespace musubi

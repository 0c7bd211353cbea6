#include "cli/money.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>

#include "base/toml_file.h"
#include "project/finance/budget.h"
#include "project/finance/budget_workbook.h"
#include "project/finance/money_report.h"
#include "project/finance/monte_carlo.h"
#include "project/finance/tornado.h"

namespace musubi {
namespace {

struct MoneyOptions {
    std::string file;
    std::string alternative;  // by its name; the first where empty
    std::string out;          // a file
    std::string language = "ja";
    bool json = false;
    MonteCarloOptions chance;

    [[nodiscard]] bool japanese() const { return language != "en"; }
};

Result<MoneyPlan> load_plan(const std::string& file) {
    return parse_money_plan(TRY(read_text_file(file)), file);
}

int print_said(const Result<std::string>& said) {
    if (!said) return complain(said.error());
    fmt::print("{}", *said);
    return 0;
}

Result<std::string> check_plan(const MoneyOptions& options) {
    const MoneyPlan plan = TRY(load_plan(options.file));
    return fmt::format(
        fmt::runtime(options.japanese()
                         ? "正しい: 「{}」、{}年間、入力 {}、収支 {}、案 {}\n"
                         : "fine: \"{}\", {} years, {} inputs, {} flows, {} alternatives\n"),
        plan.name, plan.years, plan.inputs.size(), plan.flows.size(), plan.alternatives.size());
}

bool is_uncertain(const MoneyPlan& plan) {
    return std::any_of(plan.inputs.begin(), plan.inputs.end(), [](const MoneyInput& input) {
        return input.distribution.kind() != DistributionKind::Fixed;
    });
}

Json everything_json(const MoneyPlan& plan, std::size_t alternative, const MoneyOptions& options) {
    Json out = to_json(plan, alternative, compute_figures(plan, alternative));
    if (!is_uncertain(plan)) return out;
    out.set("tornado", to_json(plan, make_tornado(plan, alternative)));
    if (options.chance.draws == 0) return out;
    out.set("monteCarlo", to_json(plan, run_monte_carlo(plan, alternative, options.chance)));
    return out;
}

Result<std::string> run_plan(const MoneyOptions& options) {
    const MoneyPlan plan = TRY(load_plan(options.file));
    const std::size_t alternative = TRY(find_alternative(plan, options.alternative));
    if (options.json) return to_text(everything_json(plan, alternative, options)) + "\n";
    const bool japanese = options.japanese();
    std::string out = money_heading(plan, alternative, japanese) + "\n" +
                      to_text(plan, compute_figures(plan, alternative), japanese);
    if (!is_uncertain(plan)) return out;
    if (options.chance.draws > 0) {
        out += "\n" + to_text(plan, run_monte_carlo(plan, alternative, options.chance), japanese);
    }
    return out + "\n" + to_text(plan, make_tornado(plan, alternative), japanese);
}

Result<void> write_file(const std::string& file, const std::string& text) {
    std::ofstream out{file, std::ios::binary};
    out << text << std::flush;
    if (out) return {};
    return Error{ErrorCode::Io, "the file can not be written; check its folder and rights", file};
}

// By what its name ends with.
Result<void> write_budget(const Budget& budget, const std::string& file, bool japanese) {
    if (std::filesystem::exists(file)) {
        return Error{ErrorCode::AlreadyExists,
                     "このファイルはもうあります。別の名前にします / the file is there; choose "
                     "another name",
                     file};
    }
    const std::string ending = std::filesystem::path{file}.extension().string();
    if (ending == ".xlsx") return write_file(file, TRY(to_workbook(budget)));
    if (ending == ".csv") return write_file(file, to_csv(budget));
    if (ending == ".html") return write_file(file, to_html(budget, japanese));
    if (ending == ".json") return write_file(file, to_text(to_json(budget)) + "\n");
    return Error{
        ErrorCode::BadRequest,
        "名前は .xlsx、.csv、.html、.json のどれかで終えます / the name ends in .xlsx, .csv, "
        ".html or .json",
        file};
}

Result<std::string> budget_of(const MoneyOptions& options) {
    const MoneyPlan plan = TRY(load_plan(options.file));
    const Budget budget = make_budget(plan, options.japanese());
    if (options.json) return to_text(to_json(budget)) + "\n";
    if (options.out.empty()) return to_text(budget);
    TRY(write_budget(budget, options.out, options.japanese()));
    return fmt::format(fmt::runtime(options.japanese() ? "書きました: {}\n" : "written: {}\n"),
                       options.out);
}

using PlanCommand = Result<std::string> (*)(const MoneyOptions&);

struct PlanWords {
    const char* name;
    const char* what;
    const char* example;
};

// A command on one plan; what it says is printed.
CLI::App* add_plan_command(CLI::App& group, const CommandLine& line, const PlanWords& words,
                           const std::shared_ptr<MoneyOptions>& options, PlanCommand does) {
    CLI::App* sub = add_command(group, words.name, words.what, words.example);
    sub->add_option("FILE", options->file, "a plan; docs/money.md has its format")->required();
    take_language(sub, options->language);
    on_call(sub, line, [options, does] { return print_said(does(*options)); });
    return sub;
}

void add_run_options(CLI::App* run, const std::shared_ptr<MoneyOptions>& options) {
    run->add_option("--alternative", options->alternative, "its name; default: the one proposed");
    run->add_flag("--json", options->json, "for programs: with each month");
    const CLI::Validator none = CLI::IsMember{std::set<int>{0}};
    run->add_option("--draws", options->chance.draws, "of the uncertain inputs; 0 for none")
        ->check(none | CLI::Range(MonteCarloOptions::kFewestDraws, MonteCarloOptions::kMostDraws))
        ->capture_default_str();
    run->add_option("--seed", options->chance.seed, "the same seed draws the same")
        ->capture_default_str();
}

}  // namespace

void add_money_commands(const CommandLine& line) {
    CLI::App* group =
        add_command(line.app, "money", "A project's money: plans as text, computed here.",
                    "musubi money run packs/river/money.toml");
    group->require_subcommand(1);
    auto options = std::make_shared<MoneyOptions>();
    add_plan_command(*group, line,
                     {"check", "Say whether a plan can be computed.",
                      "musubi money check packs/river/money.toml"},
                     options, check_plan);
    CLI::App* run =
        add_plan_command(*group, line,
                         {"run", "Compute a plan: flows, worth, rates, pay-back, runway.",
                          "musubi money run packs/river/money.toml --lang en"},
                         options, run_plan);
    add_run_options(run, options);
    CLI::App* budget =
        add_plan_command(*group, line,
                         {"budget", "The request for a budget: five years of each alternative.",
                          "musubi money budget packs/river/money.toml --out budget.xlsx"},
                         options, budget_of);
    budget->add_option("--out", options->out, "a new file: .xlsx, .csv, .html or .json");
    budget->add_flag("--json", options->json, "for programs");
}

}  // namespace musubi

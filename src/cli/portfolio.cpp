#include "cli/portfolio.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/toml_file.h"
#include "project/portfolio/narrowing.h"
#include "project/portfolio/portfolio_table.h"

namespace musubi {

Result<Portfolio> read_portfolio_folder(const std::string& folder) {
    std::error_code failure;
    std::vector<std::string> names;
    for (std::filesystem::directory_iterator at{folder, failure}, end; !failure && at != end;
         at.increment(failure)) {
        if (at->path().extension() != ".toml") continue;
        names.push_back(at->path().string());
        if (names.size() > kMaxPortfolioFiles) break;  // which reading refuses
    }
    if (failure || names.empty()) {
        return Error{
            ErrorCode::BadRequest,
            "ここにポートフォリオのファイル（*.toml）がありません / there are no files of a "
            "portfolio (*.toml) here",
            folder};
    }
    std::ranges::sort(names);
    std::vector<PortfolioFile> files;
    for (const std::string& name : names) {
        std::string text = TRY(read_text_file(name));
        files.push_back({name, std::move(text)});
    }
    return read_portfolio(files);
}

namespace {

struct PortfolioOptions {
    std::string path;
    std::string by = "field";
    std::int64_t budget = 0;
    std::string language = "ja";
    bool json = false;
};

int check(const PortfolioOptions& options) {
    const auto portfolio = read_portfolio_folder(options.path);
    if (!portfolio) return complain(portfolio.error());
    const auto projects = portfolio->projects.size();
    if (options.language == "en") {
        fmt::print("{} pilots in {} years, {} projects: all totals agree\n", portfolio->pilots(),
                   portfolio->years.size(), projects);
    } else {
        fmt::print("{}年度の実証 {}件、プロジェクト {}件: 合計はすべて合っています\n",
                   portfolio->years.size(), portfolio->pilots(), projects);
    }
    for (const std::string& source : portfolio->sources) {
        fmt::print("{}: {}\n", options.language == "en" ? "source" : "出典", source);
    }
    return 0;
}

template <typename... Values>
void print_in(bool english, std::string_view en, std::string_view ja, const Values&... values) {
    fmt::print(fmt::runtime(english ? en : ja), values...);
}

int show(const PortfolioOptions& options) {
    const auto by = parse_portfolio_by(options.by);
    if (!by) return complain(by.error());
    const auto portfolio = read_portfolio_folder(options.path);
    if (!portfolio) return complain(portfolio.error());
    const Json table = portfolio_table(*portfolio, *by);
    if (options.json) {
        fmt::print("{}\n", to_text(table));
        return 0;
    }
    const bool english = options.language == "en";
    const std::string tongue = english ? "en" : "ja";
    for (const Json& row : table.find("rows")->array()) {
        const Json::Array& projects = row.find("projects")->array();
        print_in(english, "{}: {} pilots, {} projects\n", "{}: 実証 {}件、プロジェクト {}件\n",
                 text_in(row, tongue), row.find("pilots")->integer(), projects.size());
        for (const Json& project : projects) fmt::print("  {}\n", text_in(project, tongue));
    }
    print_in(english, "all: {} pilots, {} projects\n", "合計: 実証 {}件、プロジェクト {}件\n",
             table.find("pilots")->integer(), table.find("projects")->integer());
    for (const Json& source : table.find("sources")->array()) {
        fmt::print("{}: {}\n", english ? "source" : "出典", source.string());
    }
    return 0;
}

void print_candidates(const Json& list, const Json& result, bool english) {
    for (const Json& one : list.array()) {
        print_in(english, "  {:>8.2f} points  {:>9} {}  {} ({} reviewers)\n",
                 "  {:>8.2f} 点  {:>9} {}  {}（審査 {}人）\n", one.find("score")->number(),
                 one.find("cost")->integer(), text_in(result, "unit"),
                 text_in(one, english ? "en" : "ja"), one.find("reviewers")->integer());
    }
}

int narrow_file(const PortfolioOptions& options) {
    const auto text = read_text_file(options.path);
    if (!text) return complain(text.error());
    const auto narrowing = read_narrowing(*text, options.path);
    if (!narrowing) return complain(narrowing.error());
    const auto narrowed = narrow(*narrowing, options.budget);
    if (!narrowed) return complain(narrowed.error());
    const Json result = to_json(*narrowing, *narrowed, options.budget);
    if (options.json) {
        fmt::print("{}\n", to_text(result));
        return 0;
    }
    const bool english = options.language == "en";
    print_in(english, "Chosen: {:.2f} points, {} of {} {}\n", "選ぶもの: {:.2f} 点、{} / {} {}\n",
             result.find("score")->number(), result.find("cost")->integer(), options.budget,
             narrowing->unit);
    print_candidates(*result.find("chosen"), result, english);
    print_in(english, "Not chosen:\n", "選ばないもの:\n");
    print_candidates(*result.find("others"), result, english);
    return 0;
}

using PortfolioOptionsPtr = std::shared_ptr<PortfolioOptions>;

CLI::App* add_one(CLI::App& group, const char* name, const char* what, const char* example,
                  const PortfolioOptionsPtr& options) {
    CLI::App* sub = add_command(group, name, what, example);
    take_language(sub, options->language);
    return sub;
}

}  // namespace

void add_portfolio_commands(const CommandLine& line) {
    CLI::App* group = add_command(line.app, "portfolio", "Projects laid out, and narrowed.",
                                  "musubi portfolio show examples/portfolio --by year");
    group->require_subcommand(1);
    const auto options = std::make_shared<PortfolioOptions>();
    CLI::App* checked = add_one(*group, "check", "Check the files of a portfolio, and its totals.",
                                "musubi portfolio check examples/portfolio", options);
    checked->add_option("FOLDER", options->path)->required();
    on_call(checked, line, [options] { return check(*options); });
    CLI::App* shown = add_one(*group, "show", "Lay a portfolio out.",
                              "musubi portfolio show examples/portfolio --by function", options);
    shown->add_option("FOLDER", options->path)->required();
    shown->add_option("--by", options->by, "field, year, stage, function or region")
        ->check(CLI::IsMember({"field", "year", "stage", "function", "region"}))
        ->capture_default_str();
    shown->add_flag("--json", options->json, "for programs");
    on_call(shown, line, [options] { return show(*options); });
    CLI::App* narrowed = add_one(
        *group, "narrow", "Choose candidates under a budget: the highest score there is.",
        "musubi portfolio narrow examples/narrowing/candidates.toml --budget 20000", options);
    narrowed->add_option("FILE", options->path, "candidates, scores and conditions")->required();
    narrowed->add_option("--budget", options->budget, "in the file's unit")->required();
    narrowed->add_flag("--json", options->json, "for programs");
    on_call(narrowed, line, [options] { return narrow_file(*options); });
}

}  // namespace musubi

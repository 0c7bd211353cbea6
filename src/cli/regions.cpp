#include "cli/regions.h"

#include <fmt/core.h>

#include <memory>

#include "cli/regions_file.h"
#include "cli/regions_text.h"
#include "project/towns/towns_alike.h"

namespace musubi {
namespace {

struct LikeOptions {
    AlikeQuestion question;
    std::string method = "gower";
    std::string from;  // a file; empty: the running server
    std::string language = "ja";
    bool explain = false;
    bool json = false;
};

Result<Json> alike_of_file(const LikeOptions& options) {
    AlikeQuestion question = options.question;
    question.method = TRY(parse_town_method(options.method));
    const StatisticsEdition edition = TRY(read_regions_file(options.from));
    const auto towns = profiles_of(edition);
    return towns_alike(towns, question, statistics_credit(edition.name));
}

int print_like(const LikeOptions& options) {
    const auto answer = alike_of_file(options);
    if (!answer) return complain(answer.error());
    if (options.json) {
        fmt::print("{}\n", to_text(*answer));
    } else {
        fmt::print("{}", alike_text(*answer, options.language != "en", options.explain));
    }
    return 0;
}

void add_like(CLI::App& group, const CommandLine& line) {
    auto options = std::make_shared<LikeOptions>();
    CLI::App* like = add_command(group, "like", "Say which towns are like one, and in what.",
                                 "musubi regions like 鯖江市 --from SSDSE-A-2023.csv --explain");
    like->add_option("TOWN", options->question.town,
                     "its code or its name, as 18207 or 福井県鯖江市")
        ->required();
    like->add_option("--from", options->from, "an edition of SSDSE-A as published")->required();
    like->add_option("--count", options->question.count, "how many, at most 100")
        ->capture_default_str();
    like->add_option("--method", options->method, "gower or mahalanobis")
        ->check(CLI::IsMember({"gower", "mahalanobis"}))
        ->capture_default_str();
    like->add_flag("--explain", options->explain, "feature by feature");
    like->add_flag("--json", options->json, "for programs");
    take_language(like, options->language);
    on_call(like, line, [options] { return print_like(*options); });
}

}  // namespace

void add_regions_commands(const CommandLine& line) {
    CLI::App* group = add_command(line.app, "regions", "Statistics of municipalities (SSDSE-A).",
                                  "musubi regions like 鯖江市 --from SSDSE-A-2023.csv");
    group->require_subcommand(1);
    add_like(*group, line);
}

}  // namespace musubi

#include "cli/regions.h"

#include <fmt/core.h>

#include <memory>

#include "cli/regions_file.h"
#include "cli/regions_text.h"
#include "project/towns/municipality_entities.h"
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

Result<Json> alike_of_server(const ServerAccess& access, const LikeOptions& options) {
    const std::string target = "/musubi/v1/towns/" + percent_encode(options.question.town) +
                               "/like?count=" + std::to_string(options.question.count) +
                               "&method=" + options.method;
    const HttpResponse response = TRY(ask_server(access, HttpMethod::Get, target));
    return parse_json(response.body);
}

int print_like(const ServerAccess& access, const LikeOptions& options) {
    const auto answer =
        options.from.empty() ? alike_of_server(access, options) : alike_of_file(options);
    if (!answer) return complain(answer.error());
    if (options.json) {
        fmt::print("{}\n", to_text(*answer));
    } else {
        fmt::print("{}", alike_text(*answer, options.language != "en", options.explain));
    }
    return 0;
}

// One evolution a municipality: what is there already changes nothing, so that an import that broke
// off is started again.
Result<void> import_edition(const ServerAccess& access, const std::string& file) {
    const StatisticsEdition edition = TRY(read_regions_file(file));
    TRY(check_years(edition));
    ServerClient server{access};
    std::size_t made = 0;
    for (const Municipality& town : edition.municipalities) {
        const Json evolution = municipality_evolution(edition, town);
        auto done = server.ask(HttpMethod::Post, "/ngsi-ld/v1/temporal/entities", &evolution);
        if (!done) {
            Error error = std::move(done).error();
            error.where = town.prefecture + town.name + " (" + town.code + ")";
            return error;
        }
        if (done->status == 201) ++made;
    }
    fmt::print(
        "{}: {}市区町村（新しいもの {}）を入れました。出典: {} / {} municipalities are in, {} of "
        "them "
        "new\n",
        edition.name, edition.municipalities.size(), made, statistics_credit(edition.name),
        edition.municipalities.size(), made);
    return {};
}

void add_import(CLI::App& group, const CommandLine& line) {
    auto file = std::make_shared<std::string>();
    CLI::App* import = add_command(group, "import", "Put an edition into a running server.",
                                   "musubi regions import SSDSE-A-2023.csv");
    take_server(import, line.access);
    import->add_option("FILE", *file, "an edition of SSDSE-A as published")->required();
    on_call(import, line, [file, &access = line.access] {
        const auto done = import_edition(access, *file);
        return done ? 0 : complain(done.error());
    });
}

void add_like(CLI::App& group, const CommandLine& line) {
    auto options = std::make_shared<LikeOptions>();
    CLI::App* like = add_command(group, "like", "Say which towns are like one, and in what.",
                                 "musubi regions like 鯖江市 --from SSDSE-A-2023.csv --explain");
    like->add_option("TOWN", options->question.town,
                     "its code or its name, as 18207 or 福井県鯖江市")
        ->required();
    like->add_option("--from", options->from,
                     "an edition of SSDSE-A as published; without it the running server is asked");
    take_server(like, line.access);
    like->add_option("--count", options->question.count, "how many, at most 100")
        ->capture_default_str();
    like->add_option("--method", options->method, "gower or mahalanobis")
        ->check(CLI::IsMember({"gower", "mahalanobis"}))
        ->capture_default_str();
    like->add_flag("--explain", options->explain, "feature by feature");
    like->add_flag("--json", options->json, "for programs");
    take_language(like, options->language);
    on_call(like, line, [options, &access = line.access] { return print_like(access, *options); });
}

}  // namespace

void add_regions_commands(const CommandLine& line) {
    CLI::App* group = add_command(line.app, "regions", "Statistics of municipalities (SSDSE-A).",
                                  "musubi regions like 鯖江市 --from SSDSE-A-2023.csv");
    group->require_subcommand(1);
    add_import(*group, line);
    add_like(*group, line);
}

}  // namespace musubi

#include "cli/assets.h"

#include <fmt/core.h>

#include <memory>

#include "base/toml_file.h"
#include "project/finance/asset_register.h"

namespace musubi {
namespace {

struct AssetOptions {
    std::string file;
    std::string language = "ja";
    bool json = false;
};

Result<std::string> told(const AssetOptions& options) {
    const std::string text = TRY(read_text_file(options.file));
    const AssetRegister assets = TRY(parse_asset_register(text, options.file));
    const AssetFigures figures = asset_figures(assets);
    if (options.json) return to_text(to_json(assets, figures)) + "\n";
    return to_text(assets, figures, options.language != "en");
}

}  // namespace

void add_assets_command(const CommandLine& line) {
    auto options = std::make_shared<AssetOptions>();
    CLI::App* sub = add_command(line.app, "assets",
                                "What the town's links, sensors and server cost, and who pays.",
                                "musubi assets packs/river/assets.toml");
    sub->add_option("FILE", options->file, "a register; docs/assets.md has its format")->required();
    take_language(sub, options->language);
    sub->add_flag("--json", options->json, "for programs");
    on_call(sub, line, [options] {
        const auto said = told(*options);
        if (!said) return complain(said.error());
        fmt::print("{}", *said);
        return 0;
    });
}

}  // namespace musubi

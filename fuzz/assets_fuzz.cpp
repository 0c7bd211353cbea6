#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "project/finance/asset_register.h"

// The text of a register of assets; what is accepted can be computed, told, and adds up.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto assets = musubi::parse_asset_register(text, "fuzz.toml");
    if (!assets) return assets.error().where.empty() ? __builtin_trap(), 0 : 0;
    const musubi::AssetFigures figures = musubi::asset_figures(*assets);
    if (!std::isfinite(figures.whole_year) || figures.least_subsidy < 0) __builtin_trap();
    static_cast<void>(musubi::to_text(*assets, figures, true));
    static_cast<void>(musubi::to_text(musubi::to_json(*assets, figures)));
    return 0;
}

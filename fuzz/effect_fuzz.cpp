#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cli/effect_table.h"
#include "project/effect/differences.h"
#include "project/effect/interrupted_series.h"
#include "project/effect/synthetic_control.h"
#include "project/effect/synthetic_differences.h"

// A file as it comes, and a table of readings: two bytes of choices, then lines `unit,period,value
// byte`. Whatever it holds is judged or refused, and what is judged adds up.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace musubi;
    std::string_view text{reinterpret_cast<const char*>(data), size};
    if (text.size() < 2 || text.size() > 20'000) return 0;
    const auto choice = static_cast<unsigned char>(text[0]);
    const auto season = static_cast<unsigned char>(text[1]);
    text.remove_prefix(2);
    if (const auto table = read_effect_table(text, {"u", "p", "v", "t", {"x"}})) {
        const auto plan = plan_of(table->readings);
        const auto panel =
            plan ? make_panel(table->readings, *plan) : Judged<EffectPanel>{plan.error()};
        if (panel && !table->predictors_of(*panel)) return 0;
    }
    std::vector<EffectReading> readings;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const std::size_t first = std::min(line.find(','), line.size());
        const std::size_t second = std::min(line.find(',', first + 1), line.size());
        if (second + 1 >= line.size()) continue;
        const double value = static_cast<unsigned char>(line.back());
        readings.push_back({std::string(line.substr(0, first)),
                            std::string(line.substr(first + 1, second - first - 1)), value,
                            line.front() == 'T' && value >= 128});
    }
    const auto plan = plan_of(readings);
    if (!plan) return to_text(plan.error(), true).empty() ? 1 : 0;
    const auto panel = make_panel(readings, *plan);
    if (!panel) return to_text(panel.error(), false).empty() ? 1 : 0;
    InterruptedSeriesOptions options;
    options.season = season;
    const auto judged = choice % 4 == 0   ? judge_differences(*panel, {})
                        : choice % 4 == 1 ? judge_synthetic_control(*panel, {})
                        : choice % 4 == 2
                            ? judge_synthetic_differences(*panel, {})
                            : judge_interrupted_series(
                                  {panel->periods, panel->treated_mean(), panel->before}, options);
    if (judged && to_text(to_json(*judged)).empty()) return 1;
    return 0;
}

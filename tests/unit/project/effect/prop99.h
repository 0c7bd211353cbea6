#pragma once

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "project/effect/panel.h"
#include "support/test_data.h"

namespace musubi::testing {

/// California and 38 other states, packs of cigarettes sold a head, 1970 to 2000; the law of
/// Proposition 99 from 1989 on. As published with Abadie, Diamond and Hainmueller (2010).
inline EffectPanel read_prop99(const std::filesystem::path& folder) {
    const std::string text = test::read_file(folder / "attribution" / "california-prop99.csv");
    std::vector<EffectReading> readings;
    std::size_t at = text.find('\n') + 1;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view{text}.substr(at, end - at);
        at = end + 1;
        const std::size_t a = line.find(';');
        const std::size_t b = line.find(';', a + 1);
        const std::size_t c = line.find(';', b + 1);
        EffectReading one{std::string(line.substr(0, a)),
                          std::string(line.substr(a + 1, b - a - 1))};
        std::from_chars(line.data() + b + 1, line.data() + c, one.value);
        one.treated = line[c + 1] == '1';
        readings.push_back(std::move(one));
    }
    return make_panel(readings, plan_of(readings).value()).value();
}

}  // namespace musubi::testing

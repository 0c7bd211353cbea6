#include "insight/config/words.h"

#include <fmt/format.h>

#include <cmath>

#include "base/toml_file.h"
#include "insight/config/rule_schema.h"

namespace musubi {
namespace {

constexpr std::string_view kNames = "name|value|threshold|unit|minutes|count";
constexpr std::string_view kUnknown = "―";

std::string metres(std::optional<double> value) {
    if (!value) return std::string{kUnknown};
    return fmt::format("{:.2f}", std::abs(*value) < 0.005 ? 0.0 : *value);
}

std::string count_of(std::optional<std::int64_t> value) {
    return value ? std::to_string(*value) : std::string{kUnknown};
}

std::string_view unit_of(std::string_view code) {
    if (code == "MTR") return "m";
    if (code == "CMT") return "cm";
    if (code == "MMT") return "mm";
    if (code == "CEL") return "°C";
    if (code == "P1") return "%";
    return code;
}

std::string value_of(std::string_view name, const WordValues& values) {
    if (name == "name") return values.name;
    if (name == "value") return metres(values.value);
    if (name == "threshold") return metres(values.threshold);
    if (name == "unit") return std::string{unit_of(values.unit)};
    if (name == "minutes") return count_of(values.minutes);
    return count_of(values.count);
}

}  // namespace

Result<void> check_words(std::string_view words) {
    for (std::size_t at = 0; (at = words.find('{', at)) != std::string_view::npos;) {
        const std::size_t end = words.find('}', at);
        const std::string_view name = end == std::string_view::npos
                                          ? words.substr(at + 1)
                                          : words.substr(at + 1, end - at - 1);
        if (end == std::string_view::npos || !in_list(name, kNames)) {
            return Error{ErrorCode::BadRequest,
                         "there is no {" + std::string{name.substr(0, 40)} +
                             "}; there are {name} {value} {threshold} {unit} {minutes} {count}"};
        }
        at = end;
    }
    return {};
}

std::string fill_words(std::string_view words, const WordValues& values) {
    std::string out;
    while (!words.empty()) {
        const std::size_t begin = words.find('{');
        out.append(words.substr(0, begin));
        if (begin == std::string_view::npos) break;
        const std::size_t end = words.find('}', begin);
        if (end == std::string_view::npos) break;
        out += value_of(words.substr(begin + 1, end - begin - 1), values);
        words.remove_prefix(end + 1);
    }
    return out;
}

}  // namespace musubi

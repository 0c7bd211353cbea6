#include <fmt/format.h>

#include <cmath>

#include "base/json.h"
#include "insight/config/toml_file.h"
#include "insight/lookahead/model.h"

namespace musubi {
namespace {

struct NumberKey {
    const char* name;
    double LookAheadModel::*member;
};
struct DurationKey {
    const char* name;
    Duration LookAheadModel::*member;
};

constexpr std::array kNumbers{NumberKey{"least_rise30", &LookAheadModel::least_rise30},
                              NumberKey{"least_rise20", &LookAheadModel::least_rise20},
                              NumberKey{"reach", &LookAheadModel::reach},
                              NumberKey{"least_distance", &LookAheadModel::least_distance},
                              NumberKey{"near_km", &LookAheadModel::near_km},
                              NumberKey{"near_least", &LookAheadModel::near_least}};
constexpr std::array kDurations{DurationKey{"horizon", &LookAheadModel::horizon},
                                DurationKey{"hold", &LookAheadModel::hold},
                                DurationKey{"least_age", &LookAheadModel::least_age},
                                DurationKey{"near_age", &LookAheadModel::near_age}};
constexpr std::string_view kMethodKeys =
    "least_rise30|least_rise20|reach|least_distance|near_km|near_least|horizon|hold|least_age|"
    "near_age";

Result<void> read_method(const toml::table& table, const std::string& file, LookAheadModel& model) {
    TRY(only_keys(file, table, kMethodKeys));
    for (const NumberKey& key : kNumbers) {
        if (!table.contains(key.name)) continue;
        const auto value = table[key.name].value<double>();
        if (!value || !(*value > 0 && *value <= 1000)) {
            return toml_error(file, table, key.name, "this must be a number from 0 to 1000");
        }
        model.*key.member = *value;
    }
    for (const DurationKey& key : kDurations) {
        if (!table.contains(key.name)) continue;
        const auto* text = table[key.name].as_string();
        const auto value = text != nullptr ? parse_duration(text->get())
                                           : Result<Duration>{Error{ErrorCode::BadRequest, {}}};
        if (!value || *value < seconds(0) || *value > days(7)) {
            return toml_error(file, table, key.name,
                              "this must be a duration of up to P7D, as in \"PT60M\"");
        }
        model.*key.member = *value;
    }
    return {};
}

Result<void> read_coefficients(const toml::table& table, const std::string& file,
                               LookAheadModel& model) {
    std::string known;
    for (const std::string_view name : kFeatureNames) {
        known += (known.empty() ? "" : "|") + std::string{name};
    }
    TRY(only_keys(file, table, known));
    for (std::size_t i = 0; i < kFeatures; ++i) {
        const auto value = table[kFeatureNames[i]].value<double>();
        if (!value || !std::isfinite(*value)) {
            return toml_error(
                file, table, kFeatureNames[i],
                "[coefficients] needs the number '" + std::string{kFeatureNames[i]} + "'");
        }
        model.coefficients[i] = *value;
    }
    return {};
}

}  // namespace

Result<LookAheadModel> parse_look_ahead(std::string_view text, const std::string& file) {
    const toml::table root = TRY(parse_toml(text, file));
    TRY(only_keys(file, root, "fitted_on|method|coefficients"));
    LookAheadModel model;
    model.fitted_on = TRY(required_text(file, root, "fitted_on"));
    if (const toml::table* method = root["method"].as_table()) {
        TRY(read_method(*method, file, model));
    }
    const toml::table* coefficients = root["coefficients"].as_table();
    if (coefficients == nullptr) return toml_error(file, root, "there is no [coefficients]");
    TRY(read_coefficients(*coefficients, file, model));
    return model;
}

std::string look_ahead_text(const LookAheadModel& model) {
    std::string out = "fitted_on = ";
    append_json_string(out, model.fitted_on);
    out += "\n\n[method]\n";
    for (const DurationKey& key : kDurations) {
        out += fmt::format("{} = \"{}\"\n", key.name, to_iso(model.*key.member));
    }
    for (const NumberKey& key : kNumbers) {
        out += fmt::format("{} = {}\n", key.name, model.*key.member);
    }
    out += "\n[coefficients]\n";
    for (std::size_t i = 0; i < kFeatures; ++i) {
        out += fmt::format("{} = {:.4f}\n", kFeatureNames[i], model.coefficients[i]);
    }
    return out;
}

}  // namespace musubi

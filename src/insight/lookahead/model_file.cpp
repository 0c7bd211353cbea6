#include <fmt/format.h>

#include <cmath>

#include "base/toml_file.h"
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

Result<double> number_in(const toml::table& table, const std::string& file, const char* key,
                         double other) {
    if (!table.contains(key)) return other;
    const auto value = table[key].value<double>();
    if (value && *value >= 0 && *value <= 1e6) return *value;
    return toml_error(file, table, key, "this must be a number from 0 to 1000000");
}

Result<void> read_lists(const toml::table& table, const std::string& file,
                        LookAheadFitting& fitting) {
    if (const toml::array* shifts = table["shifts"].as_array()) {
        fitting.shifts.clear();
        for (const toml::node& node : *shifts) {
            const auto shift = node.value<double>();
            if (!shift || !(std::abs(*shift) <= 1000) || fitting.shifts.size() >= 100) {
                return toml_error(file, node, "'shifts' holds up to 100 numbers, in metres");
            }
            fitting.shifts.push_back(*shift);
        }
    }
    if (const toml::array* ids = table["exclude"].as_array()) {
        for (const toml::node& node : *ids) {
            if (!node.is_string()) return toml_error(file, node, "'exclude' holds ids of gauges");
            fitting.exclude.push_back(node.as_string()->get());
        }
    }
    return {};
}

Result<void> read_fitting(const toml::table& table, const std::string& file,
                          LookAheadFitting& fitting) {
    TRY(only_keys(file, table,
                  "threshold|shifts|exclude|ridge|good_lead|least_share|least_weight"));
    fitting.threshold = TRY(required_text(file, table, "threshold"));
    fitting.ridge = TRY(number_in(table, file, "ridge", fitting.ridge));
    fitting.least_share = TRY(number_in(table, file, "least_share", fitting.least_share));
    fitting.least_weight = TRY(number_in(table, file, "least_weight", fitting.least_weight));
    if (table.contains("good_lead")) {
        const auto lead = parse_duration(text_of(table, "good_lead"));
        if (!lead) return toml_error(file, table, "good_lead", lead.error().detail);
        fitting.good_lead = *lead;
    }
    return read_lists(table, file, fitting);
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
    TRY(only_keys(file, root, "fitted_on|method|coefficients|fit"));
    LookAheadModel model;
    model.fitted_on = TRY(required_text(file, root, "fitted_on"));
    if (const toml::table* method = root["method"].as_table()) {
        TRY(read_method(*method, file, model));
    }
    if (const toml::table* fit = root["fit"].as_table()) {
        TRY(read_fitting(*fit, file, model.fitting));
    }
    const toml::table* coefficients = root["coefficients"].as_table();
    if (coefficients == nullptr) return toml_error(file, root, "there is no [coefficients]");
    TRY(read_coefficients(*coefficients, file, model));
    return model;
}

std::string coefficients_text(const Features& coefficients) {
    std::string out = "[coefficients]\n";
    for (std::size_t i = 0; i < kFeatures; ++i) {
        out += fmt::format("{} = {:.3f}\n", kFeatureNames[i], coefficients[i]);
    }
    return out;
}

}  // namespace musubi

#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "project/effect/chances.h"
#include "project/effect/interrupted_series.h"
#include "project/effect/panel.h"

namespace musubi::testing {

/// Gaussian noise of autocorrelation `rho` and variance 1 / (1 - rho²).
inline std::vector<double> ar1_noise(std::size_t periods, double rho, Random& random) {
    std::vector<double> out;
    double before = next_normal(random) / std::sqrt(1 - rho * rho);
    for (std::size_t t = 0; t < periods; ++t) {
        out.push_back(before);
        before = rho * before + next_normal(random);
    }
    return out;
}

inline EffectSeries series_of(std::vector<double> values, std::size_t before) {
    EffectSeries out{.values = std::move(values), .before = before};
    for (std::size_t t = 0; t < out.values.size(); ++t) {
        out.periods.push_back(std::to_string(2000 + t));
    }
    return out;
}

inline std::string unit_name(std::size_t unit) {
    return "u" + std::to_string(1000 + unit);  // in the order of their numbers
}

/// Readings of units u1000, u1001, ... of which the last `treated` have the project.
inline std::vector<EffectReading> readings_of(const std::vector<std::vector<double>>& rows,
                                              std::size_t treated, std::size_t before) {
    std::vector<EffectReading> out;
    for (std::size_t unit = 0; unit < rows.size(); ++unit) {
        for (std::size_t t = 0; t < rows[unit].size(); ++t) {
            out.push_back({unit_name(unit), std::to_string(2000 + t), rows[unit][t],
                           unit + treated >= rows.size() && t >= before});
        }
    }
    return out;
}

inline EffectPanel panel_of(const std::vector<std::vector<double>>& rows, std::size_t treated,
                            std::size_t before) {
    const std::vector<EffectReading> readings = readings_of(rows, treated, before);
    return make_panel(readings, plan_of(readings).value()).value();
}

/// Each unit a level of its own, a movement that all share, and AR(1) noise.
inline std::vector<std::vector<double>> noisy_rows(std::size_t units, std::size_t periods,
                                                   double rho, Random& random) {
    const std::vector<double> shared = ar1_noise(periods, 0.9, random);
    std::vector<std::vector<double>> rows;
    for (std::size_t unit = 0; unit < units; ++unit) {
        rows.push_back(ar1_noise(periods, rho, random));
        const double level = 5 * next_normal(random);
        for (std::size_t t = 0; t < periods; ++t) rows.back()[t] += level + shared[t];
    }
    return rows;
}

}  // namespace musubi::testing

#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "project/towns/municipality_statistics.h"

namespace musubi {

/// How a feature is compared.
enum class FeatureScale {
    Share,      ///< a part of a whole, 0...1; compared as it is
    Level,      ///< a percentage as published; compared as it is
    Logarithm,  ///< a size, or a size for each of something; compared by its logarithm
    Rate,       ///< a number for each of many, which may be none; compared by log(1 + rate)
};

/// What towns are compared by: one figure of the statistics, or one for each of another.
struct TownFeature {
    std::string_view id;
    FeatureScale scale = FeatureScale::Share;
    std::string_view numerator;    ///< the code of a figure
    std::string_view denominator;  ///< empty: none
    double per = 1;                ///< the figure counts for so many of the denominator
    std::string_view ja;
    std::string_view en;
    std::string_view unit_ja;  ///< of what is shown
    std::string_view unit_en;
};

/// The features, in one table.
[[nodiscard]] std::span<const TownFeature> town_features();

/// The table as Markdown, in Japanese and English.
[[nodiscard]] std::string town_features_reference();

/// A figure of a town by its code; nothing where it is missing.
using FigureOf = std::function<std::optional<double>(std::string_view code)>;

/// A feature in its unit: a share as a part of 1. Nothing where a figure is missing, where the
/// denominator is not above zero, and where a size is not.
[[nodiscard]] std::optional<double> feature_value(const TownFeature& feature,
                                                  const FigureOf& figure);
/// What is compared of such a value.
[[nodiscard]] double compared_value(const TownFeature& feature, double value);
/// What is shown of it: a share in percent.
[[nodiscard]] double shown_value(const TownFeature& feature, double value);

/// A town as it is compared: one value for each of `town_features()`.
struct TownProfile {
    std::string code;
    std::string prefecture;
    std::string name;
    std::vector<std::optional<double>> features;
};

[[nodiscard]] std::vector<std::optional<double>> features_of(const FigureOf& figure);
/// Of each municipality of an edition, in their order.
[[nodiscard]] std::vector<TownProfile> profiles_of(const StatisticsEdition& edition);

}  // namespace musubi

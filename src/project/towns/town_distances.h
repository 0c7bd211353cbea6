#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "project/towns/shrunk_covariance.h"
#include "project/towns/town_features.h"

namespace musubi {

enum class TownMethod { Gower, Mahalanobis };
[[nodiscard]] std::string_view name_of(TownMethod method);
/// Fails: BadRequest, naming those there are.
Result<TownMethod> parse_town_method(std::string_view text);

/// How far two towns are apart, and by what.
struct TownDistance {
    double distance = 0;
    std::vector<double> parts;  ///< one for each feature, not below 0; they add up to the distance
    std::size_t compared = 0;   ///< features that both have
};

/// Distances among towns. Gower 1971 (eq. 1): the mean of the differences, each divided by the
/// range of its feature; 0...1. Mahalanobis: of features of mean 0 and variance 1, by the
/// covariance of ledoit_wolf(), the parts by Garthwaite and Koch 2016 (corr-max).
/// A feature that one of the two lacks is not compared, and the rest counts for it: the mean is of
/// those compared; the square of Mahalanobis is scaled up to all features.
/// The same towns give the same numbers, in whatever order they are asked for.
class TownDistances {
public:
    /// `towns` has to outlive it. Fails: Conflict where nothing can be compared: fewer than two
    /// towns, or no feature in which they differ and that half of them have.
    static Result<TownDistances> create(std::span<const TownProfile> towns, TownMethod method);

    /// Nothing where the two have less than half of the features in common.
    [[nodiscard]] std::optional<TownDistance> between(std::size_t a, std::size_t b) const;
    /// The places in `town_features()` of those that are compared. The others have no values for
    /// half of the towns, or one value for all.
    [[nodiscard]] const std::vector<std::size_t>& used() const { return used_; }
    [[nodiscard]] double shrinkage() const { return covariance_.shrinkage; }

private:
    explicit TownDistances(std::span<const TownProfile> towns, TownMethod method)
        : towns_{towns}, method_{method} {}
    void choose_features();
    void measure_ranges();
    void measure_spread();
    [[nodiscard]] std::optional<double> value(std::size_t town, std::size_t used) const;
    [[nodiscard]] TownDistance gower(std::span<const std::size_t> shared,
                                     std::span<const double> differences) const;
    [[nodiscard]] TownDistance mahalanobis(std::span<const std::size_t> shared,
                                           std::span<const double> differences) const;

    std::span<const TownProfile> towns_;
    TownMethod method_;
    std::vector<std::size_t> used_;
    std::vector<std::optional<double>> compared_;  // of each town, each of used_
    std::vector<double> unit_;                     // of used_: its range, or standard deviation
    std::vector<double> mean_;
    ShrunkCovariance covariance_;
    std::vector<double> root_;  // inverse_root of all of it
};

}  // namespace musubi

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "project/effect/estimate.h"
#include "project/effect/judged.h"
#include "project/effect/panel.h"

namespace musubi {

/// What is known of each unit besides its outcome, such as its share of old people.
struct EffectPredictor {
    std::string name;
    std::vector<double> values;  ///< one a unit, in the panel's order; finite
    double weight = 1;           ///< it counts as much as so many periods; more than 0
};

struct SyntheticControlOptions : EffectOptions {
    /// Weights as the replication of Arkhangelsky et al. (2021) stops at them (SimplexFit::walk),
    /// not those that fit best. California's published -19.6 is of such: the best give -19.5.
    bool as_published = false;
    std::vector<EffectPredictor> predictors;
};

/// Places to compare with, prepared once for any number of places that are judged by them: the
/// products of their outcomes, and a placebo of each. Immutable; safe for several threads.
class DonorPool {
public:
    /// `values`: donor after donor, `periods` each; at least 2 donors.
    DonorPool(const std::vector<double>& values, std::size_t donors, std::size_t before,
              std::vector<EffectPredictor> predictors, bool as_published = false);
    DonorPool(DonorPool&&) noexcept;
    DonorPool& operator=(DonorPool&&) noexcept;
    ~DonorPool();

    struct Fit {
        double effect = 0;  ///< mean since the start
        double before_rmse = 0;
        double after_rmse = 0;
        double ratio = 0;                    ///< of the errors, after over before
        double gap = 0;                      ///< SimplexFit::gap
        std::vector<double> weights;         ///< one a donor
        std::vector<double> counterfactual;  ///< one a period
    };
    /// A place outside the pool. `predictors`: its own values, as many as the pool's.
    /// `without`: a donor that is left out; none where it is no donor's number.
    [[nodiscard]] Fit fit(const std::vector<double>& outcomes,
                          const std::vector<double>& predictors = {},
                          std::size_t without = static_cast<std::size_t>(-1)) const;
    /// Each donor by the others; without weights and counterfactuals.
    [[nodiscard]] const std::vector<Fit>& placebos() const;

private:
    struct Prepared;
    std::unique_ptr<const Prepared> prepared_;
};

/// Synthetic control (Abadie, Diamond, Hainmueller 2010): the average of other places, with weights
/// of 0 or more that sum to 1, which comes nearest to the treated one before the project. Each
/// period before counts alike, each predictor (standardised by its spread among all units, in units
/// of the outcome's) as much as it is told: the weights V are given, not searched for.
///
/// p is the place of the ratio of the root mean squared errors, after over before, among those of
/// the same computation on each donor by the other donors (ibid., III.D, figure 8); the interval
/// comes of the spread of the placebos' effects. Leaves each donor in use out in turn.
///
/// Refuses: SeveralTreated, NoVariation, PoorFit, and what check_for_placebos does.
Judged<EffectEstimate> judge_synthetic_control(const EffectPanel& panel,
                                               const SyntheticControlOptions& options);

}  // namespace musubi

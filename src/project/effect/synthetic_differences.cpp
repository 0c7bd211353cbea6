#include "project/effect/synthetic_differences.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "project/effect/assignments.h"
#include "project/effect/placebos.h"
#include "project/effect/simplex_fit.h"

namespace musubi {
namespace {

Eigen::MatrixXd products_of_columns(const Eigen::MatrixXd& values) {
    Eigen::MatrixXd out(values.cols(), values.cols());
    for (Eigen::Index i = 0; i < values.cols(); ++i) {
        for (Eigen::Index j = 0; j <= i; ++j) {
            out(i, j) = out(j, i) = values.col(i).dot(values.col(j));
        }
    }
    return out;
}

// A treated unit, or the mean of several: its products with the comparisons, before the project.
struct Target {
    Eigen::VectorXd outcomes;  // one a period
    Eigen::VectorXd cross;
    double square = 0;
};

struct SyntheticDifference {
    double effect = 0;
    double before_rmse = 0;
    double gap = 0;
    Eigen::VectorXd units;
    Eigen::VectorXd periods;
    Eigen::VectorXd counterfactual;
};

// What all fits share: the comparisons, and products from which those of some of them follow.
class Comparisons {
public:
    explicit Comparisons(const EffectPanel& panel);

    [[nodiscard]] Target target_of(Eigen::VectorXd outcomes) const;
    [[nodiscard]] Target target_of(const std::vector<std::size_t>& picked) const;
    [[nodiscard]] SyntheticDifference fit(const Target& target, double zeta,
                                          const std::vector<char>& left_out) const;
    [[nodiscard]] double sigma() const { return sigma_; }

private:
    [[nodiscard]] Eigen::VectorXd weigh_periods(const std::vector<char>& left_out,
                                                double& gap) const;
    Eigen::MatrixXd outcomes_;  // a row a period, a column a unit
    Eigen::Index before_ = 0;
    Eigen::MatrixXd moves_;       // before the project, each unit less its own mean
    Eigen::MatrixXd unit_gram_;   // of the moves
    Eigen::MatrixXd times_;       // a row a unit; the periods before, and the mean after; centred
    Eigen::MatrixXd times_gram_;  // of all units
    double sigma_ = 0;
};

Comparisons::Comparisons(const EffectPanel& panel)
    : outcomes_{Eigen::Map<const Eigen::MatrixXd>(panel.values.data(),
                                                  static_cast<Eigen::Index>(panel.periods.size()),
                                                  static_cast<Eigen::Index>(panel.comparisons))},
      before_{static_cast<Eigen::Index>(panel.before)} {
    moves_ = outcomes_.topRows(before_);
    moves_.rowwise() -= Eigen::RowVectorXd{moves_.colwise().mean()};
    unit_gram_ = products_of_columns(moves_);
    times_.resize(outcomes_.cols(), before_ + 1);
    times_.leftCols(before_) = outcomes_.topRows(before_).transpose();
    times_.col(before_) = outcomes_.bottomRows(outcomes_.rows() - before_).colwise().mean();
    times_.rowwise() -= Eigen::RowVectorXd{times_.colwise().mean()};
    times_gram_ = products_of_columns(times_);
    // Eq. 5: the spread of the comparisons' first differences before the project.
    const Eigen::MatrixXd steps =
        outcomes_.middleRows(1, before_ - 1) - outcomes_.topRows(before_ - 1);
    const double mean = steps.mean();
    sigma_ = std::sqrt((steps.array() - mean).square().mean());
}

Target Comparisons::target_of(Eigen::VectorXd outcomes) const {
    Target out{.outcomes = std::move(outcomes)};
    Eigen::VectorXd moves = out.outcomes.head(before_);
    moves.array() -= moves.mean();
    out.cross.resize(moves_.cols());
    for (Eigen::Index i = 0; i < moves_.cols(); ++i) out.cross[i] = moves_.col(i).dot(moves);
    out.square = moves.squaredNorm();
    return out;
}

Target Comparisons::target_of(const std::vector<std::size_t>& picked) const {
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(outcomes_.rows());
    for (const std::size_t unit : picked) mean += outcomes_.col(static_cast<Eigen::Index>(unit));
    return target_of(Eigen::VectorXd{mean / static_cast<double>(picked.size())});
}

// Eq. 6, over the units that are not left out: their products are those of all less the others',
// less what an intercept takes.
Eigen::VectorXd Comparisons::weigh_periods(const std::vector<char>& left_out, double& gap) const {
    Eigen::MatrixXd gram = times_gram_;
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(before_ + 1);  // of all it is 0: centred
    double count = static_cast<double>(left_out.size());
    for (std::size_t unit = 0; unit < left_out.size(); ++unit) {
        if (left_out[unit] == 0) continue;
        const Eigen::VectorXd gone = times_.row(static_cast<Eigen::Index>(unit)).transpose();
        gram -= gone.lazyProduct(gone.transpose());
        sum -= gone;
        count -= 1;
    }
    gram -= sum.lazyProduct(sum.transpose()) / count;
    const double zeta = 1e-6 * sigma_;
    SimplexFit fit;
    const Eigen::MatrixXd early = gram.topLeftCorner(before_, before_);
    const Eigen::VectorXd cross = gram.col(before_).head(before_);
    const std::vector<char> none(static_cast<std::size_t>(before_), 0);
    fit.solve(early, cross, gram(before_, before_), zeta * zeta * count, none);
    gap = fit.gap();
    return fit.weights();
}

SyntheticDifference Comparisons::fit(const Target& target, double zeta,
                                     const std::vector<char>& left_out) const {
    SyntheticDifference out;
    double gap = 0;
    out.periods = weigh_periods(left_out, gap);
    SimplexFit mix;  // eq. 4
    const auto rows = static_cast<double>(before_);
    mix.solve(unit_gram_, target.cross, target.square, zeta * zeta * rows, left_out);
    out.units = mix.weights();
    out.gap = std::max(gap, mix.gap());
    Eigen::VectorXd left = target.outcomes;
    for (const std::size_t unit : mix.used()) {
        const auto at = static_cast<Eigen::Index>(unit);
        left -= out.units[at] * outcomes_.col(at);
    }
    const double shift = left.head(before_).dot(out.periods);
    out.counterfactual = target.outcomes - left;
    out.counterfactual.array() += shift;
    out.effect = left.tail(left.size() - before_).mean() - shift;
    const Eigen::VectorXd early = left.head(before_);
    out.before_rmse = std::sqrt((early.array() - early.mean()).square().mean());
    return out;
}

std::vector<EffectWeight> above_zero(const std::vector<std::string>& names,
                                     const Eigen::VectorXd& weights) {
    std::vector<EffectWeight> out;
    for (Eigen::Index i = 0; i < weights.size(); ++i) {
        if (weights[i] > 0) out.push_back({names[static_cast<std::size_t>(i)], weights[i]});
    }
    return out;
}

struct PlaceboResults {
    std::vector<std::string> names;
    std::vector<double> effects;
    std::vector<double> sizes;
    std::vector<double> errors;
    bool drawn = false;
};

PlaceboResults run_placebos(const EffectPanel& panel, const Comparisons& comparisons, double zeta,
                            std::uint64_t seed) {
    const Assignments ways{panel.comparisons, panel.treated(), seed,
                           SyntheticDifferencesOptions::kMostPlacebos};
    PlaceboResults out;
    out.drawn = !ways.complete();
    for (const std::vector<std::size_t>& picked : ways.ways()) {
        std::vector<char> left_out(panel.comparisons, 0);
        for (const std::size_t unit : picked) left_out[unit] = 1;
        const SyntheticDifference fit =
            comparisons.fit(comparisons.target_of(picked), zeta, left_out);
        out.names.push_back(picked.size() == 1 ? panel.units[picked.front()] : std::string{});
        out.effects.push_back(fit.effect);
        out.sizes.push_back(std::abs(fit.effect));
        out.errors.push_back(fit.before_rmse);
    }
    return out;
}

Judged<void> check_size(const EffectPanel& panel) {
    using Options = SyntheticDifferencesOptions;
    if (panel.units.size() > Options::kMostUnits) {
        return EffectRefusal{EffectRule::TooManyPlaces, static_cast<double>(panel.units.size()),
                             Options::kMostUnits};
    }
    if (panel.periods.size() > Options::kMostPeriods) {
        return EffectRefusal{EffectRule::TooManyPeriods, static_cast<double>(panel.periods.size()),
                             Options::kMostPeriods};
    }
    return {};
}

}  // namespace

Judged<EffectEstimate> judge_synthetic_differences(const EffectPanel& panel,
                                                   const SyntheticDifferencesOptions& options) {
    TRY(check_for_placebos(panel, options.level));
    TRY(check_size(panel));
    const Comparisons comparisons{panel};
    // (N_tr T_post)^(1/4) sigma: two square roots.
    const double zeta = std::sqrt(std::sqrt(static_cast<double>(panel.treated() * panel.after()))) *
                        comparisons.sigma();
    EffectEstimate out{.method = EffectMethod::SyntheticDifferences, .level = options.level};
    out.observed = panel.treated_mean();
    const Target target = comparisons.target_of(Eigen::VectorXd{Eigen::Map<const Eigen::VectorXd>(
        out.observed.data(), static_cast<Eigen::Index>(out.observed.size()))});
    std::vector<char> left_out(panel.comparisons, 0);
    const SyntheticDifference fit = comparisons.fit(target, zeta, left_out);
    out.estimate = fit.effect;
    out.before_rmse = fit.before_rmse;
    out.periods = panel.periods;
    out.before = panel.before;
    out.counterfactual.assign(fit.counterfactual.begin(), fit.counterfactual.end());
    const PlaceboResults placebos = run_placebos(panel, comparisons, zeta, options.seed);
    if (!(placebo_error(placebos.effects) > 0)) {
        return EffectRefusal{.rule = EffectRule::NoVariation, .place = panel.units.front()};
    }
    TRY(check_fit(out, placebos.errors));
    set_placebo_interval(out, placebos.effects);
    set_placebo_rank(out, std::abs(out.estimate), placebos.sizes);
    out.p_by = "by_placebo_rank";
    if (placebos.drawn) out.seed = options.seed;
    for (std::size_t i = 0; i < placebos.effects.size(); ++i) {
        out.placebos.push_back({placebos.names[i], placebos.effects[i]});
    }
    out.unit_weights = above_zero(panel.units, fit.units);
    out.period_weights = above_zero(panel.periods, fit.periods);
    for (std::size_t unit = 0; unit < panel.comparisons; ++unit) {
        if (fit.units[static_cast<Eigen::Index>(unit)] <= 0) continue;
        left_out[unit] = 1;
        out.without.push_back({panel.units[unit], comparisons.fit(target, zeta, left_out).effect});
        left_out[unit] = 0;
    }
    std::stable_sort(out.unit_weights.begin(), out.unit_weights.end(),
                     [](const auto& a, const auto& b) { return a.weight > b.weight; });
    out.facts.push_back({"zeta", zeta});
    out.facts.push_back({"gap", fit.gap});
    out.assumptions = {"mix_goes_on", "nothing_else_began", "no_spillover", "units_alike",
                       "measured_alike"};
    return out;
}

}  // namespace musubi

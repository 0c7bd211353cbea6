#include "project/effect/synthetic_control.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cassert>
#include <cmath>

#include "project/effect/placebos.h"
#include "project/effect/simplex_fit.h"

namespace musubi {

struct DonorPool::Prepared {
    Eigen::MatrixXd outcomes;  // a row a period, a column a donor
    Eigen::Index before = 0;
    std::vector<EffectPredictor> predictors;
    Eigen::VectorXd centre;           // of the rows that are matched, over donors
    Eigen::MatrixXd matched;          // rows that are matched, less the centre
    Eigen::VectorXd predictor_scale;  // by which a predictor becomes a row
    Eigen::MatrixXd gram;
    double floor = 0;  // no error before is taken to be smaller
    double sigma = 0;  // of the donors' first differences before the project
    bool as_published = false;
    std::vector<Fit> placebos;

    [[nodiscard]] Eigen::VectorXd row_values(const Eigen::Ref<const Eigen::VectorXd>& outcome,
                                             const std::vector<double>& own) const;
    void match();
    void mix(SimplexFit& fit, const Eigen::VectorXd& cross, double square,
             const std::vector<char>& left_out) const;
    [[nodiscard]] Fit judged_by(const SimplexFit& mix, Eigen::VectorXd left) const;
};

// What is matched of one place.
Eigen::VectorXd DonorPool::Prepared::row_values(const Eigen::Ref<const Eigen::VectorXd>& outcome,
                                                const std::vector<double>& own) const {
    Eigen::VectorXd out(before + static_cast<Eigen::Index>(predictors.size()));
    out.head(before) = outcome.head(before);
    for (std::size_t i = 0; i < predictors.size(); ++i) {
        const auto at = static_cast<Eigen::Index>(i);
        out[before + at] = own[i] * predictor_scale[at];
    }
    return out;
}

void DonorPool::Prepared::match() {
    const Eigen::Index donors = outcomes.cols();
    const auto extra = static_cast<Eigen::Index>(predictors.size());
    const Eigen::MatrixXd earlier = outcomes.topRows(before);
    const Eigen::VectorXd mean = earlier.rowwise().mean();
    const double spread =
        (earlier.colwise() - mean).norm() / std::sqrt(static_cast<double>(before * donors));
    floor = 1e-6 * spread;
    const Eigen::MatrixXd steps = earlier.bottomRows(before - 1) - earlier.topRows(before - 1);
    sigma = std::sqrt((steps.array() - steps.mean()).square().mean());
    predictor_scale.resize(extra);
    for (Eigen::Index i = 0; i < extra; ++i) {
        const EffectPredictor& one = predictors[static_cast<std::size_t>(i)];
        const Eigen::Map<const Eigen::VectorXd> all{one.values.data(),
                                                    static_cast<Eigen::Index>(one.values.size())};
        const double own = std::sqrt((all.array() - all.mean()).square().mean());
        predictor_scale[i] = own > 0 ? spread / own * std::sqrt(one.weight) : 0;
    }
    matched.resize(before + extra, donors);
    for (Eigen::Index j = 0; j < donors; ++j) {
        std::vector<double> own;
        for (const EffectPredictor& one : predictors) {
            own.push_back(one.values[static_cast<std::size_t>(j)]);
        }
        matched.col(j) = row_values(outcomes.col(j), own);
    }
    centre = matched.rowwise().mean();
    matched.colwise() -= centre;
    gram.resize(donors, donors);
    for (Eigen::Index i = 0; i < donors; ++i) {
        for (Eigen::Index j = 0; j <= i; ++j) {
            gram(i, j) = gram(j, i) = matched.col(i).dot(matched.col(j));
        }
    }
}

void DonorPool::Prepared::mix(SimplexFit& fit, const Eigen::VectorXd& cross, double square,
                              const std::vector<char>& left_out) const {
    if (!as_published) return fit.solve(gram, cross, square, 0, left_out);
    const auto rows = static_cast<double>(before);
    fit.walk(gram, cross, rows * 1e-12 * sigma * sigma, even_start(left_out),
             rows * 1e-10 * sigma * sigma);
}

// `left`: the outcomes, of which the mix is taken away here.
DonorPool::Fit DonorPool::Prepared::judged_by(const SimplexFit& mix, Eigen::VectorXd left) const {
    for (const std::size_t j : mix.used()) {
        const auto donor = static_cast<Eigen::Index>(j);
        left -= mix.weights()[donor] * outcomes.col(donor);
    }
    const Eigen::Index after = left.size() - before;
    Fit out;
    out.effect = left.tail(after).mean();
    out.before_rmse = std::sqrt(left.head(before).squaredNorm() / static_cast<double>(before));
    out.after_rmse = std::sqrt(left.tail(after).squaredNorm() / static_cast<double>(after));
    out.ratio = out.after_rmse / std::max(out.before_rmse, floor);
    out.gap = mix.gap();
    return out;
}

DonorPool::DonorPool(const std::vector<double>& values, std::size_t donors, std::size_t before,
                     std::vector<EffectPredictor> predictors, bool as_published) {
    assert(donors >= 2 && values.size() % donors == 0);
    auto prepared = std::make_unique<Prepared>();
    prepared->outcomes = Eigen::Map<const Eigen::MatrixXd>(
        values.data(), static_cast<Eigen::Index>(values.size() / donors),
        static_cast<Eigen::Index>(donors));
    prepared->before = static_cast<Eigen::Index>(before);
    prepared->predictors = std::move(predictors);
    prepared->as_published = as_published;
    prepared->match();
    SimplexFit mix;
    std::vector<char> left_out(donors, 0);
    for (std::size_t j = 0; j < donors; ++j) {
        const auto donor = static_cast<Eigen::Index>(j);
        left_out[j] = 1;
        const Eigen::VectorXd cross = prepared->gram.col(donor);
        prepared->mix(mix, cross, cross[donor], left_out);
        prepared->placebos.push_back(prepared->judged_by(mix, prepared->outcomes.col(donor)));
        left_out[j] = 0;
    }
    prepared_ = std::move(prepared);
}

DonorPool::DonorPool(DonorPool&&) noexcept = default;
DonorPool& DonorPool::operator=(DonorPool&&) noexcept = default;
DonorPool::~DonorPool() = default;

const std::vector<DonorPool::Fit>& DonorPool::placebos() const { return prepared_->placebos; }

DonorPool::Fit DonorPool::fit(const std::vector<double>& outcomes,
                              const std::vector<double>& predictors, std::size_t without) const {
    const Prepared& pool = *prepared_;
    const Eigen::Map<const Eigen::VectorXd> own{outcomes.data(),
                                                static_cast<Eigen::Index>(outcomes.size())};
    assert(own.size() == pool.outcomes.rows() && predictors.size() == pool.predictors.size());
    const Eigen::VectorXd target = pool.row_values(own, predictors) - pool.centre;
    Eigen::VectorXd cross(pool.gram.rows());
    for (Eigen::Index j = 0; j < cross.size(); ++j) cross[j] = pool.matched.col(j).dot(target);
    std::vector<char> left_out(static_cast<std::size_t>(cross.size()), 0);
    if (without < left_out.size()) left_out[without] = 1;
    SimplexFit mix;
    pool.mix(mix, cross, target.squaredNorm(), left_out);
    Fit out = pool.judged_by(mix, own);
    out.weights.assign(mix.weights().begin(), mix.weights().end());
    Eigen::VectorXd mixed = Eigen::VectorXd::Zero(own.size());
    for (const std::size_t j : mix.used()) {
        mixed += out.weights[j] * pool.outcomes.col(static_cast<Eigen::Index>(j));
    }
    out.counterfactual.assign(mixed.begin(), mixed.end());
    return out;
}

namespace {

void leave_each_out(EffectEstimate& out, const EffectPanel& panel, const DonorPool& pool,
                    const DonorPool::Fit& fit, const std::vector<double>& predictors) {
    for (std::size_t j = 0; j < fit.weights.size(); ++j) {
        if (fit.weights[j] <= 0) continue;
        out.unit_weights.push_back({panel.units[j], fit.weights[j]});
        out.without.push_back({panel.units[j], pool.fit(out.observed, predictors, j).effect});
    }
    std::stable_sort(out.unit_weights.begin(), out.unit_weights.end(),
                     [](const auto& a, const auto& b) { return a.weight > b.weight; });
}

}  // namespace

Judged<EffectEstimate> judge_synthetic_control(const EffectPanel& panel,
                                               const SyntheticControlOptions& options) {
    TRY(check_for_placebos(panel, options.level));
    if (panel.treated() > 1) {
        return EffectRefusal{EffectRule::SeveralTreated, static_cast<double>(panel.treated()), 1};
    }
    std::vector<double> own;
    for (const EffectPredictor& one : options.predictors) own.push_back(one.values.back());
    const auto donors_end = static_cast<std::ptrdiff_t>(panel.comparisons * panel.periods.size());
    const DonorPool pool{{panel.values.begin(), panel.values.begin() + donors_end},
                         panel.comparisons,
                         panel.before,
                         options.predictors,
                         options.as_published};
    EffectEstimate out{.method = EffectMethod::SyntheticControl, .level = options.level};
    out.observed = panel.treated_mean();
    const DonorPool::Fit fit = pool.fit(out.observed, own);
    out.estimate = fit.effect;
    out.before_rmse = fit.before_rmse;
    out.periods = panel.periods;
    out.counterfactual = fit.counterfactual;
    out.before = panel.before;
    std::vector<double> effects;
    std::vector<double> ratios;
    std::vector<double> errors;
    for (const DonorPool::Fit& placebo : pool.placebos()) {
        out.placebos.push_back({panel.units[effects.size()], placebo.effect});
        effects.push_back(placebo.effect);
        ratios.push_back(placebo.ratio);
        errors.push_back(placebo.before_rmse);
    }
    if (!std::isfinite(fit.ratio) || placebo_error(effects) <= 0) {
        return EffectRefusal{.rule = EffectRule::NoVariation, .place = panel.units.front()};
    }
    TRY(check_fit(out, errors));
    set_placebo_interval(out, effects);
    set_placebo_rank(out, fit.ratio, ratios);
    out.p_by = "by_placebo_ratio";
    leave_each_out(out, panel, pool, fit, own);
    out.facts.push_back({"ratio", fit.ratio});
    out.facts.push_back({"gap", fit.gap});
    out.assumptions = {"mix_goes_on",  "inside_the_others", "nothing_else_began",
                       "no_spillover", "units_alike",       "measured_alike"};
    return out;
}

}  // namespace musubi

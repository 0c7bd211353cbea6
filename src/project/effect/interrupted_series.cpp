#include "project/effect/interrupted_series.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <optional>

#include "project/effect/chances.h"
#include "project/effect/noise_trial.h"

namespace musubi {
namespace {

// Rows are periods. Columns: 1, t, D, (t - start) D, a level for each place in the season but the
// first.
Eigen::MatrixXd design(std::size_t periods, std::size_t before,
                       const InterruptedSeriesOptions& options) {
    const std::size_t seasonal = options.season > 0 ? options.season - 1 : 0;
    const std::size_t base = options.slope_changes ? 4 : 3;
    Eigen::MatrixXd out = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(periods),
                                                static_cast<Eigen::Index>(base + seasonal));
    for (std::size_t t = 0; t < periods; ++t) {
        const auto row = static_cast<Eigen::Index>(t);
        out(row, 0) = 1;
        // Centred, so that the columns do not depend on each other more than they must.
        out(row, 1) = static_cast<double>(t) - static_cast<double>(before);
        if (t >= before) {
            out(row, 2) = 1;
            if (options.slope_changes) out(row, 3) = static_cast<double>(t - before);
        }
        if (seasonal > 0 && t % options.season != 0) {
            out(row, static_cast<Eigen::Index>(base + t % options.season - 1)) = 1;
        }
    }
    return out;
}

struct Regression {
    Eigen::MatrixXd basis;                    // thin Q
    std::vector<Eigen::VectorXd> influences;  // of the mean effect, the level and the slope
    Eigen::VectorXd residuals;
    Eigen::VectorXd without_project;
    std::vector<double> estimates;
};

Regression regress(const Eigen::MatrixXd& x, const Eigen::VectorXd& y, std::size_t after,
                   bool slope_changes) {
    const Eigen::Index k = x.cols();
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr{x};
    Regression out;
    out.basis = qr.householderQ() * Eigen::MatrixXd::Identity(x.rows(), k);
    const Eigen::MatrixXd r = qr.matrixQR().topRows(k).triangularView<Eigen::Upper>();
    const Eigen::VectorXd in_basis = out.basis.transpose() * y;
    const Eigen::VectorXd coefficients = r.triangularView<Eigen::Upper>().solve(in_basis);
    out.residuals = y - out.basis * in_basis;
    Eigen::VectorXd project = Eigen::VectorXd::Zero(k);
    project[2] = 1;
    std::vector<Eigen::VectorXd> asked{project};
    if (slope_changes) {
        project[3] = (static_cast<double>(after) - 1) / 2;
        asked.insert(asked.begin(), project);
        asked.emplace_back(Eigen::VectorXd::Unit(k, 3));
    }
    for (const Eigen::VectorXd& a : asked) {
        out.influences.emplace_back(out.basis *
                                    r.transpose().triangularView<Eigen::Lower>().solve(a));
        out.estimates.push_back(a.dot(coefficients));
    }
    Eigen::VectorXd trend = coefficients;
    trend[2] = 0;
    if (slope_changes) trend[3] = 0;
    out.without_project = x * trend;
    return out;
}

Judged<void> check_series(const EffectSeries& series, const InterruptedSeriesOptions& options) {
    using Options = InterruptedSeriesOptions;
    const std::size_t after = series.values.size() - series.before;
    if (!(options.level >= 0.5 && options.level <= 0.999)) {
        return EffectRefusal{EffectRule::BadLevel, options.level, 0};
    }
    if (options.season == 1 || options.season > 366) {
        return EffectRefusal{EffectRule::BadSeason, static_cast<double>(options.season), 366};
    }
    if (series.before < Options::kLeastEachSide) {
        return EffectRefusal{EffectRule::TooFewBefore, static_cast<double>(series.before),
                             Options::kLeastEachSide};
    }
    if (after < Options::kLeastEachSide) {
        return EffectRefusal{EffectRule::TooFewAfter, static_cast<double>(after),
                             Options::kLeastEachSide};
    }
    // Two whole cycles, and as many beyond the season's levels as without a season.
    const std::size_t needed =
        std::max(2 * options.season, options.season + Options::kLeastEachSide);
    if (options.season > 0 && series.before < needed) {
        return EffectRefusal{EffectRule::TooFewSeasons, static_cast<double>(series.before),
                             static_cast<double>(needed)};
    }
    return {};
}

struct Critical {
    double value = 0;
    double p = 1;
};

// Of a statistic among those under noise alone, in ascending order; no milder than Student's t.
// `factor`: by which the error is made larger for Student's t.
Critical critical_of(double statistic, const std::vector<double>& noise, double level, double df,
                     double factor) {
    const auto draws = static_cast<double>(noise.size());
    const auto at = static_cast<std::size_t>(std::ceil(level * (draws + 1) - 1e-9));
    const auto least = std::lower_bound(noise.begin(), noise.end(), statistic);
    const double beyond = static_cast<double>(noise.end() - least);
    return {
        std::max(noise[std::min(at, noise.size()) - 1], factor * student_critical(1 - level, df)),
        std::max((1 + beyond) / (draws + 1), student_p(statistic / factor, df))};
}

// Noise is taken to hang together as much as it may: with this chance residuals like those seen, or
// less like it, come of it.
constexpr double kShareBelow = 0.25;

// The judgement itself, of a series that has been checked.
Judged<EffectEstimate> judge(const EffectSeries& series, const InterruptedSeriesOptions& options) {
    const std::size_t periods = series.values.size();
    const Eigen::VectorXd y =
        Eigen::Map<const Eigen::VectorXd>(series.values.data(), static_cast<Eigen::Index>(periods));
    const Eigen::MatrixXd x = design(periods, series.before, options);
    const Regression fit = regress(x, y, periods - series.before, options.slope_changes);
    if (fit.residuals.norm() <= 1e-10 * y.norm()) {
        return EffectRefusal{.rule = EffectRule::NoVariation,
                             .place = series.periods.front() + " – " + series.periods.back()};
    }
    const double df = static_cast<double>(x.rows() - x.cols());
    const std::size_t lag = newey_west_lag(periods);
    const NoiseTrial trial{fit.basis, InterruptedSeriesOptions::kDraws, options.seed};
    const double seen = autocorrelation(fit.residuals);
    const double rho = trial.autocorrelation_behind(seen, kShareBelow,
                                                    InterruptedSeriesOptions::kMostAutocorrelation);
    if (rho >= InterruptedSeriesOptions::kMostAutocorrelation) {
        return EffectRefusal{EffectRule::HangsTogether, rho,
                             InterruptedSeriesOptions::kMostAutocorrelation};
    }
    const auto noise = trial.statistics(fit.influences, lag, rho);
    const double factor = std::sqrt(static_cast<double>(periods) / df);
    EffectEstimate out{.method = EffectMethod::InterruptedSeries, .level = options.level};
    static constexpr std::string_view kWithSlope[] = {"mean_effect", "level_change",
                                                      "slope_change"};
    for (std::size_t i = 0; i < fit.influences.size(); ++i) {
        const double error = newey_west_error(fit.influences[i], fit.residuals, lag);
        const Critical critical =
            critical_of(std::abs(fit.estimates[i]) / error, noise[i], options.level, df, factor);
        const double half = critical.value * error;
        out.parts.push_back({kWithSlope[i], fit.estimates[i], error * factor,
                             fit.estimates[i] - half, fit.estimates[i] + half, critical.p});
    }
    const EffectPart head = out.parts.front();
    out.parts.erase(out.parts.begin());
    out.estimate = head.estimate;
    out.standard_error = head.standard_error;
    out.low = head.low;
    out.high = head.high;
    out.p = head.p;
    out.interval_by = out.p_by = "by_noise_trial";
    out.periods = series.periods;
    out.observed = series.values;
    out.counterfactual.assign(fit.without_project.begin(), fit.without_project.end());
    out.before = series.before;
    const auto before = static_cast<Eigen::Index>(series.before);
    out.before_rmse = std::sqrt((y - fit.without_project).head(before).squaredNorm() /
                                static_cast<double>(series.before));
    out.facts = {{"lag", static_cast<double>(lag)},
                 {"degrees_of_freedom", df},
                 {"autocorrelation", seen},
                 {"autocorrelation_used", rho},
                 {"draws", static_cast<double>(InterruptedSeriesOptions::kDraws)}};
    out.assumptions = {"trend_goes_on", "nothing_else_began", "measured_alike", "noise_is_ar1"};
    out.seed = options.seed;
    return out;
}

// p of an effect at the middle of the time before, where there was none to find; nothing where that
// can not be judged. A trend that bends shows as noise that hangs together, so it is looked for
// first.
std::optional<double> bend_before(const EffectSeries& series,
                                  const InterruptedSeriesOptions& options) {
    using Options = InterruptedSeriesOptions;
    const std::size_t least =
        std::max(Options::kLeastForBend, 2 * (options.season + Options::kLeastEachSide));
    if (!options.look_for_bends || series.before < least) return {};
    const auto end = static_cast<std::ptrdiff_t>(series.before);
    const EffectSeries earlier{{series.periods.begin(), series.periods.begin() + end},
                               {series.values.begin(), series.values.begin() + end},
                               series.before / 2};
    const Judged<EffectEstimate> bend = judge(earlier, options);
    if (!bend) return {};
    return bend->p;
}

}  // namespace

Judged<EffectEstimate> judge_interrupted_series(const EffectSeries& series,
                                                const InterruptedSeriesOptions& options) {
    TRY(check_series(series, options));
    const std::optional<double> bend = bend_before(series, options);
    if (bend && *bend <= 1 - options.level + 1e-12) {
        return EffectRefusal{EffectRule::BeforeBends, *bend, 1 - options.level};
    }
    EffectEstimate out = TRY(judge(series, options));
    if (options.season > 0) {
        out.facts.push_back({"season", static_cast<double>(options.season)});
        out.assumptions.emplace_back("season_repeats");
    }
    if (!options.slope_changes) out.assumptions.emplace_back("level_alone");
    if (bend) {
        out.facts.push_back({"bend_p", *bend});
    } else {
        out.assumptions.emplace_back("bend_not_checked");
    }
    return out;
}

}  // namespace musubi

#include "project/effect/differences.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "project/effect/assignments.h"
#include "project/effect/chances.h"

namespace musubi {
namespace {

double mean_of(const EffectPanel& panel, std::size_t unit, std::size_t from, std::size_t to) {
    double sum = 0;
    for (std::size_t t = from; t < to; ++t) sum += panel.at(unit, t);
    return sum / static_cast<double>(to - from);
}

// Each unit's mean after less its mean before; comparisons first.
std::vector<double> own_differences(const EffectPanel& panel) {
    std::vector<double> out;
    for (std::size_t unit = 0; unit < panel.units.size(); ++unit) {
        out.push_back(mean_of(panel, unit, panel.before, panel.periods.size()) -
                      mean_of(panel, unit, 0, panel.before));
    }
    return out;
}

struct Side {
    double mean = 0;
    double variance = 0;  // unbiased; 0 of one
    double count = 0;
};

Side side_of(const std::vector<double>& values, std::size_t from, std::size_t to) {
    Side out;
    out.count = static_cast<double>(to - from);
    for (std::size_t i = from; i < to; ++i) out.mean += values[i];
    out.mean /= out.count;
    for (std::size_t i = from; i < to; ++i) {
        out.variance += (values[i] - out.mean) * (values[i] - out.mean);
    }
    out.variance /= std::max(out.count - 1, 1.0);
    return out;
}

// Rows are units, columns are leads: a block's mean less the last period before.
Eigen::MatrixXd leads_of(const EffectPanel& panel, std::size_t leads) {
    Eigen::MatrixXd out(static_cast<Eigen::Index>(panel.units.size()),
                        static_cast<Eigen::Index>(leads));
    const std::size_t periods = panel.before - 1;
    for (std::size_t unit = 0; unit < panel.units.size(); ++unit) {
        for (std::size_t lead = 0; lead < leads; ++lead) {
            out(static_cast<Eigen::Index>(unit), static_cast<Eigen::Index>(lead)) =
                mean_of(panel, unit, lead * periods / leads, (lead + 1) * periods / leads) -
                panel.at(unit, panel.before - 1);
        }
    }
    return out;
}

// A difference of means of those picked from the others', of several columns, squared and summed.
double apart(const Eigen::MatrixXd& values, const std::vector<std::size_t>& picked) {
    const Eigen::RowVectorXd all = values.colwise().sum();
    Eigen::RowVectorXd of_picked = Eigen::RowVectorXd::Zero(values.cols());
    for (const std::size_t unit : picked) of_picked += values.row(static_cast<Eigen::Index>(unit));
    const auto count = static_cast<double>(picked.size());
    const auto others = static_cast<double>(values.rows()) - count;
    return (of_picked / count - (all - of_picked) / others).squaredNorm();
}

// The share of ways in which a statistic is at least what it is in truth, which is the first way.
template <typename F>
double place_among(const std::vector<std::vector<std::size_t>>& ways, F statistic) {
    const double truth = statistic(ways.front());
    const double floor = truth - 1e-9 * std::abs(truth);  // as large but for rounding
    std::size_t beyond = 0;
    for (const std::vector<std::size_t>& way : ways) beyond += statistic(way) >= floor ? 1U : 0U;
    return static_cast<double>(beyond) / static_cast<double>(ways.size());
}

struct PreTrend {
    double p = 1;
    std::size_t leads = 0;
};

Judged<PreTrend> look_at_leads(const EffectPanel& panel, const Assignments* ways) {
    using Options = DifferencesOptions;
    const std::size_t n = panel.units.size();
    const std::size_t leads = std::max<std::size_t>(
        1, std::min({Options::kMostLeads, panel.before - 1, (n - 2) / Options::kUnitsALead}));
    Eigen::MatrixXd values = leads_of(panel, leads);
    values.rowwise() -= Eigen::RowVectorXd{values.colwise().mean()};
    // With the whole scatter as the measure, Hotelling's T² grows with the distance of the means
    // alone: T² = (n - 2) a / (1 - a), a = n1 n0 / n times the squared distance.
    const Eigen::LLT<Eigen::MatrixXd> scatter{
        Eigen::MatrixXd{values.transpose().lazyProduct(values)}};
    const double size = values.cwiseAbs().maxCoeff();
    if (scatter.info() != Eigen::Success ||
        scatter.matrixLLT().diagonal().minCoeff() <= 1e-9 * size) {
        return EffectRefusal{
            .rule = EffectRule::NoVariation,
            .place = panel.periods.front() + " – " + panel.periods[panel.before - 1]};
    }
    const Eigen::MatrixXd even = scatter.matrixL().solve(values.transpose()).transpose();
    if (ways != nullptr) {
        return PreTrend{
            place_among(ways->ways(), [&](const auto& picked) { return apart(even, picked); }),
            leads};
    }
    std::vector<std::size_t> treated;
    for (std::size_t unit = panel.comparisons; unit < n; ++unit) treated.push_back(unit);
    const auto all = static_cast<double>(n);
    const auto picked = static_cast<double>(treated.size());
    const auto q = static_cast<double>(leads);
    const double a = std::min(picked * (all - picked) / all * apart(even, treated), 1 - 1e-15);
    const double f = a / (1 - a) * (all - q - 1) / q;
    return PreTrend{f_upper_p(f, q, all - q - 1), leads};
}

Judged<void> check_panel(const EffectPanel& panel, const DifferencesOptions& options) {
    if (!(options.level >= 0.5 && options.level <= 0.999)) {
        return EffectRefusal{EffectRule::BadLevel, options.level, 0};
    }
    if (panel.treated() == 0) return EffectRefusal{.rule = EffectRule::NobodyTreated};
    if (panel.before < DifferencesOptions::kLeastBefore) {
        return EffectRefusal{EffectRule::TooFewBefore, static_cast<double>(panel.before),
                             DifferencesOptions::kLeastBefore};
    }
    if (panel.after() < 1) return EffectRefusal{EffectRule::TooFewAfter, 0, 1};
    if (panel.comparisons < 2) {
        return EffectRefusal{EffectRule::TooFewComparisons, static_cast<double>(panel.comparisons),
                             2};
    }
    return {};
}

void by_clusters(EffectEstimate& out, const Side& treated, const Side& others) {
    out.standard_error =
        std::sqrt(treated.variance / treated.count + others.variance / others.count);
    const double n1 = treated.count;
    const double n0 = others.count;
    const double df =
        (n0 + n1) * (n0 + n1) * (n0 - 1) * (n1 - 1) / (n1 * n1 * (n1 - 1) + n0 * n0 * (n0 - 1));
    const double half = student_critical(1 - out.level, df) * out.standard_error;
    out.low = out.estimate - half;
    out.high = out.estimate + half;
    out.p = student_p(out.estimate / out.standard_error, df);
    out.interval_by = out.p_by = "by_clusters";
    out.facts.push_back({"degrees_of_freedom", df});
}

// The ends of the effects that the ways do not reject. A way in which the share s of those picked
// are truly treated, and the share r of the others, moves by (s - r) with the effect; it is as far
// out as the truth for effects between the two values below, which lie on both sides of the
// estimate.
void by_ways(EffectEstimate& out, const std::vector<double>& differences, std::size_t comparisons,
             const Assignments& ways) {
    const auto n = static_cast<double>(differences.size());
    double all = 0;
    for (const double difference : differences) all += difference;
    std::vector<double> lows;
    std::vector<double> highs;
    std::size_t beyond = 0;
    for (const std::vector<std::size_t>& way : ways.ways()) {
        const auto k = static_cast<double>(way.size());
        double sum = 0;
        double truly = 0;
        for (const std::size_t unit : way) {
            sum += differences[unit];
            truly += unit >= comparisons ? 1 : 0;
        }
        const double here = sum / k - (all - sum) / (n - k);
        const double moves = truly / k - (k - truly) / (n - k);
        if (std::abs(here) >= std::abs(out.estimate) * (1 - 1e-9)) ++beyond;
        if (moves > 1 - 1e-9 || moves < -1 + 1e-9) continue;  // the truth or its mirror: any effect
        const double one = (out.estimate + here) / (1 + moves);
        const double other = (out.estimate - here) / (1 - moves);
        lows.push_back(std::min(one, other));
        highs.push_back(std::max(one, other));
    }
    const std::size_t count = ways.ways().size();
    const std::size_t always = count - highs.size();
    const auto allowed =
        static_cast<std::size_t>((1 - out.level) * static_cast<double>(count) + 1e-9);
    std::sort(lows.begin(), lows.end());
    std::sort(highs.begin(), highs.end());
    const std::size_t outside = std::min(allowed - always, highs.size() - 1);
    out.low = lows[outside];
    out.high = highs[highs.size() - 1 - outside];
    out.p = static_cast<double>(beyond) / static_cast<double>(count);
    out.rank = {beyond, count};
    out.interval_by = out.p_by = "by_ways";
    out.facts.push_back({"ways", static_cast<double>(count)});
}

// Each comparison as if it alone had the project, and nobody else.
void add_placebos(EffectEstimate& out, const EffectPanel& panel,
                  const std::vector<double>& differences) {
    double all = 0;
    for (std::size_t unit = 0; unit < panel.comparisons; ++unit) all += differences[unit];
    const double others = static_cast<double>(panel.comparisons) - 1;
    for (std::size_t unit = 0; unit < panel.comparisons; ++unit) {
        out.placebos.push_back(
            {panel.units[unit], differences[unit] - (all - differences[unit]) / others});
    }
}

void draw_picture(EffectEstimate& out, const EffectPanel& panel) {
    out.periods = panel.periods;
    out.before = panel.before;
    out.observed = panel.treated_mean();
    out.counterfactual = panel.comparison_mean();
    double apart_before = 0;
    for (std::size_t t = 0; t < panel.before; ++t) {
        apart_before +=
            (out.observed[t] - out.counterfactual[t]) / static_cast<double>(panel.before);
    }
    double squares = 0;
    for (std::size_t t = 0; t < panel.periods.size(); ++t) {
        out.counterfactual[t] += apart_before;
        const double left = out.observed[t] - out.counterfactual[t];
        if (t < panel.before) squares += left * left;
    }
    out.before_rmse = std::sqrt(squares / static_cast<double>(panel.before));
}

}  // namespace

Judged<EffectEstimate> judge_differences(const EffectPanel& panel,
                                         const DifferencesOptions& options) {
    TRY(check_panel(panel, options));
    const bool few = std::min(panel.treated(), panel.comparisons) < DifferencesOptions::kFew;
    std::optional<Assignments> ways;
    if (few) {
        ways.emplace(panel.units.size(), panel.treated(), options.seed);
        // The truth alone, or with as many picked as left also its mirror, must stay within the
        // level.
        const double least = panel.treated() == panel.comparisons ? 2 : 1;
        const double count = static_cast<double>(ways->ways().size());
        if (least / count > 1 - options.level + 1e-12) {
            return EffectRefusal{EffectRule::TooFewWays, count,
                                 std::ceil(least / (1 - options.level) - 1e-9)};
        }
    }
    const PreTrend before = TRY(look_at_leads(panel, ways ? &*ways : nullptr));
    if (before.p < options.pre_trend_level) {
        return EffectRefusal{EffectRule::TrendsDiffer, before.p, options.pre_trend_level};
    }
    const std::vector<double> differences = own_differences(panel);
    const Side others = side_of(differences, 0, panel.comparisons);
    const Side treated = side_of(differences, panel.comparisons, differences.size());
    EffectEstimate out{.method = EffectMethod::Differences,
                       .estimate = treated.mean - others.mean,
                       .level = options.level};
    if (!(others.variance > 0)) {
        return EffectRefusal{.rule = EffectRule::NoVariation, .place = panel.units.front()};
    }
    if (few) {
        // As if those treated vary as the others do.
        out.standard_error =
            std::sqrt(others.variance / treated.count + others.variance / others.count);
        by_ways(out, differences, panel.comparisons, *ways);
        if (!ways->complete()) out.seed = options.seed;
    } else {
        by_clusters(out, treated, others);
    }
    draw_picture(out, panel);
    add_placebos(out, panel, differences);
    out.facts.push_back({"leads", static_cast<double>(before.leads)});
    out.facts.push_back({"pre_trend_p", before.p});
    out.assumptions = {"trends_alike", "nothing_else_began", "no_spillover", "measured_alike",
                       few ? "units_alike" : "units_apart"};
    return out;
}

}  // namespace musubi

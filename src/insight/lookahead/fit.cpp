#include "insight/lookahead/fit.h"

#include <algorithm>
#include <cmath>

#include "insight/lookahead/outlook.h"

namespace musubi {
namespace {

constexpr double kRounding = 1e-9;
constexpr int kNewtonSteps = 12;
constexpr double kFreeRidge = 1e-6;          // on the constant
constexpr Duration kRunGap = minutes(90);    // a longer gap between candidates: another case
constexpr Duration kLabelGap = minutes(10);  // how early the last reading of a horizon may be
constexpr int kFirstLimit = 30;              // per cent
constexpr int kLastLimit = 70;
constexpr int kSmooth = 2;  // limits to each side that a limit is averaged with

using Matrix = std::array<Features, kFeatures>;

/// Solves a x = b by elimination with partial pivoting. `a` is positive definite.
Features solve(Matrix a, Features b) {
    for (std::size_t i = 0; i < kFeatures; ++i) {
        std::size_t pivot = i;
        for (std::size_t r = i + 1; r < kFeatures; ++r) {
            if (std::abs(a[r][i]) > std::abs(a[pivot][i])) pivot = r;
        }
        std::swap(a[i], a[pivot]);
        std::swap(b[i], b[pivot]);
        for (std::size_t r = i + 1; r < kFeatures; ++r) {
            const double factor = a[r][i] / a[i][i];
            for (std::size_t c = i; c < kFeatures; ++c) a[r][c] -= factor * a[i][c];
            b[r] -= factor * b[i];
        }
    }
    Features x{};
    for (std::size_t i = kFeatures; i-- > 0;) {
        double sum = b[i];
        for (std::size_t c = i + 1; c < kFeatures; ++c) sum -= a[i][c] * x[c];
        x[i] = sum / a[i][i];
    }
    return x;
}

double dot(const Features& a, const Features& b) {
    double sum = 0;
    for (std::size_t i = 0; i < kFeatures; ++i) sum += a[i] * b[i];
    return sum;
}

double logit(double p) { return std::log(p / (1 - p)); }

}  // namespace

LookAheadFitter::LookAheadFitter(const std::vector<GaugePast>& past, const LookAheadModel& model,
                                 double hysteresis, std::set<DayNumber> days)
    : model_{model}, hysteresis_{hysteresis}, days_{std::move(days)} {
    const LookAheadFitting& how = model.fitting;
    for (const GaugePast& gauge : past) {
        const auto threshold = gauge.thresholds.find(how.threshold);
        const bool left_out =
            std::find(how.exclude.begin(), how.exclude.end(), gauge.id) != how.exclude.end();
        if (threshold == gauge.thresholds.end() || left_out) continue;
        for (const double shift : how.shifts) {
            add(gauge, std::round((threshold->second + shift) * 100) / 100);
        }
    }
}

void LookAheadFitter::add(const GaugePast& gauge, double threshold) {
    Latch latch;
    Call nobody;
    const std::size_t first_candidate = candidates_.size();
    std::vector<std::size_t> at;  // readings that are candidates
    std::vector<Step> all;
    all.reserve(gauge.readings.size());
    for (std::size_t i = 0; i < gauge.readings.size(); ++i) {
        const SeenReading& seen = gauge.readings[i];
        const Looked looked =
            look_ahead(model_, nullptr, {latch, nobody},
                       {seen.rise, seen.clock, i == 0, threshold, hysteresis_}, [] { return 0.0; });
        all.push_back({seen.rise.at, seen.clock, latch.is_open(), looked.onset, -1});
        const double distance = threshold - seen.rise.level;
        if (latch.is_open() || !rises_towards(model_, seen.rise, distance)) continue;
        all.back().candidate = static_cast<std::int32_t>(candidates_.size());
        at.push_back(i);
        candidates_.push_back({seen.rise.at, day_of(seen.rise.at),
                               features_of(model_, seen.rise, distance, seen.neighbours)});
    }
    add_cases(gauge, threshold, at, first_candidate);
    // Of all readings only those matter at which a call can begin, come true, or end.
    Play play;
    Time until{INT64_MIN};
    bool ending = false;
    for (const Step& step : all) {
        const bool ends = ending && step.at >= until;
        if (step.candidate >= 0 || step.onset || ending) play.push_back(step);
        if (ends) ending = false;
        if (step.candidate >= 0) {
            const Time end = std::max(step.clock + model_.horizon, step.at + model_.hold);
            until = ending ? std::max(until, end) : end;
            ending = true;
        }
    }
    if (!play.empty()) plays_.push_back(std::move(play));
}

void LookAheadFitter::add_cases(const GaugePast& gauge, double threshold,
                                const std::vector<std::size_t>& at, std::size_t first_candidate) {
    const std::size_t first_case = cases_.size();
    for (std::size_t n = 0; n < at.size(); ++n) {
        const auto& readings = gauge.readings;
        const Time now = readings[at[n]].rise.at;
        double highest = -INFINITY;
        std::size_t last = at[n];
        for (std::size_t j = at[n] + 1;
             j < readings.size() && readings[j].rise.at <= now + model_.horizon; ++j) {
            highest = std::max(highest, readings[j].rise.level);
            last = j;
        }
        if (last == at[n] || readings[last].rise.at - now < model_.horizon - kLabelGap) continue;
        cases_.push_back(
            {static_cast<std::uint32_t>(first_candidate + n), highest >= threshold - kRounding, 1});
    }
    // Readings of one rise are one case: they share a weight of 1.
    for (std::size_t from = first_case; from < cases_.size();) {
        std::size_t to = from + 1;
        while (to < cases_.size() &&
               candidates_[cases_[to].candidate].at - candidates_[cases_[to - 1].candidate].at <=
                   kRunGap) {
            ++to;
        }
        for (std::size_t i = from; i < to; ++i) {
            cases_[i].weight = 1.0 / static_cast<double>(to - from);
        }
        from = to;
    }
}

Features LookAheadFitter::regress(const std::vector<const Case*>& cases) const {
    Features b{};
    for (int step = 0; step < kNewtonSteps; ++step) {
        Matrix hessian{};
        Features gradient{};
        for (const Case* one : cases) {
            const Features& x = candidates_[one->candidate].features;
            const double p = 1 / (1 + std::exp(-std::clamp(dot(x, b), -30.0, 30.0)));
            const double curvature = one->weight * p * (1 - p);
            const double error = one->weight * ((one->reached ? 1.0 : 0.0) - p);
            for (std::size_t i = 0; i < kFeatures; ++i) {
                gradient[i] += error * x[i];
                for (std::size_t j = 0; j < kFeatures; ++j) {
                    hessian[i][j] += curvature * x[i] * x[j];
                }
            }
        }
        for (std::size_t i = 0; i < kFeatures; ++i) {
            const double ridge = i == 0 ? kFreeRidge : model_.fitting.ridge;
            hessian[i][i] += ridge;
            gradient[i] -= ridge * b[i];
        }
        const Features move = solve(hessian, gradient);
        for (std::size_t i = 0; i < kFeatures; ++i) b[i] += move[i];
    }
    return b;
}

bool LookAheadFitter::counts_on(Time at, std::optional<DayNumber> left_out) const {
    const DayNumber day = day_of(at);
    return day != left_out && days_.contains(day);
}

void LookAheadFitter::play_one(const Play& play, const std::vector<double>& sums, double least,
                               std::optional<DayNumber> left_out, Counts& counts) const {
    Call call;
    const auto settle = [&](const Call& ended, bool came_true) {
        if (!counts_on(ended.began(), left_out)) return;
        ++counts.calls;
        if (came_true) ++counts.true_calls;
    };
    for (const Step& step : play) {
        const Call before = call;
        const bool condition =
            step.candidate >= 0 && sums[static_cast<std::size_t>(step.candidate)] >= least;
        const Call::Step became =
            call.take(model_, {step.at, step.clock, step.above, step.onset, condition});
        const bool came_true = became == Call::Step::ComesTrue;
        if (came_true || became == Call::Step::ComesFalse) settle(before, came_true);
        if (!step.onset || !counts_on(step.at, left_out)) continue;
        ++counts.events;
        if (!came_true) continue;
        ++counts.caught;
        if (step.at - before.called() >= model_.fitting.good_lead) ++counts.good_leads;
    }
    if (call.active()) settle(call, false);
}

LookAheadFitter::Counts LookAheadFitter::play(const std::vector<double>& sums, double least,
                                              std::optional<DayNumber> left_out) const {
    Counts counts;
    for (const Play& play : plays_) play_one(play, sums, least, left_out, counts);
    return counts;
}

double LookAheadFitter::choose_limit(const Features& coefficients,
                                     std::optional<DayNumber> left_out) const {
    std::vector<double> sums;
    sums.reserve(candidates_.size());
    for (const Candidate& c : candidates_) sums.push_back(dot(coefficients, c.features));
    std::vector<double> worth;
    for (int limit = kFirstLimit; limit <= kLastLimit; ++limit) {
        const Counts c = play(sums, logit(limit / 100.0), left_out);
        const auto share_of = [](std::size_t part, std::size_t whole) {
            return static_cast<double>(part) / static_cast<double>(std::max<std::size_t>(1, whole));
        };
        const double precision = share_of(c.true_calls, c.calls);
        const double recall = share_of(c.caught, c.events);
        const double f1 = 2 * precision * recall / std::max(1e-9, precision + recall);
        const double good = share_of(c.good_leads, c.caught);
        worth.push_back(f1 - 0.5 * std::max(0.0, model_.fitting.least_share - good));
    }
    const auto at = [&](int i) {
        return worth[static_cast<std::size_t>(
            std::clamp(i, 0, static_cast<int>(worth.size()) - 1))];
    };
    int best = 0;
    double most = -INFINITY;
    for (int i = 0; i < static_cast<int>(worth.size()); ++i) {
        double mean = 0;
        for (int j = i - kSmooth; j <= i + kSmooth; ++j) mean += at(j) / (2 * kSmooth + 1);
        if (mean > most + kRounding) {
            most = mean;
            best = i;
        }
    }
    return (kFirstLimit + best) / 100.0;
}

std::optional<FittedLookAhead> LookAheadFitter::fit(std::optional<DayNumber> left_out) const {
    std::vector<const Case*> cases;
    double weight = 0;
    for (const Case& one : cases_) {
        const Candidate& c = candidates_[one.candidate];
        if (!days_.contains(c.day)) continue;
        // Neither the horizon nor the hour before touches the day that is left out.
        const bool apart = !left_out || c.at <= begin_of(*left_out) - model_.horizon ||
                           c.at > begin_of(*left_out + 1) + Gauge::kSpan;
        if (!apart) continue;
        cases.push_back(&one);
        weight += one.weight;
    }
    if (weight < model_.fitting.least_weight) return std::nullopt;
    FittedLookAhead out;
    out.rows = cases.size();
    out.coefficients = regress(cases);
    out.limit = choose_limit(out.coefficients, left_out);
    out.coefficients[0] -= logit(out.limit);
    return out;
}

std::optional<FittedLookAhead> LookAheadFitter::without(DayNumber day) const { return fit(day); }
std::optional<FittedLookAhead> LookAheadFitter::of_all() const { return fit(std::nullopt); }

}  // namespace musubi

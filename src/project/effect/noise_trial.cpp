#include "project/effect/noise_trial.h"

#include <algorithm>
#include <cmath>

#include "project/effect/chances.h"

namespace musubi {

double newey_west_error(const Eigen::VectorXd& influence, const Eigen::VectorXd& residuals,
                        std::size_t lag) {
    const Eigen::VectorXd scores = influence.cwiseProduct(residuals);
    const auto n = scores.size();
    double variance = scores.squaredNorm();
    for (std::size_t l = 1; l <= lag && static_cast<Eigen::Index>(l) < n; ++l) {
        const auto apart = static_cast<Eigen::Index>(l);
        const double weight = 1 - static_cast<double>(l) / static_cast<double>(lag + 1);
        variance += 2 * weight * scores.head(n - apart).dot(scores.tail(n - apart));
    }
    return std::sqrt(std::max(variance, 0.0));
}

std::size_t newey_west_lag(std::size_t periods) {
    // Without a power function: the largest l with (l / 4)^9 <= (T / 100)^2.
    const double hundreds = static_cast<double>(periods) / 100;
    const double bound = hundreds * hundreds;
    std::size_t lag = 0;
    const auto ninth = [](double x) { return x * x * x * x * x * x * x * x * x; };
    while (ninth(static_cast<double>(lag + 1) / 4) <= bound) ++lag;
    return lag;
}

double autocorrelation(const Eigen::VectorXd& residuals) {
    const auto n = residuals.size();
    const double all = residuals.squaredNorm();
    return all > 0 ? residuals.head(n - 1).dot(residuals.tail(n - 1)) / all : 0;
}

NoiseTrial::NoiseTrial(Eigen::MatrixXd basis, std::size_t draws, std::uint64_t seed)
    : basis_{std::move(basis)}, shocks_(basis_.rows(), static_cast<Eigen::Index>(draws)) {
    SeededRandom random{seed};
    for (double& shock : shocks_.reshaped()) shock = next_normal(random);
}

// The residuals of a regression on noise.
Eigen::VectorXd NoiseTrial::noise(std::size_t draw, double rho) const {
    Eigen::VectorXd out = shocks_.col(static_cast<Eigen::Index>(draw));
    out[0] /= std::sqrt(1 - rho * rho);
    for (Eigen::Index t = 1; t < out.size(); ++t) out[t] += rho * out[t - 1];
    return out;
}

double NoiseTrial::quantile_of_autocorrelation(double rho, double share) const {
    const auto draws = std::min(kDrawsOfAutocorrelation, static_cast<std::size_t>(shocks_.cols()));
    std::vector<double> seen;
    for (std::size_t draw = 0; draw < draws; ++draw) {
        Eigen::VectorXd u = noise(draw, rho);
        const Eigen::VectorXd fitted = basis_.transpose() * u;
        u -= basis_ * fitted;
        seen.push_back(autocorrelation(u));
    }
    std::sort(seen.begin(), seen.end());
    return seen[static_cast<std::size_t>(share * static_cast<double>(draws - 1))];
}

double NoiseTrial::autocorrelation_behind(double seen, double share, double most) const {
    if (quantile_of_autocorrelation(0, share) >= seen) return 0;
    if (quantile_of_autocorrelation(most, share) <= seen) return most;
    double low = 0;
    double high = most;
    while (high - low > 1e-3) {
        const double middle = (low + high) / 2;
        (quantile_of_autocorrelation(middle, share) < seen ? low : high) = middle;
    }
    return high;
}

std::vector<std::vector<double>> NoiseTrial::statistics(
    const std::vector<Eigen::VectorXd>& influences, std::size_t lag, double rho) const {
    std::vector<std::vector<double>> out(influences.size());
    for (Eigen::Index draw = 0; draw < shocks_.cols(); ++draw) {
        Eigen::VectorXd u = noise(static_cast<std::size_t>(draw), rho);
        std::vector<double> estimates;
        for (const Eigen::VectorXd& influence : influences) {
            estimates.push_back(std::abs(influence.dot(u)));
        }
        const Eigen::VectorXd fitted = basis_.transpose() * u;
        u -= basis_ * fitted;
        for (std::size_t i = 0; i < influences.size(); ++i) {
            const double error = newey_west_error(influences[i], u, lag);
            out[i].push_back(error > 0 ? estimates[i] / error : 0);
        }
    }
    for (std::vector<double>& statistics : out) std::sort(statistics.begin(), statistics.end());
    return out;
}

}  // namespace musubi

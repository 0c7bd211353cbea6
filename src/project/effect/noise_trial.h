#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <vector>

namespace musubi {

/// Newey and West's standard error (1987, eq. 5) of an estimate that is the sum of `influence`
/// times the values, from the residuals: Bartlett weights up to `lag`; no factor for small samples.
[[nodiscard]] double newey_west_error(const Eigen::VectorXd& influence,
                                      const Eigen::VectorXd& residuals, std::size_t lag);
/// floor(4 (T / 100)^(2/9)), the rule of thumb after Newey and West (1994).
[[nodiscard]] std::size_t newey_west_lag(std::size_t periods);
/// Of first order, of residuals; 0 where they are all 0.
[[nodiscard]] double autocorrelation(const Eigen::VectorXd& residuals);

/// What a regression's statistics do when there is nothing but Gaussian AR(1) noise: the same noise
/// for the same seed.
class NoiseTrial {
public:
    /// `basis`: orthonormal columns that span the regressors. `draws` series are made.
    NoiseTrial(Eigen::MatrixXd basis, std::size_t draws, std::uint64_t seed);

    /// The autocorrelation under which residuals show `seen` or less with the chance `share`:
    /// within 0 ... `most`; `most` where even that shows too little.
    [[nodiscard]] double autocorrelation_behind(double seen, double share, double most) const;
    /// |estimate| / error of each draw, for each of `influences`, in ascending order.
    [[nodiscard]] std::vector<std::vector<double>> statistics(
        const std::vector<Eigen::VectorXd>& influences, std::size_t lag, double rho) const;

private:
    static constexpr std::size_t kDrawsOfAutocorrelation = 499;

    [[nodiscard]] Eigen::VectorXd noise(std::size_t draw, double rho) const;
    [[nodiscard]] double quantile_of_autocorrelation(double rho, double share) const;

    Eigen::MatrixXd basis_;
    Eigen::MatrixXd shocks_;  // a column a draw
};

}  // namespace musubi

#pragma once

#include <Eigen/Dense>
#include <cstddef>
#include <vector>

namespace musubi {

/// Which average of given series comes nearest to another one, with weights of 0 or more that sum
/// to 1: the least of |sum of w_j a_j - b|² + ridge |w|².
///
/// By Wolfe's algorithm (1976, "Finding the nearest point in a polytope"), which ends after
/// finitely many steps at a point where no weight can be moved for the better, up to kTolerance:
/// the duality gap, relative to the largest squared distance of a series from `b`. Where several
/// averages come as near (more series than periods), it gives one that leans on few series, always
/// the same. Keeps its memory between fits. Not for several threads.
class SimplexFit {
public:
    static constexpr double kTolerance = 1e-12;

    /// `gram`: products of the series with each other, of all of them, whatever was taken away from
    /// each (a common series may be: it changes nothing); `cross`: their products with `b`;
    /// `square`: that of `b` with itself. Series marked in `left_out` get no weight; one at least
    /// must not be. `left_out` is as long as there are series.
    void solve(const Eigen::MatrixXd& gram, const Eigen::VectorXd& cross, double square,
               double ridge, const std::vector<char>& left_out);

    /// The same by Frank and Wolfe's steps with exact line search, as the replication of
    /// Arkhangelsky et al. (2021) takes them: from `start` (series with a negative number there are
    /// left out; the others sum to 1) 100 steps, then what is at most a quarter of the largest
    /// weight is dropped, then up to 10,000 steps; each round ends before, where the squared
    /// distance falls by no more than `least_fall`. It often ends well before the nearest point;
    /// how far is not told.
    void walk(const Eigen::MatrixXd& gram, const Eigen::VectorXd& cross, double ridge,
              const Eigen::VectorXd& start, double least_fall);

    /// One for each series.
    [[nodiscard]] const Eigen::VectorXd& weights() const { return weights_; }
    /// The series with a weight above 0, in the order in which they came in.
    [[nodiscard]] const std::vector<std::size_t>& used() const { return corral_; }
    /// What is at most left to gain, relative as kTolerance.
    [[nodiscard]] double gap() const { return gap_; }

private:
    [[nodiscard]] double product(std::size_t a, std::size_t b) const;
    [[nodiscard]] std::size_t steepest(double& least, double& here);
    bool factor_from(std::size_t row);
    void solve_corral();
    bool step_into_corral();
    void walk_on(int most_steps, double least_fall);

    const Eigen::MatrixXd* gram_ = nullptr;
    const Eigen::VectorXd* cross_ = nullptr;
    double square_ = 0;
    double ridge_ = 0;
    double scale_ = 1;
    const std::vector<char>* left_out_ = nullptr;
    double gap_ = 0;
    Eigen::VectorXd weights_;
    Eigen::VectorXd gradient_;
    std::vector<std::size_t> corral_;  // series in use
    std::vector<double> held_;         // their weights
    std::vector<double> target_;       // their weights at the nearest point of the plane they span
    Eigen::MatrixXd factor_;           // Cholesky factor of their products, row by row
};

/// The same weight for each series that is not left out, and -1 for those that are.
[[nodiscard]] Eigen::VectorXd even_start(const std::vector<char>& left_out);

}  // namespace musubi

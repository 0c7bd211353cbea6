#include "project/effect/simplex_fit.h"

#include <gtest/gtest.h>

#include "project/effect/chances.h"

namespace musubi {
namespace {

struct Problem {
    Eigen::MatrixXd series;
    Eigen::VectorXd target;
};

Problem some_problem(Eigen::Index periods, Eigen::Index series, Random& random) {
    Problem out{Eigen::MatrixXd(periods, series), Eigen::VectorXd(periods)};
    for (double& value : out.series.reshaped()) value = 10 + next_normal(random);
    for (double& value : out.target) value = 10 + 0.5 * next_normal(random);
    return out;
}

Eigen::VectorXd solve(const Problem& problem, double ridge, const std::vector<char>& left_out) {
    SimplexFit fit;
    fit.solve(problem.series.transpose() * problem.series,
              problem.series.transpose() * problem.target, problem.target.squaredNorm(), ridge,
              left_out);
    EXPECT_LE(fit.gap(), 1e-9);
    return fit.weights();
}

double distance(const Problem& problem, const Eigen::VectorXd& weights, double ridge) {
    return (problem.series * weights - problem.target).squaredNorm() +
           ridge * weights.squaredNorm();
}

// No weight can be moved from one series to another for the better (Karush, Kuhn, Tucker).
TEST(SimplexFit, CanNotBeBettered) {
    SeededRandom random{1};
    for (int i = 0; i < 300; ++i) {
        const auto periods = static_cast<Eigen::Index>(2 + random.next() % 40);
        const auto count = static_cast<Eigen::Index>(2 + random.next() % 40);
        const Problem problem = some_problem(periods, count, random);
        const double ridge = i % 3 == 0 ? 0 : next_unit(random);
        const Eigen::VectorXd weights =
            solve(problem, ridge, std::vector<char>(static_cast<std::size_t>(count), 0));
        ASSERT_NEAR(weights.sum(), 1, 1e-12);
        ASSERT_GE(weights.minCoeff(), 0);
        const Eigen::VectorXd slope =
            problem.series.transpose() * (problem.series * weights - problem.target) +
            ridge * weights;
        const double here = slope.dot(weights);
        for (Eigen::Index j = 0; j < count; ++j) {
            ASSERT_GT(slope[j], here - 1e-7);
            if (weights[j] > 1e-7) {
                ASSERT_NEAR(slope[j], here, 1e-7);
            }
        }
    }
}

TEST(SimplexFit, FindsTheAverageItWasMadeOf) {
    SeededRandom random{2};
    Problem problem = some_problem(30, 12, random);
    Eigen::VectorXd made = Eigen::VectorXd::Zero(12);
    made[2] = 0.5;
    made[7] = 0.3;
    made[11] = 0.2;
    problem.target = problem.series * made;
    EXPECT_LT((solve(problem, 0, std::vector<char>(12, 0)) - made).norm(), 1e-5);
    std::vector<char> left_out(12, 0);
    left_out[7] = 1;
    const Eigen::VectorXd without = solve(problem, 0, left_out);
    EXPECT_EQ(without[7], 0);
    EXPECT_GT(distance(problem, without, 0), 0.1);
}

TEST(SimplexFit, AgreesWithFrankWolfe) {
    SeededRandom random{3};
    const Problem problem = some_problem(12, 25, random);
    for (const double ridge : {0.0, 0.3, 50.0}) {
        const Eigen::VectorXd found = solve(problem, ridge, std::vector<char>(25, 0));
        Eigen::VectorXd slow = Eigen::VectorXd::Constant(25, 1.0 / 25);
        for (int step = 0; step < 20'000; ++step) {
            const Eigen::VectorXd error = problem.series * slow - problem.target;
            const Eigen::VectorXd slope = problem.series.transpose() * error + ridge * slow;
            Eigen::Index best = 0;
            slope.minCoeff(&best);
            Eigen::VectorXd way = -slow;
            way[best] += 1;
            const double curve = (problem.series * way).squaredNorm() + ridge * way.squaredNorm();
            slow += std::clamp(-slope.dot(way) / curve, 0.0, 1.0) * way;
        }
        EXPECT_LE(distance(problem, found, ridge), distance(problem, slow, ridge) + 1e-9);
        EXPECT_NEAR(distance(problem, found, ridge), distance(problem, slow, ridge), 1e-3);
    }
}

TEST(SimplexFit, EndsWhereSeriesAreTheSame) {
    Problem problem{Eigen::MatrixXd::Ones(5, 6), Eigen::VectorXd::Constant(5, 3)};
    const Eigen::VectorXd weights = solve(problem, 0, std::vector<char>(6, 0));
    EXPECT_NEAR(weights.sum(), 1, 1e-12);
    problem.target.setOnes();
    EXPECT_NEAR(solve(problem, 0, std::vector<char>(6, 0)).sum(), 1, 1e-12);
    SimplexFit one;
    one.solve(Eigen::MatrixXd::Ones(1, 1), Eigen::VectorXd::Ones(1), 1, 0, {0});
    EXPECT_EQ(one.weights()[0], 1);
}

}  // namespace
}  // namespace musubi

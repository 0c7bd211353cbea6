#include "project/effect/simplex_fit.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace musubi {

// Of (a - b) and (b' - b), for two series.
double SimplexFit::product(std::size_t a, std::size_t b) const {
    const auto i = static_cast<Eigen::Index>(a);
    const auto j = static_cast<Eigen::Index>(b);
    return (*gram_)(i, j) - (*cross_)[i] - (*cross_)[j] + square_ + (a == b ? ridge_ : 0);
}

// The series towards which the distance falls most; `here` is the squared distance now.
std::size_t SimplexFit::steepest(double& least, double& here) {
    double crossed = 0;
    gradient_ = -*cross_;
    for (std::size_t i = 0; i < corral_.size(); ++i) {
        const auto series = static_cast<Eigen::Index>(corral_[i]);
        gradient_ += held_[i] * gram_->col(series);
        gradient_[series] += held_[i] * ridge_;
        crossed += held_[i] * (*cross_)[series];
    }
    here = 0;
    for (std::size_t i = 0; i < corral_.size(); ++i) {
        here += held_[i] * gradient_[static_cast<Eigen::Index>(corral_[i])];
    }
    std::size_t best = gradient_.size();
    least = 0;
    for (std::size_t j = 0; j < static_cast<std::size_t>(gradient_.size()); ++j) {
        if ((*left_out_)[j] != 0) continue;
        const double there = gradient_[static_cast<Eigen::Index>(j)];
        if (best == static_cast<std::size_t>(gradient_.size()) || there < least) {
            best = j;
            least = there;
        }
    }
    // Of the distances themselves: what both lack is a product of the average with b.
    least += square_ - crossed;
    here += square_ - crossed;
    return best;
}

// Rows `row` and on of the factor of the products, with scale_ added to each so that they are
// definite for points that lie on no common plane through b. False where one lies in the plane of
// those before it.
bool SimplexFit::factor_from(std::size_t row) {
    if (static_cast<std::size_t>(factor_.rows()) < corral_.size()) {
        const auto size = static_cast<Eigen::Index>(2 * corral_.size() + 8);
        Eigen::MatrixXd larger = Eigen::MatrixXd::Zero(size, size);
        larger.topLeftCorner(factor_.rows(), factor_.cols()) = factor_;
        factor_ = std::move(larger);
    }
    for (std::size_t i = row; i < corral_.size(); ++i) {
        const auto r = static_cast<Eigen::Index>(i);
        for (std::size_t j = 0; j <= i; ++j) {
            const auto c = static_cast<Eigen::Index>(j);
            double left = product(corral_[i], corral_[j]) + scale_;
            for (Eigen::Index k = 0; k < c; ++k) left -= factor_(k, r) * factor_(k, c);
            if (i == j) {
                if (left <= 1e-13 * scale_) return false;
                factor_(r, r) = std::sqrt(left);
            } else {
                factor_(c, r) = left / factor_(c, c);
            }
        }
    }
    return true;
}

// target_: the weights, of any sign, that sum to 1 and come nearest.
void SimplexFit::solve_corral() {
    const std::size_t size = corral_.size();
    target_.assign(size, 1);
    for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t k = 0; k < i; ++k) target_[i] -= factor_(k, i) * target_[k];
        target_[i] /= factor_(i, i);
    }
    double sum = 0;
    for (std::size_t i = size; i-- > 0;) {
        for (std::size_t k = i + 1; k < size; ++k) target_[i] -= factor_(i, k) * target_[k];
        target_[i] /= factor_(i, i);
        sum += target_[i];
    }
    for (double& weight : target_) weight /= sum;
}

// Moves to the target, or as far as no weight falls below 0 and drops what is 0 then. True where
// the target was reached.
bool SimplexFit::step_into_corral() {
    double part = 1;
    for (std::size_t i = 0; i < corral_.size(); ++i) {
        if (target_[i] < 0) part = std::min(part, held_[i] / (held_[i] - target_[i]));
    }
    if (part >= 1) {
        held_ = target_;
        return true;
    }
    std::size_t first_gone = corral_.size();
    std::size_t kept = 0;
    for (std::size_t i = 0; i < corral_.size(); ++i) {
        const double moved = held_[i] + part * (target_[i] - held_[i]);
        const bool gone =
            target_[i] < 0 && (moved <= 1e-14 || held_[i] / (held_[i] - target_[i]) <= part);
        if (gone) {
            first_gone = std::min(first_gone, i);
            continue;
        }
        corral_[kept] = corral_[i];
        held_[kept++] = moved;
    }
    corral_.resize(kept);
    held_.resize(kept);
    factor_from(first_gone);  // fewer of points that were apart are apart
    return false;
}

void SimplexFit::solve(const Eigen::MatrixXd& gram, const Eigen::VectorXd& cross, double square,
                       double ridge, const std::vector<char>& left_out) {
    gram_ = &gram;
    cross_ = &cross;
    square_ = square;
    ridge_ = ridge;
    left_out_ = &left_out;
    const auto count = static_cast<std::size_t>(gram.rows());
    std::size_t nearest = count;
    scale_ = 0;
    for (std::size_t j = 0; j < count; ++j) {
        if (left_out[j] != 0) continue;
        const double here = product(j, j);
        scale_ = std::max(scale_, here);
        if (nearest == count || here < product(nearest, nearest)) nearest = j;
    }
    assert(nearest < count);
    corral_ = {nearest};
    held_ = {1};
    gap_ = 0;
    if (scale_ > 0) {
        factor_from(0);
        double last = std::numeric_limits<double>::infinity();
        for (std::size_t step = 0; step < 20 * count + 100; ++step) {
            double least = 0;
            double here = 0;
            const std::size_t next = steepest(least, here);
            gap_ = std::max(0.0, (here - least) / scale_);
            // Each step comes nearer, but where rounding is all that is left.
            if (gap_ <= kTolerance || here >= last ||
                std::find(corral_.begin(), corral_.end(), next) != corral_.end()) {
                break;
            }
            last = here;
            corral_.push_back(next);
            held_.push_back(0);
            if (!factor_from(corral_.size() - 1)) {
                corral_.pop_back();
                held_.pop_back();
                break;
            }
            do solve_corral();
            while (!step_into_corral());
        }
    }
    weights_ = Eigen::VectorXd::Zero(gram.rows());
    for (std::size_t i = 0; i < corral_.size(); ++i) {
        weights_[static_cast<Eigen::Index>(corral_[i])] = held_[i];
    }
}

Eigen::VectorXd even_start(const std::vector<char>& left_out) {
    const auto kept = std::count(left_out.begin(), left_out.end(), char{0});
    Eigen::VectorXd out(static_cast<Eigen::Index>(left_out.size()));
    for (std::size_t j = 0; j < left_out.size(); ++j) {
        out[static_cast<Eigen::Index>(j)] = left_out[j] != 0 ? -1 : 1 / static_cast<double>(kept);
    }
    return out;
}

void SimplexFit::walk_on(int most_steps, double least_fall) {
    Eigen::VectorXd mixed = Eigen::VectorXd::Zero(weights_.size());  // products with the average
    for (Eigen::Index j = 0; j < weights_.size(); ++j) mixed += weights_[j] * gram_->col(j);
    double fall = std::numeric_limits<double>::infinity();
    for (int step = 0; step < most_steps && (step < 2 || fall > least_fall); ++step) {
        gradient_ = mixed - *cross_ + ridge_ * weights_;
        Eigen::Index best = -1;
        for (Eigen::Index j = 0; j < gradient_.size(); ++j) {
            if ((*left_out_)[static_cast<std::size_t>(j)] != 0) continue;
            if (best < 0 || gradient_[j] < gradient_[best]) best = j;
        }
        const double slope = gradient_[best] - gradient_.dot(weights_);
        const double curve = (*gram_)(best, best) - 2 * mixed[best] + mixed.dot(weights_) +
                             ridge_ * (1 - 2 * weights_[best] + weights_.squaredNorm());
        const double length = curve > 0 ? std::clamp(-slope / curve, 0.0, 1.0) : 0;
        weights_ *= 1 - length;
        weights_[best] += length;
        mixed += length * (gram_->col(best) - mixed);
        fall = -length * (2 * slope + length * curve);
    }
}

void SimplexFit::walk(const Eigen::MatrixXd& gram, const Eigen::VectorXd& cross, double ridge,
                      const Eigen::VectorXd& start, double least_fall) {
    gram_ = &gram;
    cross_ = &cross;
    ridge_ = ridge;
    std::vector<char> left_out(static_cast<std::size_t>(start.size()), 0);
    for (std::size_t j = 0; j < left_out.size(); ++j) {
        left_out[j] = start[static_cast<Eigen::Index>(j)] < 0 ? 1 : 0;
    }
    left_out_ = &left_out;
    weights_ = start.cwiseMax(0.0);
    walk_on(100, least_fall);
    const double small = weights_.maxCoeff() / 4;
    for (double& weight : weights_) weight = weight <= small ? 0 : weight;
    weights_ /= weights_.sum();
    walk_on(10'000, least_fall);
    corral_.clear();
    for (Eigen::Index j = 0; j < weights_.size(); ++j) {
        if (weights_[j] > 0) corral_.push_back(static_cast<std::size_t>(j));
    }
    gap_ = 0;
}

}  // namespace musubi

#include "project/finance/rates_of_return.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "project/finance/portable_math.h"

namespace musubi {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kSmallestCell = 1e-10;
constexpr int kMostCells = 200'000;

struct Bounds {
    double low = 0;
    double high = 0;
};

/// A polynomial on x >= 0, with bounds of its rounding.
class CashPolynomial {
public:
    explicit CashPolynomial(std::vector<double> coefficients) : a_{std::move(coefficients)} {}

    [[nodiscard]] std::size_t degree() const { return a_.size() - 1; }
    [[nodiscard]] double value(double x) const {
        double sum = 0;
        for (std::size_t i = a_.size(); i-- > 0;) sum = sum * x + a_[i];
        return sum;
    }
    /// How far value(x) may be off.
    [[nodiscard]] double error(double x) const {
        double sum = 0;
        for (std::size_t i = a_.size(); i-- > 0;) sum = sum * x + std::abs(a_[i]);
        return sum * slack();
    }
    /// -1 or 1, or 0 where the rounding hides it.
    [[nodiscard]] int sign(double x) const {
        const double at = value(x);
        if (std::abs(at) <= error(x)) return 0;
        return at > 0 ? 1 : -1;
    }
    /// Holds every slope between `low` and `high`: what rises with x and what falls, each at the
    /// ends.
    [[nodiscard]] Bounds slope(double low, double high) const {
        std::array<double, 4> sums{};  // rising at low, at high; falling at low, at high
        for (std::size_t i = a_.size(); i-- > 1;) {
            const double term = a_[i] * static_cast<double>(i);
            const double up = std::max(term, 0.0);
            const double down = std::max(-term, 0.0);
            sums[0] = sums[0] * low + up;
            sums[1] = sums[1] * high + up;
            sums[2] = sums[2] * low + down;
            sums[3] = sums[3] * high + down;
        }
        const double slack_here = (sums[1] + sums[3]) * slack();
        return {sums[0] - sums[3] - slack_here, sums[1] - sums[2] + slack_here};
    }

private:
    // Horner's rule, n products and n sums, on numbers with one rounding of their own.
    [[nodiscard]] double slack() const { return 2 * static_cast<double>(a_.size() + 1) * kEpsilon; }
    std::vector<double> a_;
};

struct Cell {
    double low = 0;
    double high = 0;
    int sign_low = 0;
    int sign_high = 0;
};

/// All roots between two places where the sign is known.
class RootSearch {
public:
    explicit RootSearch(const CashPolynomial& of) : of_{of} {}

    void run(double low, double high) {
        std::vector<Cell> waiting{{low, high, of_.sign(low), of_.sign(high)}};
        while (!waiting.empty()) {
            const Cell cell = waiting.back();
            waiting.pop_back();
            if (++cells_ > kMostCells) {
                complete = false;
                return;
            }
            if (settled(cell)) continue;
            const auto middle = place_to_halve(cell);
            if (!middle) {
                unclear_.push_back(cell);
                continue;
            }
            const int sign = of_.sign(*middle);
            waiting.push_back({*middle, cell.high, sign, cell.sign_high});
            waiting.push_back({cell.low, *middle, cell.sign_low, sign});
        }
        settle_unclear();
    }

    std::vector<double> roots;
    std::vector<double> touching;
    bool complete = true;

private:
    bool settled(const Cell& cell) {
        const Bounds slope = of_.slope(cell.low, cell.high);
        if (slope.low > 0 || slope.high < 0) {
            if (cell.sign_low != cell.sign_high) roots.push_back(refined(cell));
            return true;
        }
        const double middle = cell.low + (cell.high - cell.low) / 2;
        const double reach = std::max(-slope.low, slope.high) * (cell.high - cell.low) * 0.5000001;
        return std::abs(of_.value(middle)) - of_.error(middle) > reach;
    }

    // Where the sign is known, near the middle.
    [[nodiscard]] std::optional<double> place_to_halve(const Cell& cell) const {
        const double width = cell.high - cell.low;
        if (width < kSmallestCell) return std::nullopt;
        for (const double share : {0.5, 0.45, 0.55, 0.37, 0.63, 0.21, 0.79}) {
            const double x = cell.low + width * share;
            if (of_.sign(x) != 0) return x;
        }
        return std::nullopt;
    }

    [[nodiscard]] double refined(Cell cell) const {
        for (int i = 0; i < 200; ++i) {
            const double middle = cell.low + (cell.high - cell.low) / 2;
            if (middle <= cell.low || middle >= cell.high) break;
            const double at = of_.value(middle);
            if (at == 0) return middle;
            ((at > 0) == (cell.sign_low > 0) ? cell.low : cell.high) = middle;
        }
        return cell.low + (cell.high - cell.low) / 2;
    }

    // Those that touch are one place: a root for certain where the sign changes across it.
    void settle_unclear() {
        std::sort(unclear_.begin(), unclear_.end(),
                  [](const Cell& a, const Cell& b) { return a.low < b.low; });
        for (std::size_t i = 0; i < unclear_.size();) {
            Cell place = unclear_[i++];
            for (; i < unclear_.size() && unclear_[i].low <= place.high; ++i) {
                place.high = unclear_[i].high;
                place.sign_high = unclear_[i].sign_high;
            }
            const double middle = place.low + (place.high - place.low) / 2;
            (place.sign_low == place.sign_high ? touching : roots).push_back(middle);
        }
    }

    const CashPolynomial& of_;
    std::vector<Cell> unclear_;
    int cells_ = 0;
};

// In the millionth part of a thousand yen; without the months before and behind all flows.
std::vector<double> significant(std::span<const double> months) {
    std::vector<double> out;
    for (const double month : months) {
        const double grains = std::round(month * 1e6);
        if (out.empty() && grains == 0) continue;
        out.push_back(grains);
    }
    while (!out.empty() && out.back() == 0) out.pop_back();
    return out;
}

// Where the sign is known, near 1: the rate there is near 0.
double meeting_place(const CashPolynomial& of) {
    for (const double x : {1.0, 1.001, 0.999, 1.0037, 0.9963, 1.011, 0.989, 1.0297, 0.9713}) {
        if (of.sign(x) != 0) return x;
    }
    return 1;
}

double rate_of(double inverse) { return whole_power(inverse, 12) - 1; }

}  // namespace

RatesOfReturn rates_of_return(std::span<const double> months) {
    RatesOfReturn out;
    std::vector<double> flows = significant(months);
    if (flows.empty()) {
        out.nothing_flows = true;
        return out;
    }
    const auto [least, most] = std::minmax_element(flows.begin(), flows.end());
    if (*least >= 0 || *most <= 0) return out;  // Descartes: without a change of sign no root
    const CashPolynomial forward{flows};
    std::reverse(flows.begin(), flows.end());
    const CashPolynomial backward{flows};  // of 1/x, so that each x > 1 is looked at below 1
    const double meeting = meeting_place(forward);
    RootSearch near{forward};
    near.run(0, meeting);
    RootSearch far{backward};
    far.run(0, 1 / meeting);
    for (const double x : near.roots) out.rates.push_back(rate_of(1 / x));
    for (const double y : far.roots) out.rates.push_back(rate_of(y));
    for (const double x : near.touching) out.touching.push_back(rate_of(1 / x));
    for (const double y : far.touching) out.touching.push_back(rate_of(y));
    std::sort(out.rates.begin(), out.rates.end());
    std::sort(out.touching.begin(), out.touching.end());
    out.complete = near.complete && far.complete;
    return out;
}

}  // namespace musubi

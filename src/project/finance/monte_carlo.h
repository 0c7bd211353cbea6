#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "project/finance/cash_flows.h"

namespace musubi {

struct MonteCarloOptions {
    static constexpr int kFewestDraws = 1'000;
    static constexpr int kMostDraws = 1'000'000;
    /// The cash of so many draws, the first, is kept year by year, so that its room is bounded.
    static constexpr int kFanDraws = 10'000;

    int draws = 100'000;  ///< within the two bounds
    std::uint64_t seed = 1;
    int threads = 2;  ///< 1 ... 64; does not change a bit of the result
};

/// What many draws of one figure look like.
struct DrawSpread {
    double mean = 0;
    double standard_error = 0;  ///< of the mean
    double low = 0;             ///< the 5 % quantile
    double median = 0;
    double high = 0;  ///< the 95 % quantile
};

/// How long the money lasts over many draws; months, nothing where it lasts for the whole plan.
struct RunwaySpread {
    std::optional<int> low;
    std::optional<int> median;
    std::optional<int> high;
    /// The probability that cash has been below 0 by the end of each fiscal year.
    std::vector<double> run_out_by;
};

/// The cash at the end of a fiscal year over many draws (千円).
struct CashBand {
    double q05 = 0;
    double q25 = 0;
    double q50 = 0;
    double q75 = 0;
    double q95 = 0;
};

/// How far apart the draws lie, year by year: of the first kFanDraws, or of all where there are
/// fewer.
struct CashFan {
    int draws = 0;
    std::vector<CashBand> planned;
    std::vector<CashBand> without_grant;
};

struct MonteCarloResult {
    MonteCarloOptions options;
    DrawSpread npv;
    DrawSpread npv_without_support;
    double below_zero = 0;  ///< probability that the NPV is below 0
    double below_zero_without_support = 0;
    RunwaySpread runway;
    RunwaySpread runway_without_grant;
    CashFan cash;
    DrawSpread subsidy;                          ///< the least beside the grant (千円 a year)
    std::optional<DrawSpread> cost_per_outcome;  ///< of the draws that achieve something
    int without_outcome = 0;                     ///< draws that achieve nothing
};

/// Values of the inputs, draw by draw: each from its own block of chance (Philox), those that go
/// together by a Gaussian copula. The same for the same seed, whatever is drawn before.
class InputDraws {
public:
    InputDraws(const MoneyPlan& plan, std::uint64_t seed);
    /// Writes one value for each input of the plan. Not for two threads at once.
    void draw(std::uint64_t number, std::vector<double>& values);

private:
    const MoneyPlan& plan_;
    std::uint64_t seed_;
    std::vector<double> units_;
    std::vector<double> normals_;
};

/// Draws the plan many times. Deterministic to the bit for a seed, on every machine and for any
/// number of threads.
[[nodiscard]] MonteCarloResult run_monte_carlo(const MoneyPlan& plan, std::size_t alternative,
                                               const MonteCarloOptions& options);
/// For people, and for programs.
[[nodiscard]] std::string to_text(const MoneyPlan& plan, const MonteCarloResult& result,
                                  bool japanese);
[[nodiscard]] Json to_json(const MoneyPlan& plan, const MonteCarloResult& result);

/// The quantile of sorted values, linear between them (Hyndman, Fan 1996, definition 7).
[[nodiscard]] double sorted_quantile(std::span<const double> sorted, double probability);
/// Mean, standard error and quantiles; not empty. Sums go in the order given.
[[nodiscard]] DrawSpread spread_of(std::vector<double> values);

}  // namespace musubi

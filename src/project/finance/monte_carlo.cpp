#include "project/finance/monte_carlo.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <thread>

#include "project/finance/money_figures.h"
#include "project/finance/philox.h"
#include "project/finance/portable_math.h"

namespace musubi {
namespace {

/// What is kept of each draw.
struct DrawnFigures {
    double npv = 0;
    double npv_without_support = 0;
    double npv_without_subsidy = 0;
    double cost = 0;
    double outcomes = 0;
    int runway = 0;  // months of the plan where it lasts
    int runway_without_grant = 0;
};

int months_of(std::optional<int> runway, int all) { return runway ? *runway : all; }

/// The cash at the end of each year of the first draws: year by year, so that what is sorted lies
/// together. Threads write to places of their own.
class YearEnds {
public:
    YearEnds(std::size_t draws, int years)
        : draws_{draws}, cash_(draws * static_cast<std::size_t>(years)) {}

    [[nodiscard]] bool holds(std::size_t number) const { return number < draws_; }
    void put(std::size_t number, double opening, std::span<const double> months) {
        double cash = opening;
        std::size_t place = number;
        for (std::size_t year = 0; year < months.size(); year += kYear) {
            for (std::size_t i = year; i < year + kYear; ++i) cash += months[i];
            cash_[place] = cash;
            place += draws_;
        }
    }
    /// Puts what is kept into another order.
    std::vector<CashBand> bands() {
        std::vector<CashBand> out;
        for (std::size_t begin = 0; begin < cash_.size(); begin += draws_) {
            std::size_t known = 0;  // values below stand where they would if all were sorted
            const std::span<double> year{cash_.data() + begin, draws_};
            const auto at = [&](double probability) {
                known = settle(year, known, probability);
                return sorted_quantile(year, probability);
            };
            CashBand band;
            band.q05 = at(0.05);
            band.q25 = at(0.25);
            band.q50 = at(0.5);
            band.q75 = at(0.75);
            band.q95 = at(0.95);
            out.push_back(band);
        }
        return out;
    }

private:
    static constexpr std::size_t kYear = 12;  // months

    // Brings the two values that a quantile lies between to their places: as sorting does, sooner.
    static std::size_t settle(std::span<double> year, std::size_t known, double probability) {
        const auto below =
            static_cast<std::size_t>(probability * static_cast<double>(year.size() - 1));
        for (std::size_t place = below; place < std::min(below + 2, year.size()); ++place) {
            if (place < known) continue;
            std::nth_element(year.begin() + static_cast<std::ptrdiff_t>(known),
                             year.begin() + static_cast<std::ptrdiff_t>(place), year.end());
            known = place + 1;
        }
        return known;
    }

    std::size_t draws_;
    std::vector<double> cash_;
};

/// What the draws leave behind.
struct Drawn {
    Drawn(const MonteCarloOptions& options, int years)
        : figures(static_cast<std::size_t>(options.draws)),
          planned{fan_draws(options), years},
          without_grant{fan_draws(options), years} {}
    static std::size_t fan_draws(const MonteCarloOptions& options) {
        return static_cast<std::size_t>(std::min(options.draws, MonteCarloOptions::kFanDraws));
    }

    std::vector<DrawnFigures> figures;
    YearEnds planned;
    YearEnds without_grant;
};

/// Draws and computes a part of the draws, with room of its own.
class DrawWorker {
public:
    DrawWorker(const MoneyPlan& plan, std::size_t alternative, std::uint64_t seed)
        : plan_{plan},
          alternative_{alternative},
          draws_{plan, seed},
          factors_{discount_factors(plan.discount, plan.months())},
          net_(factors_.size()) {}

    void one(std::size_t number, Drawn& drawn) {
        draws_.draw(number, inputs_);
        compute_money(plan_, alternative_, inputs_, money_);
        DrawnFigures& out = drawn.figures[number];
        const double own = present_value(money_.own, factors_);
        const double grant = present_value(money_.grant, factors_);
        out.npv_without_support = own;
        out.npv_without_subsidy = own + grant;
        out.npv = out.npv_without_subsidy + present_value(money_.subsidy, factors_);
        out.cost = money_.cost;
        out.outcomes = money_.outcomes;
        out.runway = runway(MoneySupport::Planned, number, drawn.planned);
        out.runway_without_grant = runway(MoneySupport::WithoutGrant, number, drawn.without_grant);
    }

private:
    int runway(MoneySupport support, std::size_t number, YearEnds& ends) {
        for (std::size_t i = 0; i < net_.size(); ++i) net_[i] = money_.net(i, support);
        if (ends.holds(number)) ends.put(number, plan_.opening, net_);
        return months_of(runway_of(plan_.opening, net_), plan_.months());
    }

    const MoneyPlan& plan_;
    std::size_t alternative_;
    InputDraws draws_;
    std::vector<double> factors_;
    std::vector<double> net_;
    std::vector<double> inputs_;
    MonthlyMoney money_;
};

Drawn draw_all(const MoneyPlan& plan, std::size_t alternative, const MonteCarloOptions& options) {
    Drawn drawn{options, plan.years};
    const std::size_t threads =
        std::clamp<std::size_t>(static_cast<std::size_t>(std::max(options.threads, 1)), 1, 64);
    std::vector<std::jthread> workers;
    for (std::size_t part = 0; part < threads; ++part) {
        workers.emplace_back([&, part] {
            DrawWorker worker{plan, alternative, options.seed};
            const std::size_t all = drawn.figures.size();
            const std::size_t end = all * (part + 1) / threads;
            for (std::size_t i = all * part / threads; i < end; ++i) worker.one(i, drawn);
        });
    }
    workers.clear();  // each is joined
    return drawn;
}

template <typename F>
std::vector<double> each_of(const std::vector<DrawnFigures>& drawn, F figure) {
    std::vector<double> out;
    out.reserve(drawn.size());
    for (const DrawnFigures& one : drawn) out.push_back(figure(one));
    return out;
}

double share_below_zero(const std::vector<double>& values) {
    const auto below = std::count_if(values.begin(), values.end(), [](double v) { return v < 0; });
    return static_cast<double>(below) / static_cast<double>(values.size());
}

RunwaySpread runway_spread(std::vector<int> months, int years) {
    std::sort(months.begin(), months.end());
    const int all = years * 12;
    const auto at = [&](double probability) -> std::optional<int> {
        const auto place =
            static_cast<std::size_t>(probability * static_cast<double>(months.size()));
        const int value = months[std::min(place, months.size() - 1)];
        return value < all ? std::optional<int>{value} : std::nullopt;
    };
    RunwaySpread out{at(0.05), at(0.5), at(0.95), {}};
    for (int year = 1; year <= years; ++year) {
        // A runway of n months is at its end in the month n, counted from 0.
        const auto until = std::lower_bound(months.begin(), months.end(), year * 12);
        out.run_out_by.push_back(static_cast<double>(until - months.begin()) /
                                 static_cast<double>(months.size()));
    }
    return out;
}

}  // namespace

InputDraws::InputDraws(const MoneyPlan& plan, std::uint64_t seed)
    : plan_{plan},
      seed_{seed},
      units_(plan.inputs.size() + 1),
      normals_(plan.correlations.inputs().size()) {}

void InputDraws::draw(std::uint64_t number, std::vector<double>& values) {
    const Philox chance{seed_};
    for (std::size_t i = 0; i < plan_.inputs.size(); i += 2) {
        const auto pair = chance.units(number, static_cast<std::uint32_t>(i / 2));
        units_[i] = pair[0];
        units_[i + 1] = pair[1];
    }
    values.resize(plan_.inputs.size());
    const std::vector<std::size_t>& together = plan_.correlations.inputs();
    for (std::size_t i = 0; i < together.size(); ++i) {
        normals_[i] = normal_quantile(units_[together[i]]);
    }
    plan_.correlations.apply(normals_);
    std::size_t next = 0;
    for (std::size_t i = 0; i < plan_.inputs.size(); ++i) {
        const Distribution& of = plan_.inputs[i].distribution;
        const bool correlated = next < together.size() && together[next] == i;
        values[i] = correlated ? of.of_normal(normals_[next++]) : of.quantile(units_[i]);
    }
}

double sorted_quantile(std::span<const double> sorted, double probability) {
    assert(!sorted.empty());
    const double place = probability * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

DrawSpread spread_of(std::vector<double> values) {
    assert(!values.empty());
    const auto count = static_cast<double>(values.size());
    DrawSpread out;
    double sum = 0;
    for (const double value : values) sum += value;
    out.mean = sum / count;
    double squares = 0;
    for (const double value : values) squares += (value - out.mean) * (value - out.mean);
    if (count > 1) out.standard_error = std::sqrt(squares / (count - 1) / count);
    std::sort(values.begin(), values.end());
    out.low = sorted_quantile(values, 0.05);
    out.median = sorted_quantile(values, 0.5);
    out.high = sorted_quantile(values, 0.95);
    return out;
}

MonteCarloResult run_monte_carlo(const MoneyPlan& plan, std::size_t alternative,
                                 const MonteCarloOptions& options) {
    Drawn all = draw_all(plan, alternative, options);
    const std::vector<DrawnFigures>& drawn = all.figures;
    MonteCarloResult out;
    out.options = options;
    out.cash = {static_cast<int>(Drawn::fan_draws(options)), all.planned.bands(),
                all.without_grant.bands()};
    auto npv = each_of(drawn, [](const DrawnFigures& d) { return d.npv; });
    out.below_zero = share_below_zero(npv);
    out.npv = spread_of(std::move(npv));
    npv = each_of(drawn, [](const DrawnFigures& d) { return d.npv_without_support; });
    out.below_zero_without_support = share_below_zero(npv);
    out.npv_without_support = spread_of(std::move(npv));
    const std::vector<double> factors = discount_factors(plan.discount, plan.months());
    out.subsidy = spread_of(each_of(drawn, [&](const DrawnFigures& d) {
        return least_subsidy(d.npv_without_subsidy, factors).yearly;
    }));
    std::vector<int> planned;
    std::vector<int> without_grant;
    std::vector<double> costs;
    for (const DrawnFigures& one : drawn) {
        planned.push_back(one.runway);
        without_grant.push_back(one.runway_without_grant);
        if (one.outcomes > 0) costs.push_back(one.cost / one.outcomes);
    }
    out.runway = runway_spread(std::move(planned), plan.years);
    out.runway_without_grant = runway_spread(std::move(without_grant), plan.years);
    if (plan.outcome) {
        out.without_outcome = static_cast<int>(drawn.size() - costs.size());
        if (!costs.empty()) out.cost_per_outcome = spread_of(std::move(costs));
    }
    return out;
}

}  // namespace musubi

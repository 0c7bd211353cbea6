#include "project/portfolio/choice_program.h"

#include <coin/Cbc_C_Interface.h>

#include <algorithm>
#include <memory>

namespace musubi {
namespace {

using Model = std::unique_ptr<Cbc_Model, decltype(&Cbc_deleteModel)>;

// Cuts, heuristics and presolve work with tolerances of their own: without them the search is plain
// branch and bound. Sums are whole, so that bounds half a unit wider let in nothing else, and no
// rounding of the solver can keep out what is allowed.
constexpr double kHalf = 0.5;

Model make_model(int seconds) {
    Model model{Cbc_newModel(), &Cbc_deleteModel};
    Cbc_setLogLevel(model.get(), 0);
    Cbc_setParameter(model.get(), "preprocess", "off");
    Cbc_setParameter(model.get(), "cuts", "off");
    Cbc_setParameter(model.get(), "heuristicsOnOff", "off");
    Cbc_setParameter(model.get(), "integerTolerance", "1e-9");
    Cbc_setParameter(model.get(), "primalTolerance", "1e-9");
    Cbc_setParameter(model.get(), "allowableGap", "0");
    Cbc_setParameter(model.get(), "ratioGap", "0");
    Cbc_setMaximumSeconds(model.get(), seconds);
    Cbc_setObjSense(model.get(), -1);
    return model;
}

void add_row(Cbc_Model* model, std::span<const std::int64_t> weights, char sense, double bound) {
    std::vector<int> columns;
    std::vector<double> coefficients;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] == 0) continue;
        columns.push_back(static_cast<int>(i));
        coefficients.push_back(static_cast<double>(weights[i]));
    }
    Cbc_addRow(model, "bound", static_cast<int>(columns.size()), columns.data(),
               coefficients.data(), sense, bound);
}

}  // namespace

std::int64_t sum_of(std::span<const std::int64_t> weights, const std::vector<bool>& chosen) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (chosen[i]) sum += weights[i];
    }
    return sum;
}

bool ChoiceProgram::holds(const std::vector<bool>& chosen) const {
    return std::ranges::all_of(bounds_, [&](const ChoiceBound& bound) {
        const std::int64_t sum = sum_of(bound.weights, chosen);
        return (!bound.least || sum >= *bound.least) && (!bound.most || sum <= *bound.most);
    });
}

Result<std::optional<std::vector<bool>>> ChoiceProgram::maximise(
    std::span<const std::int64_t> values) const {
    // A bound that nothing chosen can keep or break has no row.
    for (const ChoiceBound& bound : bounds_) {
        const bool empty = std::ranges::all_of(bound.weights, [](auto w) { return w == 0; });
        if (empty && ((bound.least && *bound.least > 0) || (bound.most && *bound.most < 0))) {
            return std::optional<std::vector<bool>>{};
        }
    }
    const Model model = make_model(seconds_);
    for (std::size_t i = 0; i < items_; ++i) {
        Cbc_addCol(model.get(), "item", 0, 1, static_cast<double>(values[i]), 1, 0, nullptr,
                   nullptr);
    }
    for (const ChoiceBound& bound : bounds_) {
        if (bound.most) {
            add_row(model.get(), bound.weights, 'L', static_cast<double>(*bound.most) + kHalf);
        }
        if (bound.least) {
            add_row(model.get(), bound.weights, 'G', static_cast<double>(*bound.least) - kHalf);
        }
    }
    try {
        Cbc_solve(model.get());
    } catch (...) {  // a CoinError comes through the C interface
        return Error{ErrorCode::Internal, "the solver gave up"};
    }
    if (Cbc_isProvenInfeasible(model.get()) != 0) return std::optional<std::vector<bool>>{};
    if (Cbc_isProvenOptimal(model.get()) == 0) {
        return Error{ErrorCode::Timeout,
                     "一分では決まりませんでした。候補か条件を減らしてください / this could not be "
                     "decided within a minute; give fewer candidates or conditions"};
    }
    const double* solution = Cbc_getColSolution(model.get());
    std::vector<bool> chosen(items_);
    for (std::size_t i = 0; i < items_; ++i) chosen[i] = solution[i] > kHalf;
    if (!holds(chosen)) {
        return Error{ErrorCode::Internal, "the solver's answer does not keep a bound"};
    }
    return std::optional{std::move(chosen)};
}

}  // namespace musubi

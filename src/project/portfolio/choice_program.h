#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace musubi {

/// A bound on a sum over what is chosen.
struct ChoiceBound {
    std::vector<std::int64_t> weights;  ///< one for each item
    std::optional<std::int64_t> least;
    std::optional<std::int64_t> most;
};

/// Which items to choose, each whole or not at all: an integer program of whole numbers, solved by
/// branch and bound (CBC). What is found is checked against each bound in whole numbers.
class ChoiceProgram {
public:
    /// Weights and bounds up to here are told apart by the solver, whose numbers are doubles.
    static constexpr std::int64_t kMaxWeight = 1'000'000;
    static constexpr std::size_t kMaxItems = 200;
    static constexpr int kMaxSeconds = 60;

    explicit ChoiceProgram(std::size_t items, int seconds = kMaxSeconds)
        : items_{items}, seconds_{seconds} {}
    void add(ChoiceBound bound) { bounds_.push_back(std::move(bound)); }

    /// A choice of the largest sum of `values` within all bounds; nothing where none is within
    /// them. Fails: Timeout after `seconds`; Internal where the solver's answer does not hold in
    /// whole numbers.
    [[nodiscard]] Result<std::optional<std::vector<bool>>> maximise(
        std::span<const std::int64_t> values) const;

private:
    [[nodiscard]] bool holds(const std::vector<bool>& chosen) const;

    std::size_t items_;
    int seconds_;
    std::vector<ChoiceBound> bounds_;
};

/// The sum of the weights of what is chosen.
[[nodiscard]] std::int64_t sum_of(std::span<const std::int64_t> weights,
                                  const std::vector<bool>& chosen);

}  // namespace musubi

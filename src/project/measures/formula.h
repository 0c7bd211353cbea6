#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace musubi {

/// How a measure is made of its parts: numbers, names of parts, `+ - * /`, parentheses, and
/// `min(a, b)`, `max(a, b)`. Evaluated in the order in which it is written, in doubles
/// (IEEE 754), so that the same parts give the same value on each machine.
class Formula {
public:
    static constexpr std::size_t kMaxBytes = 1'000;
    static constexpr int kMaxDepth = 32;

    /// Fails: BadRequest, saying what stands where (from byte 1) and what was expected; a name that
    /// is none of `parts`; TooLarge beyond the bounds.
    static Result<Formula> parse(std::string_view text, std::span<const std::string> parts);

    /// Why there is no value.
    enum class Lack { None, Part, Division, NotFinite };
    struct Value {
        std::optional<double> number;
        Lack lack = Lack::None;
        std::size_t part = 0;  ///< with Lack::Part: the one that has no value
    };
    /// `parts` by their place when it was parsed.
    [[nodiscard]] Value evaluate(std::span<const std::optional<double>> parts) const;
    /// Whether it uses a part.
    [[nodiscard]] bool uses(std::size_t part) const;
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    friend class FormulaReader;
    enum class Operator { Number, Part, Add, Subtract, Multiply, Divide, Negate, Min, Max };
    struct Step {
        Operator what = Operator::Number;
        double number = 0;
        std::size_t part = 0;
    };
    std::string text_;
    std::vector<Step> steps_;  // reverse Polish
};

}  // namespace musubi

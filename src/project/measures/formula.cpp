#include "project/measures/formula.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/json.h"

namespace musubi {
namespace {

constexpr std::size_t kShown = 30;  // bytes of what does not fit

}  // namespace

// A recursive descent; steps come out in the order in which they are done.
class FormulaReader {
public:
    FormulaReader(std::string_view text, std::span<const std::string> parts)
        : text_{text}, parts_{parts} {}

    Result<Formula> read() {
        TRY(sum());
        skip();
        if (at_ < text_.size()) return expected("演算の記号か式の終わり", "an operator or the end");
        formula_.text_ = text_;
        return std::move(formula_);
    }

private:
    using Operator = Formula::Operator;

    void skip() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    }
    bool take(char sign) {
        skip();
        if (at_ >= text_.size() || text_[at_] != sign) return false;
        ++at_;
        return true;
    }
    // In both languages, as all of a pack's measures is answered.
    [[nodiscard]] Error expected(std::string_view ja, std::string_view en) const {
        const bool ends = at_ >= text_.size();
        const std::string_view found = cut_utf8(text_.substr(at_), kShown);
        return {ErrorCode::BadRequest,
                fmt::format(
                    "式の{}文字目に{}がありますが、ここには{}が要ります / the formula has {} at "
                    "place {}, where {} was expected",
                    at_ + 1, ends ? "終わり" : fmt::format("「{}」", found), ja,
                    ends ? "its end" : fmt::format("'{}'", found), at_ + 1, en)};
    }
    void add(Operator what) { formula_.steps_.push_back({.what = what}); }

    Result<void> sum() {
        TRY(product());
        for (;;) {
            if (take('+')) {
                TRY(product());
                add(Operator::Add);
            } else if (take('-')) {
                TRY(product());
                add(Operator::Subtract);
            } else {
                return {};
            }
        }
    }
    Result<void> product() {
        TRY(factor());
        for (;;) {
            if (take('*')) {
                TRY(factor());
                add(Operator::Multiply);
            } else if (take('/')) {
                TRY(factor());
                add(Operator::Divide);
            } else {
                return {};
            }
        }
    }
    Result<void> factor() {
        if (++depth_ > Formula::kMaxDepth) {
            return Error{ErrorCode::TooLarge,
                         "式の入れ子が深すぎます / the formula is nested too deeply"};
        }
        TRY(take('-') ? negated() : atom());
        --depth_;
        return {};
    }
    Result<void> negated() {
        TRY(factor());
        add(Operator::Negate);
        return {};
    }
    Result<void> atom() {
        if (take('(')) {
            TRY(sum());
            if (!take(')')) return expected("「)」", "')'");
            return {};
        }
        skip();
        double number = 0;
        const char* const end = text_.data() + text_.size();
        const auto read =
            std::from_chars(text_.data() + at_, end, number, std::chars_format::fixed);
        const bool begins = at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9';
        if (begins && read.ec == std::errc{}) {
            at_ = static_cast<std::size_t>(read.ptr - text_.data());
            formula_.steps_.push_back({.what = Operator::Number, .number = number});
            return {};
        }
        return named();
    }
    std::string_view word() {
        const std::size_t begin = at_;
        const auto fits = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        };
        while (at_ < text_.size() && fits(text_[at_])) ++at_;
        return text_.substr(begin, at_ - begin);
    }
    Result<void> named() {
        const std::size_t begin = at_;
        const std::string_view name = word();
        if (name.empty()) return expected("数か部分の名前か「(」", "a number, a part or '('");
        if ((name == "min" || name == "max") && take('(')) {
            TRY(sum());
            if (!take(',')) return expected("「,」", "','");
            TRY(sum());
            if (!take(')')) return expected("「)」", "')'");
            add(name == "min" ? Operator::Min : Operator::Max);
            return {};
        }
        const auto found = std::find(parts_.begin(), parts_.end(), name);
        if (found == parts_.end()) {
            at_ = begin;
            return expected("部分の名前", "the name of a part");
        }
        formula_.steps_.push_back(
            {.what = Operator::Part, .part = static_cast<std::size_t>(found - parts_.begin())});
        return {};
    }

    std::string_view text_;
    std::span<const std::string> parts_;
    std::size_t at_ = 0;
    int depth_ = 0;
    Formula formula_;
};

Result<Formula> Formula::parse(std::string_view text, std::span<const std::string> parts) {
    if (text.size() > kMaxBytes) {
        return Error{ErrorCode::TooLarge,
                     "式は1,000文字までです / a formula has at most 1,000 characters"};
    }
    return FormulaReader{text, parts}.read();
}

Formula::Value Formula::evaluate(std::span<const std::optional<double>> parts) const {
    std::vector<double> stack;
    const auto pop = [&stack] {
        const double top = stack.back();
        stack.pop_back();
        return top;
    };
    for (const Step& step : steps_) {
        if (step.what == Operator::Number) {
            stack.push_back(step.number);
            continue;
        }
        if (step.what == Operator::Part) {
            if (!parts[step.part]) return {.number = {}, .lack = Lack::Part, .part = step.part};
            stack.push_back(*parts[step.part]);
            continue;
        }
        const double b = pop();
        if (step.what == Operator::Negate) {
            stack.push_back(-b);
            continue;
        }
        const double a = pop();
        switch (step.what) {
            case Operator::Add: stack.push_back(a + b); break;
            case Operator::Subtract: stack.push_back(a - b); break;
            case Operator::Multiply: stack.push_back(a * b); break;
            case Operator::Min: stack.push_back(std::min(a, b)); break;
            case Operator::Max: stack.push_back(std::max(a, b)); break;
            default:
                if (b == 0) return {.number = {}, .lack = Lack::Division};
                stack.push_back(a / b);
        }
    }
    const double result = stack.back();
    if (!std::isfinite(result)) return {.number = {}, .lack = Lack::NotFinite};
    return {.number = result == 0 ? 0 : result};  // there is no negative nothing
}

bool Formula::uses(std::size_t part) const {
    return std::any_of(steps_.begin(), steps_.end(), [&](const Step& step) {
        return step.what == Operator::Part && step.part == part;
    });
}

}  // namespace musubi

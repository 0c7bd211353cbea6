#include "project/finance/money_words.h"

#include <fmt/format.h>

#include <cmath>

namespace musubi {

std::string thousands(double value) {
    const std::string digits = fmt::format("{:.0f}", std::abs(value));
    std::string out = value < 0 && digits != "0" ? "-" : "";
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
        out += digits[i];
    }
    return out;
}

double to_grain(double value) {
    const double grains = std::round(value * 1e6);
    return std::abs(grains) < 1e15 ? grains / 1e6 + 0.0 : value;
}

std::string short_number(double value) {
    if (std::abs(value) >= 1000) return thousands(value);
    std::string out = fmt::format("{:.2f}", value);
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
    return out == "-0" ? "0" : out;
}

std::string percent(double share) { return fmt::format("{:.2f} %", share * 100); }

std::string month_words(const MoneyPlan& plan, int offset, bool japanese) {
    return fmt::format(fmt::runtime(said(japanese, "{}（{}か月目）", "{} (month {})")),
                       to_text(plan.month_at(offset)), offset + 1);
}

std::string length_words(int months, bool japanese) {
    return fmt::format(
        fmt::runtime(said(japanese, "{}年{}か月（{}か月）", "{} years {} months ({} months)")),
        months / 12, months % 12, months);
}

namespace {

// A rate below 0 would read as a loss, beside a plan that gains.
std::string no_return_words(const MoneyFigures& of, const std::string& listed, bool japanese) {
    const RatesOfReturn& rates = of.rates;
    if (rates.rates.empty()) {
        return said(japanese, "なし（先に出すお金がないので、利回りはない）",
                    "none (nothing is put in first, so nothing is returned)");
    }
    const std::string why =
        of.never_below
            ? said(japanese, "先に出すお金がない", "nothing is put in first")
            : said(japanese, "先に入るお金を後で返す形", "what comes in is paid back later");
    return fmt::format(
        fmt::runtime(said(japanese,
                          "利回りとしての意味はない（{}。計算上、正味現在価値が0になる率は {}）",
                          "no return: {} (by arithmetic the NPV is 0 at {})")),
        why, listed);
}

}  // namespace

std::string rate_words(const MoneyFigures& of, bool japanese) {
    const RatesOfReturn& rates = of.rates;
    if (rates.nothing_flows) return said(japanese, "収支がない", "nothing flows");
    std::string out;
    for (const double rate : rates.rates) {
        out += (out.empty() ? "" : said(japanese, "、", ", ")) + percent(rate);
    }
    if (of.nothing_put_in) return no_return_words(of, out, japanese);
    if (out.empty()) out = said(japanese, "なし", "none");
    if (rates.rates.size() > 1) {
        out += fmt::format(fmt::runtime(said(japanese, "（{}つあり、率では判断できない）",
                                             " ({} of them: a rate decides nothing here)")),
                           rates.rates.size());
    }
    for (const double rate : rates.touching) {
        out += fmt::format(fmt::runtime(said(japanese, "（{}付近で0に接するかは判別できない）",
                                             " (whether 0 is touched near {} can not be told)")),
                           percent(rate));
    }
    if (!rates.complete) {
        out += said(japanese, "（他にもあり得る）", " (there may be others)");
    }
    return out;
}

}  // namespace musubi

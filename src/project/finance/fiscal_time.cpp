#include "project/finance/fiscal_time.h"

#include <fmt/format.h>

#include <charconv>

namespace musubi {
namespace {

std::optional<int> digits(std::string_view text) {
    int value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

std::string era_text(int year) {
    if (year < 1989) return "";
    const std::string era = year >= 2019 ? "令和" : "平成";
    const int number = year >= 2019 ? year - 2018 : year - 1988;
    return "（" + era + (number == 1 ? "元" : std::to_string(number)) + "年度）";
}

}  // namespace

std::optional<CalendarMonth> parse_calendar_month(std::string_view text, bool as_end) {
    const auto year = digits(text.substr(0, 4));
    if (!year || *year < kFirstFiscalYear || *year > kLastFiscalYear) return std::nullopt;
    const std::string_view rest = text.substr(4);
    if (rest.empty() || rest == "年度") {
        const CalendarMonth begin = begin_of_fiscal_year(*year);
        return as_end ? CalendarMonth{begin.number + 11} : begin;
    }
    const auto month = rest.size() == 3 && rest[0] == '-' ? digits(rest.substr(1)) : std::nullopt;
    if (!month || *month < 1 || *month > 12) return std::nullopt;
    return calendar_month(*year, *month);
}

std::string to_text(CalendarMonth month) {
    return fmt::format("{:04}-{:02}", month.year(), month.month());
}

std::string fiscal_year_text(int year, bool japanese) {
    return japanese ? std::to_string(year) + "年度" + era_text(year) : "FY" + std::to_string(year);
}

}  // namespace musubi

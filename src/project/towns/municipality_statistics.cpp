#include "project/towns/municipality_statistics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace musubi {
namespace {

constexpr std::array<std::string_view, 9> kMissing{"",    "-", "－", "…", "***",
                                                   "...", "X", "x",  "NA"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool are_digits(std::string_view text) { return std::ranges::all_of(text, is_digit); }

// Without spaces around it; the ideographic one among them.
std::string_view bare(std::string_view text) {
    constexpr std::string_view kWide = "\xE3\x80\x80";
    while (true) {
        if (text.starts_with(' ') || text.starts_with('\t')) {
            text.remove_prefix(1);
        } else if (text.starts_with(kWide)) {
            text.remove_prefix(kWide.size());
        } else if (text.ends_with(' ') || text.ends_with('\t') || text.ends_with('\r')) {
            text.remove_suffix(1);
        } else if (text.ends_with(kWide)) {
            text.remove_suffix(kWide.size());
        } else {
            return text;
        }
    }
}

// As A1101 or C210832.
bool is_statistic(std::string_view field) {
    return field.size() >= 4 && field.size() <= 12 && field[0] >= 'A' && field[0] <= 'Z' &&
           are_digits(field.substr(1));
}
bool is_year(std::string_view field) {
    return field.size() == 4 && are_digits(field) && (field[0] == '1' || field[0] == '2');
}
// The five digits of R18207 or 18207; empty where it is no such code.
std::string_view area_code(std::string_view field) {
    if (field.starts_with('R')) field.remove_prefix(1);
    return is_area_code(field) ? field : std::string_view{};
}

std::vector<std::string> copied(std::span<const std::string_view> fields) {
    std::vector<std::string> out;
    for (const std::string_view field : fields) {
        out.emplace_back(bare(field).substr(0, StatisticsReader::kMaxNameBytes));
    }
    return out;
}

std::size_t count_of(std::span<const std::string_view> fields, bool (*is)(std::string_view)) {
    return static_cast<std::size_t>(
        std::ranges::count_if(fields, [is](std::string_view field) { return is(bare(field)); }));
}

int number_of(std::string_view digits) {
    int number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

struct EditionName {
    char kind = ' ';
    int year = 0;
};

// SSDSE-A-2023, or SSDSE-2020A as the first ones were called.
std::optional<EditionName> edition_of(std::string_view field) {
    constexpr std::string_view kSeries = "SSDSE-";
    if (!field.starts_with(kSeries)) return std::nullopt;
    field.remove_prefix(kSeries.size());
    if (field.size() == 6 && field[1] == '-' && is_year(field.substr(2))) {
        return EditionName{field[0], number_of(field.substr(2))};
    }
    if (field.size() == 5 && is_year(field.substr(0, 4))) {
        return EditionName{field[4], number_of(field.substr(0, 4))};
    }
    return EditionName{};
}

std::string shown(std::string_view text) { return "「" + std::string{text.substr(0, 60)} + "」"; }

std::string known_editions() {
    return "SSDSE-A-" + std::to_string(StatisticsReader::kFirstEdition) + " … SSDSE-A-" +
           std::to_string(StatisticsReader::kLastEdition);
}

}  // namespace

bool is_area_code(std::string_view text) { return text.size() == 5 && are_digits(text); }

std::string statistics_credit(std::string_view edition) {
    return "独立行政法人統計センター " + std::string{edition};
}

Error StatisticsReader::refusal(std::string_view ja, std::string_view en) const {
    return {ErrorCode::BadRequest, std::string{ja} + " / " + std::string{en},
            file_ + ":" + std::to_string(line_)};
}

Result<void> StatisticsReader::take(std::span<const std::string_view> fields, std::uint64_t line) {
    line_ = line;
    if (std::ranges::all_of(fields, [](std::string_view f) { return bare(f).empty(); })) return {};
    if (!in_rows_) {
        if (area_code(bare(fields.front())).empty()) return take_header(fields);
        TRY(close_header());
    }
    return take_row(fields);
}

Result<void> StatisticsReader::find_edition(std::string_view field) {
    const auto edition = edition_of(field);
    if (!edition || !edition_.name.empty()) return {};
    found_ = field.substr(0, kMaxNameBytes);
    if (edition->kind != 'A' || edition->year < kFirstEdition || edition->year > kLastEdition) {
        return refusal("この版は知りません。見つかったもの: " + shown(found_) +
                           "、読めるもの: " + known_editions() + "（市区町村）",
                       "this edition is not known: found " + found_.substr(0, 60) + ", expected " +
                           known_editions());
    }
    edition_.year = edition->year;
    edition_.name = "SSDSE-A-" + std::to_string(edition->year);
    return {};
}

Result<void> StatisticsReader::take_header(std::span<const std::string_view> fields) {
    if (++header_lines_ > kMaxHeaderLines || fields.size() > kMaxColumns) {
        return refusal("SSDSE-A の見出しがありません。見つかったもの: " + shown(fields.front()) +
                           "、読めるもの: " + known_editions(),
                       "there is no header of SSDSE-A; expected " + known_editions());
    }
    for (const std::string_view field : fields) TRY(find_edition(bare(field)));
    if (codes_.empty() && count_of(fields, is_statistic) > 0) {
        take_codes(fields);
    } else if (years_.empty() && count_of(fields, is_year) > 0) {
        years_ = copied(fields);
    } else if (names_.empty() && std::ranges::any_of(fields, [](std::string_view field) {
                   return bare(field) == "市区町村";
               })) {
        names_ = copied(fields);
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string_view field = bare(fields[i]);
        if (field == "Prefecture" || field == "都道府県") prefecture_place_ = i;
        if (field == "Municipality" || field == "市区町村") name_place_ = i;
    }
    return {};
}

void StatisticsReader::take_codes(std::span<const std::string_view> fields) {
    codes_ = copied(fields);
    for (std::size_t i = 0; i < codes_.size(); ++i) {
        if (is_statistic(codes_[i])) places_.push_back(i);
    }
}

std::string StatisticsReader::field_of(const std::vector<std::string>& line, std::size_t at) const {
    return at < line.size() ? line[at] : std::string{};
}

Result<void> StatisticsReader::close_header() {
    if (edition_.name.empty() || codes_.empty()) {
        const std::string found = found_.empty() ? "版の名前のない表" : shown(found_);
        return refusal(
            "SSDSE-A の見出し（版の名前と項目コードの行）がありません。見つかったもの: " + found +
                "、読めるもの: " + known_editions(),
            "the header of SSDSE-A (the edition's name and a line of codes) is missing: "
            "found " +
                (found_.empty() ? std::string{"a table without a name"} : found_) + ", expected " +
                known_editions());
    }
    for (const std::size_t place : places_) {
        StatisticColumn column{codes_[place], field_of(names_, place), 0};
        const bool twice = std::ranges::any_of(edition_.columns, [&](const StatisticColumn& other) {
            return other.code == column.code;
        });
        if (twice) {
            return refusal("項目 " + column.code + " の列が二つあります",
                           "there are two columns " + column.code);
        }
        if (column.name.empty()) column.name = column.code;
        const std::string year = field_of(years_, place);
        if (is_year(year)) column.year = number_of(year);
        edition_.columns.push_back(std::move(column));
    }
    in_rows_ = true;
    return {};
}

Result<std::optional<double>> StatisticsReader::read_value(std::string_view field,
                                                           const StatisticColumn& column) const {
    field = bare(field);
    if (std::ranges::find(kMissing, field) != kMissing.end()) return std::optional<double>{};
    double value = 0;
    const auto read = std::from_chars(field.data(), field.data() + field.size(), value);
    if (read.ec != std::errc{} || read.ptr != field.data() + field.size() ||
        !std::isfinite(value)) {
        return refusal(
            shown(field) + "は数ではありません（" + column.code + " " + column.name + "）",
            "the value of " + column.code + " is no number");
    }
    return std::optional<double>{value};
}

Result<void> StatisticsReader::take_row(std::span<const std::string_view> fields) {
    Municipality town;
    town.code = area_code(bare(fields.front()));
    if (town.code.empty()) {
        return refusal(shown(bare(fields.front())) + "は地域コードではありません（例: R18207）",
                       "the row does not begin with an area code, such as R18207");
    }
    const std::size_t needed = std::max({places_.back(), prefecture_place_, name_place_}) + 1;
    if (fields.size() < needed) {
        return refusal("列が足りません: " + std::to_string(fields.size()) + "列、見出しでは" +
                           std::to_string(needed) + "列",
                       "the row has " + std::to_string(fields.size()) + " columns, the header " +
                           std::to_string(needed));
    }
    if (edition_.municipalities.size() >= kMaxMunicipalities) {
        return Error{ErrorCode::TooLarge, "市区町村が多すぎます / there are too many rows", file_};
    }
    town.prefecture = bare(fields[prefecture_place_]).substr(0, kMaxNameBytes);
    town.name = bare(fields[name_place_]).substr(0, kMaxNameBytes);
    for (std::size_t i = 0; i < places_.size(); ++i) {
        town.values.push_back(TRY(read_value(fields[places_[i]], edition_.columns[i])));
        if (!town.values.back()) ++edition_.missing;
    }
    edition_.municipalities.push_back(std::move(town));
    return {};
}

Result<StatisticsEdition> StatisticsReader::finish() && {
    if (!in_rows_) TRY(close_header());
    auto& towns = edition_.municipalities;
    if (towns.empty()) {
        return refusal("見出しの下に市区町村が一つもありません",
                       "there is no municipality below the header");
    }
    std::ranges::stable_sort(towns, {}, &Municipality::code);
    const auto twice = std::ranges::adjacent_find(towns, {}, &Municipality::code);
    if (twice != towns.end()) {
        return refusal("地域コード " + twice->code + " の行が二つあります",
                       "there are two rows of the area code " + twice->code);
    }
    return std::move(edition_);
}

}  // namespace musubi

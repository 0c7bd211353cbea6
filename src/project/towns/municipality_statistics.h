#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace musubi {

/// One figure that an edition has of each municipality.
struct StatisticColumn {
    std::string code;  ///< of the System of Social and Demographic Statistics, as A1101
    std::string name;  ///< Japanese, as published; the code where the edition has no names
    int year = 0;      ///< the fiscal year (年度) it is of; 0: the edition does not say
};

struct Municipality {
    std::string code;  ///< five digits of the standard area code (JIS X 0402), as 18207
    std::string prefecture;
    std::string name;
    std::vector<std::optional<double>> values;  ///< one for each column; none: missing
};

/// An edition of SSDSE-A (教育用標準データセット 市区町村, by 独立行政法人統計センター).
struct StatisticsEdition {
    std::string name;  ///< as SSDSE-A-2023
    int year = 0;
    std::vector<StatisticColumn> columns;
    std::vector<Municipality> municipalities;  ///< by code
    std::size_t missing = 0;                   ///< values that are not there, of all
};

/// Five digits, as the standard area code has them.
[[nodiscard]] bool is_area_code(std::string_view text);

/// Whom to credit for the figures of an edition.
[[nodiscard]] std::string statistics_credit(std::string_view edition);

/// Reads an edition, row by row, whatever its columns are: the codes in its header say what is
/// what. Above the rows there may be lines of codes, of years and of names, in any order, and
/// titles. A figure is a number, or missing (empty, `-`, `…`, `***`, `X`).
/// Guarantees: what `finish` gives is whole, each municipality once.
class StatisticsReader {
public:
    static constexpr int kFirstEdition = 2018;
    static constexpr int kLastEdition = 2026;
    static constexpr std::size_t kMaxHeaderLines = 8;
    static constexpr std::size_t kMaxColumns = 1024;
    static constexpr std::size_t kMaxMunicipalities = 5000;
    static constexpr std::size_t kMaxNameBytes = 300;

    /// `file`: for the place in errors.
    explicit StatisticsReader(std::string file) : file_{std::move(file)} {}
    /// The fields of the next row, UTF-8. Fails: BadRequest, in Japanese and English, with
    /// "file:line": an edition that is not known (what was found, what is expected), a row that
    /// does not fit its header, a municipality for the second time; TooLarge beyond the limits.
    Result<void> take(std::span<const std::string_view> fields, std::uint64_t line);
    /// Fails: BadRequest where there was no header, or nothing below it.
    Result<StatisticsEdition> finish() &&;

private:
    [[nodiscard]] Error refusal(std::string_view ja, std::string_view en) const;
    Result<void> take_header(std::span<const std::string_view> fields);
    Result<void> find_edition(std::string_view field);
    void take_codes(std::span<const std::string_view> fields);
    Result<void> close_header();
    [[nodiscard]] std::string field_of(const std::vector<std::string>& line, std::size_t at) const;
    Result<void> take_row(std::span<const std::string_view> fields);
    Result<std::optional<double>> read_value(std::string_view field,
                                             const StatisticColumn& column) const;

    std::string file_;
    std::uint64_t line_ = 0;
    std::size_t header_lines_ = 0;
    bool in_rows_ = false;
    std::string found_;                // the name of an edition, as it stands
    std::vector<std::size_t> places_;  // of each column among the fields
    std::vector<std::string> codes_;
    std::vector<std::string> years_;
    std::vector<std::string> names_;
    std::size_t prefecture_place_ = 1;
    std::size_t name_place_ = 2;
    StatisticsEdition edition_;
};

}  // namespace musubi

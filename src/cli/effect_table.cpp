#include "cli/effect_table.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "sense/table/record_splitter.h"
#include "sense/table/row_mapper.h"
#include "sense/table/text_decoder.h"

namespace musubi {
namespace {

constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

Error at_line(std::uint64_t line, std::string detail) {
    return {ErrorCode::BadRequest, std::move(detail), fmt::format("line {}", line)};
}

char separator_of(std::string_view header) {
    char best = ',';
    for (const char sign : {';', '\t'}) {
        if (std::count(header.begin(), header.end(), sign) >
            std::count(header.begin(), header.end(), best)) {
            best = sign;
        }
    }
    return best;
}

class TableReader {
public:
    TableReader(std::string_view bytes, const EffectColumns& columns)
        : bytes_{bytes.substr(byte_order_mark(bytes))},
          columns_{columns},
          separator_{separator_of(bytes_.substr(0, bytes_.find('\n')))},
          records_{0, 1, separator_} {
        decoder_.look_at(bytes_.substr(0, 65'536));
        records_.add(bytes_);
    }

    Result<EffectTable> read() {
        const bool any = TRY(next());
        if (!any) return at_line(1, "the file is empty; it needs a header and rows");
        TRY(find_columns());
        while (TRY(next())) TRY(take_row());
        return std::move(out_);
    }

private:
    // The next record that is not empty, in cells_.
    Result<bool> next() {
        for (;;) {
            const auto record = records_.next(true);
            if (!record) return false;
            line_ = record->line;
            if (record->fault != RawRecord::Fault::None) {
                return at_line(line_, "a line is too long, or a quote is not closed");
            }
            const auto text = decoder_.decode(record->bytes);
            if (!text) return at_line(line_, "the text is neither UTF-8 nor Shift_JIS");
            if (trimmed(*text).empty()) continue;
            if (!split_fields(*text, separator_, cells_, scratch_)) {
                return at_line(line_, "a quote stands where none may");
            }
            for (std::string_view& cell : cells_) cell = trimmed(cell);
            return true;
        }
    }

    Result<std::size_t> find_column(const std::string& name) {
        if (name.empty()) return kNoColumn;
        const auto found = std::find(cells_.begin(), cells_.end(), name);
        if (found != cells_.end()) return static_cast<std::size_t>(found - cells_.begin());
        std::string all;
        for (const std::string_view cell : cells_) {
            if (all.size() > 500) break;
            all += (all.empty() ? "" : ", ") + readable(cell.substr(0, 80));
        }
        return at_line(line_, fmt::format("there is no column \"{}\"; there are {}", name, all));
    }

    Result<void> find_columns() {
        width_ = cells_.size();
        unit_ = TRY(find_column(columns_.unit));
        period_ = TRY(find_column(columns_.period));
        value_ = TRY(find_column(columns_.value));
        treated_ = TRY(find_column(columns_.treated));
        for (const std::string& name : columns_.predictors) {
            predictors_.push_back(TRY(find_column(name)));
            out_.predictor_names.push_back(name);
            out_.predictors.emplace_back();
        }
        return {};
    }

    Result<void> take_row() {
        if (cells_.size() != width_) {
            return at_line(
                line_, fmt::format("the row has {} cells, the header {}", cells_.size(), width_));
        }
        EffectReading reading;
        reading.unit = unit_ == kNoColumn ? EffectReading::kOnePlace : cells_[unit_];
        reading.period = cells_[period_];
        constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
        reading.value = read_number(cells_[value_]).value_or(kNothing);
        if (treated_ != kNoColumn) {
            const std::string_view mark = cells_[treated_];
            reading.treated = mark == "1" || mark == "true" || mark == "TRUE";
            if (!reading.treated && mark != "0" && mark != "false" && mark != "FALSE") {
                return at_line(line_,
                               fmt::format("the mark of the project is \"{}\", neither 1 nor 0",
                                           readable(mark.substr(0, 80))));
            }
        }
        for (std::size_t i = 0; i < predictors_.size(); ++i) {
            out_.predictors[i].push_back(read_number(cells_[predictors_[i]]).value_or(kNothing));
        }
        out_.readings.push_back(std::move(reading));
        return {};
    }

    std::string_view bytes_;
    const EffectColumns& columns_;
    char separator_;
    RecordSplitter records_;
    TextDecoder decoder_{TextEncoding::Auto};
    std::vector<std::string_view> cells_;
    std::string scratch_;
    std::uint64_t line_ = 1;
    std::size_t width_ = 0;
    std::size_t unit_ = kNoColumn;
    std::size_t period_ = kNoColumn;
    std::size_t value_ = kNoColumn;
    std::size_t treated_ = kNoColumn;
    std::vector<std::size_t> predictors_;
    EffectTable out_;
};

}  // namespace

Result<std::vector<EffectPredictor>> EffectTable::predictors_of(const EffectPanel& panel) const {
    std::map<std::string_view, std::size_t> units;
    for (const std::string& name : panel.units) units.emplace(name, units.size());
    std::map<std::string_view, std::size_t> earlier;
    for (std::size_t t = 0; t < panel.before; ++t) earlier.emplace(panel.periods[t], t);
    std::vector<EffectPredictor> out;
    for (std::size_t i = 0; i < predictors.size(); ++i) {
        std::vector<double> sums(units.size(), 0);
        std::vector<double> counts(units.size(), 0);
        for (std::size_t row = 0; row < readings.size(); ++row) {
            const auto unit = units.find(readings[row].unit);
            const double value = predictors[i][row];
            if (unit == units.end() || !earlier.contains(readings[row].period)) continue;
            if (!std::isfinite(value)) continue;
            sums[unit->second] += value;
            counts[unit->second] += 1;
        }
        for (std::size_t unit = 0; unit < sums.size(); ++unit) {
            if (counts[unit] == 0) {
                return Error{ErrorCode::BadRequest,
                             fmt::format("{} has no number in \"{}\" before the project",
                                         panel.units[unit], predictor_names[i])};
            }
            sums[unit] /= counts[unit];
        }
        out.push_back({predictor_names[i], std::move(sums), 1});
    }
    return out;
}

Result<EffectTable> read_effect_table(std::string_view bytes, const EffectColumns& columns) {
    return TableReader{bytes, columns}.read();
}

}  // namespace musubi

#include "api/hand_value_csv.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>

#include "project/loop/loop_document.h"
#include "sense/table/record_splitter.h"
#include "sense/table/row_mapper.h"
#include "sense/table/text_decoder.h"

namespace musubi {
namespace {

enum Column { Of, Day, Value, Unit, By, About, Cohort, Note, Corrects, kColumns };
struct ColumnName {
    std::string_view en;
    std::string_view ja;
};
constexpr std::array<ColumnName, kColumns> kColumnNames{{{"of", "対象"},
                                                         {"day", "日"},
                                                         {"value", "値"},
                                                         {"unit", "単位"},
                                                         {"by", "記入者"},
                                                         {"about", "だれの"},
                                                         {"cohort", "組"},
                                                         {"note", "備考"},
                                                         {"corrects", "訂正"}}};
constexpr std::size_t kNeeded = 5;
constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

class HandTable {
public:
    explicit HandTable(std::string_view csv) : decoder_{TextEncoding::Auto}, records_{0, 1, ','} {
        csv.remove_prefix(byte_order_mark(csv));
        decoder_.look_at(csv.substr(0, 65'536));
        records_.add(csv);
    }
    Result<std::vector<HandEntry>> read() {
        const bool any = TRY(next());
        if (!any)
            return error("ファイルが空です。見出しの行と、値の行が要ります",
                         "the file is empty; it needs a header and rows");
        TRY(read_header());
        std::vector<HandEntry> out;
        while (TRY(next())) out.push_back(TRY(read_row()));
        return out;
    }

private:
    [[nodiscard]] std::string where() const {
        return fmt::format("{} 行目 / line {}", line_, line_);
    }
    [[nodiscard]] Error error(std::string_view ja, std::string_view en) const {
        return loop_error(ErrorCode::BadRequest, where(), ja, en);
    }

    // The next record that is not empty, in cells_.
    Result<bool> next() {
        while (const auto record = records_.next(true)) {
            line_ = record->line;
            if (record->fault != RawRecord::Fault::None) {
                return error("行が長すぎるか、引用符が閉じていません",
                             "a line is too long, or a quote is not closed");
            }
            const auto text = decoder_.decode(record->bytes);
            if (!text)
                return error("文字が UTF-8 でも Shift_JIS でもありません",
                             "the text is neither UTF-8 nor Shift_JIS");
            if (trimmed(*text).empty()) continue;
            text_ = *text;
            if (!split_fields(text_, ',', cells_, scratch_)) {
                return error("引用符の場所が違います", "a quote stands where none may");
            }
            for (std::string_view& cell : cells_) cell = trimmed(cell);
            return true;
        }
        return false;
    }

    Result<void> read_header() {
        place_.fill(kNowhere);
        width_ = cells_.size();
        for (std::size_t i = 0; i < width_; ++i) {
            const auto named =
                std::find_if(kColumnNames.begin(), kColumnNames.end(), [&](const ColumnName& name) {
                    return cells_[i] == name.en || cells_[i] == name.ja;
                });
            if (named == kColumnNames.end()) {
                const std::string name = readable(cells_[i].substr(0, 80));
                return error(fmt::format("値の表に「{}」という列はありません", name),
                             fmt::format("there is no column \"{}\" in a table of values", name));
            }
            std::size_t& place = place_.at(static_cast<std::size_t>(named - kColumnNames.begin()));
            if (place != kNowhere) {
                return error(fmt::format("「{}」の列が二つあります", named->ja),
                             fmt::format("two columns are \"{}\"", named->en));
            }
            place = i;
        }
        for (std::size_t i = 0; i < kNeeded; ++i) {
            if (place_.at(i) != kNowhere) continue;
            return error(fmt::format("「{}」の列がありません", kColumnNames.at(i).ja),
                         fmt::format("the column \"{}\" is missing", kColumnNames.at(i).en));
        }
        return {};
    }

    [[nodiscard]] std::string cell(Column column) const {
        const std::size_t place = place_.at(column);
        return place == kNowhere ? std::string{} : std::string{cells_[place]};
    }

    Result<HandEntry> read_row() {
        if (cells_.size() != width_) {
            return error(fmt::format("この行には欄が {} あり、見出しには {} あります",
                                     cells_.size(), width_),
                         fmt::format("the row has {} cells, the header {}", cells_.size(), width_));
        }
        const std::string mark = cell(Corrects);
        if (!mark.empty() && mark != "0" && mark != "1") {
            const std::string shown = readable(mark.substr(0, 80));
            return error(
                fmt::format("訂正の欄は、訂正なら 1、そうでなければ 0 です（「{}」）", shown),
                fmt::format("\"{}\" says neither 1, that it corrects, nor 0", shown));
        }
        HandEntry entry;
        entry.of = cell(Of);
        entry.about = cell(About);
        entry.cohort = cell(Cohort);
        entry.day = cell(Day);
        entry.value = read_number(cells_[place_.at(Value)]);
        entry.unit = cell(Unit);
        entry.by = cell(By);
        entry.note = cell(Note);
        entry.corrects = mark == "1";
        entry.where = where();
        return entry;
    }

    TextDecoder decoder_;
    RecordSplitter records_;
    std::string text_;
    std::vector<std::string_view> cells_;
    std::string scratch_;
    std::array<std::size_t, kColumns> place_{};
    std::size_t width_ = 0;
    std::uint64_t line_ = 1;
};

}  // namespace

Result<std::vector<HandEntry>> read_hand_values(std::string_view csv) {
    return HandTable{csv}.read();
}

}  // namespace musubi

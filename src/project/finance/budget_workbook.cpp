#include "project/finance/budget_workbook.h"

#include <fmt/core.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <array>

namespace musubi {
namespace {

/// A file in memory with a name, for a library that writes files alone.
class MemoryFile {
public:
    MemoryFile() : descriptor_{memfd_create("workbook", MFD_CLOEXEC)} {}
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
    [[nodiscard]] std::string name() const { return fmt::format("/proc/self/fd/{}", descriptor_); }
    [[nodiscard]] Result<std::string> content() const {
        std::string out;
        std::array<char, 1U << 16U> part{};
        for (;;) {
            const ssize_t read =
                pread(descriptor_, part.data(), part.size(), static_cast<off_t>(out.size()));
            if (read < 0) return Error{ErrorCode::Io, "the workbook can not be read back"};
            if (read == 0) return out;
            out.append(part.data(), static_cast<std::size_t>(read));
        }
    }

private:
    int descriptor_;
};

/// One workbook while it is written; the library keeps what it is told until it is closed.
class WorkbookWriter {
public:
    WorkbookWriter(const std::string& file, const Budget& budget)
        : budget_{budget}, book_{workbook_new(file.c_str())} {
        title_ = workbook_add_format(book_);
        format_set_bold(title_);
        format_set_font_size(title_, 14);
        head_ = framed();
        format_set_bold(head_);
        format_set_text_wrap(head_);
        label_ = framed();
        number_ = framed();
        format_set_num_format(number_, "#,##0;[Red]-#,##0");
        sum_label_ = framed();
        format_set_bold(sum_label_);
        sum_number_ = framed();
        format_set_bold(sum_number_);
        format_set_num_format(sum_number_, "#,##0;[Red]-#,##0");
    }

    // A sheet of that name; `name` is one that Excel takes.
    void add_sheet(const std::string& name, const BudgetTable& table) {
        lxw_worksheet* sheet = workbook_add_worksheet(book_, name.c_str());
        worksheet_set_paper(sheet, 9);  // A4
        worksheet_set_landscape(sheet);
        worksheet_fit_to_pages(sheet, 1, 0);
        worksheet_set_column(sheet, 0, 0, 36, nullptr);
        worksheet_set_column(sheet, 1, static_cast<lxw_col_t>(table.columns.size()), 16, nullptr);
        worksheet_write_string(sheet, 0, 0, budget_.title.c_str(), title_);
        worksheet_write_string(sheet, 1, 0, table.name.c_str(), nullptr);
        lxw_row_t at = 3;
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            worksheet_write_string(sheet, at, static_cast<lxw_col_t>(i), table.columns[i].c_str(),
                                   head_);
        }
        for (const BudgetRow& row : table.rows) write_row(sheet, ++at, row);
        ++at;
        for (const std::string& note : budget_.notes) {
            worksheet_write_string(sheet, ++at, 0, note.c_str(), nullptr);
        }
    }

    // Writes the file, and ends the workbook.
    Result<void> close() {
        const lxw_error fault = workbook_close(book_);
        if (fault == LXW_NO_ERROR) return {};
        return Error{ErrorCode::Io,
                     std::string{"the workbook can not be written: "} + lxw_strerror(fault)};
    }

private:
    lxw_format* framed() {
        lxw_format* out = workbook_add_format(book_);
        format_set_border(out, LXW_BORDER_THIN);
        return out;
    }
    void write_row(lxw_worksheet* sheet, lxw_row_t at, const BudgetRow& row) const {
        worksheet_write_string(sheet, at, 0, row.label.c_str(), row.sum ? sum_label_ : label_);
        for (std::size_t i = 0; i < row.values.size(); ++i) {
            worksheet_write_number(sheet, at, static_cast<lxw_col_t>(i + 1), row.values[i],
                                   row.sum ? sum_number_ : number_);
        }
    }

    const Budget& budget_;
    lxw_workbook* book_;
    lxw_format* title_ = nullptr;
    lxw_format* head_ = nullptr;
    lxw_format* label_ = nullptr;
    lxw_format* number_ = nullptr;
    lxw_format* sum_label_ = nullptr;
    lxw_format* sum_number_ = nullptr;
};

}  // namespace

Result<std::string> to_workbook(const Budget& budget) {
    const MemoryFile file;
    if (!file.is_open()) return Error{ErrorCode::Io, "there is no room for a workbook"};
    WorkbookWriter writer{file.name(), budget};
    writer.add_sheet(budget.comparison.name, budget.comparison);
    for (std::size_t i = 0; i < budget.alternatives.size(); ++i) {
        writer.add_sheet(std::to_string(i + 1), budget.alternatives[i]);
    }
    TRY(writer.close());
    return file.content();
}

}  // namespace musubi

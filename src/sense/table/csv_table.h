#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sense/table/record_splitter.h"
#include "sense/table/row_mapper.h"
#include "sense/table/text_decoder.h"

namespace musubi {

/// What became of one record.
struct RowResult {
    enum class Kind {
        Taken,    ///< a reading was made
        Missing,  ///< a row without a value
        Refused,  ///< `why` says why
        Nothing,  ///< a header, an empty line, a line of a segment that is left out
    };
    Kind kind = Kind::Nothing;
    Refusal why;
};

/// Reads a CSV as real files are: finds the header, follows it where it is repeated or its columns
/// change places, leaves out marks of merge conflicts, and leaves out a segment whose header lacks
/// needed columns, until one comes that has them. Not for several threads.
class CsvTable {
public:
    CsvTable(const SourceConfig& source, RowMapper& mapper);

    /// See TextDecoder::look_at.
    void look_at(std::string_view beginning) { decoder_.look_at(beginning); }
    /// Reads the header again where one was before the place at which reading goes on.
    void resume(const RawRecord& header);
    RowResult take(const RawRecord& record, Time latest, Reading& out);

    /// Where the header stands that holds now; line 0: none yet.
    [[nodiscard]] std::uint64_t header_begin() const { return header_begin_; }
    [[nodiscard]] std::uint64_t header_line() const { return header_line_; }
    /// True while rows are left out because their header lacks columns; then the words say which.
    [[nodiscard]] bool out_of_shape() const { return !lacking_.empty(); }
    [[nodiscard]] const std::string& lacking() const { return lacking_; }
    /// Rows left out so, since the header that lacks columns.
    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

private:
    RowResult refused(RefusalReason reason, std::string detail = {}) const;
    RowResult read_fields(const RawRecord& record, std::string_view text, Time latest,
                          Reading& out);
    RowResult read_header(const RawRecord& record);
    [[nodiscard]] bool looks_like_header() const;
    void number_columns();
    RowResult map_row(Time latest, Reading& out);

    const SourceConfig& source_;
    RowMapper& mapper_;
    TextDecoder decoder_;
    std::vector<std::string_view> fields_;
    std::string scratch_;
    std::vector<std::string_view> cells_;
    std::vector<std::size_t> field_of_cell_;
    std::size_t width_ = 0;  ///< how many columns the header has
    std::uint64_t header_begin_ = 0;
    std::uint64_t header_line_ = 0;
    bool has_header_ = false;
    std::string lacking_;
    std::uint64_t left_out_ = 0;
};

}  // namespace musubi

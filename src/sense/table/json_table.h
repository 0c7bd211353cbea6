#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "sense/table/csv_table.h"

namespace musubi {

/// The rows of a JSON document: an array of objects, found by the pointer of the feed file. A
/// column is the name of a member, or a JSON Pointer inside the row. Not for several threads.
class JsonTable {
public:
    /// Reads the whole document, with or without a byte order mark. Fails: BadRequest, TooLarge.
    static Result<JsonTable> parse(std::string_view text, const SourceConfig& source,
                                   RowMapper& mapper);
    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    RowResult take(std::size_t row, Time latest, Reading& out);
    /// The row's text, for the quarantine.
    [[nodiscard]] std::string text_of_row(std::size_t row) const { return to_text(rows_[row]); }

private:
    // Parentheses: braces would make an array of one array.
    JsonTable(Json::Array rows, RowMapper& mapper) : rows_(std::move(rows)), mapper_{&mapper} {}
    Json::Array rows_;
    RowMapper* mapper_;
};

/// The value a JSON Pointer (RFC 6901) points at, or null.
[[nodiscard]] const Json* point_at(const Json& document, std::string_view pointer);

}  // namespace musubi

#include "sense/table/json_table.h"

#include <charconv>

namespace musubi {
namespace {

/// `~1` and `~0` of a JSON Pointer's token.
std::string unescaped(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        const bool escape = token[i] == '~' && i + 1 < token.size();
        if (escape && token[i + 1] == '1') {
            out += '/';
            ++i;
        } else if (escape && token[i + 1] == '0') {
            out += '~';
            ++i;
        } else {
            out += token[i];
        }
    }
    return out;
}

const Json* element(const Json& array, std::string_view token) {
    std::size_t index = 0;
    const char* end = token.data() + token.size();
    const auto read = std::from_chars(token.data(), end, index);
    if (read.ec != std::errc{} || read.ptr != end || index >= array.array().size()) return nullptr;
    return &array.array()[index];
}

/// A cell as text; nothing where it is an array or an object.
std::optional<std::string> cell_of(const Json* value) {
    if (value == nullptr || value->is_null()) return std::string{};
    if (value->is_string()) return value->string();
    if (value->is_array() || value->is_object()) return std::nullopt;
    return to_text(*value);
}

}  // namespace

const Json* point_at(const Json& document, std::string_view pointer) {
    const Json* at = &document;
    while (!pointer.empty() && at != nullptr) {
        pointer.remove_prefix(1);  // the '/'
        const std::size_t slash = std::min(pointer.find('/'), pointer.size());
        const std::string token = unescaped(pointer.substr(0, slash));
        at = at->is_array() ? element(*at, token) : at->find(token);
        pointer.remove_prefix(slash);
    }
    return at;
}

Result<JsonTable> JsonTable::parse(std::string_view text, const SourceConfig& source,
                                   RowMapper& mapper) {
    text.remove_prefix(byte_order_mark(text));
    TextDecoder decoder{source.encoding};
    const auto decoded = decoder.decode(text);
    if (!decoded) return Error{ErrorCode::BadRequest, "the bytes do not fit the encoding"};
    Json document = TRY(parse_json(*decoded, {.max_bytes = source.max_bytes * 3}));
    const Json* rows = point_at(document, source.rows);
    if (rows == nullptr || !rows->is_array()) {
        return Error{ErrorCode::BadRequest,
                     "there is no array of rows at '" + source.rows + "' in the document"};
    }
    return JsonTable{rows->array(), mapper};
}

RowResult JsonTable::take(std::size_t row, Time latest, Reading& out) {
    const Json& object = rows_[row];
    RowResult result;
    result.kind = RowResult::Kind::Refused;
    if (!object.is_object()) {
        result.why = {RefusalReason::BadJson, "a row must be an object"};
        return result;
    }
    std::vector<std::string> texts;
    for (const std::string& column : mapper_->columns()) {
        const Json* value = column.front() == '/' ? point_at(object, column) : object.find(column);
        auto text = cell_of(value);
        if (!text) {
            result.why = {RefusalReason::BadJson, column};
            return result;
        }
        texts.push_back(std::move(*text));
    }
    const std::vector<std::string_view> cells{texts.begin(), texts.end()};
    switch (mapper_->map(cells, latest, out, result.why)) {
        case RowMapper::Outcome::Taken: result.kind = RowResult::Kind::Taken; break;
        case RowMapper::Outcome::Missing: result.kind = RowResult::Kind::Missing; break;
        case RowMapper::Outcome::Refused: break;
    }
    return result;
}

}  // namespace musubi

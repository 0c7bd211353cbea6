#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/query.h"
#include "model/query/text_cursor.h"

namespace musubi {

using LiteralKind = QueryLiteral::Kind;

/// Reads one value of a query at the cursor (4.9, productions ComparableValue, OtherValue, URI).
/// Fails: BadRequest.
Result<QueryLiteral> read_literal(TextCursor& in, const Context& context);
/// Reads a quoted or bare regular expression. Guarantees: a quotation mark in it has no backslash
/// before it. Fails: BadRequest.
Result<std::string> read_pattern_text(TextCursor& in);

/// A date-time, date or time of day (4.6.3) as the number that orders it; nothing where `text`
/// is none. Allocates nothing, but for a text that begins like one and is none.
[[nodiscard]] std::optional<std::int64_t> moment_of(QueryLiteral::Kind kind, std::string_view text);

}  // namespace musubi

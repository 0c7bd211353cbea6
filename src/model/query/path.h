#pragma once

#include "model/query.h"
#include "model/query/text_cursor.h"

namespace musubi {

/// Reads the path of an attribute, its sub-attributes and members at the cursor (4.9, production
/// AttrPath). Fails: BadRequest, TooComplexQuery.
Result<QueryPath> read_path(TextCursor& in, const Context& context);

}  // namespace musubi

#pragma once

#include <string>
#include <string_view>

#include "project/measures/measure.h"

namespace musubi {

struct TomlSchema;

/// The text format of measures (docs/measures.md).
[[nodiscard]] const TomlSchema& measure_schema();

/// The @context that a file of measures names. Fails: BadRequest, `where` is "file:line".
Result<std::string> measure_context(std::string_view text, const std::string& file);

/// Reads a file of measures, its names expanded by `context`. Fails: BadRequest and
/// TooComplexQuery, `where` is "file:line": what the schema refuses, two measures of one id, a
/// measure without a part that its formula uses, goals out of order, ...
Result<MeasureSet> read_measures(std::string_view text, const std::string& file,
                                 ContextPtr context);

}  // namespace musubi

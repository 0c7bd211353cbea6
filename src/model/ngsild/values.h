#pragma once

#include "model/context.h"
#include "model/entity.h"
#include "model/ngsild/json_path.h"

namespace musubi::ngsild {

/// The value of an attribute as Attribute::value keeps it (see there). `nulls`: "urn:ngsi-ld:null"
/// in the form each kind gives it is accepted, and comes back as that string (4.5.0, 4.6.5).
/// Fails: BadRequest at `path`.
Result<Json> read_value(AttributeKind kind, const Json& value, const Context& context, bool nulls,
                        const JsonPath& path);
/// A time in UTC (4.6.3). Fails: BadRequest.
Result<Time> read_time(const Json& json, const JsonPath& path);
/// A term or an array of terms, expanded. Fails: BadRequest.
Result<Json> read_terms(const Json& value, const Context& context, const JsonPath& path);

}  // namespace musubi::ngsild

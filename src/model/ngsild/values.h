#pragma once

#include "model/context.h"
#include "model/entity.h"
#include "model/ngsild.h"
#include "model/ngsild/json_path.h"

namespace musubi::ngsild {

/// The value of an attribute as Attribute::value keeps it (see there). Where `options` accept
/// "urn:ngsi-ld:null", the form that each kind gives it comes back as that string (4.5.0, 4.6.5).
/// Fails: BadRequest at `path`.
Result<Json> read_value(AttributeKind kind, const Json& value, const Context& context,
                        const ReadOptions& options, const JsonPath& path);
/// A time in UTC (4.6.3). Fails: BadRequest.
Result<Time> read_time(const Json& json, const JsonPath& path);
/// A term or an array of terms, expanded. Fails: BadRequest.
Result<Json> read_terms(const Json& value, const Context& context, const JsonPath& path);

}  // namespace musubi::ngsild

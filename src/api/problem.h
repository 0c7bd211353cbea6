#pragma once

#include "base/json.h"
#include "base/result.h"
#include "net/http.h"

namespace musubi {

/// The one place that turns an error into an answer: application/problem+json (RFC 9457) with the
/// types of GS CIM 009 v1.9.1, 5.5.2 and 6.3.2.
[[nodiscard]] HttpResponse problem(const Error& error);
/// The HTTP status and the type's URI of an error.
struct ProblemKind {
    int status;
    std::string_view type;
    std::string_view title;
};
[[nodiscard]] ProblemKind kind_of(ErrorCode code);
/// The members of the problem, as batch results carry them (5.2.17).
[[nodiscard]] Json problem_details(const Error& error);

}  // namespace musubi

#pragma once

#include "base/json.h"
#include "base/result.h"
#include "net/http.h"

namespace musubi {

/// The one place that turns an error into an answer: application/problem+json (RFC 9457) with the
/// types of GS CIM 009 v1.9.1, 5.5.2 and 6.3.2.
[[nodiscard]] HttpResponse problem(const Error& error);

/// What `where` of an error names when HTTP has a status of its own for what is wrong there: a body
/// that can not be read (InvalidRequest), its media type (415), what Accept asks for (406), a page
/// that is too large (TooManyResults), a query parameter or option that there is not
/// (InvalidRequest).
inline constexpr std::string_view kWhereBody = "body";
inline constexpr std::string_view kWhereContentType = "Content-Type";
inline constexpr std::string_view kWhereAccept = "Accept";
inline constexpr std::string_view kWhereLimit = "limit";
inline constexpr std::string_view kWhereParameter = "query parameter";

/// The HTTP status and the type's URI of an error.
struct ProblemKind {
    int status;
    std::string_view type;
    std::string_view title;
};
[[nodiscard]] ProblemKind kind_of(const Error& error);
/// The members of the problem, as batch results carry them (5.2.17).
[[nodiscard]] Json problem_details(const Error& error);

}  // namespace musubi

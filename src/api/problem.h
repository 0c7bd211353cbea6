#pragma once

#include "base/json.h"
#include "base/result.h"
#include "net/http.h"

namespace musubi {

/// The one place that turns an error into an answer: application/problem+json (RFC 9457) with the
/// types of GS CIM 009 v1.9.1, 5.5.2 and 6.3.2.
[[nodiscard]] HttpResponse problem(const Error& error);
/// The same with the tenant that was asked for, if it was named (6.3.14).
[[nodiscard]] HttpResponse problem(const Error& error, std::string_view tenant);

/// What `where` of an error names when HTTP has a status of its own for what is wrong there: a body
/// that can not be read or a query parameter that is none (InvalidRequest), its media type (415),
/// what Accept asks for (406), a page that is too large (TooManyResults).
inline constexpr std::string_view kWhereBody = "body";
inline constexpr std::string_view kWhereQuery = "query parameter ";
inline constexpr std::string_view kWhereContentType = "Content-Type";
inline constexpr std::string_view kWhereAccept = "Accept";
inline constexpr std::string_view kWhereLimit = "limit";
/// A Conflict with it is a loop: the request has been here before (508, 6.3.18).
inline constexpr std::string_view kWhereVia = "Via";

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

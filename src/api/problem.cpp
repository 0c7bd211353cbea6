#include "api/problem.h"

namespace musubi {
namespace {

ProblemKind kind_of_code(ErrorCode code) {
    switch (code) {
        case ErrorCode::BadRequest:
            return {400, "https://uri.etsi.org/ngsi-ld/errors/BadRequestData", "Bad request"};
        case ErrorCode::TooLarge:
            return {413, "https://uri.etsi.org/ngsi-ld/errors/InvalidRequest", "Too large"};
        case ErrorCode::Unsupported:
            return {422, "https://uri.etsi.org/ngsi-ld/errors/OperationNotSupported",
                    "Not supported"};
        case ErrorCode::NotFound:
            return {404, "https://uri.etsi.org/ngsi-ld/errors/ResourceNotFound", "Not found"};
        case ErrorCode::NoTenant:
            return {404, "https://uri.etsi.org/ngsi-ld/errors/NonexistentTenant", "No such tenant"};
        case ErrorCode::AlreadyExists:
            return {409, "https://uri.etsi.org/ngsi-ld/errors/AlreadyExists", "Already exists"};
        case ErrorCode::Conflict:
            return {409, "https://uri.etsi.org/ngsi-ld/errors/Conflict", "Conflict"};
        case ErrorCode::Unauthorized: return {401, "about:blank", "A key is needed"};
        case ErrorCode::Forbidden: return {403, "about:blank", "Not allowed"};
        case ErrorCode::ContextNotAvailable:
            return {504, "https://uri.etsi.org/ngsi-ld/errors/LdContextNotAvailable",
                    "Context not available"};
        case ErrorCode::TooComplexQuery:
            return {403, "https://uri.etsi.org/ngsi-ld/errors/TooComplexQuery", "Too much asked"};
        case ErrorCode::Busy: return {503, "about:blank", "Busy"};
        case ErrorCode::Timeout: return {504, "about:blank", "Took too long"};
        case ErrorCode::Unavailable: return {502, "about:blank", "Can not be reached"};
        case ErrorCode::Corrupt:
        case ErrorCode::Io:
        case ErrorCode::Internal:
        case ErrorCode::MustWait: break;
    }
    return {500, "https://uri.etsi.org/ngsi-ld/errors/InternalError", "Internal error"};
}

}  // namespace

ProblemKind kind_of(const Error& error) {
    const bool invalid =
        error.where.starts_with(kWhereBody) || error.where.starts_with(kWhereQuery);
    if (error.code == ErrorCode::BadRequest && invalid) {
        return {400, "https://uri.etsi.org/ngsi-ld/errors/InvalidRequest", "Invalid request"};
    }
    if (error.code == ErrorCode::TooComplexQuery && error.where == kWhereLimit) {
        return {403, "https://uri.etsi.org/ngsi-ld/errors/TooManyResults", "Too many results"};
    }
    if (error.code == ErrorCode::Unsupported && error.where == kWhereContentType) {
        return {415, "about:blank", "Unsupported media type"};
    }
    if (error.code == ErrorCode::Unsupported && error.where == kWhereAccept) {
        return {406, "about:blank", "Not acceptable"};
    }
    if (error.code == ErrorCode::Conflict && error.where == kWhereVia) {
        return {508, "https://uri.etsi.org/ngsi-ld/errors/LoopDetected", "Loop detected"};
    }
    return kind_of_code(error.code);
}

Json problem_details(const Error& error) {
    const ProblemKind kind = kind_of(error);
    Json body;
    body.set("type", kind.type);
    body.set("title", kind.title);
    body.set("status", kind.status);
    body.set("detail", error.detail);
    std::string_view where = error.where;
    if (where.starts_with(kWhereQuery)) where.remove_prefix(kWhereQuery.size());
    if (!where.empty()) body.set("instance", where);
    return body;
}

HttpResponse problem(const Error& error) {
    HttpResponse response;
    response.status = kind_of(error).status;
    response.headers.emplace_back("Content-Type", "application/problem+json");
    if (error.code == ErrorCode::Busy) response.headers.emplace_back("Retry-After", "1");
    if (error.code == ErrorCode::Unauthorized) {
        response.headers.emplace_back("WWW-Authenticate", "Bearer");
    }
    append_json(response.body, problem_details(error));
    return response;
}

HttpResponse problem(const Error& error, std::string_view tenant) {
    HttpResponse response = problem(error);
    if (!tenant.empty()) response.headers.emplace_back("NGSILD-Tenant", tenant);
    return response;
}

}  // namespace musubi

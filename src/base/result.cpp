#include "base/result.h"

namespace musubi {

std::string_view name_of(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::BadRequest: return "BadRequest";
        case ErrorCode::TooLarge: return "TooLarge";
        case ErrorCode::Unsupported: return "Unsupported";
        case ErrorCode::NotFound: return "NotFound";
        case ErrorCode::NoTenant: return "NoTenant";
        case ErrorCode::AlreadyExists: return "AlreadyExists";
        case ErrorCode::Conflict: return "Conflict";
        case ErrorCode::Unauthorized: return "Unauthorized";
        case ErrorCode::Forbidden: return "Forbidden";
        case ErrorCode::ContextNotAvailable: return "ContextNotAvailable";
        case ErrorCode::TooComplexQuery: return "TooComplexQuery";
        case ErrorCode::Busy: return "Busy";
        case ErrorCode::Timeout: return "Timeout";
        case ErrorCode::Unavailable: return "Unavailable";
        case ErrorCode::Corrupt: return "Corrupt";
        case ErrorCode::Io: return "Io";
        case ErrorCode::Internal: return "Internal";
        case ErrorCode::MustWait: return "MustWait";
    }
    return "Unknown";
}

std::string to_text(const Error& error) {
    if (error.where.empty()) return error.detail;
    return error.detail + " (" + error.where + ")";
}

}  // namespace musubi

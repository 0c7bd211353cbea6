#include <re2/re2.h>

#include <algorithm>

#include "base/json.h"
#include "model/query.h"

namespace musubi {
namespace {

constexpr std::int64_t kMaxMemory = 1 << 20;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Result<Pattern> Pattern::parse(std::string_view text) {
    if (text.empty()) return Error{ErrorCode::BadRequest, "the pattern is empty"};
    if (text.size() > kMaxBytes) {
        return Error{ErrorCode::TooComplexQuery,
                     "a pattern may have " + std::to_string(kMaxBytes) + " bytes at most"};
    }
    if (!is_utf8(text)) return Error{ErrorCode::BadRequest, "the pattern is not UTF-8"};
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_max_mem(kMaxMemory);
    auto compiled = std::make_shared<const re2::RE2>(piece(text), options);
    if (compiled->ok()) return Pattern{std::move(compiled)};
    if (compiled->error_code() == re2::RE2::ErrorPatternTooLarge) {
        return Error{ErrorCode::TooComplexQuery, "the pattern needs too much memory; repeat less"};
    }
    return Error{ErrorCode::BadRequest,
                 "the pattern is no regular expression: " + compiled->error()};
}

bool Pattern::found_in(std::string_view text) const {
    return re2::RE2::PartialMatch(piece(text), *compiled_);
}

const std::string& Pattern::text() const { return compiled_->pattern(); }

}  // namespace musubi

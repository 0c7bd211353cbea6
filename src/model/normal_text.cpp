#include "model/normal_text.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "base/json.h"

namespace musubi {
namespace {

Result<std::string> normalized(const icu::Normalizer2* form, UErrorCode& code,
                               std::string_view text) {
    if (!is_utf8(text)) return Error{ErrorCode::BadRequest, "the text is no UTF-8"};
    std::string out;
    icu::StringByteSink<std::string> sink{&out};
    if (U_SUCCESS(code)) {
        form->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())),
                            sink, nullptr, code);
    }
    if (U_FAILURE(code)) return Error{ErrorCode::Internal, "Unicode's tables can not be read"};
    return out;
}

}  // namespace

Result<std::string> to_nfkc(std::string_view text) {
    UErrorCode code = U_ZERO_ERROR;
    return normalized(icu::Normalizer2::getNFKCInstance(code), code, text);
}

Result<std::string> to_nfkc_casefold(std::string_view text) {
    UErrorCode code = U_ZERO_ERROR;
    return normalized(icu::Normalizer2::getNFKCCasefoldInstance(code), code, text);
}

bool is_in_scripts_of_japan(std::string_view text) {
    const auto bytes = static_cast<int32_t>(text.size());
    for (int32_t at = 0; at < bytes;) {
        UChar32 sign = 0;
        U8_NEXT(text.data(), at, bytes, sign);
        UErrorCode code = U_ZERO_ERROR;
        switch (sign < 0 ? USCRIPT_UNKNOWN : uscript_getScript(sign, &code)) {
            case USCRIPT_COMMON:
            case USCRIPT_INHERITED:
            case USCRIPT_LATIN:
            case USCRIPT_HIRAGANA:
            case USCRIPT_KATAKANA:
            case USCRIPT_HAN: continue;
            default: return false;
        }
    }
    return true;
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }));
}

}  // namespace musubi

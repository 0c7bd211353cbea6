#include <charconv>
#include <cmath>
#include <string>

#include "sense/table/row_mapper.h"

namespace musubi {
namespace {

/// Full-width digits, signs and points (U+FF0B to U+FF19) become plain ones; the commas of
/// thousands go, where they stand as such.
std::string plain_digits(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto third = i + 2 < text.size() ? static_cast<unsigned char>(text[i + 2]) : 0U;
        if (text.substr(i).starts_with("\xEF\xBC") && third >= 0x8B && third <= 0x99) {
            out += static_cast<char>(third - 0x60);
            i += 2;
        } else {
            out += text[i];
        }
    }
    if (out.starts_with('+')) out.erase(0, 1);
    return out;
}

/// Takes the commas of thousands away; nothing where one stands where it may not.
std::optional<std::string> without_commas(std::string_view text) {
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != ',') {
            out += text[i];
        } else if (i == 0 || i >= point || (point - i) % 4 != 0 || text[i - 1] == ',') {
            return std::nullopt;
        }
    }
    return out;
}

std::optional<double> whole_number(std::string_view text) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end || !std::isfinite(value)) return std::nullopt;
    return value;
}

}  // namespace

std::optional<double> read_number(std::string_view text) {
    if (text.empty() || text.size() > 64) return std::nullopt;
    if (const auto value = whole_number(text)) return value;
    const auto plain = without_commas(plain_digits(text));
    if (!plain || *plain == text) return std::nullopt;
    return whole_number(*plain);
}

}  // namespace musubi

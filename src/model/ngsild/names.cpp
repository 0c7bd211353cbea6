#include "model/ngsild/names.h"

#include <array>

#include "model/entity.h"
#include "model/visible_text.h"

namespace musubi::ngsild {
namespace {

enum Class : unsigned char { kNever, kFirst, kLater, kBeyondAscii };

constexpr std::array<Class, 256> kClasses = [] {
    std::array<Class, 256> table{};
    for (std::size_t c = 'a'; c <= 'z'; ++c) table[c] = kFirst;
    for (std::size_t c = 'A'; c <= 'Z'; ++c) table[c] = kFirst;
    for (std::size_t c = '0'; c <= '9'; ++c) table[c] = kLater;
    for (std::size_t c = 0x80; c < table.size(); ++c) table[c] = kBeyondAscii;
    table['_'] = kFirst;
    table['-'] = kLater;
    return table;
}();

bool is_plain_name(std::string_view text) {
    bool ascii = true;
    for (const char c : text) {
        const Class kind = kClasses[static_cast<unsigned char>(c)];
        if (kind == kNever) return false;
        if (kind == kBeyondAscii) ascii = false;
    }
    if (text.empty() || kClasses[static_cast<unsigned char>(text.front())] == kLater) return false;
    return ascii || is_visible(text);
}

}  // namespace

bool is_name(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return is_plain_name(text);
    return is_uri(text) ||
           (is_plain_name(text.substr(0, colon)) && is_plain_name(text.substr(colon + 1)));
}

}  // namespace musubi::ngsild

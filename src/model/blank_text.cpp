#include "model/blank_text.h"

#include <algorithm>
#include <array>

#include "model/normal_text.h"
#include "model/visible_text.h"

namespace musubi {
namespace {

// Whether one of the characters of UTF-8 fits.
template <typename F>
bool has_character(std::string_view text, F&& fits) {
    const auto goes_on = [&](std::size_t at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U;
    };
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        while (goes_on(end)) ++end;
        if (fits(text.substr(at, end - at))) return true;
        at = end;
    }
    return false;
}

// Punctuation and symbols, beyond ASCII: no name is made of them alone. UTF-8 is in the order of
// its characters.
struct Marks {
    std::string_view first;
    std::string_view last;
};
constexpr std::array kMarks{Marks{"\u00a1", "\u00bf"},
                            Marks{"×", "×"},
                            Marks{"÷", "÷"},
                            Marks{"\u2010", "\u2bff"},
                            Marks{"\u2e00", "\u2e7f"},
                            Marks{"\u3001", "\u3004"},
                            Marks{"\u3008", "\u3020"},
                            Marks{"〰", "〰"},
                            Marks{"\u303d", "\u303f"},
                            Marks{"・", "・"},
                            Marks{"\U0001f000", "\U0001faff"}};

bool is_letter(std::string_view character) {
    if (character.size() == 1) {
        const char c = character.front();
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
    return is_visible(character) &&
           std::none_of(kMarks.begin(), kMarks.end(), [&](const Marks& marks) {
               return marks.first <= character && character <= marks.last;
           });
}

}  // namespace

bool is_blank(std::string_view text) { return !has_character(text, is_visible); }

bool is_name(std::string_view text) {
    const auto plain = to_nfkc(text);
    return plain && has_character(*plain, is_letter);
}

}  // namespace musubi

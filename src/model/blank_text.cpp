#include "model/blank_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>

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

// C1 controls, ends of lines and what turns the direction of writing (UAX 9, 2), beyond ASCII.
constexpr std::array kSteering{Marks{"\xc2\x80", "\xc2\x9f"}, Marks{"\u061c", "\u061c"},
                               Marks{"\u200e", "\u200f"}, Marks{"\u2028", "\u202e"},
                               Marks{"\u2066", "\u206f"}};

bool is_steering(std::string_view character) {
    if (character.size() == 1) {
        const auto c = static_cast<unsigned char>(character.front());
        return c < 0x20 || c >= 0x7f;  // a lone byte beyond ASCII is no UTF-8
    }
    return std::any_of(kSteering.begin(), kSteering.end(), [&](const Marks& marks) {
        return marks.first <= character && character <= marks.last;
    });
}

// Of a character of well-formed UTF-8; of a lone byte that one.
std::uint32_t code_of(std::string_view character) {
    const auto lead = static_cast<unsigned char>(character.front());
    if (character.size() == 1) return lead;
    std::uint32_t code = lead & (0x7fU >> character.size());
    for (const char c : character.substr(1))
        code = (code << 6U) | (static_cast<unsigned char>(c) & 0x3fU);
    return code;
}

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

bool is_plain_line(std::string_view text) { return !has_character(text, is_steering); }

bool is_plain_text(std::string_view text) {
    return !has_character(
        text, [](std::string_view c) { return c != "\n" && c != "\t" && is_steering(c); });
}

std::string plain_line(std::string_view text) {
    std::string out;
    has_character(text, [&out](std::string_view c) {
        if (!is_steering(c)) {
            out += c;
        } else if (c == "\n" || c == "\t") {
            out += c == "\n" ? "\\n" : "\\t";
        } else {
            out += fmt::format("\\u{{{:x}}}", code_of(c));
        }
        return false;
    });
    return out;
}

}  // namespace musubi

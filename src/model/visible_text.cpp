#include "model/visible_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace musubi {
namespace {

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

// General categories Cc, Cf, Zs, Zl, Zp, the fillers that draw nothing, variation selectors and
// noncharacters (Unicode 15), beyond ASCII and in order.
constexpr std::array kHidden{
    Range{0x80, 0xa0},       Range{0xad, 0xad},       Range{0x34f, 0x34f},
    Range{0x600, 0x605},     Range{0x61c, 0x61c},     Range{0x6dd, 0x6dd},
    Range{0x70f, 0x70f},     Range{0x890, 0x891},     Range{0x8e2, 0x8e2},
    Range{0x115f, 0x1160},   Range{0x1680, 0x1680},   Range{0x17b4, 0x17b5},
    Range{0x180b, 0x180f},   Range{0x2000, 0x200f},   Range{0x2028, 0x202f},
    Range{0x205f, 0x206f},   Range{0x2800, 0x2800},   Range{0x3000, 0x3000},
    Range{0x3164, 0x3164},   Range{0xd800, 0xdfff},   Range{0xfdd0, 0xfdef},
    Range{0xfe00, 0xfe0f},   Range{0xfeff, 0xfeff},   Range{0xffa0, 0xffa0},
    Range{0xfff0, 0xfffb},   Range{0xfffe, 0xffff},   Range{0x110bd, 0x110bd},
    Range{0x110cd, 0x110cd}, Range{0x13430, 0x1343f}, Range{0x1bca0, 0x1bca3},
    Range{0x1d173, 0x1d17a}, Range{0xe0000, 0xe0fff},
};

bool is_hidden(std::uint32_t c) {
    if (c < 0x80) return c <= 0x20 || c == 0x7f;
    if ((c & 0xfffeU) == 0xfffeU) return true;  // the last two of each plane
    const auto at = std::lower_bound(kHidden.begin(), kHidden.end(), c,
                                     [](const Range& r, std::uint32_t v) { return r.last < v; });
    return at != kHidden.end() && at->first <= c;
}

// Takes one character off `text`; what is no UTF-8 comes back as U+FFFF, which is hidden.
std::uint32_t next_character(std::string_view& text) {
    constexpr std::uint32_t kBroken = 0xffff;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::uint32_t lead = byte(0);
    const std::size_t size = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (size > text.size()) {
        text = {};
        return kBroken;
    }
    std::uint32_t c = size == 1 ? lead : lead & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) c = (c << 6U) | (byte(i) & 0x3fU);
    text.remove_prefix(size);
    return c;
}

}  // namespace

bool is_visible(std::string_view text) {
    while (!text.empty()) {
        if (is_hidden(next_character(text))) return false;
    }
    return true;
}

}  // namespace musubi

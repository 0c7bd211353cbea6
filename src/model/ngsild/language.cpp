#include "model/ngsild/language.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace musubi::ngsild {
namespace {

struct Wish {
    std::string_view range;
    double quality = 1;
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

Wish read_wish(std::string_view text) {
    const std::size_t semicolon = text.find(';');
    Wish wish{trim(text.substr(0, semicolon))};
    if (semicolon == std::string_view::npos) return wish;
    const std::string_view parameter = trim(text.substr(semicolon + 1));
    if (parameter.starts_with("q=")) {
        std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), wish.quality);
    }
    return wish;
}

std::vector<Wish> read_wishes(std::string_view ranges) {
    constexpr std::size_t kMaxWishes = 32;
    std::vector<Wish> wishes;
    while (!ranges.empty() && wishes.size() < kMaxWishes) {
        const std::size_t comma = ranges.find(',');
        wishes.push_back(read_wish(ranges.substr(0, comma)));
        ranges = comma == std::string_view::npos ? std::string_view{} : ranges.substr(comma + 1);
    }
    std::stable_sort(wishes.begin(), wishes.end(),
                     [](const Wish& a, const Wish& b) { return a.quality > b.quality; });
    return wishes;
}

template <typename Match>
const JsonMember* first_of(const Json::Object& map, const Match& match) {
    const auto found =
        std::find_if(map.begin(), map.end(), [&](const JsonMember& m) { return match(m.name); });
    return found == map.end() ? nullptr : &*found;
}

const JsonMember* look_up(const Json::Object& map, std::string_view range) {
    for (std::string_view part = range; !part.empty();) {
        const auto* exact = first_of(map, [&](std::string_view tag) { return same(tag, part); });
        if (exact != nullptr) return exact;
        const std::size_t dash = part.rfind('-');
        part = part.substr(0, dash == std::string_view::npos ? 0 : dash);
    }
    return first_of(map, [&](std::string_view tag) {
        return tag.size() > range.size() && tag[range.size()] == '-' &&
               same(tag.substr(0, range.size()), range);
    });
}

}  // namespace

const JsonMember* choose_language(const Json::Object& map, std::string_view ranges) {
    if (map.empty()) return nullptr;
    for (const Wish& wish : read_wishes(ranges)) {
        if (wish.range == "*" || wish.quality <= 0) continue;
        if (const JsonMember* found = look_up(map, wish.range)) return found;
    }
    const JsonMember* none = first_of(map, [](std::string_view tag) { return tag == "@none"; });
    return none != nullptr ? none : &map.front();
}

}  // namespace musubi::ngsild

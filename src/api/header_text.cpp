#include "api/header_text.h"

#include <algorithm>
#include <charconv>

namespace musubi {
namespace {

// The weight that a media range of Accept carries; 1 where it says none that is a number.
double weight_of(std::string_view range) {
    for (std::size_t at = range.find(';'); at != std::string_view::npos; at = range.find(';')) {
        range = without_blanks(range.substr(at + 1));
        if (range.size() < 2 || (range[0] | 0x20) != 'q' || range[1] != '=') continue;
        double weight = 1;
        const char* const end = range.data() + std::min(range.find(';'), range.size());
        const auto read = std::from_chars(range.data() + 2, end, weight);
        return read.ec == std::errc{} && weight >= 0 && weight <= 1 ? weight : 1;
    }
    return 1;
}

}  // namespace

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

double accept_weight(std::string_view header, std::string_view type) {
    double weight = -1;
    int best = 0;
    while (!header.empty()) {
        const std::size_t end = std::min(header.find(','), header.size());
        const std::string_view range = header.substr(0, end);
        header.remove_prefix(std::min(end + 1, header.size()));
        const std::string_view name = without_blanks(range.substr(0, range.find(';')));
        const int fit = name == type ? 3 : name == "application/*" ? 2 : name == "*/*" ? 1 : 0;
        if (fit <= best) continue;
        best = fit;
        weight = weight_of(range);
    }
    return weight;
}

}  // namespace musubi

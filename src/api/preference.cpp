#include "api/preference.h"

#include <algorithm>

#include "api/header_text.h"
#include "net/http_text.h"

namespace musubi {
namespace {

constexpr std::string_view kName = "ngsi-ld";

// "1.0" to "1.9".
bool is_version(std::string_view text) {
    return text.size() == 3 && text.starts_with("1.") && text[2] >= '0' && text[2] <= '9';
}

}  // namespace

std::optional<std::string> preferred_version(std::string_view prefer) {
    while (!prefer.empty()) {
        const std::size_t end = std::min(prefer.find(','), prefer.size());
        const std::string_view item = prefer.substr(0, end);
        prefer.remove_prefix(std::min(end + 1, prefer.size()));
        const std::string_view pair = without_blanks(item.substr(0, item.find(';')));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        if (!same_ignoring_case(without_blanks(pair.substr(0, equals)), kName)) continue;
        std::string_view value = without_blanks(pair.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
            value = value.substr(1, value.size() - 2);
        }
        if (is_version(value)) return std::string(value);
    }
    return std::nullopt;
}

void note_preference(const HttpRequest& request, HttpResponse& response) {
    const auto version = preferred_version(request.header("Prefer"));
    if (!version) return;
    response.headers.emplace_back("Preference-Applied", std::string(kName) + "=" + *version);
}

}  // namespace musubi

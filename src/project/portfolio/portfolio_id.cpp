#include "project/portfolio/portfolio_id.h"

#include <algorithm>

namespace musubi {

Error portfolio_error(const std::string& file, const toml::table& table, std::string_view key,
                      std::string_view ja, std::string_view en) {
    return toml_error(file, table, key, std::string{ja} + " / " + std::string{en});
}

Result<std::string> read_portfolio_id(const std::string& file, const toml::table& table) {
    constexpr std::size_t kMaxId = 64;
    std::string id = text_of(table, "id");
    const bool fits = !id.empty() && id.size() <= kMaxId && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (fits) return id;
    return portfolio_error(file, table, "id", "id は英小文字・数字・- で64字までです",
                           "an id is of lower-case letters, digits and -, up to 64");
}

}  // namespace musubi

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

std::vector<const toml::table*> tables_of(const toml::table& root, std::string_view name) {
    std::vector<const toml::table*> out;
    const toml::array* list = root[name].as_array();
    if (list == nullptr) return out;
    for (const toml::node& one : *list) {
        if (one.is_table()) out.push_back(one.as_table());
    }
    return out;
}

std::vector<std::string> texts_of(const toml::table& table, std::string_view key) {
    std::vector<std::string> out;
    const toml::array* list = table[key].as_array();
    if (list == nullptr) return out;
    for (const toml::node& one : *list) {
        if (one.is_string()) out.push_back(one.as_string()->get());
    }
    return out;
}

}  // namespace musubi

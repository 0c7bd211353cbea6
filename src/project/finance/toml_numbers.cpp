#include "project/finance/toml_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/toml_schema.h"

namespace musubi {

Error money_error(const std::string& file, const toml::table& table, std::string_view key,
                  const std::string& ja, const std::string& en) {
    return toml_error(file, table, key, ja + " / " + en);
}

Result<toml::table> checked_money_text(std::string_view text, const TomlSchema& schema,
                                       const std::string& file) {
    const auto in_both = [](Error error) {
        error.detail = "書き方が合いません。見本（パックの money.toml など）と比べてください / " +
                       error.detail;
        return error;
    };
    auto root = parse_toml(text, file);
    if (!root) return in_both(std::move(root).error());
    if (auto fits = check_toml(schema, *root, file); !fits) {
        return in_both(std::move(fits).error());
    }
    return root;
}

double number_of(const toml::table& table, std::string_view key, double other) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return other;
    if (const auto* whole = node->as_integer()) return static_cast<double>(whole->get());
    if (const auto* real = node->as_floating_point()) return real->get();
    return other;
}

bool has_key(const toml::table& table, std::string_view key) { return table.contains(key); }

Result<int> whole_of(const std::string& file, const toml::table& table, std::string_view key,
                     WholeBounds bounds) {
    const std::int64_t value = table[key].value_or(std::int64_t{bounds.other});
    if (value >= bounds.low && value <= bounds.high) return static_cast<int>(value);
    return money_error(
        file, table, key,
        fmt::format("「{}」は{}から{}までの整数です", key, bounds.low, bounds.high),
        fmt::format("'{}' is a whole number from {} to {}", key, bounds.low, bounds.high));
}

Result<double> amount_of(const std::string& file, const toml::table& table, std::string_view key,
                         AmountBounds bounds) {
    const double value = number_of(table, key, bounds.other);
    if (std::isfinite(value) && value >= bounds.low && value <= bounds.high) return value;
    return money_error(file, table, key,
                       fmt::format("「{}」は{}から{}までの数です", key, bounds.low, bounds.high),
                       fmt::format("'{}' is a number from {} to {}", key, bounds.low, bounds.high));
}

std::vector<std::string> text_list_of(const toml::table& table, std::string_view key) {
    std::vector<std::string> out;
    if (const toml::array* list = table[key].as_array()) {
        for (const toml::node& node : *list) out.push_back(node.as_string()->get());
    }
    return out;
}

Result<std::string> shown_name(const std::string& file, const toml::table& table,
                               std::string_view key) {
    std::string text = text_of(table, key);
    const bool shown = std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
    const bool blank = text.find_first_not_of(' ') == std::string::npos;
    if (shown && !blank && text.size() <= 200) return text;
    return money_error(file, table, key,
                       fmt::format("「{}」は一行で示せる200バイトまでの文です", key),
                       fmt::format("'{}' is a text of one line, up to 200 bytes", key));
}

std::vector<const toml::table*> tables_of(const toml::table& root, std::string_view name) {
    std::vector<const toml::table*> out;
    if (const toml::array* list = root[name].as_array()) {
        for (const toml::node& node : *list) out.push_back(node.as_table());
    }
    return out;
}

}  // namespace musubi

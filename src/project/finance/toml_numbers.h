#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/toml_file.h"
#include "base/toml_schema.h"

namespace musubi {

/// A refusal of a text of the town's money, in Japanese and English, at the line of a key.
[[nodiscard]] Error money_error(const std::string& file, const toml::table& table,
                                std::string_view key, const std::string& ja, const std::string& en);
/// The text read and held against its schema. Fails: as parse_toml and check_toml, the detail in
/// Japanese and English.
Result<toml::table> checked_money_text(std::string_view text, const TomlSchema& schema,
                                       const std::string& file);
/// The number of a key that the schema knows as one, or `other`.
[[nodiscard]] double number_of(const toml::table& table, std::string_view key, double other = 0);
[[nodiscard]] bool has_key(const toml::table& table, std::string_view key);
/// The whole number of a key, or `other`. Fails: BadRequest outside `low` ... `high`.
struct WholeBounds {
    int low = 0;
    int high = 0;
    int other = 0;
};
Result<int> whole_of(const std::string& file, const toml::table& table, std::string_view key,
                     WholeBounds bounds);
/// The amount of a key, or `other`. Fails: BadRequest unless it is finite and `low` ... `high`.
struct AmountBounds {
    double low = 0;
    double high = 0;
    double other = 0;
};
Result<double> amount_of(const std::string& file, const toml::table& table, std::string_view key,
                         AmountBounds bounds);
/// The texts of a key that the schema knows as a list of them.
[[nodiscard]] std::vector<std::string> text_list_of(const toml::table& table, std::string_view key);
/// A name: what can be shown on one line, up to 200 bytes. Fails: BadRequest.
Result<std::string> shown_name(const std::string& file, const toml::table& table,
                               std::string_view key);
/// The tables of a repeated one, in their order.
[[nodiscard]] std::vector<const toml::table*> tables_of(const toml::table& root,
                                                        std::string_view name);

}  // namespace musubi

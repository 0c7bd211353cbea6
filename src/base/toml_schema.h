#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/toml_file.h"

namespace musubi {

/// What a key of a text format may hold.
enum class TomlValue { Text, Texts, Integer, Number, Boolean, Duration, Time, Table, Array };

/// One key of a text format: what the reader checks and what the page of the format says of it.
struct TomlKey {
    std::string_view table;
    std::string_view name;
    TomlValue value = TomlValue::Text;
    bool required = false;
    std::string_view allowed;   ///< the words it (each of its texts) may be, parted by '|'
    std::string_view standard;  ///< what holds where it is absent, for the reader's eye
    std::string_view ja;
    std::string_view en;
};

/// One table of a text format; a repeated one is written [[name]].
struct TomlTable {
    std::string_view name;
    bool required = false;
    bool repeated = false;
    std::string_view ja;
    std::string_view en;
};

/// A text format as data, that the program checks with and its page is made from.
struct TomlSchema {
    std::span<const TomlTable> tables;
    std::span<const TomlKey> keys;
};

/// Holds a file against its schema: tables and keys known, required ones there, values of their
/// kind and among the allowed words. Fails: BadRequest at the first that is not, `where` is
/// "file:line".
Result<void> check_toml(const TomlSchema& schema, const toml::table& root, const std::string& file);
/// The same of one table of that name, for a table within another.
Result<void> check_toml_table(const TomlSchema& schema, std::string_view name,
                              const toml::table& values, const std::string& file);
/// The reference of the format as Markdown, in Japanese and English.
[[nodiscard]] std::string toml_reference(const TomlSchema& schema);

}  // namespace musubi

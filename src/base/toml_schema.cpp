#include "base/toml_schema.h"

#include <algorithm>

#include "base/time.h"

namespace musubi {
namespace {

std::string in_quotes(std::string_view text) {
    return "'" + std::string{text.substr(0, 100)} + "'";
}

std::string spelled(std::string_view list, std::string_view between) {
    std::string out;
    for (const char c : list) out += c == '|' ? std::string{between} : std::string{c};
    return out;
}

std::string_view name_of(TomlValue value) {
    switch (value) {
        case TomlValue::Text: return "text";
        case TomlValue::Texts: return "list of texts";
        case TomlValue::Integer: return "whole number";
        case TomlValue::Number: return "number";
        case TomlValue::Boolean: return "true or false";
        case TomlValue::Duration: return "duration";
        case TomlValue::Time: return "time with its zone";
        case TomlValue::Table: return "table";
        case TomlValue::Array: return "list";
    }
    return "value";
}

bool are_texts(const toml::node& node) {
    const toml::array* list = node.as_array();
    return list != nullptr && (list->empty() || list->is_homogeneous(toml::node_type::string));
}

bool fits(TomlValue value, const toml::node& node) {
    switch (value) {
        case TomlValue::Text: return node.is_string();
        case TomlValue::Texts: return are_texts(node);
        case TomlValue::Integer: return node.is_integer();
        case TomlValue::Number: return node.is_integer() || node.is_floating_point();
        case TomlValue::Boolean: return node.is_boolean();
        case TomlValue::Duration:
            return node.is_string() && parse_duration(node.as_string()->get());
        case TomlValue::Time:
            return node.is_date_time() && node.as_date_time()->get().offset.has_value();
        case TomlValue::Table: return node.is_table();
        case TomlValue::Array: return node.is_array();
    }
    return false;
}

std::string_view example_of(TomlValue value) {
    if (value == TomlValue::Duration) return ", as in \"PT10M\" (ISO 8601)";
    if (value == TomlValue::Time) return ", as in 2026-04-01T00:00:00+09:00";
    return "";
}

class Checker {
public:
    Checker(const TomlSchema& schema, const std::string& file) : schema_{schema}, file_{file} {}

    Result<void> root(const toml::table& root) const {
        for (const auto& [name, node] : root) {
            if (find_table(name.str()) == nullptr) return unknown_table(name.str(), node);
        }
        for (const TomlTable& wanted : schema_.tables) {
            const toml::node* node = root.get(wanted.name);
            if (node == nullptr) {
                if (!wanted.required) continue;
                return toml_error(file_, root,
                                  "there is no " + shown(wanted) + ": " + std::string{wanted.en});
            }
            TRY(wanted.repeated ? tables(wanted, *node) : table(wanted, *node));
        }
        return {};
    }

    Result<void> values(std::string_view table, const toml::table& all) const {
        for (const auto& [name, node] : all) {
            const TomlKey* key = find_key(table, name.str());
            if (key == nullptr) return unknown_key(table, name.str(), node);
            TRY(value(*key, node));
        }
        for (const TomlKey& key : schema_.keys) {
            if (key.table != table || !key.required || all.contains(key.name)) continue;
            return toml_error(file_, all,
                              in_quotes(key.name) + " is missing: " + std::string{key.en});
        }
        return {};
    }

private:
    static std::string shown(const TomlTable& table) {
        const std::string name{table.name};
        return table.repeated ? "[[" + name + "]]" : "[" + name + "]";
    }
    [[nodiscard]] const TomlTable* find_table(std::string_view name) const {
        const auto found = std::find_if(schema_.tables.begin(), schema_.tables.end(),
                                        [&](const TomlTable& t) { return t.name == name; });
        return found == schema_.tables.end() ? nullptr : &*found;
    }
    [[nodiscard]] const TomlKey* find_key(std::string_view table, std::string_view name) const {
        const auto found = std::find_if(
            schema_.keys.begin(), schema_.keys.end(),
            [&](const TomlKey& key) { return key.table == table && key.name == name; });
        return found == schema_.keys.end() ? nullptr : &*found;
    }
    [[nodiscard]] Error unknown_table(std::string_view name, const toml::node& node) const {
        std::string known;
        for (const TomlTable& t : schema_.tables) known += (known.empty() ? "" : ", ") + shown(t);
        return toml_error(file_, node,
                          "there is no " + in_quotes(name) + " here; there are " + known);
    }
    [[nodiscard]] Error unknown_key(std::string_view table, std::string_view name,
                                    const toml::node& node) const {
        std::string known;
        for (const TomlKey& key : schema_.keys) {
            if (key.table == table) known += (known.empty() ? "" : ", ") + std::string{key.name};
        }
        return toml_error(file_, node,
                          "there is no key " + in_quotes(name) + " here; there are " + known);
    }
    Result<void> table(const TomlTable& wanted, const toml::node& node) const {
        if (!node.is_table()) return toml_error(file_, node, "write it as " + shown(wanted));
        return values(wanted.name, *node.as_table());
    }
    Result<void> tables(const TomlTable& wanted, const toml::node& node) const {
        const toml::array* list = node.as_array();
        if (list == nullptr) return toml_error(file_, node, "write each as " + shown(wanted));
        for (const toml::node& one : *list) TRY(table(wanted, one));
        return {};
    }
    Result<void> word(const TomlKey& key, const toml::node& node) const {
        const std::string& text = node.as_string()->get();
        if (key.allowed.empty() || in_list(text, key.allowed)) return {};
        return toml_error(file_, node,
                          in_quotes(text) + " is not a value of " + in_quotes(key.name) +
                              "; write one of " + spelled(key.allowed, ", "));
    }
    Result<void> value(const TomlKey& key, const toml::node& node) const {
        if (!fits(key.value, node)) {
            return toml_error(file_, node,
                              in_quotes(key.name) + " must be a " +
                                  std::string{name_of(key.value)} +
                                  std::string{example_of(key.value)});
        }
        if (key.value == TomlValue::Text) return word(key, node);
        if (key.value != TomlValue::Texts) return {};
        for (const toml::node& text : *node.as_array()) TRY(word(key, text));
        return {};
    }

    const TomlSchema& schema_;
    const std::string& file_;
};

}  // namespace

Result<void> check_toml(const TomlSchema& schema, const toml::table& root,
                        const std::string& file) {
    return Checker{schema, file}.root(root);
}

Result<void> check_toml_table(const TomlSchema& schema, std::string_view name,
                              const toml::table& values, const std::string& file) {
    return Checker{schema, file}.values(name, values);
}

std::string toml_reference(const TomlSchema& schema) {
    std::string out;
    for (const TomlTable& table : schema.tables) {
        const std::string name{table.name};
        out += (out.empty() ? "### `" : "\n### `") +
               (table.repeated ? "[[" + name + "]]" : "[" + name + "]") + "`\n\n" +
               std::string{table.ja} + " / " + std::string{table.en} + "\n\n";
        out += "| key | value | default | 意味 | meaning |\n|---|---|---|---|---|\n";
        for (const TomlKey& key : schema.keys) {
            if (key.table != table.name) continue;
            out += "| `" + std::string{key.name} + "`" + (key.required ? " (required)" : "");
            out += " | " + (key.allowed.empty() ? std::string{name_of(key.value)}
                                                : "`" + spelled(key.allowed, "`, `") + "`");
            out += " | " + std::string{key.standard} + " | " + std::string{key.ja} + " | " +
                   std::string{key.en} + " |\n";
        }
    }
    return out;
}

}  // namespace musubi

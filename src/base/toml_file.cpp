#include "base/toml_file.h"

#include <algorithm>
#include <fstream>

#include "base/json.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxFileBytes = 1U << 20U;

}  // namespace

Result<toml::table> parse_toml(std::string_view text, const std::string& file) {
    if (text.size() > kMaxFileBytes) {
        return Error{ErrorCode::TooLarge, "a file of this kind may have up to 1 MB", file};
    }
    if (!is_utf8(text)) return Error{ErrorCode::BadRequest, "this is not UTF-8", file};
    try {
        return toml::table{toml::parse(text, file)};
    } catch (const toml::parse_error& fault) {
        return Error{ErrorCode::BadRequest, "this is not TOML: " + std::string{fault.description()},
                     file + ":" + std::to_string(fault.source().begin.line)};
    }
}

Error toml_error(const std::string& file, const toml::node& node, std::string detail) {
    const auto line = std::max<toml::source_index>(node.source().begin.line, 1);
    return {ErrorCode::BadRequest, std::move(detail), file + ":" + std::to_string(line)};
}

Error toml_error(const std::string& file, const toml::table& table, std::string_view key,
                 std::string detail) {
    const toml::node* node = table.get(key);
    const toml::node& at = node != nullptr ? *node : static_cast<const toml::node&>(table);
    return toml_error(file, at, std::move(detail));
}

std::string text_of(const toml::table& table, std::string_view key, std::string_view other) {
    return table[key].value_or(std::string{other});
}

Result<std::string> required_text(const std::string& file, const toml::table& table,
                                  std::string_view key) {
    const auto* text = table[key].as_string();
    if (text != nullptr && !text->get().empty()) return text->get();
    return toml_error(file, table, key, "'" + std::string{key} + "' must be there, as a text");
}

Result<void> only_keys(const std::string& file, const toml::table& table, std::string_view known) {
    for (const auto& [name, node] : table) {
        if (in_list(name.str(), known)) continue;
        std::string list;
        for (const char c : known) list += c == '|' ? std::string{", "} : std::string{c};
        return toml_error(file, node,
                          "there is no key '" + std::string{name.str().substr(0, 100)} +
                              "' here; there are " + list);
    }
    return {};
}

bool in_list(std::string_view word, std::string_view list) {
    while (!list.empty()) {
        const std::size_t bar = list.find('|');
        if (list.substr(0, bar) == word) return true;
        if (bar == std::string_view::npos) break;
        list.remove_prefix(bar + 1);
    }
    return false;
}

Result<std::string> read_text_file(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in) {
        return Error{ErrorCode::Io, "the file can not be read; check its name and rights", path};
    }
    std::string text(kMaxFileBytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > kMaxFileBytes) {
        return Error{ErrorCode::TooLarge, "a file of a pack may have up to 1 MB", path};
    }
    return text;
}

}  // namespace musubi

#include "sense/config/feed_check.h"

#include <algorithm>

#include "base/time.h"
#include "sense/config/feed_schema.h"

namespace musubi {
namespace {

std::string quoted(std::string_view text) { return "'" + std::string{text.substr(0, 100)} + "'"; }

/// The words of a list of the schema, for people: "file, folder, url".
std::string spelled(std::string_view list) {
    std::string out;
    for (const char c : list) out += c == '|' ? std::string{", "} : std::string{c};
    return out;
}

bool is_number(const toml::node& node) { return node.is_integer() || node.is_floating_point(); }

bool fits(FeedValue value, const toml::node& node) {
    switch (value) {
        case FeedValue::Text: return node.is_string();
        case FeedValue::Texts:
            return node.is_array() && (node.as_array()->empty() ||
                                       node.as_array()->is_homogeneous(toml::node_type::string));
        case FeedValue::Integer: return node.is_integer();
        case FeedValue::Number: return is_number(node);
        case FeedValue::Boolean: return node.is_boolean();
        case FeedValue::Duration:
            return node.is_string() && parse_duration(node.as_string()->get());
        case FeedValue::Scalar: return node.is_string() || is_number(node) || node.is_boolean();
    }
    return false;
}

/// Checks the tables of one file. `kind` is the kind of the source one is in.
class Checker {
public:
    explicit Checker(const std::string& file) : file_{file} {}

    Result<void> root(const toml::table& root) {
        for (const auto& [name, node] : root) {
            if (name.str() != "feed" && name.str() != "source")
                return unknown(name.str(), "", node);
        }
        const toml::table* feed = root["feed"].as_table();
        if (feed == nullptr) return feed_error(file_, root, "there is no [feed]; begin with it");
        TRY(keys("feed", *feed, ""));
        const toml::array* sources = root["source"].as_array();
        if (sources == nullptr || sources->empty()) {
            return feed_error(file_, root, "there is no [[source]]; write at least one");
        }
        for (const toml::node& node : *sources) {
            if (!node.is_table()) return feed_error(file_, node, "write each source as [[source]]");
            TRY(source(*node.as_table()));
        }
        return {};
    }

private:
    Result<void> source(const toml::table& source) {
        const std::string kind = source["kind"].value_or(std::string{});
        TRY(keys("source", source, kind));
        for (const std::string_view part : {"entity", "time"}) {
            const toml::node* node = source.get(part);
            const std::string name = "source." + std::string{part};
            if (node == nullptr) {
                if (part == "time") continue;
                return feed_error(file_, source, "this source has no [" + name + "]");
            }
            if (!node->is_table()) return feed_error(file_, *node, "write it as [" + name + "]");
            TRY(keys(name, *node->as_table(), kind));
        }
        const toml::array* attributes = source["attribute"].as_array();
        if (attributes == nullptr || attributes->empty()) {
            return feed_error(file_, source,
                              "this source has no [[source.attribute]]; write at least one");
        }
        for (const toml::node& node : *attributes) {
            if (!node.is_table()) {
                return feed_error(file_, node, "write each attribute as [[source.attribute]]");
            }
            TRY(keys("source.attribute", *node.as_table(), kind));
        }
        return {};
    }

    Result<void> keys(std::string_view table, const toml::table& values, std::string_view kind) {
        for (const auto& [name, node] : values) {
            const FeedKey* key = find_feed_key(table, name.str());
            if (key != nullptr) {
                TRY(value(*key, node, kind));
            } else if (!is_table(std::string{table} + "." + std::string{name.str()})) {
                return unknown(name.str(), table, node);
            }
        }
        for (const FeedKey& key : feed_keys()) {
            if (key.table == table && key.required && !values.contains(key.name)) {
                return feed_error(file_, values,
                                  "[" + std::string{table} + "] needs '" + std::string{key.name} +
                                      "': " + std::string{key.en});
            }
        }
        return {};
    }

    Result<void> value(const FeedKey& key, const toml::node& node, std::string_view kind) const {
        if (!fits(key.value, node)) {
            const std::string example =
                key.value == FeedValue::Duration ? ", as in \"PT10M\" (ISO 8601)" : "";
            return feed_error(
                file_, node,
                quoted(key.name) + " must be a " + std::string{name_of(key.value)} + example);
        }
        if (!key.allowed.empty() && !is_one_of(node.as_string()->get(), key.allowed)) {
            return feed_error(file_, node,
                              quoted(node.as_string()->get()) + " is not a value of " +
                                  quoted(key.name) + "; write one of " + spelled(key.allowed));
        }
        if (!kind.empty() && !key.kinds.empty() && !is_one_of(kind, key.kinds)) {
            return feed_error(file_, node,
                              quoted(key.name) + " means nothing for a source of kind " +
                                  quoted(kind) + "; it is for " + spelled(key.kinds));
        }
        return {};
    }

    [[nodiscard]] static bool is_table(std::string_view name) {
        return std::ranges::any_of(feed_tables(),
                                   [&](const FeedTable& table) { return table.name == name; });
    }

    [[nodiscard]] Error unknown(std::string_view name, std::string_view table,
                                const toml::node& node) const {
        std::string known;
        for (const FeedKey& key : feed_keys()) {
            if (key.table == table) known += (known.empty() ? "" : ", ") + std::string{key.name};
        }
        if (table.empty()) known = "[feed], [[source]]";
        return feed_error(file_, node,
                          "there is no key " + quoted(name) + " here; there are " + known);
    }

    const std::string& file_;
};

}  // namespace

std::string place_of(const std::string& file, const toml::node& node) {
    return file + ":" + std::to_string(std::max<toml::source_index>(node.source().begin.line, 1));
}

Error feed_error(const std::string& file, const toml::node& node, std::string detail) {
    return {ErrorCode::BadRequest, std::move(detail), place_of(file, node)};
}

Result<void> check_feed(const toml::table& root, const std::string& file) {
    return Checker{file}.root(root);
}

}  // namespace musubi

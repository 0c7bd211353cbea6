#include "insight/config/rule_check.h"

#include "base/time.h"
#include "insight/config/rule_schema.h"

namespace musubi {
namespace {

std::string quoted(std::string_view text) { return "'" + std::string{text.substr(0, 100)} + "'"; }

std::string spelled(std::string_view list) {
    std::string out;
    for (const char c : list) out += c == '|' ? std::string{", "} : std::string{c};
    return out;
}

bool fits(RuleValue value, const toml::node& node) {
    switch (value) {
        case RuleValue::Text: return node.is_string();
        case RuleValue::Integer: return node.is_integer();
        case RuleValue::Number: return node.is_integer() || node.is_floating_point();
        case RuleValue::Boolean: return node.is_boolean();
        case RuleValue::Duration:
            return node.is_string() && parse_duration(node.as_string()->get());
    }
    return false;
}

/// What a rule of a kind can not be without.
std::string_view needed_by(std::string_view kind) {
    if (kind == "q") return "q";
    if (kind == "silent") return "value|feed_ja|feed_en";
    return "value|threshold";
}

Error unknown_key(const std::string& file, std::string_view table, std::string_view name,
                  const toml::node& node) {
    std::string known;
    for (const RuleKey& key : rule_keys()) {
        if (key.table == table) known += (known.empty() ? "" : ", ") + std::string{key.name};
    }
    return toml_error(file, node, "there is no key " + quoted(name) + " here; there are " + known);
}

Result<void> check_value(const std::string& file, const RuleKey& key, const toml::node& node,
                         std::string_view kind) {
    if (!fits(key.value, node)) {
        const std::string example =
            key.value == RuleValue::Duration ? ", as in \"PT10M\" (ISO 8601)" : "";
        return toml_error(
            file, node,
            quoted(key.name) + " must be a " + std::string{name_of(key.value)} + example);
    }
    if (!key.allowed.empty() && !in_list(node.as_string()->get(), key.allowed)) {
        return toml_error(file, node,
                          quoted(node.as_string()->get()) + " is not a value of " +
                              quoted(key.name) + "; write one of " + spelled(key.allowed));
    }
    if (!kind.empty() && !key.kinds.empty() && !in_list(kind, key.kinds)) {
        return toml_error(file, node,
                          quoted(key.name) + " means nothing for a rule of kind " + quoted(kind) +
                              "; it is for " + spelled(key.kinds));
    }
    return {};
}

Result<void> check_table(const std::string& file, std::string_view table, const toml::table& values,
                         std::string_view kind) {
    for (const auto& [name, node] : values) {
        const RuleKey* key = find_rule_key(table, name.str());
        if (key == nullptr) return unknown_key(file, table, name.str(), node);
        TRY(check_value(file, *key, node, kind));
    }
    for (const RuleKey& key : rule_keys()) {
        const bool needed = key.required || (table == "rule" && in_list(key.name, needed_by(kind)));
        if (key.table != table || !needed || values.contains(key.name)) continue;
        return toml_error(file, values,
                          (table == "rule" ? "this rule needs " : "[rules] needs ") +
                              quoted(key.name) + ": " + std::string{key.en});
    }
    return {};
}

}  // namespace

Result<void> check_rules(const toml::table& root, const std::string& file) {
    for (const auto& [name, node] : root) {
        if (name.str() == "rules" || name.str() == "rule") continue;
        return toml_error(
            file, node, "there is no " + quoted(name.str()) + " here; there are [rules], [[rule]]");
    }
    const toml::table* rules = root["rules"].as_table();
    if (rules == nullptr) return toml_error(file, root, "there is no [rules]; begin with it");
    TRY(check_table(file, "rules", *rules, ""));
    const toml::array* list = root["rule"].as_array();
    if (list == nullptr || list->empty()) {
        return toml_error(file, root, "there is no [[rule]]; write at least one");
    }
    for (const toml::node& node : *list) {
        const toml::table* rule = node.as_table();
        if (rule == nullptr) return toml_error(file, node, "write each rule as [[rule]]");
        const std::string kind = text_of(*rule, "kind");
        if (const RuleKey* key = find_rule_key("rule", "kind"); rule->contains("kind")) {
            TRY(check_value(file, *key, *rule->get("kind"), ""));
        }
        TRY(check_table(file, "rule", *rule, kind));
    }
    return {};
}

}  // namespace musubi

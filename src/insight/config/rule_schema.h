#pragma once

#include <span>
#include <string>
#include <string_view>

namespace musubi {

/// What a key of a rule file may hold.
enum class RuleValue { Text, Integer, Number, Boolean, Duration };

/// One key of a rule file: what the reader checks and what docs/rules.md says of it.
struct RuleKey {
    std::string_view table;  ///< "rules" or "rule"
    std::string_view name;
    RuleValue value = RuleValue::Text;
    bool required = false;
    std::string_view allowed;   ///< the words it may be, parted by '|'; empty: any
    std::string_view kinds;     ///< the kinds of rule it is for, parted by '|'; empty: all
    std::string_view standard;  ///< what holds where it is absent, for the reader's eye
    std::string_view ja;
    std::string_view en;
};

/// One kind of rule.
struct RuleKindWords {
    std::string_view name;
    std::string_view ja;
    std::string_view en;
};

/// The schema, in the order in which it is written.
[[nodiscard]] std::span<const RuleKey> rule_keys();
[[nodiscard]] std::span<const RuleKindWords> rule_kinds();
[[nodiscard]] const RuleKey* find_rule_key(std::string_view table, std::string_view name);
[[nodiscard]] std::string_view name_of(RuleValue value);

/// The reference tables of docs/rules.md, as Markdown in Japanese and English.
[[nodiscard]] std::string rule_reference();

}  // namespace musubi

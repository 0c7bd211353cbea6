#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "insight/config/levels.h"

namespace musubi {

enum class RuleKind { Threshold, Query, LookAhead, Silent };
/// Of Smart Data Models, the lightest first.
enum class Severity { Informational, Low, Medium, High, Critical };
[[nodiscard]] std::string_view name_of(Severity severity);

/// One rule as it is written: names are terms of the context.
struct RuleConfig {
    std::string id;
    std::string group;
    std::string type;
    RuleKind kind = RuleKind::Threshold;
    std::string value;
    std::string threshold;
    double hysteresis = 0;
    Duration hold;
    std::string q;
    std::string until;  ///< empty: when q fails
    std::string parameters;
    Duration horizon = hours(1);
    std::string neighbours;  ///< the threshold that is looked at of gauges around
    Duration after = hours(1);
    double share = 0.5;
    std::int64_t at_least = 3;
    Severity severity = Severity::Medium;
    std::string category;
    std::string sub_category;
    std::optional<int> level;  ///< of a q rule
    bool staff_only = false;
    Words words;
    Words feed_words;
    std::string where;  ///< "file:line", for errors found later
};

/// A rule file, read and checked.
struct RuleFile {
    std::string version;
    std::string context;
    std::string levels;  ///< file name; empty: none
    std::vector<RuleConfig> rules;
};

/// Reads a rule file and holds it against the schema (`rule_keys`). `file` is what errors call it.
/// Guarantees: ids are distinct; rules of one group are of one type and kind, and their severity
/// does not rise from one to the next. Fails: BadRequest, `where` is "file:line".
Result<RuleFile> parse_rules(std::string_view text, const std::string& file);

}  // namespace musubi

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "insight/config/rule_config.h"
#include "insight/lookahead/model.h"
#include "model/context.h"
#include "model/query.h"

namespace musubi {

/// One rule, its names expanded and its attributes numbered.
struct Rule {
    RuleConfig config;
    std::size_t group = 0;       ///< in TypeRules::groups
    std::size_t value = 0;       ///< slots of TypeRules::numbers
    std::size_t threshold = 0;   ///
    std::size_t neighbours = 0;  ///
    std::optional<QueryNode> q;
    std::optional<QueryNode> until;
    LookAheadModel model;  ///< of a look-ahead
};

/// A number that rules read from an entity.
struct NumberSlot {
    std::string name;         ///< expanded
    std::string term;         ///< as written
    bool is_reading = false;  ///< has an event time; else a plain datum, like a threshold
    bool has_gauge = false;   ///< a look-ahead follows it
};

/// The rules of one type of entity.
struct TypeRules {
    struct Group {
        std::string name;
        RuleKind kind = RuleKind::Threshold;
        std::vector<std::size_t> rules;  ///< the gravest first
    };
    std::string type;  ///< expanded
    std::vector<Rule> rules;
    std::vector<Group> groups;         ///< without the silent ones
    std::vector<std::size_t> silent;   ///< rules that look for silence
    std::vector<NumberSlot> numbers;   ///< readings first, as they come most often
    std::vector<std::string> queried;  ///< attributes that q rules look at, expanded
    std::size_t readings = 0;          ///< how many of `numbers` are readings
};

/// Expanded names of what alerts are made of.
struct AlertNames {
    explicit AlertNames(const Context& context);
    std::string type, category, sub_category, severity, source, status, level, issued, from, to,
        description, measured, threshold, staff_only, taken_by, taken_at, actions, synthetic,
        station_name, location;
};

/// All rules of a pack, ready to run. Immutable.
struct RuleSet {
    std::string pack;     ///< a word in the ids of its alerts
    std::string version;  ///< of the rule file
    Levels levels;
    AlertNames names;
    std::vector<TypeRules> types;

    /// The first of `types` that the entity has, or null.
    [[nodiscard]] const TypeRules* find(const std::vector<std::string>& entity_types) const;
};

/// Gives the text of a file that rules name, seen from their folder. Fails: Io.
using FileReader = std::function<Result<std::string>(const std::string& name)>;

/// Reads a rule file and all it names. `folder` is where errors say the files are.
/// Fails: BadRequest, `where` is "file:line"; Io; TooComplexQuery.
Result<std::shared_ptr<const RuleSet>> compile_rules(std::string_view pack, const RuleFile& file,
                                                     const Context& context,
                                                     const FileReader& read);

}  // namespace musubi

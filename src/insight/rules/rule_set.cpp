#include "insight/rules/rule_set.h"

#include <algorithm>

namespace musubi {
namespace {

Error at_rule(const RuleConfig& rule, std::string detail) {
    return {ErrorCode::BadRequest, std::move(detail), rule.where};
}

/// The attributes a query looks at. False where it looks at times of the entity itself.
bool collect_names(const QueryNode& node, std::vector<std::string>& out) {
    if (node.kind != QueryNode::Kind::Comparison) {
        return std::all_of(node.children.begin(), node.children.end(),
                           [&](const QueryNode& child) { return collect_names(child, out); });
    }
    if (node.path.names.empty()) return false;
    const std::string& name = node.path.names.front();
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    return true;
}

class Compiler {
public:
    Compiler(const Context& context, const FileReader& read) : context_{context}, read_{read} {}

    Result<void> add(RuleSet& set, const RuleConfig& config) {
        TypeRules& type = type_of(set, config.type);
        Rule rule{.config = config};
        if (!config.value.empty()) {
            rule.value = slot(type, config.value, true, config.kind == RuleKind::LookAhead);
        }
        if (!config.threshold.empty()) {
            rule.threshold = slot(type, config.threshold, false, false);
            rule.neighbours = slot(type, config.neighbours, false, false);
            if (rule.threshold == rule.value) {
                return at_rule(config, "'value' and 'threshold' are the same attribute");
            }
        }
        if (config.kind == RuleKind::Query) TRY(compile_query(type, rule));
        if (config.kind == RuleKind::LookAhead) TRY(load_model(rule));
        const std::size_t index = type.rules.size();
        if (config.kind == RuleKind::Silent) {
            type.silent.push_back(index);
        } else {
            rule.group = group_of(type, config);
            type.groups[rule.group].rules.push_back(index);
        }
        type.rules.push_back(std::move(rule));
        return {};
    }

    /// Numbers the slots anew with the readings in front.
    static void sort_slots(TypeRules& type) {
        std::vector<std::size_t> order(type.numbers.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return type.numbers[a].is_reading > type.numbers[b].is_reading;
        });
        std::vector<std::size_t> place(order.size());
        std::vector<NumberSlot> sorted;
        for (std::size_t i = 0; i < order.size(); ++i) {
            place[order[i]] = i;
            sorted.push_back(std::move(type.numbers[order[i]]));
            if (sorted.back().is_reading) type.readings = i + 1;
        }
        type.numbers = std::move(sorted);
        if (place.empty()) return;
        for (Rule& rule : type.rules) {
            rule.value = place[rule.value];
            rule.threshold = place[rule.threshold];
            rule.neighbours = place[rule.neighbours];
        }
    }

private:
    TypeRules& type_of(RuleSet& set, const std::string& term) const {
        std::string type = context_.expand(term);
        for (TypeRules& rules : set.types) {
            if (rules.type == type) return rules;
        }
        set.types.push_back({.type = std::move(type)});
        return set.types.back();
    }

    std::size_t slot(TypeRules& type, const std::string& term, bool reading, bool gauge) const {
        std::string name = context_.expand(term);
        const auto found = std::find_if(type.numbers.begin(), type.numbers.end(),
                                        [&](const NumberSlot& s) { return s.name == name; });
        const auto at = static_cast<std::size_t>(found - type.numbers.begin());
        if (found == type.numbers.end()) type.numbers.push_back({std::move(name), term});
        type.numbers[at].is_reading |= reading;
        type.numbers[at].has_gauge |= gauge;
        return at;
    }

    static std::size_t group_of(TypeRules& type, const RuleConfig& config) {
        const auto found =
            std::find_if(type.groups.begin(), type.groups.end(),
                         [&](const TypeRules::Group& g) { return g.name == config.group; });
        const auto at = static_cast<std::size_t>(found - type.groups.begin());
        if (found == type.groups.end()) type.groups.push_back({config.group, config.kind, {}});
        return at;
    }

    Result<void> compile_query(TypeRules& type, Rule& rule) const {
        const auto parse = [&](const std::string& text) -> Result<QueryNode> {
            auto node = parse_q(text, context_);
            if (node) return node;
            return Error{node.error().code, node.error().detail + " (" + node.error().where + ")",
                         rule.config.where};
        };
        rule.q = TRY(parse(rule.config.q));
        if (!rule.config.until.empty()) rule.until = TRY(parse(rule.config.until));
        const bool known = collect_names(*rule.q, type.queried) &&
                           (!rule.until || collect_names(*rule.until, type.queried));
        if (known) return {};
        return at_rule(rule.config, "a rule can not ask for the entity's own times");
    }

    Result<void> load_model(Rule& rule) const {
        const std::string& file = rule.config.parameters;
        rule.model = TRY(parse_look_ahead(TRY(read_(file)), file));
        if (rule.model.horizon == rule.config.horizon) return {};
        return at_rule(rule.config, "the parameters in " + file + " were fitted for a horizon of " +
                                        to_iso(rule.model.horizon));
    }

    const Context& context_;
    const FileReader& read_;
};

}  // namespace

AlertNames::AlertNames(const Context& context)
    : type{context.expand("Alert")},
      category{context.expand("category")},
      sub_category{context.expand("subCategory")},
      severity{context.expand("severity")},
      source{context.expand("alertSource")},
      status{context.expand("status")},
      level{context.expand("level")},
      issued{context.expand("dateIssued")},
      from{context.expand("validFrom")},
      to{context.expand("validTo")},
      description{context.expand("description")},
      measured{context.expand("measured")},
      threshold{context.expand("threshold")},
      staff_only{context.expand("staffOnly")},
      taken_by{context.expand("takenBy")},
      taken_at{context.expand("takenAt")},
      actions{context.expand("actions")},
      synthetic{context.expand("synthetic")},
      station_name{context.expand("name")},
      location{context.expand("location")} {}

const TypeRules* RuleSet::find(const std::vector<std::string>& entity_types) const {
    for (const TypeRules& rules : types) {
        if (std::find(entity_types.begin(), entity_types.end(), rules.type) != entity_types.end()) {
            return &rules;
        }
    }
    return nullptr;
}

Result<std::shared_ptr<const RuleSet>> compile_rules(std::string_view pack, const RuleFile& file,
                                                     const Context& context,
                                                     const FileReader& read) {
    auto set = std::make_shared<RuleSet>(
        RuleSet{.pack = std::string{pack}, .version = file.version, .names = AlertNames{context}});
    if (!file.levels.empty()) {
        set->levels = TRY(parse_levels(TRY(read(file.levels)), file.levels));
    }
    Compiler compiler{context, read};
    for (const RuleConfig& rule : file.rules) TRY(compiler.add(*set, rule));
    for (TypeRules& type : set->types) Compiler::sort_slots(type);
    return std::shared_ptr<const RuleSet>{std::move(set)};
}

}  // namespace musubi

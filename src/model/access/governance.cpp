#include "model/access/governance.h"

#include <algorithm>
#include <utility>

namespace musubi {
namespace {

bool names(const std::vector<std::string>& all, std::string_view name) {
    return std::find(all.begin(), all.end(), name) != all.end();
}

bool reaches(const AccessRule& rule, std::string_view attribute) {
    return rule.attributes.empty() || names(rule.attributes, attribute);
}

const Coarsening* coarser(const AccessRule& rule, std::string_view attribute) {
    for (const auto& [name, how] : rule.coarser) {
        if (name == attribute) return &how;
    }
    return nullptr;
}

bool shows_whole(const AccessRule& rule) {
    return rule.attributes.empty() && rule.coarser.empty() && !rule.times;
}

// Who is bound to scopes changes what lies in them with all of its scopes.
bool means_scopes(const AccessRule& rule, AccessAction action,
                  const std::vector<std::string>& scopes) {
    if (!rule.beyond_scopes) return matches(*rule.scopes, scopes);
    if (action == AccessAction::Read) return !matches(*rule.scopes, scopes);
    return scopes.empty() || std::any_of(scopes.begin(), scopes.end(), [&](const auto& scope) {
               return !matches(*rule.scopes, std::vector<std::string>{scope});
           });
}

// What an entity that is known in part leaves open counts against the caller.
bool holds(const AccessRule& rule, AccessAction action, const Entity& entity,
           Governance::Known known) {
    if (rule.ids && !rule.ids->found_in(entity.id)) return false;
    const bool open = known == Governance::Known::Part ? rule.scopes || rule.q || rule.geo
                                                       : rule.scopes.has_value();
    if (known != Governance::Known::Whole && open) return !rule.permits;
    if (rule.scopes && !means_scopes(rule, action, entity.scopes)) return false;
    if (rule.q && !matches(*rule.q, entity)) return false;
    return !rule.geo || matches(*rule.geo, entity);
}

// How times are cut by permissions that all cut them.
std::optional<Duration> times_of(const Governance::Rules& permissions) {
    const bool all_cut = std::all_of(permissions.begin(), permissions.end(),
                                     [](const auto* rule) { return rule->times.has_value(); });
    return all_cut && !permissions.empty() ? permissions.front()->times : std::nullopt;
}

void cut_times(Attribute& attribute, Duration span) {
    if (attribute.observed_at) attribute.observed_at = cut(*attribute.observed_at, span);
    attribute.created_at = cut(attribute.created_at, span);
    attribute.modified_at = cut(attribute.modified_at, span);
    for (std::size_t i = 0; i < attribute.sub.size(); ++i) cut_times(attribute.sub.own(i), span);
}

}  // namespace

namespace {

void add_looked(const QueryNode& node, Governance::Looked& looked) {
    const bool compares = node.kind == QueryNode::Kind::Comparison;
    if (compares && node.path.names.empty()) looked.at_times = true;
    if (compares && !node.path.names.empty()) looked.attributes.push_back(node.path.names.front());
    for (const QueryNode& child : node.children) add_looked(child, looked);
}

}  // namespace

Governance::Governance(std::vector<AccessRule> rules, const GovernedTypes& governed,
                       std::uint64_t fingerprint)
    : rules_{std::move(rules)}, fingerprint_{fingerprint} {
    for (std::uint32_t i = 0; i < rules_.size(); ++i) {
        if (rules_[i].types.empty()) of_any_type_.push_back(i);
        for (const std::string& type : rules_[i].types) by_type_[type].rules.push_back(i);
    }
    for (std::size_t action = 0; action < kActions; ++action) {
        all_governed_.set(action, governed[action].all);
        for (const std::string& type : governed[action].types) by_type_[type].governed.set(action);
    }
}

Governance::OfTypes Governance::of(const std::vector<std::string>& types) const {
    OfTypes out;
    if (by_type_.empty()) return out;
    for (const std::string& type : types) {
        const auto found = by_type_.find(type);
        if (found != by_type_.end()) out.push_back(&found->second);
    }
    return out;
}

bool Governance::governs(AccessAction action, const OfTypes& of) const {
    const auto bit = static_cast<std::size_t>(action);
    return all_governed_.test(bit) || std::any_of(of.begin(), of.end(), [&](const OfType* type) {
               return type->governed.test(bit);
           });
}

template <typename Use>
void Governance::each_rule(AccessAction action, const OfTypes& of, const Use& use) const {
    const auto bit = static_cast<std::size_t>(action);
    const auto use_all = [&](const std::vector<std::uint32_t>& all) {
        for (const std::uint32_t i : all) {
            if (rules_[i].actions.test(bit)) use(rules_[i]);
        }
    };
    use_all(of_any_type_);
    for (const OfType* type : of) use_all(type->rules);
}

bool Governance::speaks_of(AccessAction action, const std::vector<std::string>& types) const {
    const OfTypes found = of(types);
    if (governs(action, found)) return true;
    bool speaks = false;
    each_rule(action, found, [&](const AccessRule&) { speaks = true; });
    return speaks;
}

// What is of a type that permissions speak of is changed by who is permitted to change that type:
// the permission of another type that it has as well is not enough.
bool Governance::permits_each(const Rules& permissions, AccessAction action,
                              const std::vector<std::string>& types) const {
    return std::all_of(types.begin(), types.end(), [&](const std::string& type) {
        return !governs(action, of({type})) ||
               std::any_of(permissions.begin(), permissions.end(), [&](const AccessRule* rule) {
                   return rule->types.empty() || names(rule->types, type);
               });
    });
}

Governance::Looked Governance::looks_at(const std::vector<std::string>& types) const {
    Looked looked;
    each_rule(AccessAction::Read, of(types), [&](const AccessRule& rule) {
        looked.at_scopes = looked.at_scopes || rule.scopes;
        if (rule.q) add_looked(*rule.q, looked);
        if (rule.geo) looked.attributes.push_back(rule.geo->property);
    });
    auto& all = looked.attributes;
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return looked;
}

Governance::Verdict Governance::decide(AccessAction action, const Entity& entity,
                                       Known known) const {
    Verdict verdict;
    const OfTypes found = of(entity.types);
    verdict.governed_ = governs(action, found);
    if (found.empty() && of_any_type_.empty() && !verdict.governed_) {
        verdict.passes_ = verdict.whole_ = true;
        return verdict;
    }
    // Where one permission without a condition shows all, others show no more: they are not asked.
    const AccessRule* whole = nullptr;
    const bool each_type = action != AccessAction::Read && entity.types.size() > 1;
    each_rule(action, found, [&](const AccessRule& rule) {
        const bool shows_all = rule.permits && !rule.is_conditional() && shows_whole(rule);
        if (whole == nullptr && shows_all && !each_type) whole = &rule;
    });
    const AccessRule* refused = nullptr;
    each_rule(action, found, [&](const AccessRule& rule) {
        if (rule.permits && whole != nullptr && &rule != whole) return;
        if (refused != nullptr || !musubi::holds(rule, action, entity, known)) return;
        if (rule.permits) {
            verdict.permissions_.push_back(&rule);
        } else if (rule.attributes.empty()) {
            refused = &rule;
        } else {
            verdict.prohibitions_.push_back(&rule);
        }
    });
    if (refused != nullptr) {
        verdict.because_ = {refused};
        return verdict;
    }
    if (each_type && !permits_each(verdict.permissions_, action, entity.types)) return verdict;
    verdict.because_ = verdict.permissions_;
    const Rules& permissions = verdict.permissions_;
    verdict.passes_ = !verdict.governed_ || !permissions.empty();
    const bool all_shown =
        !verdict.governed_ || std::any_of(permissions.begin(), permissions.end(),
                                          [](const auto* rule) { return shows_whole(*rule); });
    verdict.whole_ = verdict.passes_ && all_shown && verdict.prohibitions_.empty();
    if (verdict.governed_) verdict.times_ = times_of(permissions);
    return verdict;
}

bool Governance::Verdict::hides(std::string_view attribute) const {
    if (!passes_) return true;
    const auto reaching = [&](const AccessRule* rule) { return reaches(*rule, attribute); };
    if (std::any_of(prohibitions_.begin(), prohibitions_.end(), reaching)) return true;
    return governed_ && std::none_of(permissions_.begin(), permissions_.end(), reaching);
}

const Coarsening* Governance::Verdict::coarsening(std::string_view attribute) const {
    const Coarsening* how = nullptr;
    for (const AccessRule* rule : permissions_) {
        if (!reaches(*rule, attribute)) continue;
        const Coarsening* own = coarser(*rule, attribute);
        if (own == nullptr) return nullptr;
        if (how == nullptr) how = own;
    }
    return how;
}

AttributePtr Governance::show(const AttributePtr& attribute, const Verdict& verdict) {
    if (verdict.passes_whole() || attribute == nullptr) return attribute;
    if (verdict.hides(attribute->name)) return nullptr;
    const Coarsening* how = verdict.coarsening(attribute->name);
    if (how == nullptr && !verdict.times()) return attribute;
    auto shown = how == nullptr ? std::optional<Attribute>{*attribute} : coarse(*attribute, *how);
    if (!shown) return nullptr;
    if (verdict.times()) cut_times(*shown, *verdict.times());
    return std::make_shared<const Attribute>(std::move(*shown));
}

std::shared_ptr<const Entity> Governance::show(std::shared_ptr<const Entity> entity,
                                               const Verdict& verdict) {
    if (!verdict.passes()) return nullptr;
    if (verdict.passes_whole()) return entity;
    auto shown = std::make_shared<Entity>(*entity);
    shown->attributes.clear();
    for (std::size_t i = 0; i < entity->attributes.size(); ++i) {
        if (AttributePtr attribute = show(entity->attributes.shared(i), verdict)) {
            shown->attributes.push_back(std::move(attribute));
        }
    }
    // What is hidden does not tell by the time of the entity when it changed.
    if (shown->attributes.size() < entity->attributes.size()) {
        shown->modified_at = shown->created_at;
        for (const Attribute& attribute : shown->attributes) {
            shown->modified_at = std::max(shown->modified_at, attribute.modified_at);
        }
    }
    if (verdict.times()) {
        shown->created_at = cut(shown->created_at, *verdict.times());
        shown->modified_at = cut(shown->modified_at, *verdict.times());
    }
    return shown;
}

bool Governance::may_show(const std::string& type) const {
    const OfTypes found = of({type});
    bool shown = !governs(AccessAction::Read, found);
    bool refused = false;
    each_rule(AccessAction::Read, found, [&](const AccessRule& rule) {
        shown = shown || rule.permits;
        refused = refused || (!rule.permits && rule.attributes.empty() && !rule.is_conditional());
    });
    return shown && !refused;
}

bool Governance::may_conceal(const std::vector<std::string>& types,
                             std::string_view attribute) const {
    if (types.empty()) {
        const auto bit = static_cast<std::size_t>(AccessAction::Read);
        return !rules_.empty() || all_governed_.test(bit) ||
               std::any_of(by_type_.begin(), by_type_.end(),
                           [&](const auto& one) { return one.second.governed.test(bit); });
    }
    return std::any_of(types.begin(), types.end(), [&](const std::string& type) {
        const OfTypes found = of({type});
        bool hidden = false;
        bool shown = !governs(AccessAction::Read, found);
        each_rule(AccessAction::Read, found, [&](const AccessRule& rule) {
            if (!rule.permits) {
                hidden = hidden || (!rule.attributes.empty() && reaches(rule, attribute));
                return;
            }
            const bool plain = coarser(rule, attribute) == nullptr && !rule.times;
            shown = shown || (plain && !rule.is_conditional() && reaches(rule, attribute));
        });
        return hidden || !shown;
    });
}

bool Governance::takes_twelve_digits(const std::vector<std::string>& types) const {
    return std::any_of(types.begin(), types.end(),
                       [&](const std::string& type) { return names(digits_, type); });
}

bool Governance::shows_all_rows(const std::vector<std::string>& types) const {
    return std::all_of(types.begin(), types.end(), [&](const std::string& type) {
        const OfTypes found = of({type});
        bool shown = !governs(AccessAction::Read, found);
        bool refused = false;
        each_rule(AccessAction::Read, found, [&](const AccessRule& rule) {
            if (rule.permits) {
                shown = shown || !rule.is_conditional();
            } else {
                refused = refused || rule.attributes.empty();
            }
        });
        return shown && !refused;
    });
}

}  // namespace musubi

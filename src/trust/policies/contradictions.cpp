#include "trust/policies/contradictions.h"

#include <algorithm>

namespace musubi {
namespace {

// Whether a list that bounds (empty: it does not) lets all of another through.
template <typename T>
bool holds_all(const std::vector<T>& wide, const std::vector<T>& narrow) {
    if (wide.empty()) return true;
    return !narrow.empty() && std::ranges::all_of(narrow, [&](const T& one) {
        return std::ranges::find(wide, one) != wide.end();
    });
}

// The same of one bound: it is not there, or the other has the very same.
template <typename T>
bool is_as_narrow(const T& wide, const T& narrow) {
    return wide == T{} || wide == narrow;
}

std::string words_of(const std::optional<QueryNode>& q) { return q ? to_text(*q) : std::string{}; }

bool reaches_target(const Policy& wide, const Policy& narrow) {
    const AccessRule& all = wide.rule;
    const AccessRule& part = narrow.rule;
    const bool same_place =
        wide.georel.empty() ||
        (wide.georel == narrow.georel && wide.geometry == narrow.geometry &&
         wide.coordinates == narrow.coordinates && wide.geoproperty == narrow.geoproperty);
    const bool same_scope = wide.scope_text.empty() || (wide.scope_text == narrow.scope_text &&
                                                        all.beyond_scopes == part.beyond_scopes);
    return holds_all(all.types, part.types) && holds_all(all.attributes, part.attributes) &&
           is_as_narrow(wide.id_pattern, narrow.id_pattern) && same_scope && same_place &&
           is_as_narrow(words_of(all.q), words_of(part.q));
}

bool reaches_people(const Policy& wide, const Policy& narrow) {
    return holds_all(wide.roles, narrow.roles) &&
           holds_all(wide.organisations, narrow.organisations) &&
           holds_all(wide.subjects, narrow.subjects);
}

bool reaches_uses(const Policy& wide, const Policy& narrow) {
    const bool same_hours =
        !wide.hours || (narrow.hours && wide.hours->from == narrow.hours->from &&
                        wide.hours->until == narrow.hours->until);
    return holds_all(wide.purposes, narrow.purposes) &&
           holds_all(wide.assurances, narrow.assurances) && same_hours &&
           (!wide.from || (narrow.from && *wide.from <= *narrow.from)) &&
           (!wide.until || (narrow.until && *narrow.until <= *wide.until));
}

std::string names_of(const std::bitset<kActions>& actions) {
    std::string names;
    for (std::size_t i = 0; i < kActions; ++i) {
        if (!actions.test(i)) continue;
        names += (names.empty() ? "" : ", ") + std::string(name_of(static_cast<AccessAction>(i)));
    }
    return names;
}

}  // namespace

std::vector<PolicyWarning> find_contradictions(const PolicySet& set) {
    std::vector<PolicyWarning> out;
    for (const Policy& permission : set.policies) {
        if (!permission.rule.permits) continue;
        for (const Policy& prohibition : set.policies) {
            if (prohibition.rule.permits) continue;
            const auto both = permission.rule.actions & prohibition.rule.actions;
            if (both.none() || !reaches_target(prohibition, permission) ||
                !reaches_people(prohibition, permission) ||
                !reaches_uses(prohibition, permission)) {
                continue;
            }
            if (out.size() >= kMaxPolicyWarnings) return out;
            const std::string actions = names_of(both);
            out.push_back({{permission.id, prohibition.id},
                           "許可「" + permission.id + "」の " + actions + " は働きません：禁止「" +
                               prohibition.id +
                               "」が、同じことを同じ相手に禁じていて、禁止が優先します",
                           "the permission '" + permission.id + "' does nothing for " + actions +
                               ": the prohibition '" + prohibition.id +
                               "' forbids the same to the same people, and prohibitions win"});
        }
    }
    return out;
}

}  // namespace musubi

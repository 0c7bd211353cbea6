#include "trust/policies/compile.h"

#include <algorithm>

namespace musubi {
namespace {

template <typename T, typename U>
bool holds(const std::vector<T>& all, const U& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

// Empty lists bind nobody.
template <typename T, typename U>
bool fits(const std::vector<T>& all, const U& one) {
    return all.empty() || holds(all, one);
}

class Compiler {
public:
    Compiler(const PolicySet& set, const Caller& caller, Time now, const AskUsesLeft& left)
        : set_{set}, caller_{caller}, now_{now}, left_{left} {}

    Compiled compile() {
        std::vector<AccessRule> rules;
        for (const Policy& policy : set_.policies) {
            if (policy.rule.permits) govern(policy.rule);
            if (!applies(policy) || !is_left(policy)) continue;
            AccessRule rule = policy.rule;
            if (sees_all()) rule.actions.reset(static_cast<std::size_t>(AccessAction::Read));
            if (rule.actions.none()) continue;
            mix(policy);
            rules.push_back(std::move(rule));
        }
        add_personal(rules);
        add_scopes(rules);
        if (sees_all()) governed_[static_cast<std::size_t>(AccessAction::Read)] = {};
        if (caller_.role == Role::Citizen) {
            for (Governance::Governed& governed : governed_) governed.all = true;
        }
        auto governance = std::make_shared<Governance>(std::move(rules), governed_, print_);
        governance->except_from_my_number(set_.other_digits);
        return {.governance = std::move(governance), .until = until_};
    }

    [[nodiscard]] bool applies(const Policy& policy) {
        return is_meant(policy) && is_stated(policy) && is_time(policy);
    }

private:
    // Whom no policy keeps anything from: what is personal they read on a ground, as all do.
    [[nodiscard]] bool sees_all() const {
        return caller_.role == Role::Auditor || caller_.role == Role::IndependentBody;
    }

    void mix(std::string_view text) {
        for (const char c : text) print_ = (print_ ^ static_cast<unsigned char>(c)) * kPrime;
        print_ = (print_ ^ 0xffU) * kPrime;
    }
    // All that a policy says: encoded, as it is kept.
    void mix(const Policy& policy) {
        mix(encode(PolicySet{.version = {}, .policies = {policy}, .personal = {}}));
    }

    void govern(const AccessRule& rule) {
        for (std::size_t action = 0; action < kActions; ++action) {
            if (!rule.actions.test(action)) continue;
            Governance::Governed& governed = governed_[action];
            if (rule.types.empty()) governed.all = true;
            governed.types.insert(rule.types.begin(), rule.types.end());
            mix(std::to_string(action));
            for (const std::string& type : rule.types) mix(type);
        }
    }

    [[nodiscard]] bool is_meant(const Policy& policy) const {
        return fits(policy.roles, caller_.role) && fits(policy.subjects, caller_.subject) &&
               fits(policy.organisations, caller_.organisation);
    }

    // Purpose and assurance are what the caller states or has shown.
    [[nodiscard]] bool is_stated(const Policy& policy) const {
        const auto fulfilled = [&](const std::vector<std::string>& all, const std::string& one) {
            if (all.empty()) return true;
            return one.empty() ? !policy.rule.permits : holds(all, one);
        };
        return fulfilled(policy.purposes, caller_.purpose) &&
               fulfilled(policy.assurances, caller_.assurance);
    }

    void ends_at(Time time) {
        if (time > now_ && (!until_ || time < *until_)) until_ = time;
    }

    [[nodiscard]] bool is_time(const Policy& policy) {
        bool is = true;
        if (policy.from) {
            ends_at(*policy.from);
            is = is && now_ >= *policy.from;
        }
        if (policy.until) {
            ends_at(*policy.until);
            is = is && now_ < *policy.until;
        }
        return is && (!policy.hours || is_hour(*policy.hours));
    }

    [[nodiscard]] bool is_hour(const DayHours& hours) {
        const Time midnight = cut(now_, days(1));
        const Duration clock = now_ - midnight;
        for (const Duration edge : {hours.from, hours.until}) {
            ends_at(midnight + edge);
            ends_at(midnight + days(1) + edge);
        }
        if (hours.from < hours.until) return clock >= hours.from && clock < hours.until;
        return clock >= hours.from || clock < hours.until;
    }

    // What goes on by itself is no request that could be counted.
    [[nodiscard]] bool is_left(const Policy& policy) {
        if (!policy.limit) return true;
        if (!caller_.counted) return false;
        if (!left_) return true;
        const UsesLeft left = left_(policy);
        if (left.times > 0) return true;
        if (left.anew) ends_at(*left.anew);
        return false;
    }

    // Who states no purpose and ground for a personal type is refused it.
    void add_personal(std::vector<AccessRule>& rules) {
        for (const PersonalType& personal : set_.personal) {
            if (has_ground(personal, caller_)) continue;
            AccessRule rule;
            rule.policy = "personal";
            rule.permits = false;
            rule.actions.set();
            rule.types = {personal.type};
            mix(personal.type);
            rules.push_back(std::move(rule));
        }
    }

    // What lies beyond the scopes that their role is limited to, whatever policies permit.
    void add_scopes(std::vector<AccessRule>& rules) {
        if (caller_.access == nullptr || caller_.access->only_scopes.empty()) return;
        ScopeQuery within{.kind = ScopeQuery::Kind::Or, .levels = {}, .children = {}};
        for (const std::string& scope : caller_.access->only_scopes) {
            within.children.push_back(scope_and_below(scope));
            mix(scope);
        }
        if (within.children.size() == 1) within = ScopeQuery{within.children.front()};
        AccessRule rule;
        rule.policy = "role";
        rule.permits = false;
        rule.actions.set();
        rule.scopes = std::move(within);
        rule.beyond_scopes = true;
        rules.push_back(std::move(rule));
    }

    static constexpr std::uint64_t kPrime = 0x100000001b3ULL;
    const PolicySet& set_;
    const Caller& caller_;
    Time now_;
    const AskUsesLeft& left_;
    std::optional<Time> until_;
    Governance::GovernedTypes governed_;
    std::uint64_t print_ = 0xcbf29ce484222325ULL;  // FNV-1a
};

}  // namespace

bool has_ground(const PersonalType& personal, const Caller& caller) {
    const Ground* ground = find_ground(caller.ground);
    if (ground == nullptr || caller.purpose.empty()) return false;
    if (ground->name != "within-purpose") return true;
    return holds(personal.purposes, caller.purpose);
}

Compiled compile(const PolicySet& set, const Caller& caller, Time now, const AskUsesLeft& left) {
    return Compiler{set, caller, now, left}.compile();
}

bool applies(const Policy& policy, const Caller& caller, Time now) {
    static const PolicySet kNone;
    return Compiler{kNone, caller, now, nullptr}.applies(policy);
}

}  // namespace musubi

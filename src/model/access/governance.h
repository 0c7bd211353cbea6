#pragma once

#include <array>
#include <bitset>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "model/access.h"
#include "model/access/coarsening.h"
#include "model/query.h"

namespace musubi {

/// One rule of a policy that applies to a caller now. An empty target is every target.
struct AccessRule {
    std::string policy;   ///< names it to those who may know
    bool permits = true;  ///< else it prohibits, and wins
    std::bitset<kActions> actions;
    std::vector<std::string> types;       ///< expanded
    std::vector<std::string> attributes;  ///< expanded; empty: the whole entity
    std::optional<Pattern> ids;
    std::optional<ScopeQuery> scopes;
    /// Meant is what they do not hold: of who reads, in none of its scopes; of who changes, in
    /// some.
    bool beyond_scopes = false;
    std::optional<QueryNode> q;
    std::optional<GeoQuery> geo;
    /// Of a permission: attributes (expanded) that are shown coarser.
    std::vector<std::pair<std::string, Coarsening>> coarser;
    /// Of a permission: all times of the entity and its attributes are cut.
    std::optional<Duration> times;

    /// It hangs on what the entity is, not on its types alone.
    [[nodiscard]] bool is_conditional() const { return ids || scopes || q || geo; }
};

/// What the policies of a tenant say of one caller at one time: what no permission reaches of a
/// type that some permission of the tenant speaks of is denied, prohibitions win, and types that
/// no policy speaks of are left to the caller's role. Immutable; any thread.
class Governance {
public:
    /// For each action the types that permissions of the tenant (for whomever) speak of.
    struct Governed {
        bool all = false;
        std::unordered_set<std::string> types;
    };
    using GovernedTypes = std::array<Governed, kActions>;

    /// `fingerprint`: of all that both say.
    Governance(std::vector<AccessRule> rules, const GovernedTypes& governed,
               std::uint64_t fingerprint);

    /// How much of an entity is known: all of it, all but its scopes, or not even its attributes.
    enum class Known { Whole, Unscoped, Part };
    using Rules = boost::container::small_vector<const AccessRule*, 2>;
    /// The verdict of one action on one entity.
    class Verdict {
    public:
        /// Some of it is let through.
        [[nodiscard]] bool passes() const { return passes_; }
        /// All of it is, as it is.
        [[nodiscard]] bool passes_whole() const { return whole_; }
        [[nodiscard]] bool hides(std::string_view attribute) const;
        /// None: it is shown as it is, where it is not hidden.
        [[nodiscard]] const Coarsening* coarsening(std::string_view attribute) const;
        [[nodiscard]] const std::optional<Duration>& times() const { return times_; }
        /// The policies that decided, for those who may know: what refused, else what permitted.
        [[nodiscard]] const Rules& because() const { return because_; }
        friend bool operator==(const Verdict&, const Verdict&) = default;

    private:
        friend class Governance;
        bool passes_ = false;
        bool whole_ = false;
        bool governed_ = false;  // permissions alone let through
        Rules permissions_;
        Rules prohibitions_;  // of attributes
        Rules because_;
        std::optional<Duration> times_;
    };
    [[nodiscard]] Verdict decide(AccessAction action, const Entity& entity,
                                 Known known = Known::Whole) const;
    /// What is shown of it, by `verdict`; the same pointer where it passes whole.
    [[nodiscard]] static std::shared_ptr<const Entity> show(std::shared_ptr<const Entity> entity,
                                                            const Verdict& verdict);
    /// What is shown of one state of an attribute; null: nothing.
    [[nodiscard]] static AttributePtr show(const AttributePtr& attribute, const Verdict& verdict);

    /// What of an entity, beside its types and its id, decides on reading it.
    struct Looked {
        std::vector<std::string> attributes;  ///< expanded, each once
        bool at_scopes = false;
        bool at_times = false;  ///< its own, as of when it was changed
        [[nodiscard]] bool any() const { return at_scopes || at_times || !attributes.empty(); }
    };
    [[nodiscard]] Looked looks_at(const std::vector<std::string>& types) const;

    /// False where nothing said here can change what is shown of these types.
    [[nodiscard]] bool speaks_of(AccessAction action, const std::vector<std::string>& types) const;
    /// True where some entity of this type may be shown.
    [[nodiscard]] bool may_show(const std::string& type) const;
    [[nodiscard]] bool may_conceal(const std::vector<std::string>& types,
                                   std::string_view attribute) const;
    [[nodiscard]] bool shows_all_rows(const std::vector<std::string>& types) const;
    [[nodiscard]] std::uint64_t fingerprint() const { return fingerprint_; }
    /// Types whose twelve digits are something else than an Individual Number.
    void except_from_my_number(std::vector<std::string> types) { digits_ = std::move(types); }
    [[nodiscard]] bool takes_twelve_digits(const std::vector<std::string>& types) const;

private:
    /// What is said of one type by its name.
    struct OfType {
        std::bitset<kActions> governed;
        std::vector<std::uint32_t> rules;  // in `rules_`
    };
    // Looked up once for a verdict: where types have nothing said of them, they are left out.
    using OfTypes = boost::container::small_vector<const OfType*, 4>;
    [[nodiscard]] OfTypes of(const std::vector<std::string>& types) const;
    [[nodiscard]] bool governs(AccessAction action, const OfTypes& of) const;
    template <typename Use>
    void each_rule(AccessAction action, const OfTypes& of, const Use& use) const;

    [[nodiscard]] bool permits_each(const Rules& permissions, AccessAction action,
                                    const std::vector<std::string>& types) const;

    std::vector<AccessRule> rules_;
    std::bitset<kActions> all_governed_;
    std::unordered_map<std::string, OfType> by_type_;
    std::vector<std::uint32_t> of_any_type_;
    std::vector<std::string> digits_;
    std::uint64_t fingerprint_ = 0;
};

}  // namespace musubi

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "model/access/governance.h"
#include "model/context.h"

namespace musubi {

struct TomlSchema;

/// Hours of a day in Japan's time; `until` before `from` goes over midnight.
struct DayHours {
    Duration from;
    Duration until;
};

/// How often a permission may be used (ODRL 2.2, `count`), by each caller for themselves.
struct UseLimit {
    static constexpr std::int64_t kMaxCount = 1'000'000;
    std::uint64_t count = 0;
    std::optional<Duration> each;  ///< anew in each such span of Japan's time; nothing: in all
};

/// One [[permission]] or [[prohibition]] (ODRL 2.2, 2.6). Empty lists are no bound.
struct Policy {
    std::string id;
    std::string ja;
    std::string en;
    AccessRule rule;  ///< target and action; `rule.policy` is the id

    // assignee (ODRL 2.2, 2.3.2): each list that is not empty has to hold the caller
    std::vector<Role> roles;
    std::vector<std::string> organisations;
    std::vector<std::string> subjects;

    // constraints (ODRL 2.2, 2.5)
    std::vector<std::string> purposes;
    std::vector<std::string> assurances;
    std::optional<Time> from;
    std::optional<Time> until;
    std::optional<DayHours> hours;
    std::optional<UseLimit> limit;  ///< of a permission to read

    // geo as it was written, for what is kept: relation, geometry, coordinates, property
    std::string georel;
    std::string geometry;
    std::string coordinates;
    std::string geoproperty;
    std::string scope_text;
    std::string id_pattern;
};

/// A type that is personal: who reads or changes it states a purpose and a ground.
struct PersonalType {
    std::string type;                   ///< expanded
    std::vector<std::string> purposes;  ///< those it was collected for
    std::string ja;
    std::string en;
    /// Attributes (expanded) that name whom an entity is about; empty: it is not told to people.
    std::vector<std::string> persons = {};
};

/// What one text of policies says, names expanded.
struct PolicySet {
    std::string version;
    std::uint32_t number = 0;  ///< of the version that is in force; is not part of the text
    std::vector<Policy> policies;
    std::vector<PersonalType> personal;
    /// Types (expanded) whose twelve digits are something else than an Individual Number.
    std::vector<std::string> other_digits;
};

/// The most policies one text may have.
inline constexpr std::size_t kMaxPolicies = 10'000;

/// Reads a text of policies (TOML; docs/policies.md) and expands its names with `context`.
/// What is not understood is refused. Fails: BadRequest, `where` is "file:line"; TooLarge.
Result<PolicySet> parse_policies(std::string_view text, const std::string& file,
                                 const Context& context);
/// The URL of the context that a text names for itself; empty: the core context. Fails: as above.
Result<std::string> context_of_policies(std::string_view text, const std::string& file);

/// As it is kept: names expanded, whatever becomes of the context.
[[nodiscard]] std::string encode(const PolicySet& set);
/// Fails: Corrupt.
Result<PolicySet> decode_policies(std::string_view bytes);

/// An action by its word in policies. Parsing fails: BadRequest.
[[nodiscard]] std::string_view name_of(AccessAction action);
Result<AccessAction> parse_access_action(std::string_view word);

/// The grounds on which personal data may be used: within the stated purpose, by law, or outside
/// the purpose by art. 69 of the Act on the Protection of Personal Information (its paragraph 2:
/// consent; own duty; another public body; statistics or research). `decided`: it needs a
/// decision by somebody.
struct Ground {
    std::string_view name;
    bool decided = false;
    std::string_view ja;
    std::string_view en;
};
[[nodiscard]] std::span<const Ground> grounds();
[[nodiscard]] const Ground* find_ground(std::string_view name);

/// The schema of the text, and its reference for docs/policies.md.
[[nodiscard]] const TomlSchema& policy_schema();

}  // namespace musubi

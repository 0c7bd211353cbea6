#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "model/entity.h"
#include "project/towns/town_features.h"

namespace musubi {

/// The type of municipalities in the store, a name of the core context; their attributes are the
/// codes of the figures (A1101), `name`, `prefecture`, `areaCode` and `source`.
inline constexpr std::string_view kMunicipalityType = "Municipality";
/// Expanded.
[[nodiscard]] std::string municipality_type();
/// The id of the municipality of an area code.
[[nodiscard]] std::string municipality_id(std::string_view code);

/// A municipality of an edition as the evolution of an entity (GS CIM 009 v1.9.1, 5.2.20), its id
/// `urn:ngsi-ld:Municipality:<code>`. Each figure is observed at the beginning of its fiscal year
/// (1 April, Japan), hectares and percentages have their unitCode, and what is said of the
/// municipality itself is of the year of the edition: so a later edition is a revision of an
/// earlier one, in whatever order they come, and the same twice changes nothing. A missing figure
/// is no attribute.
[[nodiscard]] Json municipality_evolution(const StatisticsEdition& edition,
                                          const Municipality& town);
/// Fails: Conflict where the edition does not say of which years its figures are.
Result<void> check_years(const StatisticsEdition& edition);

/// Makes profiles of entities; knows the expanded names.
class MunicipalityReader {
public:
    MunicipalityReader();
    /// What there is of it, as far as the entity shows it.
    [[nodiscard]] TownProfile profile(const Entity& entity) const;
    /// The source that the entity names; empty: none.
    [[nodiscard]] std::string source(const Entity& entity) const;

private:
    [[nodiscard]] std::string text(const Entity& entity, std::string_view term) const;
    std::unordered_map<std::string_view, std::string> names_;  // expanded, by term
};

/// The sources of entities, each once, in the order of the letters.
[[nodiscard]] std::string joined_sources(std::vector<std::string> sources);

}  // namespace musubi

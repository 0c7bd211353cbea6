#pragma once

#include <span>
#include <string>

#include "base/json.h"
#include "project/towns/town_distances.h"

namespace musubi {

inline constexpr std::size_t kMaxTownsAlike = 100;

struct AlikeQuestion {
    std::string town;  ///< a code (18207, R18207), a name (鯖江市), or both names (福井県鯖江市)
    std::size_t count = 10;
    TownMethod method = TownMethod::Gower;
};

/// The place of a town by its code or name; full-width digits are digits. Fails: NotFound;
/// BadRequest where several are called so, naming each.
Result<std::size_t> find_town(std::span<const TownProfile> towns, std::string_view text);

/// The towns most like a given one, the nearest first, ties by code, as JSON:
/// {"town": {"code", "prefecture", "name"}, "method", "source", "towns", "shrinkage" (Mahalanobis),
///  "features": [{"id", "ja", "en", "unitJa", "unitEn", "value" (of the town), "used"}],
///  "notCompared" (how many towns share too few features with it),
///  "like": [{"code", "prefecture", "name", "distance", "compared",
///            "parts": [{"feature", "value" (of the other town), "part"}]}]}
/// The parts of each add up to its distance; a value that is missing is null, and its feature has
/// no part. `source`: whom to credit.
/// Fails: as find_town and TownDistances::create; BadRequest for a count of 0 or above
/// kMaxTownsAlike; Conflict where the town itself has too few figures.
Result<Json> towns_alike(std::span<const TownProfile> towns, const AlikeQuestion& question,
                         const std::string& source);

}  // namespace musubi

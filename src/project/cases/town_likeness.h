#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "project/towns/town_distances.h"

namespace musubi {

/// How like ours another town is, feature by feature.
struct TownLikeness {
    struct Gap {
        std::size_t feature = 0;  ///< place in town_features()
        double part = 0;          ///< of the distance
        double ours = 0;          ///< as shown, in the unit of the feature
        double theirs = 0;
    };
    std::string name;        ///< of their town
    bool same = false;       ///< theirs is ours
    std::size_t nearer = 0;  ///< other towns that are nearer to ours than theirs is
    std::size_t others = 0;  ///< other towns that could be compared, beside theirs
    std::vector<Gap> gaps;   ///< of features that both have; the widest first
};

/// Holds towns against one of them: how near each is, among all.
class LikenessToOurs {
public:
    /// `ours`: a place in `towns`, of which `distances` was made; both have to outlive it.
    LikenessToOurs(std::span<const TownProfile> towns, const TownDistances& distances,
                   std::size_t ours);
    /// Nothing where there is no such town, or it can not be compared.
    [[nodiscard]] std::optional<TownLikeness> of(const std::string& town_code) const;

private:
    std::span<const TownProfile> towns_;
    const TownDistances& distances_;
    std::size_t ours_;
    std::map<std::string, std::size_t> places_;  // by code
    std::vector<double> distances_of_others_;    // ascending
};

}  // namespace musubi

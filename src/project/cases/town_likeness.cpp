#include "project/cases/town_likeness.h"

#include <algorithm>
#include <functional>

namespace musubi {

LikenessToOurs::LikenessToOurs(std::span<const TownProfile> towns, const TownDistances& distances,
                               std::size_t ours)
    : towns_{towns}, distances_{distances}, ours_{ours} {
    for (std::size_t town = 0; town < towns.size(); ++town) {
        places_.emplace(towns[town].code, town);
        if (town == ours) continue;
        if (const auto apart = distances.between(ours, town)) {
            distances_of_others_.push_back(apart->distance);
        }
    }
    std::ranges::sort(distances_of_others_);
}

std::optional<TownLikeness> LikenessToOurs::of(const std::string& town_code) const {
    const auto found = places_.find(town_code);
    if (found == places_.end()) return std::nullopt;
    const std::size_t theirs = found->second;
    const auto apart = distances_.between(ours_, theirs);
    if (!apart) return std::nullopt;
    TownLikeness out;
    out.name = towns_[theirs].prefecture + towns_[theirs].name;
    out.same = ours_ == theirs;
    out.others = distances_of_others_.size() - (out.same ? 0 : 1);
    out.nearer =
        static_cast<std::size_t>(std::ranges::lower_bound(distances_of_others_, apart->distance) -
                                 distances_of_others_.begin());
    const auto features = town_features();
    for (const std::size_t f : distances_.used()) {
        const auto& our = towns_[ours_].features[f];
        const auto& their = towns_[theirs].features[f];
        if (!our || !their) continue;
        out.gaps.push_back(
            {f, apart->parts[f], shown_value(features[f], *our), shown_value(features[f], *their)});
    }
    std::ranges::stable_sort(out.gaps, std::greater{}, &TownLikeness::Gap::part);
    return out;
}

}  // namespace musubi

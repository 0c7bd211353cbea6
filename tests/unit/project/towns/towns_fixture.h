#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "project/towns/town_features.h"

namespace musubi::testing {

/// A town that has these features alone.
inline TownProfile town_with(const std::string& code,
                             const std::map<std::string, double>& features) {
    TownProfile town{code, "福井県", "町" + code, {}};
    for (const TownFeature& feature : town_features()) {
        const auto value = features.find(std::string{feature.id});
        town.features.push_back(value == features.end() ? std::nullopt
                                                        : std::optional{value->second});
    }
    return town;
}

inline std::size_t feature_place(std::string_view id) {
    const auto features = town_features();
    for (std::size_t i = 0; i < features.size(); ++i) {
        if (features[i].id == id) return i;
    }
    ADD_FAILURE() << id;
    return 0;
}

}  // namespace musubi::testing

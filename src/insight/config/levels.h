#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace musubi {

/// Words in both languages of the page.
struct Words {
    std::string ja;
    std::string en;
    friend bool operator==(const Words&, const Words&) = default;
};

/// What one threshold means: 警戒レベル相当, or none.
struct LevelItem {
    std::string attribute;  ///< a term of the pack's context
    std::optional<int> level;
    Words name;
};

/// The names and levels in force from a day on.
struct LevelsVersion {
    std::string id;
    Time from;
    Words source;  ///< where they come from
    std::vector<LevelItem> items;

    [[nodiscard]] const LevelItem* find(std::string_view attribute) const;
};

/// Names and levels change by law: they are data, by version.
struct Levels {
    std::vector<LevelsVersion> versions;  ///< by `from`, the earliest first

    /// What was in force at `time`: the first version for all that was before it. Null where
    /// there is no version at all.
    [[nodiscard]] const LevelsVersion* at(Time time) const;
};

/// Reads a table of levels (TOML). Fails: BadRequest, `where` is "file:line".
Result<Levels> parse_levels(std::string_view text, const std::string& file);

}  // namespace musubi

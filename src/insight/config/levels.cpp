#include "insight/config/levels.h"

#include <algorithm>

#include "base/toml_file.h"

namespace musubi {
namespace {

constexpr Duration kJapan = hours(9);

Result<LevelItem> read_item(const toml::table& table, const std::string& file) {
    TRY(only_keys(file, table, "attribute|level|ja|en"));
    LevelItem item;
    item.attribute = TRY(required_text(file, table, "attribute"));
    item.name.ja = TRY(required_text(file, table, "ja"));
    item.name.en = TRY(required_text(file, table, "en"));
    if (!table.contains("level")) return item;
    const auto level = table["level"].value_exact<std::int64_t>();
    if (!level || *level < 1 || *level > 5) {
        return toml_error(file, table, "level", "'level' must be from 1 to 5, or left out");
    }
    item.level = static_cast<int>(*level);
    return item;
}

Result<LevelsVersion> read_version(const toml::table& table, const std::string& file) {
    TRY(only_keys(file, table, "id|from|source_ja|source_en|level"));
    LevelsVersion version;
    version.id = TRY(required_text(file, table, "id"));
    version.source.ja = TRY(required_text(file, table, "source_ja"));
    version.source.en = TRY(required_text(file, table, "source_en"));
    const auto day = table["from"].value<toml::date>();
    if (!day) return toml_error(file, table, "from", "'from' must be a date, as 2026-06-01");
    const auto begin =
        from_civil({.year = day->year, .month = day->month, .day = day->day}, kJapan);
    if (!begin) return toml_error(file, table, "from", begin.error().detail);
    version.from = *begin;
    const toml::array* items = table["level"].as_array();
    if (items == nullptr || items->empty()) {
        return toml_error(file, table, "level", "write at least one [[version.level]]");
    }
    for (const toml::node& node : *items) {
        if (!node.is_table()) {
            return toml_error(file, node, "write each level as [[version.level]]");
        }
        LevelItem item = TRY(read_item(*node.as_table(), file));
        if (version.find(item.attribute) != nullptr) {
            return toml_error(file, node, "this attribute is named twice");
        }
        version.items.push_back(std::move(item));
    }
    return version;
}

}  // namespace

const LevelItem* LevelsVersion::find(std::string_view attribute) const {
    for (const LevelItem& item : items) {
        if (item.attribute == attribute) return &item;
    }
    return nullptr;
}

const LevelsVersion* Levels::at(Time time) const {
    if (versions.empty()) return nullptr;
    const auto later = std::find_if(std::next(versions.begin()), versions.end(),
                                    [&](const LevelsVersion& v) { return v.from > time; });
    return &*std::prev(later);
}

Result<Levels> parse_levels(std::string_view text, const std::string& file) {
    const toml::table root = TRY(parse_toml(text, file));
    TRY(only_keys(file, root, "version"));
    const toml::array* versions = root["version"].as_array();
    if (versions == nullptr || versions->empty()) {
        return toml_error(file, root, "write at least one [[version]]");
    }
    Levels levels;
    for (const toml::node& node : *versions) {
        if (!node.is_table()) return toml_error(file, node, "write each version as [[version]]");
        levels.versions.push_back(TRY(read_version(*node.as_table(), file)));
        const std::size_t n = levels.versions.size();
        if (n > 1 && levels.versions[n - 1].from <= levels.versions[n - 2].from) {
            return toml_error(file, *node.as_table(), "from",
                              "versions must stand in the order of their 'from'");
        }
    }
    return levels;
}

}  // namespace musubi

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace musubi {

struct TomlSchema;

/// A thing that the town's base stands on. Amounts in thousand yen (千円).
struct RegisterAsset {
    std::string name;
    std::string kind;  ///< link, sensor, server or other
    int bought = 0;    ///< 年度
    int count = 1;
    double price = 0;        ///< of one
    int life = 1;            ///< service life in years
    double yearly_cost = 0;  ///< of all of them: power, lines, upkeep
    std::string asset_by;    ///< who carries the asset
    std::string operation_by;
    std::string data_by;
    std::string risk_by;
    int line = 0;  ///< of the text, where it begins

    [[nodiscard]] double whole_price() const { return price * count; }
    /// A year of it: its cost, and its price spread over its life.
    [[nodiscard]] double whole_year() const { return yearly_cost + whole_price() / life; }
    [[nodiscard]] int age(int year) const { return year - bought; }
    [[nodiscard]] bool past_life(int year) const { return age(year) >= life; }
};

/// A department that uses assets.
struct AssetUse {
    std::string department;
    std::vector<std::size_t> assets;
    double share = 0;      ///< of the cost of each of them, 0 ... 1
    double pays = 0;       ///< a year now
    double otherwise = 0;  ///< a year, if they stopped
    int line = 0;          ///< of the text, where it begins
};

/// The first service that is needed and does not pay: the base itself.
struct AssetRegister {
    static constexpr std::size_t kMaxAssets = 2'000;
    static constexpr std::size_t kMaxUses = 2'000;
    static constexpr double kMaxAmount = 1e12;

    std::string name;
    int year = 0;  ///< 年度 that it is looked at in
    bool example = false;
    std::vector<RegisterAsset> assets;
    std::vector<AssetUse> uses;
};

/// The format of registers (docs/assets.md).
[[nodiscard]] const TomlSchema& asset_schema();
/// Fails: BadRequest in Japanese and English, `where` is "file:line".
Result<AssetRegister> parse_asset_register(std::string_view text, const std::string& file);

/// What has to be bought again in a year, at today's prices.
struct AssetRefresh {
    int year = 0;
    double cost = 0;
    std::vector<std::size_t> assets;
};

/// A department with all it uses.
struct AssetDepartment {
    std::string name;
    double share_of_cost = 0;  ///< its share of a year of what it uses
    double pays = 0;
    double otherwise = 0;
    std::vector<std::size_t> uses;  ///< what it is the sum of
};

struct AssetFigures {
    double price = 0;          ///< of all, as bought
    double running = 0;        ///< a year, without buying anything again
    double whole_year = 0;     ///< with the prices spread over the lives
    double paid = 0;           ///< a year by those who use it
    double least_subsidy = 0;  ///< a year, whole 千円: what keeps it beside what is paid
    double otherwise = 0;      ///< a year by all departments, if it stopped
    double unshared = 0;       ///< of a year's cost, that no department has a share of
    std::vector<std::size_t> past_life;
    std::vector<AssetRefresh> calendar;  ///< of ten years, those alone in which something is due
    std::vector<AssetDepartment> departments;  ///< in the order in which they are written first
};

[[nodiscard]] AssetFigures asset_figures(const AssetRegister& of);
/// For people, and for programs: there each asset and department has the lines it is read from.
[[nodiscard]] std::string to_text(const AssetRegister& of, const AssetFigures& figures,
                                  bool japanese);
[[nodiscard]] Json to_json(const AssetRegister& of, const AssetFigures& figures);

}  // namespace musubi

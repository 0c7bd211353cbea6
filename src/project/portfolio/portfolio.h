#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace musubi {

struct TomlSchema;

/// A word of a portfolio: a field, a function, a region.
struct PortfolioTerm {
    std::string id;
    std::string ja;
    std::string en;
};

/// A year of which only numbers are known: how many pilots there were in each field.
struct PilotYear {
    int year = 0;                                              ///< 年度
    std::string name;                                          ///< as it stands in the source
    std::vector<std::pair<std::string, std::int64_t>> pilots;  ///< by id of the field
};

struct PortfolioProject {
    std::string id;
    std::string ja;
    std::string en;
    int year = 0;
    std::string stage;   ///< plan, pilot or rollout
    std::string field;   ///< empty: the source does not say
    std::string region;  ///< likewise
    std::vector<std::string> functions;
};

/// Projects and pilots, with where it is said.
struct Portfolio {
    std::vector<std::string> sources;
    std::vector<PortfolioTerm> fields;
    std::vector<PortfolioTerm> functions;
    std::vector<PortfolioTerm> regions;
    std::vector<PilotYear> years;
    std::vector<PortfolioProject> projects;
    [[nodiscard]] std::int64_t pilots() const;
};

struct PortfolioFile {
    std::string name;
    std::string text;
};

/// The text format of a portfolio (docs/portfolio.md).
[[nodiscard]] const TomlSchema& portfolio_schema();

inline constexpr std::size_t kMaxPortfolioFiles = 100;
inline constexpr std::size_t kMaxPortfolioProjects = 10'000;

/// Reads a portfolio of several files, which speak the same words. Fails, with "file:line":
/// BadRequest where a file does not keep the schema, an id stands twice or is not known, or a
/// total is not the sum of its row, naming the row (in Japanese and English); TooLarge beyond the
/// limits.
Result<Portfolio> read_portfolio(std::span<const PortfolioFile> files);

}  // namespace musubi

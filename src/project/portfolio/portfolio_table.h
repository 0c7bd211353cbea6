#pragma once

#include "base/json.h"
#include "project/portfolio/portfolio.h"

namespace musubi {

/// By what a portfolio is laid out.
enum class PortfolioBy { Field, Year, Stage, Function, Region };
/// Fails: BadRequest, naming those there are.
Result<PortfolioBy> parse_portfolio_by(std::string_view text);

/// {"by", "rows": [{"id", "ja", "en", "pilots", "projects": [{"id", "ja", "en"}]}], "pilots",
///  "projects", "sources"}. Rows are in the order of the files, years by number; the last row, with
/// an empty id, has what the source does not place, and is there where there is any. A project with
/// several functions stands in several rows, one without functions in the last. Pilots of which
/// only numbers are known count by field, by year, and as pilots; by function and region they are
/// not placed.
[[nodiscard]] Json portfolio_table(const Portfolio& portfolio, PortfolioBy by);

}  // namespace musubi

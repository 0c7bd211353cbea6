#pragma once

#include "cli/command_line.h"
#include "project/portfolio/portfolio.h"

namespace musubi {

/// `musubi portfolio`: the projects of a region or a programme, laid out and narrowed.
void add_portfolio_commands(const CommandLine& line);

/// The portfolio that the *.toml of a folder are. Fails: BadRequest, Io, as read_portfolio.
Result<Portfolio> read_portfolio_folder(const std::string& folder);

}  // namespace musubi

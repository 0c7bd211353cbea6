#pragma once

#include "cli/command_line.h"

namespace musubi {

/// `musubi portfolio`: the projects of a region or a programme, laid out and narrowed.
void add_portfolio_commands(const CommandLine& line);

}  // namespace musubi

#pragma once

#include "cli/command_line.h"

namespace musubi {

/// The commands about projects: assets, gates, money, the portfolio, towns, effect.
void add_project_commands(const CommandLine& line);

}  // namespace musubi

#pragma once

#include "cli/command_line.h"

namespace musubi {

/// `musubi assets FILE`: what the town's base costs, from a register, without a server.
void add_assets_command(const CommandLine& line);

}  // namespace musubi

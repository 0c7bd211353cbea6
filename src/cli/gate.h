#pragma once

#include "cli/command_line.h"

namespace musubi {

/// `musubi gate ...`: gates of a running server, and their evidence checked and computed again
/// without one.
void add_gate_commands(const CommandLine& line);

}  // namespace musubi

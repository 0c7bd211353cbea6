#pragma once

#include "cli/command_line.h"

namespace musubi {

/// `musubi regions`: the published statistics of municipalities (SSDSE-A), and towns that are
/// alike.
void add_regions_commands(const CommandLine& line);

}  // namespace musubi

#pragma once

#include "cli/command_line.h"

namespace musubi {

/// `musubi money ...`: plans of a project's money, from files, without a server.
void add_money_commands(const CommandLine& line);

}  // namespace musubi

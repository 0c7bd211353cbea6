#include "cli/project_commands.h"

#include "cli/assets.h"
#include "cli/effect.h"
#include "cli/gate.h"
#include "cli/money.h"
#include "cli/portfolio.h"
#include "cli/regions.h"

namespace musubi {

void add_project_commands(const CommandLine& line) {
    add_assets_command(line);
    add_gate_commands(line);
    add_money_commands(line);
    add_portfolio_commands(line);
    add_regions_commands(line);
    add_effect_command(line);
}

}  // namespace musubi

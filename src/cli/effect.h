#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/effect_table.h"

namespace musubi {

struct EffectCommand {
    std::string file;
    std::string method = "did";  ///< its, did, sc, sdid
    EffectColumns columns;
    std::vector<std::string> treated;  ///< places that have the project
    std::string start;                 ///< the first period that may show it
    double level = 0.95;
    std::uint64_t seed = 1;
    std::size_t season = 0;
    bool level_alone = false;
    bool as_published = false;
    std::string language = "ja";
    bool json = false;
};

/// `musubi effect`: judges whether a project worked, from a file alone. Prints what was found, or
/// why nothing is claimed. Returns an exit code: 3 for a refusal.
int judge_effect(const EffectCommand& command);
/// Adds `musubi effect`.
void add_effect_command(const CommandLine& line);

}  // namespace musubi

#pragma once

#include <string>

#include "support/project.h"

namespace musubi::test {

/// Where the pack for rivers is.
inline std::string river_pack_folder() { return project_folder() + "/packs/river"; }

}  // namespace musubi::test

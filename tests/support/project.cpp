#include "support/project.h"

namespace musubi::test {

std::string project_folder() { return MUSUBI_PROJECT_FOLDER; }

}  // namespace musubi::test

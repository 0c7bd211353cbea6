#include <gtest/gtest.h>

#include <filesystem>

#include "support/project.h"

namespace musubi::test {
namespace {

// Tests found the project's files by __FILE__. Where a compiler cache had made that relative, they
// looked for them for ever, or found none, unless they were run in the folder of the build.
TEST(ProjectFolder, IsFoundWhereverTheTestIsRun) {
    const auto here = std::filesystem::current_path();
    std::filesystem::current_path("/");
    EXPECT_TRUE(std::filesystem::path{project_folder()}.is_absolute());
    EXPECT_TRUE(std::filesystem::exists(project_folder() + "/packs/river/pack.toml"));
    std::filesystem::current_path(here);
}

}  // namespace
}  // namespace musubi::test

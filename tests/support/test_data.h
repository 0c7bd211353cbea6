#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace musubi::test {

/// The folder of real data: MUSUBI_TEST_DATA, or `shared/data` beside a folder above this one.
[[nodiscard]] inline std::optional<std::filesystem::path> test_data_folder() {
    std::error_code ignored;
    if (const char* named = std::getenv("MUSUBI_TEST_DATA")) return named;
    for (auto here = std::filesystem::current_path(ignored);; here = here.parent_path()) {
        if (std::filesystem::exists(here / "shared" / "data", ignored)) {
            return here / "shared" / "data";
        }
        if (here == here.parent_path()) return std::nullopt;
    }
}

/// True with CI=true, where absent data are a failure and no reason to skip.
[[nodiscard]] inline bool data_are_required() {
    const char* ci = std::getenv("CI");
    return ci != nullptr && std::string_view{ci} == "true";
}

[[nodiscard]] inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

}  // namespace musubi::test

/// Ends the test where the real data are absent: skipped by name, or failed where CI=true.
#define REQUIRE_TEST_DATA(folder)                                             \
    const auto folder = musubi::test::test_data_folder();                     \
    if (!(folder) || !std::filesystem::exists(*(folder))) {                   \
        if (musubi::test::data_are_required()) FAIL() << "no test data here"; \
        GTEST_SKIP() << "needs the real data (MUSUBI_TEST_DATA)";             \
    }

#pragma once

#include <string>

namespace musubi::test {

/// The folder of the project that the tests were built from, wherever they are run. Not by
/// __FILE__: a compiler cache hands out what was compiled in another folder, and may have made it
/// relative.
[[nodiscard]] std::string project_folder();

}  // namespace musubi::test

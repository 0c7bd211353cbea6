#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "model/context.h"
#include "support/project.h"

namespace musubi::test {

/// The folder of the project.
inline std::string project() { return project_folder(); }

inline std::string read_text(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

inline void write_text(const std::string& path, const std::string& text) {
    std::ofstream{path, std::ios::binary} << text;
}

/// Finds the contexts of the river pack under their URLs.
inline ContextLoader pack_contexts() {
    return [](std::string_view url) -> Result<std::shared_ptr<const Json>> {
        const std::string name{url.substr(url.rfind('/') + 1)};
        const std::string text = read_text(project() + "/packs/river/context/" + name);
        return std::make_shared<const Json>(TRY(parse_json(text)));
    };
}

inline ContextPtr river_context() {
    auto context =
        resolve_context(Json{"https://musubi.example/contexts/river-v1.jsonld"}, pack_contexts());
    return context ? *context : core_context();
}

/// The river data, or an empty text where they are absent.
inline std::string river_data() {
    const char* given = std::getenv("MUSUBI_TEST_DATA");
    const std::string root = given != nullptr ? given : project() + "/../shared/data";
    return std::filesystem::exists(root + "/river/sensors.csv") ? root + "/river" : std::string{};
}

/// A folder of its own that goes with the test.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = std::filesystem::temp_directory_path() / "musubi-sense-XXXXXX";
        path_ = mkdtemp(name.data());
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

}  // namespace musubi::test

#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "net/http.h"

namespace musubi {

/// The files of the page, read once at start and served from memory. Every path that is neither a
/// file nor an interface gets the page itself, or a problem where HTML is not wanted.
class Site {
public:
    /// A folder that is not there gives an empty site: the interfaces work without the page.
    static Site load(const std::string& folder);
    [[nodiscard]] HttpResponse answer(const HttpRequest& request) const;
    [[nodiscard]] bool empty() const { return files_.empty(); }

private:
    struct File {
        std::string type;
        std::string tag;
        std::string plain;
        std::string gzip;  ///< empty: not worth it
    };
    std::unordered_map<std::string, File> files_;  // by path
};

}  // namespace musubi

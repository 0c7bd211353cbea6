#include "model/ngsild/json_path.h"

#include <utility>

#include "base/json.h"

namespace musubi::ngsild {
namespace {

constexpr std::size_t kMaxShown = 120;

}  // namespace

std::string to_text(const JsonPath& path) {
    if (path.parent == nullptr) return std::string(path.name);
    std::string out = to_text(*path.parent);
    out += '/';
    if (path.index >= 0) return out += std::to_string(path.index);
    for (const char c : cut_utf8(path.name, kMaxShown)) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

Error bad_request(const JsonPath& path, std::string detail) {
    return {ErrorCode::BadRequest, std::move(detail), to_text(path)};
}

std::string quoted(std::string_view text) {
    std::string out;
    append_json_string(out, cut_utf8(text, kMaxShown));
    return out;
}

}  // namespace musubi::ngsild

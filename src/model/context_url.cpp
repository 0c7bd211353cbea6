#include "model/context_url.h"

#include "model/entity.h"

namespace musubi {
namespace {

// RFC 3986, 5.2.4, for paths that begin with a slash.
std::string without_dots(std::string_view path) {
    std::string out;
    while (!path.empty()) {
        const std::size_t next = path.find('/', 1);
        const std::string_view segment = path.substr(0, next);
        const bool last = next == std::string_view::npos;
        if (segment == "/..") {
            const std::size_t slash = out.rfind('/');
            out.resize(slash == std::string::npos ? 0 : slash);
            if (last) out += '/';
        } else if (segment == "/.") {
            if (last) out += '/';
        } else {
            out += segment;
        }
        path = last ? std::string_view{} : path.substr(next);
    }
    return out;
}

}  // namespace

std::string resolve_reference(std::string_view base, std::string_view reference) {
    const std::size_t authority = base.find("://");
    if (is_uri(reference) || authority == std::string_view::npos) return std::string(reference);
    if (reference.starts_with("//"))
        return std::string(base.substr(0, authority + 1)).append(reference);

    base = base.substr(0, base.find('#'));
    const std::size_t host_end = base.find_first_of("/?", authority + 3);
    const std::string_view root = base.substr(0, host_end);
    std::string_view path = base.substr(root.size());
    if (reference.empty() || reference.front() == '#') return std::string(base).append(reference);
    path = path.substr(0, path.find('?'));
    if (reference.front() == '?') return std::string(root).append(path).append(reference);

    const std::size_t tail_at = reference.find_first_of("?#");
    const std::string_view tail =
        tail_at == std::string_view::npos ? std::string_view{} : reference.substr(tail_at);
    const std::string_view to = reference.substr(0, tail_at);
    std::string_view folder;  // of the base; RFC 3986, 5.2.3
    if (!to.starts_with('/')) {
        folder = path.find('/') == std::string_view::npos ? std::string_view{"/"}
                                                          : path.substr(0, path.rfind('/') + 1);
    }
    const std::string joined = std::string(folder).append(to);
    return std::string(root).append(without_dots(joined)).append(tail);
}

}  // namespace musubi

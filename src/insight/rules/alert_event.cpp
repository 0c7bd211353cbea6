#include "insight/rules/alert_event.h"

#include <algorithm>

namespace musubi {
namespace {

constexpr std::string_view kUrn = "urn:ngsi-ld:";
constexpr std::size_t kMaxSource = 1'800;  // an id may have 2,048 bytes

}  // namespace

std::string_view local_id(std::string_view id) {
    if (!id.starts_with(kUrn)) return id;
    const std::size_t colon = id.find(':', kUrn.size());
    return colon == std::string_view::npos || colon + 1 == id.size() ? id : id.substr(colon + 1);
}

std::string alert_id(std::string_view pack, std::string_view source, std::string_view group,
                     Time opened) {
    std::string time = to_iso(opened);
    std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
    std::string id = std::string{kUrn} + "Alert:" + std::string{pack} + ":";
    id += local_id(source).substr(0, kMaxSource);
    return id + ":" + std::string{group} + ":" + time;
}

}  // namespace musubi

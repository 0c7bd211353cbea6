#include "api/parameters.h"

#include <algorithm>
#include <array>

namespace musubi {
namespace {

constexpr std::array<std::string_view, 29> kUnderstood{
    "id",          "type",        "attrs",       "idPattern",    "q",         "georel",
    "geometry",    "coordinates", "geoproperty", "timeproperty", "timerel",   "timeAt",
    "endTimeAt",   "lastN",       "lang",        "limit",        "offset",    "count",
    "options",     "format",      "local",       "datasetId",    "deleteAll", "aggrPeriodDuration",
    "aggrMethods", "pick",        "omit",        "orderBy",      "csf",
};
constexpr std::array<std::string_view, 15> kKnown{
    "scopeQ",      "geometryProperty", "entityMap",     "join",         "joinLevel",
    "containedBy", "jsonKeys",         "collation",     "details",      "kind",
    "reload",      "observedAt",       "splitEntities", "expandValues", "via",
};
constexpr std::array<std::string_view, 11> kUnderstoodWords{
    "normalized",       "concise",     "simplified", "keyValues", "sysAttrs", "temporalValues",
    "aggregatedValues", "noOverwrite", "update",     "replace",   "",
};

template <std::size_t kSize>
bool has(const std::array<std::string_view, kSize>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

Result<void> check_words(const std::string& name, std::string_view words) {
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(','), words.size());
        const std::string_view word = words.substr(0, end);
        words.remove_prefix(std::min(end + 1, words.size()));
        if (has(kKnown, word)) {
            return Error{ErrorCode::Unsupported,
                         "this server does not do '" + std::string(word) + "'", name};
        }
        if (!has(kUnderstoodWords, word)) {
            return Error{ErrorCode::BadRequest, "there is no '" + std::string(word) + "'", name};
        }
    }
    return {};
}

}  // namespace

bool is_ngsild(const HttpRequest& request) { return request.path.starts_with("/ngsi-ld/"); }

Result<void> check_parameters(const std::vector<std::pair<std::string, std::string>>& params) {
    for (const auto& [name, value] : params) {
        if (has(kKnown, name)) {
            return Error{ErrorCode::Unsupported,
                         "this server does not do the query parameter '" + name + "'", name};
        }
        if (!has(kUnderstood, name)) {
            return Error{ErrorCode::BadRequest,
                         "there is no query parameter '" + name + "'; is it misspelt?", name};
        }
        if (name == "options" || name == "format") TRY(check_words(name, value));
    }
    return {};
}

}  // namespace musubi

#include "api/parameters.h"

#include <algorithm>
#include <array>

#include "api/problem.h"

namespace musubi {
namespace {

constexpr std::array<std::string_view, 47> kParameterNames{
    "id",
    "type",
    "attrs",
    "idPattern",
    "q",
    "georel",
    "geometry",
    "coordinates",
    "geoproperty",
    "timeproperty",
    "timerel",
    "timeAt",
    "endTimeAt",
    "lastN",
    "lang",
    "limit",
    "offset",
    "count",
    "options",
    "format",
    "local",
    "datasetId",
    "deleteAll",
    "pick",
    "omit",
    "aggrMethods",
    "csf",
    "scopeQ",
    "join",
    "aggrPeriodDuration",
    "orderBy",
    "joinLevel",
    "containedBy",
    "jsonKeys",
    "geometryProperty",
    "collation",
    "details",
    "kind",
    "reload",
    "expandValues",
    "orderFrom",
    "drop",
    "keep",
    "orderGeometry",
    "splitEntities",
    "entityMap",
    "entityMapLifetime",
};
// What NGSI-LD has and this server does not do.
constexpr std::array<std::string_view, 2> kNotDone{"via", "observedAt"};
constexpr std::array<std::string_view, 12> kWords{
    "normalized",       "concise",     "simplified", "keyValues", "sysAttrs", "temporalValues",
    "aggregatedValues", "noOverwrite", "update",     "replace",   "count",    "",
};

template <std::size_t kSize>
bool has(const std::array<std::string_view, kSize>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

Error unknown(std::string_view what, std::string_view name) {
    return {ErrorCode::BadRequest, std::string(what), std::string(kWhereQuery) + std::string(name)};
}

Result<void> check_words(const std::string& name, std::string_view words) {
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(','), words.size());
        const std::string_view word = words.substr(0, end);
        words.remove_prefix(std::min(end + 1, words.size()));
        if (!has(kWords, word)) return unknown("there is no '" + std::string(word) + "'", name);
    }
    return {};
}

}  // namespace

bool is_ngsild(const HttpRequest& request) { return request.path.starts_with("/ngsi-ld/"); }

Result<void> check_parameters(const std::vector<std::pair<std::string, std::string>>& params) {
    for (const auto& [name, value] : params) {
        if (has(kNotDone, name)) {
            return Error{ErrorCode::Unsupported,
                         "this server does not do the query parameter '" + name + "'", name};
        }
        if (!has(kParameterNames, name)) {
            return unknown("there is no query parameter '" + name + "'; is it misspelt?", name);
        }
        if (name == "options" || name == "format") TRY(check_words(name, value));
    }
    return {};
}

Result<void> only_parameters(const std::vector<std::pair<std::string, std::string>>& params,
                             std::initializer_list<std::string_view> names) {
    for (const auto& [name, value] : params) {
        if (std::find(names.begin(), names.end(), name) != names.end()) continue;
        return Error{ErrorCode::BadRequest, "'" + name + "' is no parameter of this resource",
                     std::string(kWhereQuery) + name};
    }
    return {};
}

}  // namespace musubi

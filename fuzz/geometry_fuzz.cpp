// Any JSON as a geometry: refused, or bounded and related to others without a fault.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "model/query.h"

namespace {

std::vector<musubi::GeoQuery> queries() {
    using musubi::parse_json;
    std::vector<musubi::GeoQuery> out;
    const auto core = musubi::core_context();
    for (const char* georel : {"near;maxDistance==2000", "within", "contains", "intersects",
                               "equals", "disjoint", "overlaps"}) {
        out.push_back(*musubi::parse_geo_query(
            georel, "Polygon", *parse_json("[[[0,0],[4,0],[4,4],[1,3],[0,0]]]"), "", *core));
        out.push_back(*musubi::parse_geo_query(georel, "Point", *parse_json("[1,1]"), "", *core));
        out.push_back(*musubi::parse_geo_query(georel, "LineString",
                                               *parse_json("[[0,0],[4,4],[4,0]]"), "", *core));
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<musubi::GeoQuery> against = queries();
    if (size > 1U << 14U) return 0;  // GEOS takes its time with large ones; they are bounded
    auto json = musubi::parse_json({reinterpret_cast<const char*>(data), size});
    if (!json || !musubi::check_geometry(*json)) return 0;
    const musubi::GeoBox box = musubi::bounds_of(*json);
    if (!(box.west <= box.east && box.south <= box.north)) std::abort();

    const musubi::Json* type = json->find("type");
    const musubi::Json* coordinates = json->find("coordinates");
    const auto core = musubi::core_context();
    if (coordinates != nullptr) {
        (void)musubi::parse_geo_query("within", type->string(), *coordinates, "", *core);
    }
    musubi::Entity entity;
    musubi::Attribute& location = entity.attributes.emplace_back();
    location.name = musubi::iri::kLocation;
    location.kind = musubi::AttributeKind::GeoProperty;
    location.value = std::move(*json);
    for (const musubi::GeoQuery& query : against) (void)musubi::matches(query, entity);
    return 0;
}

#include "model/access/coarsening.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/query.h"

namespace musubi {
namespace {

struct MeshSize {
    double metres;
    double height;  // degrees of latitude
    double width;   // degrees of longitude
};
constexpr std::array<MeshSize, 6> kMeshes{{
    {80'000, 40.0 / 60, 1},
    {10'000, 5.0 / 60, 7.5 / 60},
    {1'000, 30.0 / 3600, 45.0 / 3600},
    {500, 15.0 / 3600, 22.5 / 3600},
    {250, 7.5 / 3600, 11.25 / 3600},
    {125, 3.75 / 3600, 5.625 / 3600},
}};

double middle(double at, double size) { return (std::floor(at / size) + 0.5) * size; }

std::optional<Json> coarse_place(const Json& geometry, double metres) {
    const GeoBox box = bounds_of(geometry);
    const MeshPoint centre =
        mesh_centre((box.west + box.east) / 2, (box.south + box.north) / 2, metres);
    Json point;
    point.set("type", "Point");
    point.set("coordinates", Json::Array{Json{centre.lon}, Json{centre.lat}});
    return point;
}

std::optional<Json> coarse_time(const Json& value, Duration span) {
    const Json* inner = value.is_object() ? value.find("@value") : &value;
    if (inner == nullptr || !inner->is_string()) return std::nullopt;
    const auto time = parse_time(inner->string());
    if (!time) return std::nullopt;
    Json text{to_iso(cut(*time, span))};
    if (!value.is_object()) return text;
    Json typed = value;
    typed.set("@value", std::move(text));
    return typed;
}

std::optional<Json> coarse_number(const Json& value, double step) {
    if (!value.is_number()) return std::nullopt;
    return Json{std::round(value.number() / step) * step};
}

std::optional<Json> coarse_value(const Attribute& attribute, const Coarsening& how) {
    switch (how.kind) {
        case Coarsening::Kind::Mesh:
            if (attribute.kind != AttributeKind::GeoProperty) return std::nullopt;
            return coarse_place(attribute.value, how.size);
        case Coarsening::Kind::Clock: return coarse_time(attribute.value, how.span);
        case Coarsening::Kind::Step: return coarse_number(attribute.value, how.size);
    }
    return std::nullopt;
}

}  // namespace

bool is_mesh_size(double metres) {
    return std::any_of(kMeshes.begin(), kMeshes.end(),
                       [&](const MeshSize& mesh) { return mesh.metres == metres; });
}

MeshPoint mesh_centre(double lon, double lat, double metres) {
    const auto mesh = std::find_if(kMeshes.begin(), kMeshes.end(),
                                   [&](const MeshSize& m) { return m.metres == metres; });
    const MeshSize& size = mesh == kMeshes.end() ? kMeshes.front() : *mesh;
    return {.lon = middle(lon, size.width), .lat = middle(lat, size.height)};
}

Time cut(Time time, Duration span) {
    constexpr Duration kJapan = hours(9);
    const std::int64_t local = time.us + kJapan.us;
    const std::int64_t past = ((local % span.us) + span.us) % span.us;
    return Time{local - past - kJapan.us};
}

std::optional<Attribute> coarse(const Attribute& attribute, const Coarsening& how) {
    if (attribute.value.is_string() && attribute.value.string() == iri::kNull) return attribute;
    auto value = coarse_value(attribute, how);
    if (!value) return std::nullopt;
    Attribute shown;
    shown.name = attribute.name;
    shown.kind = attribute.kind;
    shown.value = std::move(*value);
    shown.dataset_id = attribute.dataset_id;
    shown.unit_code = attribute.unit_code;
    shown.observed_at = attribute.observed_at;
    shown.observed_fraction = attribute.observed_fraction;
    shown.expires_at = attribute.expires_at;
    shown.created_at = attribute.created_at;
    shown.modified_at = attribute.modified_at;
    shown.instance = attribute.instance;
    return shown;
}

}  // namespace musubi

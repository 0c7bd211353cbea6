#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "model/entity.h"

namespace musubi {

/// How a value is made coarser before it is shown.
struct Coarsening {
    /// Mesh: the centre of the standard area mesh (JIS X 0410) of `size` metres: 80,000, 10,000,
    /// 1,000, 500, 250 or 125. Clock: times cut to whole `span`s. Step: numbers rounded to a
    /// multiple of `size`.
    enum class Kind : std::uint8_t { Mesh, Clock, Step };
    Kind kind = Kind::Mesh;
    double size = 0;
    Duration span{};
    friend bool operator==(const Coarsening&, const Coarsening&) = default;
};
/// True for the sizes of mesh that Coarsening has.
[[nodiscard]] bool is_mesh_size(double metres);
/// The centre of the mesh cell that a position lies in, degrees WGS 84 (JIS X 0410: cells of
/// 40' x 1 degree, 5' x 7'30", 30" x 45", and its halves).
struct MeshPoint {
    double lon = 0;
    double lat = 0;
};
[[nodiscard]] MeshPoint mesh_centre(double lon, double lat, double metres);
/// The time cut down to a whole span since 1970 in Japan's time (UTC+9).
[[nodiscard]] Time cut(Time time, Duration span);
/// What is shown in the place of `attribute`; nothing where the coarsening does not fit its value:
/// that is not shown. What goes with the value (sub-attributes) goes.
[[nodiscard]] std::optional<Attribute> coarse(const Attribute& attribute, const Coarsening& how);

}  // namespace musubi

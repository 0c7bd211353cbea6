#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/context.h"
#include "model/entity.h"

namespace musubi {

// ---- q, the query language (GS CIM 009 v1.9.1, 4.9) -------------------------------------------

/// `name`, `name.sub.sub`, `name[path.path]` (4.9 attribute path and compound value path).
struct QueryPath {
    std::vector<std::string> names;  ///< expanded; the first is the attribute
    std::vector<std::string> inner;  ///< members inside the value, within [ ]
    std::string text;                ///< as written, for explain and errors
};

enum class QueryOperator {
    Exists,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Match,
    NotMatch
};

/// A value, a range `a..b`, or a list `a,b` to compare with.
struct QueryValue {
    std::vector<Json> any;  ///< one or a list; times are kept as strings
    std::optional<Json> range_low;
    std::optional<Json> range_high;
};

struct QueryNode {
    enum class Kind { And, Or, Comparison } kind = Kind::Comparison;
    std::vector<QueryNode> children;
    QueryPath path;
    QueryOperator op = QueryOperator::Exists;
    QueryValue value;
    std::shared_ptr<const void> pattern;  ///< the compiled expression of Match, NotMatch
};

/// Parses and expands names with `context`. Bounded: 200 terms, depth 32, pattern size 512.
/// Fails: BadRequest with the offset of the fault; TooComplexQuery beyond the bounds.
Result<QueryNode> parse_q(std::string_view text, const Context& context);
/// Any instance of an attribute that satisfies a comparison is enough (4.9).
[[nodiscard]] bool matches(const QueryNode& node, const Entity& entity);
/// `q` as text again, with expanded names: canonical, for explain.
[[nodiscard]] std::string to_text(const QueryNode& node);

// ---- types (4.17) ------------------------------------------------------------------------------

/// `A`, `A,B`, `A|B`, `(A;B),C`: a selection of types.
struct TypeSelection {
    enum class Kind { Type, And, Or } kind = Kind::Type;
    std::string type;  ///< expanded
    std::vector<TypeSelection> children;
};
Result<TypeSelection> parse_type_selection(std::string_view text, const Context& context);
[[nodiscard]] bool matches(const TypeSelection& selection, const std::vector<std::string>& types);

// ---- geo-queries (4.10) ------------------------------------------------------------------------

/// Longitudes and latitudes in degrees, WGS 84.
struct GeoBox {
    double west = -180;
    double south = -90;
    double east = 180;
    double north = 90;
    [[nodiscard]] bool contains(double lon, double lat) const {
        return lon >= west && lon <= east && lat >= south && lat <= north;
    }
};

class GeoShape;  ///< a parsed geometry, prepared for repeated tests

struct GeoQuery {
    enum class Relation { Near, Within, Contains, Intersects, Equals, Disjoint, Overlaps };
    Relation relation = Relation::Near;
    double max_distance = -1;  ///< metres; negative: none
    double min_distance = -1;
    std::string property;  ///< expanded name of the GeoProperty; default `location`
    std::shared_ptr<const GeoShape> shape;
    /// Everything outside of it can't match, as far as that can be said (Disjoint, minDistance:
    /// the whole world).
    GeoBox bounds;
};

/// `georel`, `geometry`, `coordinates` and `geoproperty` as in 4.10 (coordinates as JSON).
/// Fails: BadRequest naming the parameter.
Result<GeoQuery> parse_geo_query(std::string_view georel, std::string_view geometry,
                                 const Json& coordinates, std::string_view geoproperty,
                                 const Context& context);
/// Distances on the sphere of 6,371,008.8 m (IUGG mean radius); relations are planar in degrees.
[[nodiscard]] bool matches(const GeoQuery& query, const Entity& entity);
/// Checks a GeoJSON geometry (RFC 7946): type, shape, ranges, closed rings. Fails: BadRequest.
Result<void> check_geometry(const Json& geometry);
/// The box around a GeoJSON geometry that `check_geometry` accepts.
[[nodiscard]] GeoBox bounds_of(const Json& geometry);

// ---- what to select
// ------------------------------------------------------------------------------

struct EntityQuery {
    std::vector<std::string> ids;
    std::string id_pattern;  ///< POSIX extended; empty: none
    std::optional<TypeSelection> types;
    std::vector<std::string> attrs;  ///< expanded: at least one must be present (6.4.3.2)
    std::optional<QueryNode> q;
    std::optional<GeoQuery> geo;
    std::size_t limit = 20;
    std::size_t offset = 0;
    bool count = false;
};
/// Everything but limit and offset. The pattern must have been checked by `check_pattern`.
[[nodiscard]] bool matches(const EntityQuery& query, const Entity& entity);

}  // namespace musubi

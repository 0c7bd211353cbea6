#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/context.h"
#include "model/entity.h"
#include "model/scope.h"

namespace re2 {
class RE2;
}

namespace musubi {

/// A compiled regular expression that is found in a text in time linear to it, whatever the
/// pattern (RE2: POSIX extended and the classes of ECMA 262; no back-references, no look-around).
/// Cheap to copy; safe to use from any thread.
class Pattern {
public:
    static constexpr std::size_t kMaxBytes = 512;
    /// Fails: BadRequest, saying what is wrong in the pattern; TooComplexQuery beyond kMaxBytes or
    /// where its automaton does not fit the memory a pattern may take (1 MB).
    static Result<Pattern> parse(std::string_view text);
    /// True where some part of `text` is matched; `^` and `$` bind a pattern to the whole text.
    [[nodiscard]] bool found_in(std::string_view text) const;
    [[nodiscard]] const std::string& text() const;

private:
    explicit Pattern(std::shared_ptr<const re2::RE2> compiled) : compiled_{std::move(compiled)} {}
    std::shared_ptr<const re2::RE2> compiled_;
};

// ---- q, the query language (GS CIM 009 v1.9.1, 4.9) -------------------------------------------

/// `name`, `name.sub.sub`, `name[member.member]`, `name.observedAt`, `createdAt`: the target
/// element of a comparison.
struct QueryPath {
    /// What of the element is looked at: its value, or one of its own times and codes.
    enum class Of { Value, ObservedAt, CreatedAt, ModifiedAt, UnitCode, DatasetId };

    /// Expanded; the first is the attribute, the others lie below it. Empty only for the times of
    /// the entity itself.
    std::vector<std::string> names;
    Of of = Of::Value;
    std::vector<std::string> inner;  ///< members inside the value, as within [ ]
    /// One path, where `names` are a relationship and this is of the entities it leads to, as
    /// within { }; of those with `linked_type` (expanded) alone, where it is not empty.
    std::vector<QueryPath> linked;
    std::string linked_type;
    friend bool operator==(const QueryPath&, const QueryPath&) = default;
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

/// One value as it stands in a query.
struct QueryLiteral {
    enum class Kind { Boolean, Number, Text, Uri, Term, DateTime, Date, TimeOfDay };
    Kind kind = Kind::Number;
    Json value;  ///< a boolean, a number, or the text as written (without its quotes)
    /// Text, Uri, Term: what a VocabProperty is compared with.
    std::string expanded;
    /// DateTime, Date, and a Text that is a date-time: microseconds since 1970 UTC; TimeOfDay:
    /// since midnight UTC.
    std::optional<std::int64_t> moment;
    friend bool operator==(const QueryLiteral&, const QueryLiteral&) = default;
};

/// A value, a range `a..b` with both ends, or a list `a,b` to compare with.
struct QueryValue {
    std::vector<QueryLiteral> any;  ///< one, or a list; a range: its low and its high end
    bool is_range = false;
    friend bool operator==(const QueryValue&, const QueryValue&) = default;
};

/// And, Or: at least two children, none of their own kind. Comparison: the rest.
struct QueryNode {
    enum class Kind { And, Or, Comparison } kind = Kind::Comparison;
    std::vector<QueryNode> children;
    QueryPath path;
    QueryOperator op = QueryOperator::Exists;
    QueryValue value;                ///< empty for Exists, Match, NotMatch
    std::optional<Pattern> pattern;  ///< of Match, NotMatch
    bool expanded = false;  ///< a VocabProperty is compared with the expanded terms (expandValues)
};

/// The bounds of a query: the values of a list count as terms.
inline constexpr std::size_t kMaxQueryBytes = 64U << 10U;
inline constexpr int kMaxQueryTerms = 200;
inline constexpr int kMaxQueryDepth = 32;
inline constexpr int kMaxQueryPatterns = 10;  ///< each may take 15 ms and 1 MB to compile

/// Parses and expands names with `context`. `;` binds more tightly than `|`. Beyond the grammar of
/// 4.9: groups may be nested, spaces may stand between the parts, a full IRI is accepted as a name
/// (`<IRI>`, or bare where it holds "://" or begins with "urn:"), a bare word as a text.
/// `expand_values`: expanded names of the attributes whose values are terms of the context (4.9,
/// EXAMPLE 12). Fails: BadRequest, `where` says at which byte; TooComplexQuery beyond the bounds.
Result<QueryNode> parse_q(std::string_view text, const Context& context,
                          const std::vector<std::string>& expand_values = {});
/// How many hops to linked entities, `a{b}`, its deepest path makes; 0: none.
[[nodiscard]] std::size_t linked_depth(const QueryNode& node);
/// True where it asks for nothing but times of the entity itself (5.7.2.4).
[[nodiscard]] bool is_of_times_alone(const QueryNode& node);
/// As in 4.9: any instance of an attribute that satisfies a comparison is enough; values of
/// different kinds are unequal and not ordered; `==` finds an element of an array, `!=` holds
/// where none is equal; a GeoProperty can only be asked whether it exists. Texts are ordered by
/// code point. Allocates nothing, but for what `linked` does; without it, no path into linked
/// entities matches.
[[nodiscard]] bool matches(const QueryNode& node, const Entity& entity,
                           const LinkedEntities& linked = nullptr);
/// `q` as text again, with names as `<IRI>`: canonical, for explain; `parse_q` reads it back.
[[nodiscard]] std::string to_text(const QueryNode& node);
/// For the planner: comparisons that each matching entity satisfies (the query itself, or the
/// terms of its outermost `;`), of those that are made on an attribute's own value with a number
/// or a text by ==, <, <=, > or >=. The pointers live as long as `node`. An attribute may satisfy
/// == by one element of an array, one language, or the `expanded` text (VocabProperty): an index
/// must hold each of them.
[[nodiscard]] std::vector<const QueryNode*> indexable_terms(const QueryNode& node);

// ---- types (4.17) ------------------------------------------------------------------------------

/// `A`, `A,B`, `A|B`, `(A;B),C`: a selection of types. And, Or: at least two children, none of
/// their own kind.
struct TypeSelection {
    enum class Kind { Type, And, Or } kind = Kind::Type;
    std::string type;  ///< expanded
    std::vector<TypeSelection> children;
};
/// `;` binds more tightly than `|` and `,`. Bounds and failures as of `parse_q`.
Result<TypeSelection> parse_type_selection(std::string_view text, const Context& context);
/// `types`: what an entity has, expanded.
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
    /// A geometry whose own bounds do not meet these can't match (Disjoint, minDistance alone:
    /// the whole world). Where they would cross the antimeridian or hold a pole, they span all
    /// longitudes.
    GeoBox bounds;
};

/// `georel`, `geometry`, `coordinates` and `geoproperty` as in 4.10 (coordinates as JSON; an empty
/// geoproperty is `location`). Fails: BadRequest, `where` names the parameter; TooComplexQuery
/// beyond 10,000 positions.
Result<GeoQuery> parse_geo_query(std::string_view georel, std::string_view geometry,
                                 const Json& coordinates, std::string_view geoproperty,
                                 const Context& context);
/// Any instance of the GeoProperty is enough; an entity without it never matches. Distances on the
/// sphere of 6,371,008.8 m (IUGG mean radius), between the nearest points; relations are planar in
/// degrees (OGC 06-103r4: a point on a polygon's edge intersects it and is not within it). An
/// entity's collection of points, lines and areas equals and overlaps nothing; a geometry whose
/// edges cross tens of thousands of times is found to intersect, to be disjoint, and within what
/// it does not touch the edge of.
[[nodiscard]] bool matches(const GeoQuery& query, const Entity& entity);
/// Checks a GeoJSON geometry (RFC 7946, 3.1): type, shape, ranges, closed rings. Altitudes are
/// accepted. Fails: BadRequest, `where` is the path inside the geometry; TooLarge beyond 100,000
/// positions.
Result<void> check_geometry(const Json& geometry);
/// A geometry to measure from or compare with. Fails: BadRequest, TooComplexQuery; `where` names
/// the parameter.
Result<std::shared_ptr<const GeoShape>> parse_shape(std::string_view geometry,
                                                    const Json& coordinates);
/// The box around a GeoJSON geometry that `check_geometry` accepts.
[[nodiscard]] GeoBox bounds_of(const Json& geometry);

// ---- what to select ----------------------------------------------------------------------------

struct EntityOrder;  // model/order.h

struct EntityQuery {
    std::vector<std::string> ids;
    std::optional<Pattern> id_pattern;
    std::optional<TypeSelection> types;
    std::vector<std::string> attrs;  ///< expanded: at least one must be present (6.4.3.2)
    std::optional<QueryNode> q;
    std::optional<GeoQuery> geo;
    std::optional<ScopeQuery> scopes;
    std::shared_ptr<const EntityOrder> order;  ///< none: as they come
    std::size_t limit = 20;
    std::size_t offset = 0;
    bool count = false;
};
/// Everything but limit and offset; what is cheap to tell is asked first.
[[nodiscard]] bool matches(const EntityQuery& query, const Entity& entity,
                           const LinkedEntities& linked = nullptr);

}  // namespace musubi

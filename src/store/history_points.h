#pragma once

#include <optional>
#include <vector>

#include "history/point.h"
#include "store/change.h"
#include "store/codec.h"

namespace musubi {

/// The point that says an attribute was deleted.
inline Point deletion(const AttributeChange& attribute, Time at) {
    Attribute gone;
    if (attribute.before) gone.kind = attribute.before->kind;
    gone.value = iri::kNull;
    gone.observed_at = attribute.gone_at;
    gone.modified_at = at;
    gone.instance = attribute.instance;
    return to_point(gone);
}

/// What a rewrite does to a past state.
struct PastRewrite {
    InstanceId instance;
    std::optional<Point> now;  ///< nothing: it is no longer in history
};
/// Nothing where the change rewrites none: only the present state, or everything.
inline std::optional<PastRewrite> past_rewrite(const AttributeChange& a) {
    if (a.rewrite == Rewrite::Corrected && a.late) {
        return PastRewrite{a.target, to_corrected_point(*a.after)};
    }
    if (a.rewrite == Rewrite::Withdrawn && a.late) return PastRewrite{a.target, std::nullopt};
    // The last past state became the present one again.
    if (a.rewrite == Rewrite::Withdrawn && a.after) {
        return PastRewrite{a.after->instance, std::nullopt};
    }
    return std::nullopt;
}

inline bool has_former_state(const AttributeChange& a) {
    return a.before && (a.rewrite == Rewrite::Corrected || a.rewrite == Rewrite::Withdrawn);
}
/// The point that keeps what a rewritten state was: under the id of the rewrite, recorded when it
/// was rewritten, before its detail the kind of rewrite and the id of the state.
inline Point former_state(const AttributeChange& a, Time at) {
    Point point = to_point(*a.before);
    point.instance = a.instance;
    point.recorded = at;
    std::string detail;
    ByteWriter w{detail};
    w.byte(static_cast<std::uint8_t>(a.rewrite));
    w.number(a.target.sequence);
    w.number(a.target.ordinal);
    point.detail.insert(0, detail);
    return point;
}

/// The id of the state that a point of former_state tells of.
inline InstanceId rewritten_instance(const Point& former) {
    ByteReader r{former.detail};
    r.byte();
    InstanceId id;
    id.sequence = r.number();
    id.ordinal = static_cast<std::uint32_t>(r.number());
    return id;
}

/// Former states lie in a series of their own, beside the one that is read: its number of the
/// attribute has this bit.
inline constexpr std::uint32_t kFormerStates = 1U << 31U;

/// Bytes of details and of values that are no numbers.
inline std::size_t text_of(const std::vector<Point>& points) {
    std::size_t bytes = 0;
    for (const Point& p : points) {
        bytes += p.detail.size() + (p.value.is_number() ? 0 : to_text(p.value).size());
    }
    return bytes;
}

inline bool by_instance(const Point& a, const Point& b) { return a.instance < b.instance; }

}  // namespace musubi

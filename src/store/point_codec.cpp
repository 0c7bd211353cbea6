#include <algorithm>

#include "store/attribute_codec.h"
#include "store/codec.h"

namespace musubi {
namespace {

// The first byte of a point's detail.
enum DetailFlag : std::uint8_t { kObserved = 1, kModified = 2, kExpires = 4, kWithFraction = 8 };

// All but the flags and the time of modification.
void put_detail(ByteWriter& w, const Attribute& attribute) {
    w.text(attribute.unit_code);
    put_json(w, attribute.extra);
    w.number(attribute.sub.size());
    for (const Attribute& sub : attribute.sub) {
        Attribute timeless = sub;  // its times are the point's own
        timeless.created_at = timeless.modified_at = Time{};
        timeless.instance = {};
        static_cast<void>(put_attribute(w, timeless, SpelledNames{}));  // spelling can't fail
    }
    if (attribute.expires_at) w.signed_number(attribute.expires_at->us);
}

bool has_flag(const Point& point, DetailFlag flag) {
    return !point.detail.empty() && (static_cast<std::uint8_t>(point.detail[0]) & flag) != 0;
}

Point point_of(const Attribute& attribute, Time recorded, std::uint8_t flags) {
    Point point;
    point.recorded = recorded;
    point.at = attribute.observed_at.value_or(recorded);
    point.instance = attribute.instance;
    point.deleted = is_deletion(attribute);
    if (!point.deleted) point.value = attribute.value;
    ByteWriter w{point.detail};
    w.byte(static_cast<std::uint8_t>(flags | (attribute.observed_at ? kObserved : 0) |
                                     (attribute.expires_at ? kExpires : 0) |
                                     (attribute.observed_fraction ? kWithFraction : 0)));
    w.byte(static_cast<std::uint8_t>(attribute.kind));
    if ((flags & kModified) != 0) w.signed_number(attribute.modified_at.us);
    put_detail(w, attribute);
    return point;
}

}  // namespace

bool is_deletion(const Attribute& attribute) {
    return attribute.value.is_string() && attribute.value.string() == iri::kNull;
}

Point to_point(const Attribute& attribute) { return point_of(attribute, attribute.modified_at, 0); }

Point to_corrected_point(const Attribute& attribute) {
    return point_of(attribute, attribute.created_at, kModified);
}

bool was_observed(const Point& point) { return has_flag(point, kObserved); }

Time modified_at(const Point& point) {
    if (!has_flag(point, kModified)) return point.recorded;
    ByteReader r{std::string_view(point.detail).substr(2)};
    return Time{r.signed_number()};
}

AttributeKind kind_of(const Point& point) {
    return point.detail.size() > 1 ? static_cast<AttributeKind>(point.detail[1])
                                   : AttributeKind::Property;
}

bool has_expired(const Point& point, Time now) {
    if (!has_flag(point, kExpires)) return false;
    const auto attribute = from_point({}, {}, point);
    return attribute && attribute->expires_at && *attribute->expires_at <= now;
}

Result<Attribute> from_point(std::string_view name, std::string_view dataset_id,
                             const Point& point) {
    Attribute a;
    a.name = name;
    a.dataset_id = dataset_id;
    a.value = point.deleted ? Json{std::string(iri::kNull)} : point.value;
    a.created_at = a.modified_at = point.recorded;
    a.instance = point.instance;
    a.kind = kind_of(point);
    if (a.kind > AttributeKind::ListRelationship) return corrupt("point of history", name);
    if (was_observed(point)) a.observed_at = point.at;
    a.observed_fraction = has_flag(point, kWithFraction);
    if (point.detail.empty() && point.deleted) return a;  // as former releases wrote it
    ByteReader r{
        std::string_view(point.detail).substr(std::min<std::size_t>(2, point.detail.size()))};
    if (has_flag(point, kModified)) a.modified_at = Time{r.signed_number()};
    a.unit_code = r.text();
    a.extra = get_json(r);
    const std::uint64_t subs = r.number();
    for (std::uint64_t i = 0; i < subs && !r.failed(); ++i) {
        Attribute sub = get_attribute(r, SpelledReader{});
        sub.created_at = sub.modified_at = point.recorded;
        sub.instance = point.instance;
        a.sub.push_back(std::move(sub));
    }
    if (has_flag(point, kExpires)) a.expires_at = Time{r.signed_number()};
    if (r.failed() || !r.at_end()) return corrupt("point of history", name);
    return a;
}

}  // namespace musubi

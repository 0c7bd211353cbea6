#include "store/codec.h"

#include <algorithm>

#include "store/json_codec.h"

namespace musubi {
namespace {

constexpr int kMaxDepth = kMaxStoredDepth;

enum Flag : std::uint8_t {
    kHasObserved = 1,
    kHasUnit = 2,
    kHasDataset = 4,
    kHasSub = 8,
    kHasExtra = 16,
    kCreatedDiffers = 32,
    kHasExpiry = 64,
    kFraction = 128,  // nothing follows
};

// How names stand in a value: as numbers of the dictionary, or spelled out.
struct NumberedNames {
    Dictionary& dictionary;
    Result<void> put(ByteWriter& w, std::string_view name) const {
        w.number(TRY(dictionary.intern(name)));
        return {};
    }
};
struct SpelledNames {
    static Result<void> put(ByteWriter& w, std::string_view name) {
        w.text(name);
        return {};
    }
};
struct NumberedReader {
    const Dictionary& dictionary;
    std::string_view get(ByteReader& r) const {
        return dictionary.text(static_cast<std::uint32_t>(r.number()));
    }
};
struct SpelledReader {
    static std::string_view get(ByteReader& r) { return r.text(); }
};

template <typename Names>
Result<void> put_attribute(ByteWriter& w, const Attribute& a, const Names& names) {
    std::uint8_t flags = 0;
    if (a.observed_at) flags |= kHasObserved;
    if (!a.unit_code.empty()) flags |= kHasUnit;
    if (!a.dataset_id.empty()) flags |= kHasDataset;
    if (!a.sub.empty()) flags |= kHasSub;
    if (!a.extra.is_null()) flags |= kHasExtra;
    if (a.created_at != a.modified_at) flags |= kCreatedDiffers;
    if (a.expires_at) flags |= kHasExpiry;
    if (a.observed_fraction) flags |= kFraction;
    w.byte(flags);
    w.byte(static_cast<std::uint8_t>(a.kind));
    TRY(names.put(w, a.name));
    put_json(w, a.value);
    if ((flags & kHasObserved) != 0) w.signed_number(a.observed_at->us);
    if ((flags & kHasUnit) != 0) w.text(a.unit_code);
    if ((flags & kHasDataset) != 0) TRY(names.put(w, a.dataset_id));
    w.signed_number(a.modified_at.us);
    if ((flags & kCreatedDiffers) != 0) w.signed_number(a.created_at.us);
    w.number(a.instance.sequence);
    w.number(a.instance.ordinal);
    if ((flags & kHasExpiry) != 0) w.signed_number(a.expires_at->us);
    if ((flags & kHasExtra) != 0) put_json(w, a.extra);
    if ((flags & kHasSub) != 0) {
        w.number(a.sub.size());
        for (const Attribute& sub : a.sub) TRY(put_attribute(w, sub, names));
    }
    return {};
}

template <typename Names>
Attribute get_attribute(ByteReader& r, const Names& names, int depth = 0) {
    Attribute a;
    const std::uint8_t flags = r.byte();
    const std::uint8_t kind = r.byte();
    if (kind > static_cast<std::uint8_t>(AttributeKind::ListRelationship) || depth > kMaxDepth) {
        r.fail();
        return a;
    }
    a.kind = static_cast<AttributeKind>(kind);
    a.name = names.get(r);
    if (a.name.empty()) r.fail();
    a.value = get_json(r);
    if ((flags & kHasObserved) != 0) a.observed_at = Time{r.signed_number()};
    a.observed_fraction = (flags & kFraction) != 0;
    if ((flags & kHasUnit) != 0) a.unit_code = r.text();
    if ((flags & kHasDataset) != 0) a.dataset_id = names.get(r);
    a.modified_at = Time{r.signed_number()};
    a.created_at = (flags & kCreatedDiffers) != 0 ? Time{r.signed_number()} : a.modified_at;
    a.instance.sequence = r.number();
    a.instance.ordinal = static_cast<std::uint32_t>(r.number());
    if ((flags & kHasExpiry) != 0) a.expires_at = Time{r.signed_number()};
    if ((flags & kHasExtra) != 0) a.extra = get_json(r);
    if ((flags & kHasSub) != 0) {
        const std::uint64_t size = r.number();
        for (std::uint64_t i = 0; i < size && !r.failed(); ++i) {
            a.sub.push_back(get_attribute(r, names, depth + 1));
        }
    }
    return a;
}

Result<void> put_names(ByteWriter& w, const std::vector<std::string>& names,
                       Dictionary& dictionary) {
    w.number(names.size());
    for (const std::string& name : names) w.number(TRY(dictionary.intern(name)));
    return {};
}

std::vector<std::string> get_names(ByteReader& r, const Dictionary& dictionary) {
    std::vector<std::string> names;
    const std::uint64_t size = r.number();
    for (std::uint64_t i = 0; i < size && !r.failed(); ++i) {
        names.emplace_back(dictionary.text(static_cast<std::uint32_t>(r.number())));
        if (names.back().empty()) r.fail();  // no such number
    }
    return names;
}

Error corrupt(std::string_view what, std::string_view where = {}) {
    return {ErrorCode::Corrupt,
            std::string("a stored ") + std::string(what) +
                " can not be read; run `musubi verify` and restore from a backup",
            std::string(where)};
}

enum ChangeFlag : std::uint8_t { kHasBefore = 1, kHasAfter = 2, kLate = 4, kHasGoneAt = 32 };
constexpr unsigned kRewriteShift = 3;  // two bits of the flags
enum EntityChangeFlag : std::uint8_t { kTypesChanged = 1, kPurged = 2 };

bool has_rewrites(const Change& change) {
    return std::any_of(
        change.entities.begin(), change.entities.end(), [](const EntityChange& entity) {
            return entity.purged || std::any_of(entity.attributes.begin(), entity.attributes.end(),
                                                [](const AttributeChange& a) {
                                                    return a.rewrite != Rewrite::None || a.gone_at;
                                                });
        });
}

Result<void> put_attribute_change(ByteWriter& w, const AttributeChange& change,
                                  Dictionary& dictionary) {
    std::uint8_t flags = 0;
    if (change.before) flags |= kHasBefore;
    if (change.after) flags |= kHasAfter;
    if (change.late) flags |= kLate;
    flags |= static_cast<std::uint8_t>(static_cast<unsigned>(change.rewrite) << kRewriteShift);
    if (change.gone_at) flags |= kHasGoneAt;
    w.byte(flags);
    w.number(change.instance.ordinal);
    if (change.gone_at) w.signed_number(change.gone_at->us);
    if (change.rewrite != Rewrite::None) {
        w.number(TRY(dictionary.intern(change.name)));
        w.number(TRY(dictionary.intern(change.dataset_id)));
        w.number(change.target.sequence);
        w.number(change.target.ordinal);
    }
    if (change.before) TRY(put_attribute(w, *change.before, NumberedNames{dictionary}));
    if (change.after) TRY(put_attribute(w, *change.after, NumberedNames{dictionary}));
    return {};
}

void get_rewrite(ByteReader& r, const Dictionary& dictionary, AttributeChange& change) {
    change.name = dictionary.text(static_cast<std::uint32_t>(r.number()));
    change.dataset_id = dictionary.text(static_cast<std::uint32_t>(r.number()));
    change.target.sequence = r.number();
    change.target.ordinal = static_cast<std::uint32_t>(r.number());
    if (change.name.empty()) r.fail();
}

AttributeChange get_attribute_change(ByteReader& r, const Dictionary& dictionary) {
    AttributeChange change;
    const std::uint8_t flags = r.byte();
    change.instance.ordinal = static_cast<std::uint32_t>(r.number());
    if ((flags & kHasGoneAt) != 0) change.gone_at = Time{r.signed_number()};
    change.rewrite = static_cast<Rewrite>((flags >> kRewriteShift) & 3U);
    if (change.rewrite != Rewrite::None) get_rewrite(r, dictionary, change);
    if ((flags & kHasBefore) != 0) change.before = get_attribute(r, NumberedReader{dictionary});
    if ((flags & kHasAfter) != 0) change.after = get_attribute(r, NumberedReader{dictionary});
    change.late = (flags & kLate) != 0;
    if (change.rewrite != Rewrite::None) {
        const bool corrected = change.rewrite == Rewrite::Corrected;
        if (change.rewrite != Rewrite::Purged && !change.before) r.fail();
        if (corrected && !change.after) r.fail();
        return change;
    }
    if (!change.before && !change.after) {
        r.fail();
        return change;
    }
    const Attribute& known = change.after ? *change.after : *change.before;
    change.name = known.name;
    change.dataset_id = known.dataset_id;
    return change;
}

EntityChange get_entity_change(ByteReader& r, const Dictionary& dictionary) {
    EntityChange entity;
    entity.tenant = static_cast<TenantId>(r.number());
    entity.id = r.text();
    entity.types = get_names(r, dictionary);
    const std::uint8_t kind = r.byte();
    if (kind > static_cast<std::uint8_t>(ChangeKind::Deleted)) r.fail();
    entity.kind = static_cast<ChangeKind>(kind);
    const std::uint8_t flags = r.byte();
    entity.types_changed = (flags & kTypesChanged) != 0;
    entity.purged = (flags & kPurged) != 0;
    const std::uint64_t attributes = r.number();
    for (std::uint64_t i = 0; i < attributes && !r.failed(); ++i) {
        entity.attributes.push_back(get_attribute_change(r, dictionary));
    }
    return entity;
}

}  // namespace

Result<void> encode_entity(std::string& out, const Entity& entity, Dictionary& dictionary) {
    ByteWriter w{out};
    w.byte(entity.expires_at ? kTransientFormat : kValueFormat);
    TRY(put_names(w, entity.types, dictionary));
    w.number(entity.scopes.size());
    for (const std::string& scope : entity.scopes) w.text(scope);
    w.signed_number(entity.created_at.us);
    w.signed_number(entity.modified_at.us);
    w.text(entity.guardian);
    if (entity.expires_at) w.signed_number(entity.expires_at->us);
    w.number(entity.attributes.size());
    for (const Attribute& a : entity.attributes) {
        TRY(put_attribute(w, a, NumberedNames{dictionary}));
    }
    return {};
}

Result<Entity> decode_entity(std::string_view id, std::string_view bytes,
                             const Dictionary& dictionary) {
    ByteReader r{bytes};
    const std::uint8_t format = r.byte();
    if (format != kValueFormat && format != kTransientFormat) return corrupt("entity", id);
    Entity entity;
    entity.id = id;
    entity.types = get_names(r, dictionary);
    const std::uint64_t scopes = r.number();
    for (std::uint64_t i = 0; i < scopes && !r.failed(); ++i) entity.scopes.emplace_back(r.text());
    entity.created_at = Time{r.signed_number()};
    entity.modified_at = Time{r.signed_number()};
    entity.guardian = r.text();
    if (format == kTransientFormat) entity.expires_at = Time{r.signed_number()};
    const std::uint64_t attributes = r.number();
    if (attributes <= r.left()) entity.attributes.reserve(attributes);
    for (std::uint64_t i = 0; i < attributes && !r.failed(); ++i) {
        entity.attributes.push_back(get_attribute(r, NumberedReader{dictionary}));
    }
    if (r.failed() || !r.at_end()) return corrupt("entity", id);
    return entity;
}

Result<void> encode_change(std::string& out, const Change& change, Dictionary& dictionary) {
    ByteWriter w{out};
    w.byte(has_rewrites(change) ? kRewriteFormat : kValueFormat);
    w.number(change.sequence);
    w.signed_number(change.at.us);
    w.text(change.cause);
    w.number(change.entities.size());
    for (const EntityChange& entity : change.entities) {
        w.number(entity.tenant);
        w.text(entity.id);
        TRY(put_names(w, entity.types, dictionary));
        w.byte(static_cast<std::uint8_t>(entity.kind));
        w.byte(static_cast<std::uint8_t>((entity.types_changed ? kTypesChanged : 0) |
                                         (entity.purged ? kPurged : 0)));
        w.number(entity.attributes.size());
        for (const AttributeChange& a : entity.attributes) {
            TRY(put_attribute_change(w, a, dictionary));
        }
    }
    return {};
}

Result<Change> decode_change(std::string_view bytes, const Dictionary& dictionary) {
    ByteReader r{bytes};
    const std::uint8_t format = r.byte();
    if (format != kValueFormat && format != kRewriteFormat) return corrupt("change");
    Change change;
    change.sequence = r.number();
    change.at = Time{r.signed_number()};
    change.cause = r.text();
    const std::uint64_t entities = r.number();
    if (entities == 0) r.fail();
    for (std::uint64_t i = 0; i < entities && !r.failed(); ++i) {
        change.entities.push_back(get_entity_change(r, dictionary));
        for (AttributeChange& a : change.entities.back().attributes) {
            a.instance.sequence = change.sequence;
        }
    }
    if (r.failed() || !r.at_end()) return corrupt("change", std::to_string(change.sequence));
    return change;
}

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

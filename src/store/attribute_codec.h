#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "model/entity.h"
#include "store/dictionary.h"
#include "store/json_codec.h"

namespace musubi {

// How one attribute stands in the values of codec.h; for its sources alone.

enum AttributeFlag : std::uint8_t {
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
class NumberedNames {
public:
    explicit NumberedNames(Dictionary& dictionary) : dictionary_{dictionary} {}
    Result<void> put(ByteWriter& w, const Name& name) {
        w.number(TRY(dictionary_.intern_name(name)));
        return {};
    }
    Result<void> put(ByteWriter& w, const std::string& dataset_id) {
        w.number(TRY(dictionary_.intern(dataset_id)));
        return {};
    }

private:
    Dictionary& dictionary_;
};
struct SpelledNames {
    static Result<void> put(ByteWriter& w, std::string_view name) {
        w.text(name);
        return {};
    }
};
struct NumberedReader {
    const Dictionary& dictionary;
    Name get(ByteReader& r) const {
        return dictionary.name(static_cast<std::uint32_t>(r.number()));
    }
};
struct SpelledReader {
    static std::string_view get(ByteReader& r) { return r.text(); }
};

template <typename Names>
Result<void> put_attribute(ByteWriter& w, const Attribute& a, Names&& names) {
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
    if (kind > static_cast<std::uint8_t>(AttributeKind::ListRelationship) ||
        depth > kMaxStoredDepth) {
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
    if ((flags & kHasDataset) != 0) a.dataset_id = std::string_view{names.get(r)};
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

inline Error corrupt(std::string_view what, std::string_view where = {}) {
    return {ErrorCode::Corrupt,
            std::string("a stored ") + std::string(what) +
                " can not be read; run `musubi verify` and restore from a backup",
            std::string(where)};
}

}  // namespace musubi

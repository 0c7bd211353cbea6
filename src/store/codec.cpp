#include "store/codec.h"

#include <algorithm>

#include "store/attribute_codec.h"

namespace musubi {
namespace {

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

// Where the states that an entity's change set are in what was written.
class EncodedStates {
public:
    explicit EncodedStates(const std::string& out) : out_{out} {}
    [[nodiscard]] std::size_t position() const { return out_.size(); }
    /// What stands in `out` from `from` on is the new state.
    void add(const AttributeChange& change, std::size_t from) {
        if (change.after && !change.late) {
            slices_.push_back({change.after->instance, from, out_.size() - from});
        }
    }
    void sort() {  // those of the same instance stay in order: the last one stands
        if (std::is_sorted(slices_.begin(), slices_.end(), before)) return;  // nearly always
        std::stable_sort(slices_.begin(), slices_.end(), before);
    }
    /// Empty where it was not set.
    [[nodiscard]] std::string_view find(InstanceId instance) const {
        const auto after =
            std::upper_bound(slices_.begin(), slices_.end(), Slice{instance, 0, 0}, before);
        if (after == slices_.begin() || std::prev(after)->instance != instance) return {};
        return std::string_view(out_).substr(std::prev(after)->from, std::prev(after)->size);
    }

private:
    struct Slice {
        InstanceId instance;
        std::size_t from;
        std::size_t size;
    };
    static bool before(const Slice& a, const Slice& b) { return a.instance < b.instance; }
    const std::string& out_;
    std::vector<Slice> slices_;
};

Result<void> put_attribute_change(ByteWriter& w, const AttributeChange& change,
                                  Dictionary& dictionary, EncodedStates& states) {
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
        w.number(TRY(dictionary.intern_name(change.name)));
        w.number(TRY(dictionary.intern(change.dataset_id)));
        w.number(change.target.sequence);
        w.number(change.target.ordinal);
    }
    NumberedNames names{dictionary};
    if (change.before) TRY(put_attribute(w, *change.before, names));
    const std::size_t from = states.position();
    if (change.after) TRY(put_attribute(w, *change.after, names));
    states.add(change, from);
    return {};
}

Result<void> put_entity_change(ByteWriter& w, const EntityChange& entity, Dictionary& dictionary,
                               EncodedStates& states) {
    w.number(entity.tenant);
    w.text(entity.id);
    TRY(put_names(w, entity.types, dictionary));
    w.byte(static_cast<std::uint8_t>(entity.kind));
    w.byte(static_cast<std::uint8_t>((entity.types_changed ? kTypesChanged : 0) |
                                     (entity.purged ? kPurged : 0)));
    w.number(entity.attributes.size());
    for (const AttributeChange& a : entity.attributes) {
        TRY(put_attribute_change(w, a, dictionary, states));
    }
    return {};
}

void put_change_head(ByteWriter& w, const Change& change) {
    w.byte(has_rewrites(change) ? kRewriteFormat : kValueFormat);
    w.number(change.sequence);
    w.signed_number(change.at.us);
    w.text(change.cause);
    w.number(change.entities.size());
}

Result<void> put_entity_head(ByteWriter& w, const Entity& entity, Dictionary& dictionary) {
    w.byte(entity.expires_at ? kTransientFormat : kValueFormat);
    TRY(put_names(w, entity.types, dictionary));
    w.number(entity.scopes.size());
    for (const std::string& scope : entity.scopes) w.text(scope);
    w.signed_number(entity.created_at.us);
    w.signed_number(entity.modified_at.us);
    w.text(entity.guardian);
    if (entity.expires_at) w.signed_number(entity.expires_at->us);
    w.number(entity.attributes.size());
    return {};
}

void get_rewrite(ByteReader& r, const Dictionary& dictionary, AttributeChange& change) {
    change.name = dictionary.name(static_cast<std::uint32_t>(r.number()));
    change.dataset_id = dictionary.text(static_cast<std::uint32_t>(r.number()));
    change.target.sequence = r.number();
    change.target.ordinal = static_cast<std::uint32_t>(r.number());
    if (change.name.empty()) r.fail();
}

AttributePtr get_state(ByteReader& r, const Dictionary& dictionary) {
    return std::make_shared<const Attribute>(get_attribute(r, NumberedReader{dictionary}));
}

AttributeChange get_attribute_change(ByteReader& r, const Dictionary& dictionary) {
    AttributeChange change;
    const std::uint8_t flags = r.byte();
    change.instance.ordinal = static_cast<std::uint32_t>(r.number());
    if ((flags & kHasGoneAt) != 0) change.gone_at = Time{r.signed_number()};
    change.rewrite = static_cast<Rewrite>((flags >> kRewriteShift) & 3U);
    if (change.rewrite != Rewrite::None) get_rewrite(r, dictionary, change);
    if ((flags & kHasBefore) != 0) change.before = get_state(r, dictionary);
    if ((flags & kHasAfter) != 0) change.after = get_state(r, dictionary);
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
    TRY(put_entity_head(w, entity, dictionary));
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
    put_change_head(w, change);
    for (const EntityChange& entity : change.entities) {
        EncodedStates states{out};
        TRY(put_entity_change(w, entity, dictionary, states));
    }
    return {};
}

Result<void> encode_commit(std::string& out, std::vector<std::string>& entities,
                           const Change& change, Dictionary& dictionary) {
    ByteWriter w{out};
    put_change_head(w, change);
    for (const EntityChange& entity : change.entities) {
        EncodedStates states{out};
        TRY(put_entity_change(w, entity, dictionary, states));
        std::string& value = entities.emplace_back();
        if (!entity.after) continue;
        states.sort();
        ByteWriter present{value};
        TRY(put_entity_head(present, *entity.after, dictionary));
        for (const Attribute& a : entity.after->attributes) {
            const std::string_view encoded = states.find(a.instance);
            value += encoded;
            if (encoded.empty()) TRY(put_attribute(present, a, NumberedNames{dictionary}));
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

}  // namespace musubi

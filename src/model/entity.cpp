#include "model/entity.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "model/visible_text.h"

namespace musubi {
namespace {

constexpr std::string_view kInstancePrefix = "urn:ngsi-ld:Instance:";
constexpr std::size_t kMaxUriBytes = 2048;

template <typename Int>
bool read_digits(std::string_view text, Int& out) {
    const char* const end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, out);
    return fault == std::errc{} && stop == end;
}

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_scheme_char(char c) {
    return is_ascii_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

// What RFC 3986, 2 leaves out of every URI. Letters beyond ASCII are looked at apart.
constexpr std::array<bool, 256> kUriBytes = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0x21; c < table.size(); ++c) table[c] = c != 0x7f;
    for (const char c : std::string_view{"\"<>\\^`{|}"})
        table[static_cast<unsigned char>(c)] = false;
    return table;
}();

bool is_uri_char(char c) { return kUriBytes[static_cast<unsigned char>(c)]; }

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Sub-attributes are told apart by name and dataset; their order says nothing.
bool same_subs(const Attributes& a, const Attributes& b) {
    if (a.size() != b.size()) return false;
    return std::all_of(a.begin(), a.end(), [&](const Attribute& mine) {
        return std::any_of(b.begin(), b.end(),
                           [&](const Attribute& theirs) { return same_content(mine, theirs); });
    });
}

std::size_t heap_of(const std::string& text) {
    constexpr std::size_t kInPlace = 15;  // what libstdc++ keeps inside the object
    return text.capacity() > kInPlace ? text.capacity() + 1 : 0;
}

std::size_t heap_of(const Json& value) {
    if (value.is_string()) return heap_of(value.string());
    std::size_t bytes = 0;
    if (value.is_array()) {
        for (const Json& item : value.array()) bytes += sizeof(Json) + heap_of(item);
    } else if (value.is_object()) {
        for (const JsonMember& m : value.object()) {
            bytes += sizeof(JsonMember) + heap_of(m.name) + heap_of(m.value);
        }
    }
    return bytes;
}

std::size_t heap_of(const std::vector<std::string>& texts) {
    std::size_t bytes = texts.capacity() * sizeof(std::string);
    for (const std::string& text : texts) bytes += heap_of(text);
    return bytes;
}

// Names are shared by all who have them.
std::size_t heap_of(const Attributes& attributes) {
    constexpr std::size_t kEach = sizeof(AttributePtr) + sizeof(Attribute) + 16;
    std::size_t bytes = 0;
    for (const Attribute& a : attributes) {
        bytes += kEach + heap_of(a.value) + heap_of(a.dataset_id) + heap_of(a.unit_code) +
                 heap_of(a.sub) + heap_of(a.extra);
    }
    return bytes;
}

}  // namespace

std::string to_text(InstanceId id) {
    return std::string(kInstancePrefix) + std::to_string(id.sequence) + '-' +
           std::to_string(id.ordinal);
}

Result<InstanceId> parse_instance_id(std::string_view text) {
    InstanceId id;
    const std::size_t dash = text.rfind('-');
    const bool framed = text.starts_with(kInstancePrefix) && dash != std::string_view::npos &&
                        dash >= kInstancePrefix.size();
    // Comparing with what we would write refuses leading zeros: one instance has one name.
    if (!framed ||
        !read_digits(text.substr(kInstancePrefix.size(), dash - kInstancePrefix.size()),
                     id.sequence) ||
        !read_digits(text.substr(dash + 1), id.ordinal) || to_text(id) != text) {
        return Error{ErrorCode::BadRequest,
                     std::string(text.substr(0, 100)) +
                         " is no instance id; they read urn:ngsi-ld:Instance:<number>-<number>"};
    }
    return id;
}

const Attribute* Attribute::find_sub(std::string_view sub_name) const {
    for (const Attribute& a : sub) {
        if (a.name == sub_name) return &a;
    }
    return nullptr;
}

bool same_content(const Attribute& a, const Attribute& b) {
    return a.kind == b.kind && a.name == b.name && a.dataset_id == b.dataset_id &&
           a.unit_code == b.unit_code && a.observed_at == b.observed_at &&
           a.expires_at == b.expires_at && a.value == b.value && a.extra == b.extra &&
           same_subs(a.sub, b.sub);
}

const Attribute* Entity::find(std::string_view name, std::string_view dataset_id) const {
    const std::size_t place = place_of(name, dataset_id);
    return place == attributes.size() ? nullptr : &attributes[place];
}

Attribute* Entity::own(std::string_view name, std::string_view dataset_id) {
    const std::size_t place = place_of(name, dataset_id);
    return place == attributes.size() ? nullptr : &attributes.own(place);
}

std::size_t Entity::place_of(std::string_view name, std::string_view dataset_id) const {
    std::size_t place = 0;
    for (; place < attributes.size(); ++place) {
        const Attribute& a = attributes[place];
        if (a.name == name && a.dataset_id == dataset_id) break;
    }
    return place;
}

bool Entity::has_type(std::string_view type) const {
    return std::find(types.begin(), types.end(), type) != types.end();
}

std::optional<Time> next_expiry(const Entity& entity) {
    std::optional<Time> next = entity.expires_at;
    for (const Attribute& a : entity.attributes) {
        if (a.expires_at && (!next || *a.expires_at < *next)) next = a.expires_at;
    }
    return next;
}

std::shared_ptr<const Entity> unexpired(std::shared_ptr<const Entity> entity, Time now) {
    if (!entity) return entity;
    const auto next = next_expiry(*entity);
    if (!next || *next > now) return entity;
    if (entity->expires_at && *entity->expires_at <= now) return nullptr;
    auto left = std::make_shared<Entity>(*entity);
    erase_if(left->attributes,
             [&](const Attribute& a) { return a.expires_at && *a.expires_at <= now; });
    return left;
}

std::size_t memory_of(const Entity& entity) {
    return sizeof(Entity) + heap_of(entity.id) + heap_of(entity.types) + heap_of(entity.scopes) +
           heap_of(entity.guardian) + heap_of(entity.attributes);
}

bool is_uri(std::string_view text) {
    if (text.size() > kMaxUriBytes || text.empty() || !is_ascii_letter(text.front())) return false;
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon + 1 == text.size()) return false;
    return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
                       is_scheme_char) &&
           std::all_of(text.begin(), text.end(), is_uri_char) &&
           (is_ascii(text) || is_visible(text));
}

}  // namespace musubi

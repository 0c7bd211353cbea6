#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/attributes.h"
#include "model/name.h"

namespace musubi {

/// The kinds of attribute of NGSI-LD (GS CIM 009 v1.9.1, 4.5.2-4.5.24). The numbers are stored.
enum class AttributeKind : std::uint8_t {
    Property = 0,
    GeoProperty = 1,
    Relationship = 2,
    LanguageProperty = 3,
    JsonProperty = 4,
    VocabProperty = 5,
    ListProperty = 6,
    ListRelationship = 7,
};

/// Names one recorded state of one attribute for ever: the commit and the place within it.
struct InstanceId {
    std::uint64_t sequence = 0;
    std::uint32_t ordinal = 0;
    friend auto operator<=>(const InstanceId&, const InstanceId&) = default;
};
/// `urn:ngsi-ld:Instance:<sequence>-<ordinal>` and back. Fails: BadRequest.
[[nodiscard]] std::string to_text(InstanceId id);
Result<InstanceId> parse_instance_id(std::string_view text);

/// One instance of an attribute: what one dataset says of it. Names are expanded IRIs.
struct Attribute {
    Name name;
    AttributeKind kind = AttributeKind::Property;
    /// Property, JsonProperty: the value as written. GeoProperty: a GeoJSON geometry.
    /// Relationship: a URI, or an array of them. LanguageProperty: the language map.
    /// VocabProperty: IRI(s), expanded. List kinds: an array.
    Json value;
    std::string dataset_id;  ///< empty: the default instance (4.5.5)
    std::string unit_code;   ///< UN/CEFACT code, or empty
    std::optional<Time> observed_at;
    bool observed_fraction = false;  ///< it was written with a fraction, if only `.000`
    std::optional<Time> expires_at;  ///< it is gone from then on (4.22)
    Time created_at;
    Time modified_at;
    InstanceId instance;
    Attributes sub;  ///< properties and relationships of this instance
    /// What else the instance carries and must keep: objectType, valueType, ... (expanded names).
    Json extra;

    [[nodiscard]] const Attribute* find_sub(std::string_view sub_name) const;
};
/// True where both say the same: everything but the times of recording and the instance id.
[[nodiscard]] bool same_content(const Attribute& a, const Attribute& b);

/// The state of one thing of the world (4.5.1). Types and names are expanded IRIs; `id` is
/// opaque here, each interface checks its own syntax.
struct Entity {
    std::string id;
    std::vector<std::string> types;   ///< at least one, sorted, distinct
    std::vector<std::string> scopes;  ///< 4.18
    Time created_at;
    Time modified_at;
    std::optional<Time> expires_at;  ///< it is gone from then on (4.22)
    /// In a fragment: its expiresAt is to be removed.
    bool lasts = false;
    bool unscoped = false;  ///< in a fragment: its scopes are to be removed
    /// The service whose commands alone may change it; empty: anybody with the right to write.
    std::string guardian;
    Attributes attributes;  ///< in the order of their arrival; (name, dataset) distinct

    [[nodiscard]] const Attribute* find(std::string_view name,
                                        std::string_view dataset_id = {}) const;
    /// The same, to be changed in its place.
    [[nodiscard]] Attribute* own(std::string_view name, std::string_view dataset_id = {});
    /// Its place among the attributes, or their number where there is none.
    [[nodiscard]] std::size_t place_of(std::string_view name,
                                       std::string_view dataset_id = {}) const;
    [[nodiscard]] bool has_type(std::string_view type) const;
};

/// The earliest expiresAt of the entity and its attributes; nothing where none has one.
[[nodiscard]] std::optional<Time> next_expiry(const Entity& entity);
/// What of it is left at `now`; null where the entity itself has expired. The same pointer where
/// nothing has.
[[nodiscard]] std::shared_ptr<const Entity> unexpired(std::shared_ptr<const Entity> entity,
                                                      Time now);
/// Finds the entity of a URI, as far as who asks may see it; null where there is none.
using LinkedEntities = std::function<std::shared_ptr<const Entity>(std::string_view id)>;

/// An estimate of the bytes it holds in memory, for bounded caches.
[[nodiscard]] std::size_t memory_of(const Entity& entity);

/// IRIs that NGSI-LD itself gives meaning to.
namespace iri {
inline constexpr std::string_view kNgsiLd = "https://uri.etsi.org/ngsi-ld/";
inline constexpr std::string_view kDefaultVocabulary =
    "https://uri.etsi.org/ngsi-ld/default-context/";
inline constexpr std::string_view kScope = "https://uri.etsi.org/ngsi-ld/scope";
inline constexpr std::string_view kLocation = "https://uri.etsi.org/ngsi-ld/location";
inline constexpr std::string_view kNull = "urn:ngsi-ld:null";  ///< 4.5.0
}  // namespace iri

/// True where `text` is an absolute URI with a scheme (RFC 3986, 3), without spaces, controls or
/// characters that can not be seen, and of at most 2,048 bytes. Letters beyond ASCII are let
/// through (RFC 3987): towns name things in Japanese.
[[nodiscard]] bool is_uri(std::string_view text);

}  // namespace musubi

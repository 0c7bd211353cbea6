#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "history/point.h"
#include "store/change.h"
#include "store/dictionary.h"

namespace musubi {

// Stored forms of entities and changes. Each begins with kValueFormat; docs/formats.md has them in
// words. Names are numbers of the dictionary.

inline constexpr std::uint8_t kValueFormat = 1;
/// Of an entity that has an expiresAt of its own (4.22).
inline constexpr std::uint8_t kTransientFormat = 2;
/// Of a change that rewrites or purges what was recorded: former releases refuse it.
inline constexpr std::uint8_t kRewriteFormat = 2;

/// Fails: TooLarge where the dictionary is full.
Result<void> encode_entity(std::string& out, const Entity& entity, Dictionary& dictionary);
/// `id` comes from the key. Fails: Corrupt.
Result<Entity> decode_entity(std::string_view id, std::string_view bytes,
                             const Dictionary& dictionary);

/// Without the `after` states. Fails: TooLarge.
Result<void> encode_change(std::string& out, const Change& change, Dictionary& dictionary);
/// encode_change, and into `entities` encode_entity of each `after` state (empty where it is null),
/// in order. What the change set is encoded once. Fails: TooLarge.
Result<void> encode_commit(std::string& out, std::vector<std::string>& entities,
                           const Change& change, Dictionary& dictionary);
/// Fails: Corrupt.
Result<Change> decode_change(std::string_view bytes, const Dictionary& dictionary);

/// One instance of an attribute as a point of history, and back: `detail` holds what is neither a
/// time, an id, nor the value. A deletion has the value iri::kNull as an attribute, and none as a
/// point. Fails: Corrupt.
[[nodiscard]] Point to_point(const Attribute& attribute);
/// Of a past state that was corrected: recorded at its created_at, modified at its modified_at.
[[nodiscard]] Point to_corrected_point(const Attribute& attribute);
[[nodiscard]] bool is_deletion(const Attribute& attribute);
Result<Attribute> from_point(std::string_view name, std::string_view dataset_id,
                             const Point& point);
/// True where the state it is of had an expiresAt that has passed (4.22).
[[nodiscard]] bool has_expired(const Point& point, Time now);
/// Whether the point was given an observedAt, and the kind of attribute it is a state of.
[[nodiscard]] bool was_observed(const Point& point);
[[nodiscard]] AttributeKind kind_of(const Point& point);
/// When it was corrected, else recorded.
[[nodiscard]] Time modified_at(const Point& point);

}  // namespace musubi

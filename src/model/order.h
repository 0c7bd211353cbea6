#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/query.h"

namespace musubi {

/// How texts are put in order: by code point, or by the rules of a language (UTS #35), named by a
/// BCP 47 tag such as `ja`, `und` or `de-u-co-phonebk`. Cheap to copy, safe from any thread.
class Collation {
public:
    /// Fails: BadRequest where the tag is malformed or no rules for it are at hand.
    static Result<Collation> parse(std::string_view tag);
    /// A text that sorts by its bytes as `text` does by the rules.
    [[nodiscard]] std::string key_of(std::string_view text) const;

private:
    struct Rules;
    explicit Collation(std::shared_ptr<const Rules> rules) : rules_{std::move(rules)} {}
    std::shared_ptr<const Rules> rules_;
};

/// What entities are put in order by (`orderBy`, GS CIM 009 v1.9.1, 4.23).
struct OrderTerm {
    enum class By { Value, Id, Type, Distance };
    By by = By::Value;
    /// Of Value: as in q; empty names are the entity's own times. Of Distance: the GeoProperty.
    QueryPath path;
    bool descending = false;
};
struct EntityOrder {
    std::vector<OrderTerm> terms;  ///< empty: as they come
    std::optional<Collation> collation;
    std::shared_ptr<const GeoShape> from;  ///< distances are measured from it
};
inline constexpr std::size_t kMaxOrderTerms = 16;
/// Beyond so many entities that match, none are put in order.
inline constexpr std::size_t kMaxOrdered = 100'000;

/// `name;desc,address[city],location;dist-asc`. Fails: BadRequest, `where` says at which byte;
/// TooComplexQuery.
Result<std::vector<OrderTerm>> parse_order(std::string_view text, const Context& context);
/// Checks that distances have something to be measured from. Fails: BadRequest.
Result<void> check_order(const EntityOrder& order);

/// Where one entity stands: the keys of the terms, each of which compares by its bytes.
struct OrderKey {
    std::vector<std::string> parts;
};
/// Numbers before texts before objects, arrays, booleans and times; what is absent comes last
/// (4.23.2), whichever the direction.
[[nodiscard]] OrderKey order_key(const EntityOrder& order, const Entity& entity);
/// A strict weak order; entities that stand at the same place keep the order they came in.
[[nodiscard]] bool stands_before(const EntityOrder& order, const OrderKey& a, const OrderKey& b);

}  // namespace musubi

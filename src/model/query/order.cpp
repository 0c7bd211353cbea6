#include "model/order.h"

#include <bit>
#include <cmath>

#include "model/query/path.h"
#include "model/query/shape.h"

namespace musubi {
namespace {

// The first byte of a key: what kind of value it is of (4.23.2).
enum Rank : char { kNumber = 1, kText, kObject, kArray, kBoolean, kTime };

void append_number(std::string& out, double value) {
    auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);  // -0 is 0
    // As unsigned numbers the bits are in the order of the values (IEEE 754, 5.10).
    bits = (bits >> 63U) != 0 ? ~bits : bits | (std::uint64_t{1} << 63U);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(bits >> shift);
}

std::string key_of_time(Time time) {
    std::string out(1, kTime);
    const auto bits = static_cast<std::uint64_t>(time.us) ^ (std::uint64_t{1} << 63U);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(bits >> shift);
    return out;
}

std::string key_of_text(const EntityOrder& order, std::string_view text) {
    std::string out(1, kText);
    out += order.collation ? order.collation->key_of(text) : std::string(text);
    return out;
}

std::string key_of_value(const EntityOrder& order, const Json& value) {
    if (value.is_number()) {
        std::string out(1, kNumber);
        append_number(out, value.number());
        return out;
    }
    if (value.is_string()) return key_of_text(order, value.string());
    if (value.is_bool()) return {kBoolean, value.boolean() ? '\1' : '\0'};
    if (value.is_object()) return std::string(1, kObject) + to_text(value);
    if (value.is_array()) return std::string(1, kArray) + to_text(value);
    return {};
}

// The default instance, else the first.
const Attribute* instance_of(const Attributes& attributes, const std::string& name) {
    const Attribute* first = nullptr;
    for (const Attribute& a : attributes) {
        if (a.name != name) continue;
        if (a.dataset_id.empty()) return &a;
        if (first == nullptr) first = &a;
    }
    return first;
}

std::string key_of_attribute(const EntityOrder& order, const QueryPath& path, const Attribute& a) {
    switch (path.of) {
        case QueryPath::Of::ObservedAt:
            return a.observed_at ? key_of_time(*a.observed_at) : std::string{};
        case QueryPath::Of::CreatedAt: return key_of_time(a.created_at);
        case QueryPath::Of::ModifiedAt: return key_of_time(a.modified_at);
        case QueryPath::Of::UnitCode:
            return a.unit_code.empty() ? std::string{} : key_of_text(order, a.unit_code);
        case QueryPath::Of::DatasetId:
            return a.dataset_id.empty() ? std::string{} : key_of_text(order, a.dataset_id);
        case QueryPath::Of::Value: break;
    }
    const Json* value = &a.value;
    for (const std::string& member : path.inner) {
        value = value->find(member);
        if (value == nullptr) return {};
    }
    const bool words = a.kind == AttributeKind::LanguageProperty && path.inner.empty();
    if (words && value->is_object() && !value->object().empty()) {
        value = &value->object().front().value;
    }
    return key_of_value(order, *value);
}

std::string key_of_path(const EntityOrder& order, const QueryPath& path, const Entity& entity) {
    if (path.names.empty()) {
        return key_of_time(path.of == QueryPath::Of::CreatedAt ? entity.created_at
                                                               : entity.modified_at);
    }
    const Attribute* at = instance_of(entity.attributes, path.names.front());
    for (std::size_t i = 1; at != nullptr && i < path.names.size(); ++i) {
        at = instance_of(at->sub, path.names[i]);
    }
    if (at == nullptr) return {};
    return key_of_attribute(order, path, *at);
}

std::string key_of_distance(const EntityOrder& order, const std::string& name,
                            const Entity& entity) {
    const Attribute* at = instance_of(entity.attributes, name);
    if (at == nullptr || at->kind != AttributeKind::GeoProperty || !order.from) return {};
    std::string out(1, kNumber);
    append_number(out, distance(*order.from, at->value));
    return out;
}

Result<OrderTerm> read_term(TextCursor& in, const Context& context) {
    OrderTerm term;
    in.skip_spaces();
    const std::string_view word =
        in.rest().substr(0, std::min(in.rest().find_first_of(";,"), in.rest().size()));
    if (word == "id" || word == "type") {
        term.by = word == "id" ? OrderTerm::By::Id : OrderTerm::By::Type;
        in.advance(word.size());
    } else {
        term.path = TRY(read_path(in, context));
        if (!term.path.linked.empty()) return in.bad("linked entities can not be ordered by");
    }
    if (!in.take(";")) return term;
    const bool distance = in.take("dist-");
    term.descending = in.take("desc");
    if (!term.descending && !in.take("asc")) {
        return in.bad("asc, desc, dist-asc or dist-desc is expected");
    }
    if (!distance) return term;
    const bool plain = term.by == OrderTerm::By::Value && term.path.names.size() == 1 &&
                       term.path.of == QueryPath::Of::Value && term.path.inner.empty();
    if (!plain) return in.bad("distances are to a GeoProperty, named alone");
    term.by = OrderTerm::By::Distance;
    return term;
}

}  // namespace

Result<std::vector<OrderTerm>> parse_order(std::string_view text, const Context& context) {
    if (text.size() > kMaxQueryBytes) {
        return Error{ErrorCode::TooComplexQuery, "orderBy is too long", "orderBy"};
    }
    if (!is_utf8(text)) return Error{ErrorCode::BadRequest, "it is not UTF-8", "orderBy"};
    TextCursor in{text};
    std::vector<OrderTerm> out;
    do {
        if (out.size() == kMaxOrderTerms) {
            return in.too_complex(fmt::format("orderBy takes {} terms at most", kMaxOrderTerms));
        }
        out.push_back(TRY(read_term(in, context)));
    } while (in.take(","));
    if (!in.at_end()) return in.bad("',' or the end of orderBy is expected");
    return out;
}

Result<void> check_order(const EntityOrder& order) {
    for (const OrderTerm& term : order.terms) {
        if (term.by == OrderTerm::By::Distance && !order.from) {
            return Error{ErrorCode::BadRequest,
                         "an order by distance needs coordinates to measure from (orderFrom)",
                         "orderBy"};
        }
    }
    return {};
}

OrderKey order_key(const EntityOrder& order, const Entity& entity) {
    constexpr std::size_t kMaxPart = 256;  // what is alike up to there stands at the same place
    OrderKey key;
    key.parts.reserve(order.terms.size());
    for (const OrderTerm& term : order.terms) {
        switch (term.by) {
            case OrderTerm::By::Id: key.parts.push_back(key_of_text(order, entity.id)); break;
            case OrderTerm::By::Type:
                key.parts.push_back(key_of_text(order, entity.types.front()));
                break;
            case OrderTerm::By::Distance:
                key.parts.push_back(key_of_distance(order, term.path.names.front(), entity));
                break;
            case OrderTerm::By::Value:
                key.parts.push_back(key_of_path(order, term.path, entity));
                break;
        }
        if (key.parts.back().size() > kMaxPart) key.parts.back().resize(kMaxPart);
    }
    return key;
}

bool stands_before(const EntityOrder& order, const OrderKey& a, const OrderKey& b) {
    for (std::size_t i = 0; i < order.terms.size(); ++i) {
        const int way = a.parts[i].compare(b.parts[i]);
        if (way == 0) continue;
        // What is absent has no key, and comes last.
        if (a.parts[i].empty() || b.parts[i].empty()) return b.parts[i].empty();
        return order.terms[i].descending ? way > 0 : way < 0;
    }
    return false;
}

}  // namespace musubi

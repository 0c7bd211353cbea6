#include <algorithm>
#include <compare>

#include "model/query/literal.h"

namespace musubi {
namespace {

// How `target` stands to `literal`; unordered where they are of different kinds (4.9).
std::partial_ordering compare(const Json& target, const QueryLiteral& literal) {
    constexpr auto kDifferent = std::partial_ordering::unordered;
    switch (literal.kind) {
        case LiteralKind::Number:
            if (!target.is_number()) return kDifferent;
            if (target.is_integer() && literal.value.is_integer()) {
                return target.integer() <=> literal.value.integer();
            }
            return target.number() <=> literal.value.number();
        case LiteralKind::Boolean:
            if (!target.is_bool() || target.boolean() != literal.value.boolean()) return kDifferent;
            return std::partial_ordering::equivalent;
        case LiteralKind::Text:
        case LiteralKind::Uri:
        case LiteralKind::Term:
            if (!target.is_string()) return kDifferent;
            return target.string() <=> literal.value.string();
        case LiteralKind::DateTime:
        case LiteralKind::Date:
        case LiteralKind::TimeOfDay:
            if (!target.is_string()) return kDifferent;
            if (const auto moment = moment_of(literal.kind, target.string())) {
                return *moment <=> *literal.moment;
            }
            return kDifferent;
    }
    return kDifferent;
}

// The lexical form of a JSON-LD typed value, `{"@type": "DateTime", "@value": "..."}` (4.6.3).
const Json& plain(const Json& target) {
    if (!target.is_object()) return target;
    const Json* value = target.find("@value");
    return value != nullptr ? *value : target;
}

bool is(QueryOperator op, std::partial_ordering order) {
    switch (op) {
        case QueryOperator::Less: return order < 0;
        case QueryOperator::LessEqual: return order <= 0;
        case QueryOperator::Greater: return order > 0;
        case QueryOperator::GreaterEqual: return order >= 0;
        default: return order == 0;
    }
}

bool equals_one(const QueryValue& value, const Json& target) {
    if (value.is_range) {
        return compare(target, value.any[0]) >= 0 && compare(target, value.any[1]) <= 0;
    }
    return std::any_of(value.any.begin(), value.any.end(),
                       [&](const QueryLiteral& literal) { return compare(target, literal) == 0; });
}

// The Equal operator: the target, or an element of it where it is an array. No interval holds
// an array.
bool equals(const QueryValue& value, const Json& raw) {
    const Json& target = plain(raw);
    if (!target.is_array()) return equals_one(value, target);
    if (value.is_range) return false;
    return std::any_of(target.array().begin(), target.array().end(),
                       [&](const Json& element) { return equals_one(value, plain(element)); });
}

bool satisfies(const QueryNode& node, const Json& raw) {
    switch (node.op) {
        case QueryOperator::Exists: return true;
        case QueryOperator::Equal: return equals(node.value, raw);
        case QueryOperator::NotEqual: return !equals(node.value, raw);
        case QueryOperator::Match:
        case QueryOperator::NotMatch: {
            const Json& target = plain(raw);
            return target.is_string() &&
                   node.pattern->found_in(target.string()) == (node.op == QueryOperator::Match);
        }
        default: return is(node.op, compare(plain(raw), node.value.any[0]));
    }
}

bool satisfies_time(const QueryNode& node, Time time) {
    const auto order = [&](const QueryLiteral& literal) -> std::partial_ordering {
        const bool is_moment = literal.moment && literal.kind != LiteralKind::TimeOfDay &&
                               literal.kind != LiteralKind::Date;
        if (!is_moment) return std::partial_ordering::unordered;
        return time.us <=> *literal.moment;
    };
    const auto equal = [&] {
        const auto& any = node.value.any;
        if (node.value.is_range) return order(any[0]) >= 0 && order(any[1]) <= 0;
        return std::any_of(any.begin(), any.end(), [&](const auto& l) { return order(l) == 0; });
    };
    switch (node.op) {
        case QueryOperator::Exists: return true;
        case QueryOperator::Equal: return equal();
        case QueryOperator::NotEqual: return !equal();
        case QueryOperator::Match:
        case QueryOperator::NotMatch: return false;
        default: return is(node.op, order(node.value.any[0]));
    }
}

bool satisfies_text(const QueryNode& node, const std::string& text) {
    const auto same = [&](const QueryLiteral& literal) {
        return literal.value.is_string() && literal.value.string() == text;
    };
    const auto& any = node.value.any;
    switch (node.op) {
        case QueryOperator::Exists: return true;
        case QueryOperator::Equal: return std::any_of(any.begin(), any.end(), same);
        case QueryOperator::NotEqual: return std::none_of(any.begin(), any.end(), same);
        case QueryOperator::Match: return node.pattern->found_in(text);
        case QueryOperator::NotMatch: return !node.pattern->found_in(text);
        default: return false;
    }
}

// The URI of a relationship's element: itself, or the object of a list's entry.
const std::string* uri_of(const Json& element) {
    if (element.is_string()) return &element.string();
    const Json* object = element.find("object");
    return object != nullptr && object->is_string() ? &object->string() : nullptr;
}

enum class Compare { AsWritten, Expanded };

// Equality with names: the objects of a relationship, the terms of a vocabulary.
bool holds_name(const QueryNode& node, const Json& target, Compare how) {
    if (node.op != QueryOperator::Equal && node.op != QueryOperator::NotEqual) return false;
    const auto named = [&](const Json& element) {
        const std::string* uri = uri_of(element);
        if (uri == nullptr || node.value.is_range) return false;
        const auto& any = node.value.any;
        return std::any_of(any.begin(), any.end(), [&](const QueryLiteral& literal) {
            if (!literal.value.is_string()) return false;
            return *uri == literal.value.string() ||
                   (how == Compare::Expanded && *uri == literal.expanded);
        });
    };
    const bool found = target.is_array()
                           ? std::any_of(target.array().begin(), target.array().end(), named)
                           : named(target);
    return found == (node.op == QueryOperator::Equal);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
// Language tags do not tell case (RFC 5646, 2.1.1).
bool same_tag(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

// One language's words: a text, or an array of which each element is a target (4.9).
bool satisfies_words(const QueryNode& node, const Json& words) {
    const bool pattern = node.op == QueryOperator::Match || node.op == QueryOperator::NotMatch;
    if (!pattern || !words.is_array()) return satisfies(node, words);
    const auto one = [&](const Json& word) { return satisfies(node, word); };
    return std::any_of(words.array().begin(), words.array().end(), one);
}

bool satisfies_language(const QueryNode& node, const std::vector<std::string>& inner,
                        const Json& map) {
    if (!map.is_object() || inner.size() > 1) return false;
    const bool any_language = inner.empty() || inner[0] == "*";
    const auto chosen = [&](const JsonMember& m) {
        return any_language || same_tag(m.name, inner[0]);
    };
    const Json::Object& members = map.object();
    if (node.op == QueryOperator::NotEqual) {  // in none of the languages, and one is there
        bool seen = false;
        for (const JsonMember& m : members) {
            if (!chosen(m)) continue;
            if (!satisfies_words(node, m.value)) return false;
            seen = true;
        }
        return seen;
    }
    return std::any_of(members.begin(), members.end(), [&](const JsonMember& m) {
        return chosen(m) && satisfies_words(node, m.value);
    });
}

// The member that the trailing path leads to (4.9, ECMA 262 member expression); or nullptr.
const Json* inside(const Json& value, const std::vector<std::string>& inner) {
    const Json* at = &value;
    for (const std::string& member : inner) {
        at = at->find(member);
        if (at == nullptr) return nullptr;
    }
    return at;
}

bool satisfies_value(const QueryNode& node, const QueryPath& path, const Attribute& attribute) {
    switch (attribute.kind) {
        case AttributeKind::LanguageProperty:
            return satisfies_language(node, path.inner, attribute.value);
        case AttributeKind::GeoProperty:
            return node.op == QueryOperator::Exists && path.inner.empty();
        case AttributeKind::Relationship:
        case AttributeKind::ListRelationship:
            if (!path.inner.empty()) return false;
            return node.op == QueryOperator::Exists ||
                   holds_name(node, attribute.value, Compare::AsWritten);
        case AttributeKind::VocabProperty:
            if (!path.inner.empty()) return false;
            if (node.op == QueryOperator::Equal || node.op == QueryOperator::NotEqual) {
                return holds_name(node, attribute.value,
                                  node.expanded ? Compare::Expanded : Compare::AsWritten);
            }
            return satisfies(node, attribute.value);
        default: break;
    }
    if (path.inner.empty()) return satisfies(node, attribute.value);
    const Json* target = inside(attribute.value, path.inner);
    return target != nullptr && satisfies(node, *target);
}

bool satisfies_target(const QueryNode& node, const QueryPath& path, const Attribute& attribute) {
    switch (path.of) {
        case QueryPath::Of::Value: return satisfies_value(node, path, attribute);
        case QueryPath::Of::ObservedAt:
            return attribute.observed_at && satisfies_time(node, *attribute.observed_at);
        case QueryPath::Of::CreatedAt: return satisfies_time(node, attribute.created_at);
        case QueryPath::Of::ModifiedAt: return satisfies_time(node, attribute.modified_at);
        case QueryPath::Of::UnitCode:
            return !attribute.unit_code.empty() && satisfies_text(node, attribute.unit_code);
        case QueryPath::Of::DatasetId:
            return !attribute.dataset_id.empty() && satisfies_text(node, attribute.dataset_id);
    }
    return false;
}

bool found_among(const QueryNode& node, const QueryPath& path, const Attributes& attributes,
                 std::size_t depth) {
    const std::string& name = path.names[depth];
    const bool last = depth + 1 == path.names.size();
    for (const Attribute& attribute : attributes) {
        if (attribute.name != name) continue;
        if (last ? satisfies_target(node, path, attribute)
                 : found_among(node, path, attribute.sub, depth + 1)) {
            return true;
        }
    }
    return false;
}

bool satisfies_path(const QueryNode& node, const QueryPath& path, const Entity& entity,
                    const LinkedEntities& linked);

// An entity that the relationship leads to satisfies the rest of the path (4.9).
bool leads_to_match(const QueryNode& node, const QueryPath& path, const Attribute& attribute,
                    const LinkedEntities& linked) {
    if (attribute.kind != AttributeKind::Relationship &&
        attribute.kind != AttributeKind::ListRelationship) {
        return false;
    }
    const auto one = [&](const Json& element) {
        const std::string* uri = uri_of(element);
        if (uri == nullptr) return false;
        const auto entity = linked(*uri);
        return entity && (path.linked_type.empty() || entity->has_type(path.linked_type)) &&
               satisfies_path(node, path.linked.front(), *entity, linked);
    };
    const Json& value = attribute.value;
    return value.is_array() ? std::any_of(value.array().begin(), value.array().end(), one)
                            : one(value);
}

bool linked_among(const QueryNode& node, const QueryPath& path, const Attributes& attributes,
                  const LinkedEntities& linked) {
    const Attributes* among = &attributes;
    const auto is_next = [&](const Attribute& a, std::size_t depth) {
        return a.name == path.names[depth];
    };
    for (std::size_t depth = 0; depth + 1 < path.names.size(); ++depth) {
        const auto next = std::find_if(among->begin(), among->end(),
                                       [&](const Attribute& a) { return is_next(a, depth); });
        if (next == among->end()) return false;
        among = &next->sub;
    }
    return std::any_of(among->begin(), among->end(), [&](const Attribute& a) {
        return is_next(a, path.names.size() - 1) && leads_to_match(node, path, a, linked);
    });
}

bool satisfies_path(const QueryNode& node, const QueryPath& path, const Entity& entity,
                    const LinkedEntities& linked) {
    if (!path.linked.empty()) {
        return linked && linked_among(node, path, entity.attributes, linked);
    }
    if (!path.names.empty()) return found_among(node, path, entity.attributes, 0);
    return satisfies_time(
        node, path.of == QueryPath::Of::CreatedAt ? entity.created_at : entity.modified_at);
}

std::size_t hops_of(const QueryPath& path) {
    return path.linked.empty() ? 0 : 1 + hops_of(path.linked.front());
}

}  // namespace

bool matches(const QueryNode& node, const Entity& entity, const LinkedEntities& linked) {
    const auto one = [&](const QueryNode& child) { return matches(child, entity, linked); };
    switch (node.kind) {
        case QueryNode::Kind::And:
            return std::all_of(node.children.begin(), node.children.end(), one);
        case QueryNode::Kind::Or:
            return std::any_of(node.children.begin(), node.children.end(), one);
        case QueryNode::Kind::Comparison: break;
    }
    return satisfies_path(node, node.path, entity, linked);
}

std::size_t linked_depth(const QueryNode& node) {
    std::size_t depth = hops_of(node.path);
    for (const QueryNode& child : node.children) depth = std::max(depth, linked_depth(child));
    return depth;
}

bool is_of_times_alone(const QueryNode& node) {
    if (node.kind == QueryNode::Kind::Comparison) return node.path.names.empty();
    return std::all_of(node.children.begin(), node.children.end(), is_of_times_alone);
}

}  // namespace musubi

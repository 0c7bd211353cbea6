#include "trust/policies/persons.h"

#include <algorithm>

#include "trust/people/grant.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxId = 64;

bool lists(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

bool may_be_id(std::string_view text) {
    return !text.empty() && text.size() <= kMaxId &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

void add_person(const Json& value, std::vector<std::string>& ids) {
    if (!value.is_string() || ids.size() >= kMaxPersonsOfEntity) return;
    const std::string_view id = person_named(value.string());
    if (!id.empty()) ids.emplace_back(id);
}

QueryLiteral literal(std::string text) {
    QueryLiteral out;
    out.kind = QueryLiteral::Kind::Text;
    out.expanded = text;
    out.value = Json{std::move(text)};
    return out;
}

}  // namespace

std::string_view person_named(std::string_view text) {
    std::string_view id = person_of(text);
    if (text.starts_with(kPersonUri)) id = text.substr(kPersonUri.size());
    return may_be_id(id) ? id : std::string_view{};
}

void add_persons(const Json& value, std::vector<std::string>& ids) {
    add_person(value, ids);
    if (!value.is_array()) return;
    for (const Json& element : value.array()) {
        // An entry of a ListRelationship is an object of its own (4.5.22).
        const Json* object = element.is_object() ? element.find("object") : nullptr;
        add_person(object == nullptr ? element : *object, ids);
    }
}

void each_once(std::vector<std::string>& ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

const PersonalType* personal_type_of(const PolicySet& set, const std::vector<std::string>& types) {
    const auto found =
        std::find_if(set.personal.begin(), set.personal.end(),
                     [&](const PersonalType& personal) { return lists(types, personal.type); });
    return found == set.personal.end() ? nullptr : &*found;
}

std::vector<std::string> person_attributes_of(const PolicySet& set,
                                              const std::vector<std::string>& types) {
    std::vector<std::string> out;
    for (const PersonalType& personal : set.personal) {
        if (!lists(types, personal.type)) continue;
        for (const std::string& name : personal.persons) {
            if (!lists(out, name)) out.push_back(name);
        }
    }
    return out;
}

std::vector<std::string> persons_of(const std::vector<std::string>& attributes,
                                    const Entity& entity) {
    std::vector<std::string> ids;
    for (const Attribute& attribute : entity.attributes) {
        if (lists(attributes, attribute.name)) add_persons(attribute.value, ids);
    }
    each_once(ids);
    return ids;
}

QueryNode names_person(std::string_view attribute, std::string_view id) {
    QueryNode node;
    node.kind = QueryNode::Kind::Comparison;
    node.path.names = {std::string(attribute)};
    node.op = QueryOperator::Equal;
    node.value.any = {literal(std::string(kPersonUri) + std::string(id)),
                      literal(person_subject(id))};
    return node;
}

}  // namespace musubi

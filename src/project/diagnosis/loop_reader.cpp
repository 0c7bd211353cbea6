#include "project/diagnosis/loop_reader.h"

#include <algorithm>

#include "project/measures/period.h"

namespace musubi {
namespace {

constexpr std::string_view kGuardian = "projects";
constexpr std::size_t kPage = 1'000;

/// attribute == "text"
QueryNode equals(std::string attribute, std::string text) {
    QueryLiteral literal;
    literal.kind = QueryLiteral::Kind::Text;
    literal.value = std::move(text);
    QueryNode node;
    node.path.names = {std::move(attribute)};
    node.op = QueryOperator::Equal;
    node.value.any = {std::move(literal)};
    return node;
}

}  // namespace

bool LoopReader::sees(std::string_view type, std::initializer_list<std::string_view> terms) const {
    const std::string name = expand(type);
    const AccessFilter& access = *caller_.access;
    if (!access.knows_of(name) || !access.shows_all_rows({name})) return false;
    return std::ranges::none_of(
        terms, [&](std::string_view term) { return access.may_conceal({name}, expand(term)); });
}

Result<EntityPtr> LoopReader::find(const std::string& id, std::string_view type) const {
    EntityPtr entity = TRY(store_.find(caller_, id));
    const bool is_one = entity && entity->guardian == kGuardian && entity->has_type(expand(type));
    if (!is_one) return EntityPtr{};
    if (inputs_.reads) inputs_.reads(entity);
    return entity;
}

Result<std::vector<EntityPtr>> LoopReader::all(const EntityQuery& query, std::size_t limit) const {
    std::vector<EntityPtr> out;
    EntityQuery page = query;
    for (;;) {
        page.offset = out.size();
        page.limit = std::min(kPage, limit - out.size());
        if (page.limit == 0) return out;
        QueryResult found = TRY(store_.query(caller_, page));
        for (EntityPtr& entity : found.entities) {
            if (inputs_.reads) inputs_.reads(entity);
            out.push_back(std::move(entity));
        }
        if (found.entities.size() < page.limit) return out;
    }
}

Result<std::vector<EntityPtr>> LoopReader::all_of(const std::string& project,
                                                  std::string_view type) const {
    EntityQuery query;
    query.types = TypeSelection{.type = expand(type)};
    query.q = equals(expand("ofProject"), project);
    std::vector<EntityPtr> out = TRY(all(query, kMaxSeenOfLoop));
    std::erase_if(out, [](const EntityPtr& one) { return one->guardian != kGuardian; });
    return out;
}

const Json* LoopReader::value(const Entity& entity, std::string_view term) {
    const Attribute* attribute = entity.find(expand(term));
    return attribute == nullptr ? nullptr : &attribute->value;
}

std::vector<std::string> LoopReader::texts(const Json* value) {
    std::vector<std::string> out;
    if (value == nullptr) return out;
    if (value->is_string() && !value->string().empty()) out.push_back(value->string());
    if (!value->is_array()) return out;
    for (const Json& one : value->array()) {
        if (one.is_string() && !one.string().empty()) out.push_back(one.string());
    }
    return out;
}

std::string LoopReader::text(const Entity& entity, std::string_view term) {
    std::string out;
    for (const std::string& one : texts(entity, term)) out += (out.empty() ? "" : "、") + one;
    return out;
}

std::optional<Time> LoopReader::day(const Entity& entity, std::string_view term) {
    const Json* written = value(entity, term);
    if (written == nullptr || !written->is_string()) return std::nullopt;
    auto time = parse_day(written->string());
    return time ? std::optional{*time} : std::nullopt;
}

}  // namespace musubi

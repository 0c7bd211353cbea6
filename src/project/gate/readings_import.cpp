#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "project/gate/readings_export.h"
#include "project/loop/loop_document.h"
#include "store/transaction.h"

namespace musubi {
namespace {

Error bad_line(std::size_t number, std::string_view ja, std::string_view en) {
    return loop_error(ErrorCode::BadRequest, fmt::format("{} 行目 / line {}", number, number),
                      fmt::format("書き出した読み取りの行ではありません。{}", ja),
                      fmt::format("this is no line of exported readings: {}", en));
}

// A member of the line is missing, or is no such thing.
Error bad_member(std::size_t number, std::string_view name) {
    return bad_line(number, fmt::format("「{}」がないか、違うものです", name),
                    fmt::format("'{}' is missing or something else", name));
}

Result<std::vector<std::string>> texts_in(const Json& json, std::string_view name,
                                          std::size_t number) {
    const Json* list = json.find(name);
    if (list == nullptr || !list->is_array()) return bad_member(number, name);
    std::vector<std::string> out;
    for (const Json& one : list->array()) {
        if (!one.is_string()) return bad_member(number, name);
        out.push_back(one.string());
    }
    return out;
}

Result<Attribute> read_state(const Json& json, std::size_t number) {
    const std::string* name = find_text(json, "name");
    const Json* kind = json.find("kind");
    const Json* value = json.find("value");
    const bool is_kind =
        kind != nullptr && kind->is_integer() && kind->integer() >= 0 &&
        kind->integer() <= static_cast<std::int64_t>(AttributeKind::ListRelationship);
    if (name == nullptr || !is_kind || value == nullptr) return bad_member(number, "attributes");
    Attribute out;
    out.name = *name;
    out.kind = static_cast<AttributeKind>(kind->integer());
    out.value = *value;
    if (const std::string* unit = find_text(json, "unit")) out.unit_code = *unit;
    if (const Json* at = json.find("at")) {
        if (!at->is_integer()) return bad_member(number, "at");
        out.observed_at = Time{at->integer()};
    }
    return out;
}

Result<void> add_entity(Transaction& tx, const Json& line, std::size_t number) {
    Entity skeleton;
    skeleton.id = *find_text(line, "entity");
    skeleton.types = TRY(texts_in(line, "types", number));
    skeleton.scopes = TRY(texts_in(line, "scopes", number));
    const bool named = is_uri(skeleton.id) && !skeleton.types.empty() &&
                       std::none_of(skeleton.types.begin(), skeleton.types.end(),
                                    [](const std::string& type) { return type.empty(); });
    if (!named) return bad_member(number, "entity");
    skeleton.guardian = tx.caller().guardian;
    if (TRY(tx.find(skeleton.id))) return {};  // it is of two types that are measured
    EntityEdit* edit = TRY(tx.create(std::move(skeleton)));
    const Json* attributes = line.find("attributes");
    if (attributes == nullptr || !attributes->is_array()) return bad_member(number, "attributes");
    for (const Json& one : attributes->array()) edit->set(TRY(read_state(one, number)));
    return {};
}

// `unit`: of the line.
Result<Attribute> read_reading(const std::string& name, const Json& json, const std::string* unit,
                               std::size_t number) {
    const bool fits = json.is_array() && json.array().size() >= 2 && json.array().size() <= 3 &&
                      json.array()[0].is_integer() &&
                      (json.array().size() == 2 || json.array()[2].is_string());
    if (!fits) return bad_member(number, "readings");
    Attribute out;
    out.name = name;
    if (unit != nullptr) out.unit_code = *unit;
    if (json.array().size() == 3) out.unit_code = json.array()[2].string();
    out.observed_at = Time{json.array()[0].integer()};
    const Json& value = json.array()[1];
    if (value.is_number()) {
        out.value = value;
    } else if (value.is_string()) {
        out.value = TRY(parse_json(value.string()));
    } else {
        return bad_member(number, "readings");
    }
    return out;
}

Result<void> add_readings(Transaction& tx, const Json& line, std::size_t number) {
    const std::string* attribute = find_text(line, "attribute");
    const Json* readings = line.find("readings");
    if (attribute == nullptr || readings == nullptr || !readings->is_array()) {
        return bad_member(number, "readings");
    }
    auto edit = tx.edit(*find_text(line, "of"));
    if (!edit)
        return bad_line(number, "これより前の行にないものの読み取りです",
                        "readings of what no line before tells of");
    for (const Json& one : readings->array()) {
        (*edit)->add_late(TRY(read_reading(*attribute, one, find_text(line, "unit"), number)));
    }
    return {};
}

// What some service answers for is that service's here as well.
Caller importer(const Json& line, std::map<std::string, std::string>& guardians) {
    Caller out = service_caller("", "readings");
    const std::string* entity = find_text(line, "entity");
    const std::string* of = find_text(line, "of");
    const std::string* guardian = find_text(line, "guardian");
    if (entity != nullptr) guardians[*entity] = guardian != nullptr ? *guardian : std::string{};
    const auto found = of != nullptr ? guardians.find(*of) : guardians.end();
    if (entity != nullptr) out.guardian = guardians[*entity];
    if (found != guardians.end()) out.guardian = found->second;
    return out;
}

}  // namespace

Result<void> import_readings(Store& store, const std::string& lines) {
    std::map<std::string, std::string> guardians;  // of the entities, by their id
    std::size_t number = 0;
    for (std::size_t at = 0; at < lines.size();) {
        const std::size_t end = std::min(lines.find('\n', at), lines.size());
        const std::string_view text = std::string_view{lines}.substr(at, end - at);
        at = end + 1;
        ++number;
        if (text.empty()) continue;
        const auto parsed = parse_json(text);
        if (!parsed) return bad_line(number, "JSON ではありません", parsed.error().detail);
        const Json& line = *parsed;
        const Caller caller = importer(line, guardians);
        TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
            if (find_text(line, "entity") != nullptr) return add_entity(tx, line, number);
            if (find_text(line, "of") != nullptr) return add_readings(tx, line, number);
            return bad_line(number, "エンティティでも読み取りでもありません",
                            "neither an entity nor readings");
        }));
    }
    return {};
}

}  // namespace musubi

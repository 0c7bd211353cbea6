#include "project/cases/case_entity.h"

#include <array>
#include <cassert>

#include "store/edit_values.h"

namespace musubi {
namespace {

constexpr std::array<std::string_view, 17> kMembers{
    "kind",       "title",    "challenge", "role",      "functions", "field",
    "fiscalYear", "townCode", "summary",   "interview", "hurdles",   "learnt",
    "found",      "people",   "money",     "outcome",   "isExample"};

}  // namespace

CaseNames::CaseNames(const Context& context) : type_{context.expand(kCaseType)} {
    for (const std::string_view member : kMembers) {
        attributes_.emplace_back(member, context.expand(member));
    }
}

Result<CaseText> case_of(const Entity& entity, const CaseNames& names) {
    Json json;
    json.set("id", entity.id);
    for (const auto& [member, name] : names.attributes()) {
        const Attribute* attribute = entity.find(name);
        if (attribute != nullptr) json.set(member, attribute->value);
    }
    return read_case(json);
}

void write_case(EntityEdit& edit, const CaseNames& names, const CaseText& text) {
    assert(edit.state().id == text.id);
    const Json json = to_json(text);
    for (const auto& [member, name] : names.attributes()) {
        if (const Json* value = json.find(member)) {
            set_value(edit, name, *value);
        } else {
            edit.remove(name, {});
        }
    }
}

}  // namespace musubi

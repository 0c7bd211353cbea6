// Rule files, tables of levels and parameter files: whatever the bytes, an error or a set of rules
// that can be run.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "insight/rules/rule_engine.h"

namespace {

using namespace musubi;

constexpr std::string_view kModel =
    "fitted_on = \"x\"\n[coefficients]\nconstant = 0\nrise10 = 0\nrise20 = 0\nrise60 = 0\n"
    "gathering = 0\ndistance = 0\nneighbours = 0\n";
constexpr std::string_view kLevels =
    "[[version]]\nid = \"1\"\nfrom = 2021-05-20\nsource_ja = \"x\"\nsource_en = \"x\"\n"
    "[[version.level]]\nattribute = \"a\"\nja = \"x\"\nen = \"x\"\n";

void run(const std::shared_ptr<const RuleSet>& rules) {
    RuleEngine engine{rules};
    engine.start(Time{0});
    Change change;
    for (const TypeRules& type : rules->types) {
        for (int minute = 0; minute < 3; ++minute) {
            EntityChange& entity = change.entities.emplace_back();
            entity.id = "urn:a:" + std::to_string(minute % 2);
            entity.types = {type.type};
            for (const NumberSlot& slot : type.numbers) {
                AttributeChange& made = entity.attributes.emplace_back();
                made.name = slot.name;
                made.after = std::make_shared<const Attribute>(
                    Attribute{.name = slot.name,
                              .value = Json{minute * 1.5},
                              .observed_at = Time{0} + minutes(10 * minute)});
            }
        }
    }
    engine.take(change, true);
    engine.pass(Time{0} + days(400));
    static_cast<void>(engine.take_events());
    for (const auto& kept : engine.dirty_entities()) {
        RuleEngine again{rules};
        if (kept.view) static_cast<void>(again.load(kept.id, *kept.view, kept.state.value_or("")));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    static_cast<void>(parse_levels(text, "fuzz.toml"));
    static_cast<void>(parse_look_ahead(text, "fuzz.toml"));
    const auto file = parse_rules(text, "fuzz.toml");
    if (!file) return 0;
    const FileReader read = [](const std::string& name) -> Result<std::string> {
        return std::string{name == "levels.toml" ? kLevels : kModel};
    };
    const auto rules = compile_rules("fuzz", *file, *core_context(), read);
    if (rules) run(*rules);
    return 0;
}

// What the rules keep of an entity and of a feed: whatever the bytes, an error or a state that the
// rules can go on from.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "insight/rules/rule_engine.h"

namespace {

using namespace musubi;

constexpr std::string_view kRules = R"(
[rules]
version = "1"
context = "x"
[[rule]]
id = "high"
type = "T"
kind = "threshold"
value = "v"
threshold = "t"
hold = "PT10M"
severity = "low"
ja = "x"
en = "x"
[[rule]]
id = "ahead"
type = "T"
kind = "lookahead"
value = "v"
threshold = "t"
severity = "low"
ja = "x"
en = "x"
[[rule]]
id = "silent"
type = "T"
kind = "silent"
value = "v"
severity = "low"
ja = "x"
en = "x"
feed_ja = "x"
feed_en = "x"
)";
constexpr std::string_view kModel =
    "fitted_on = \"x\"\n[coefficients]\nconstant = 0\nrise10 = 0\nrise20 = 0\nrise60 = 0\n"
    "gathering = 0\ndistance = 0\nneighbours = 0\n";

const std::shared_ptr<const RuleSet>& rules() {
    static const std::shared_ptr<const RuleSet> kCompiled = [] {
        const auto file = parse_rules(kRules, "rules.toml");
        const FileReader read = [](const std::string&) -> Result<std::string> {
            return std::string{kModel};
        };
        return *compile_rules("fuzz", *file, *core_context(), read);
    }();
    return kCompiled;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const TypeRules& type = rules()->types.at(0);
    const std::string view = Tracked{type, "urn:a:b"}.view_bytes();
    RuleEngine engine{rules()};
    static_cast<void>(engine.load("urn:a:b", view, bytes));
    static_cast<void>(engine.load("urn:a:c", bytes, {}));
    static_cast<void>(engine.load_feed(type.type + "\nurn:a", bytes));
    engine.start(Time{0});
    engine.pass(Time{0} + days(20'000));
    static_cast<void>(engine.take_events());
    return 0;
}

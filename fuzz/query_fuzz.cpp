// Any bytes as a query and as a selection of types: refused, or answered and read back the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/query.h"

namespace {

musubi::Entity entity() {
    using namespace musubi;
    const ContextPtr core = core_context();
    const auto attribute = [&](std::string_view name, AttributeKind kind, Json value) {
        Attribute out;
        out.name = core->expand(name);
        out.kind = kind;
        out.value = std::move(value);
        out.observed_at = Time{1'628'931'000'000'000};
        return out;
    };
    Entity out;
    out.id = "urn:x:1";
    out.types = {core->expand("T")};
    out.attributes = {
        attribute("a", AttributeKind::Property, 5),
        attribute("a", AttributeKind::Property, "2021-08-14T08:50:00Z"),
        attribute("b", AttributeKind::Property, *parse_json(R"({"c":[1,"x",null,{}],"d":true})")),
        attribute("b", AttributeKind::LanguageProperty, *parse_json(R"({"en":"x","ja":["y"]})")),
        attribute("c", AttributeKind::Relationship, *parse_json(R"(["urn:x:1","urn:x:2"])")),
        attribute("d", AttributeKind::VocabProperty, core->expand("x")),
        attribute("e", AttributeKind::GeoProperty, *parse_json(R"({"type":"Point"})"))};
    for (std::size_t i = 0; i < out.attributes.size(); ++i) {
        out.attributes.own(i).sub = {attribute("a", AttributeKind::Property, "x")};
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const musubi::Entity target = entity();
    static const musubi::ContextPtr core = musubi::core_context();
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto types = musubi::parse_type_selection(text, *core)) {
        (void)musubi::matches(*types, target.types);
    }
    const auto query = musubi::parse_q(text, *core);
    if (!query) return 0;
    (void)musubi::indexable_terms(*query);
    const bool answer = musubi::matches(*query, target);
    const std::string canonical = musubi::to_text(*query);
    // Expanded names may lengthen a query beyond its bound; else it must be read back.
    if (canonical.size() > musubi::kMaxQueryBytes) return 0;
    const auto again = musubi::parse_q(canonical, *core);
    if (!again || musubi::to_text(*again) != canonical ||
        musubi::matches(*again, target) != answer) {
        std::abort();
    }
    return 0;
}

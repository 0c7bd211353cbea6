// Documents from outside: whatever is read as an entity is written in every format, and comes back
// the same from the two that keep everything.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "model/ngsild.h"

namespace {

using namespace musubi;

const ContextPtr& context() {
    static const ContextPtr made = [] {
        const Json source =
            parse_json(R"({"t": "https://t.example/", "a": "t:a", "b": "t:b", "語": "t:c"})")
                .value();
        return resolve_context(source, {}).value();
    }();
    return made;
}

void require(bool holds) {
    if (!holds) std::abort();
}

bool same(const Entity& a, const Entity& b) {
    if (a.id != b.id || a.types != b.types || a.scopes != b.scopes ||
        a.attributes.size() != b.attributes.size()) {
        return false;
    }
    for (const Attribute& mine : a.attributes) {
        const Attribute* other = b.find(mine.name, mine.dataset_id);
        if (other == nullptr || !same_content(mine, *other)) return false;
    }
    return true;
}

void write_and_read_again(const Entity& entity) {
    for (const Format format : {Format::Normalized, Format::Concise, Format::Simplified}) {
        std::string text;
        write_entity(text, entity, *context(), {.format = format});
        const auto json = parse_json(text, {.max_depth = 200});
        require(json.has_value());
        if (format == Format::Simplified) continue;
        const auto back = read_entity(*json, *context());
        require(back.has_value() && same(entity, *back));
    }
    std::string text;
    write_entity(text, entity, *context(), {.sys_attrs = true, .lang = "ja,en;q=0.5"});
    require(parse_json(text, {.max_depth = 200}).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto json = parse_json({reinterpret_cast<const char*>(data), size});
    if (!json) return 0;
    if (const auto entity = read_entity(*json, *context())) write_and_read_again(*entity);
    const ReadOptions patch{.as = ReadAs::Fragment, .nulls = true, .partial = true};
    if (const auto fragment = read_entity(*json, *context(), patch)) {
        std::string text;
        write_entity(text, *fragment, *context());
    }
    static_cast<void>(read_attribute("https://t.example/a", "/a", *json, *context()));
    return 0;
}

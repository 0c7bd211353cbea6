// JSON-LD contexts from outside: resolved within their bounds, and every name they give is turned
// back into the IRI it stands for.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "model/context.h"

namespace {

using namespace musubi;

// An IRI whose scheme is a prefix of this very context has no name that says so: JSON-LD calls it
// confused (JSON-LD 1.1 API, 6.2, step 9).
bool is_confused(const Context& context, std::string_view iri) {
    const Context::Term* scheme = context.find(iri.substr(0, iri.find(':')));
    return scheme != nullptr && scheme->prefix;
}

void check(const Context& context, std::string_view text) {
    const std::string iri = context.expand(text);
    if (is_confused(context, iri)) return;
    if (context.expand(context.compact(iri)) != iri) std::abort();
}

void check_all(const Context& context, const Json& json) {
    if (json.is_string()) check(context, json.string());
    if (json.is_array()) {
        for (const Json& item : json.array()) check_all(context, item);
    }
    if (!json.is_object()) return;
    for (const JsonMember& m : json.object()) {
        check(context, m.name);
        check_all(context, m.value);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto json = parse_json({reinterpret_cast<const char*>(data), size});
    if (!json) return 0;
    const auto document = std::make_shared<const Json>(*json);
    // Any URL that ends in a digit is there, and is the document itself.
    const ContextLoader load = [&](std::string_view url) -> Result<std::shared_ptr<const Json>> {
        if (!url.empty() && url.back() >= '0' && url.back() <= '9') return document;
        return Error{ErrorCode::ContextNotAvailable, "not here"};
    };
    const Json* inner = json->find("@context");
    const auto context =
        resolve_context(inner == nullptr ? *json : *inner, load, "https://e.example/c/x");
    if (context) check_all(**context, *json);
    return 0;
}

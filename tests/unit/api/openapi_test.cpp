#include "api/openapi.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "api/router.h"

namespace musubi {
namespace {

std::string without_names(const std::string& path) {
    std::string out;
    bool open = false;
    for (const char c : path) {
        if (c == '}') open = false;
        if (!open) out += c;
        if (c == '{') open = true;
    }
    return out;
}

std::string method_of(const Route& route) {
    std::string out{name_of(route.method)};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return static_cast<char>(c | 0x20); });
    return out;
}

const Json* follow(const Json& root, std::string_view pointer) {
    const Json* at = &root;
    while (at != nullptr && !pointer.empty()) {
        pointer.remove_prefix(1);
        const std::string_view part = pointer.substr(0, pointer.find('/'));
        pointer.remove_prefix(part.size());
        at = at->find(part);
    }
    return at;
}

void collect_references(const Json& json, std::set<std::string>& out) {
    if (json.is_array()) {
        for (const Json& item : json.array()) collect_references(item, out);
    }
    if (!json.is_object()) return;
    for (const JsonMember& m : json.object()) {
        if (m.name == "$ref") out.insert(m.value.string());
        collect_references(m.value, out);
    }
}

// Two are answered before the table is looked at, and one is there to say what is missing.
TEST(Openapi, HasEachRouteAndNoOther) {
    std::set<std::pair<std::string, std::string>> expected{{"/musubi/v1/live", "get"},
                                                           {"/health", "get"}};
    for (const Route& route : routes()) {
        if (route.handler == api::need_entity_id) continue;
        expected.emplace(std::string(route.path), method_of(route));
    }
    const Json document = openapi_document();
    std::set<std::pair<std::string, std::string>> described;
    for (const JsonMember& path : document.find("paths")->object()) {
        for (const JsonMember& operation : path.value.object()) {
            described.emplace(without_names(path.name), operation.name);
        }
    }
    EXPECT_EQ(described, expected);
}

TEST(Openapi, NamesEachOperationOnceAndEachOpenPartOfItsPath) {
    const Json document = openapi_document();
    std::set<std::string> ids;
    for (const JsonMember& path : document.find("paths")->object()) {
        for (const JsonMember& operation : path.value.object()) {
            const std::string& id = operation.value.find("operationId")->string();
            EXPECT_TRUE(ids.insert(id).second) << id;
            std::ptrdiff_t named = 0;
            for (const Json& reference : operation.value.find("parameters")->array()) {
                const Json* parameter =
                    follow(document, reference.find("$ref")->string().substr(1));
                ASSERT_NE(parameter, nullptr) << to_text(reference);
                if (parameter->find("in")->string() != "path") continue;
                const std::string open = "{" + parameter->find("name")->string() + "}";
                EXPECT_NE(path.name.find(open), std::string::npos) << path.name;
                ++named;
            }
            EXPECT_EQ(named, std::count(path.name.begin(), path.name.end(), '{')) << path.name;
        }
    }
}

TEST(Openapi, RefersToWhatIsThere) {
    const Json document = openapi_document();
    std::set<std::string> references;
    collect_references(document, references);
    EXPECT_FALSE(references.empty());
    for (const std::string& reference : references) {
        ASSERT_TRUE(reference.starts_with("#/")) << reference;
        EXPECT_NE(follow(document, reference.substr(1)), nullptr) << reference;
    }
}

}  // namespace
}  // namespace musubi

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

TEST(Openapi, HasEachRoute) {
    const Json document = openapi_document();
    std::set<std::pair<std::string, std::string>> described;
    for (const JsonMember& path : document.find("paths")->object()) {
        for (const JsonMember& operation : path.value.object()) {
            described.emplace(without_names(path.name), operation.name);
        }
    }
    for (const Route& route : routes()) {
        EXPECT_TRUE(described.contains({std::string(route.path), method_of(route)}))
            << method_of(route) << " " << route.path;
    }
    EXPECT_EQ(described.size(), routes().size());
}

TEST(Openapi, NamesEachOperationOnceAndEachOpenPartOfItsPath) {
    const Json document = openapi_document();
    std::set<std::string> ids;
    for (const JsonMember& path : document.find("paths")->object()) {
        for (const JsonMember& operation : path.value.object()) {
            const std::string& id = operation.value.find("operationId")->string();
            EXPECT_TRUE(ids.insert(id).second) << id;
            std::set<std::string> named;
            for (const Json& parameter : operation.value.find("parameters")->array()) {
                const Json* in = parameter.find("in");
                if (in == nullptr) continue;
                const std::string open = "{" + parameter.find("name")->string() + "}";
                EXPECT_NE(path.name.find(open), std::string::npos) << path.name;
                EXPECT_TRUE(named.insert(open).second) << path.name;
            }
            EXPECT_EQ(static_cast<std::ptrdiff_t>(named.size()),
                      std::count(path.name.begin(), path.name.end(), '{'));
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

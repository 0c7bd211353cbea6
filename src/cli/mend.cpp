#include "cli/mend.h"

#include <algorithm>

#include "model/ngsild.h"
#include "net/http.h"

namespace musubi {
namespace {

constexpr int kMaxMends = 1000;  // of one entity

// The parts of a JSON pointer (RFC 6901).
std::vector<std::string> parts_of(std::string_view pointer) {
    std::vector<std::string> parts;
    while (!pointer.empty()) {
        pointer.remove_prefix(1);
        const std::string_view part = pointer.substr(0, pointer.find('/'));
        pointer.remove_prefix(part.size());
        std::string& out = parts.emplace_back();
        for (std::size_t i = 0; i < part.size(); ++i) {
            const bool escaped = part[i] == '~' && i + 1 < part.size();
            out += !escaped ? part[i] : part[++i] == '1' ? '/' : '~';
        }
    }
    return parts;
}

Json* child(Json& parent, const std::string& name) {
    if (parent.is_object()) return parent.find(name);
    if (!parent.is_array() || name.empty()) return nullptr;
    std::size_t index = 0;
    for (const char c : name) {
        if (c < '0' || c > '9') return nullptr;
        index = index * 10 + static_cast<std::size_t>(c - '0');
        if (index >= parent.array().size()) return nullptr;
    }
    return &parent.array()[index];
}

// How many of the parts lead to something that is there, and what that is.
std::size_t walk(Json& root, const std::vector<std::string>& parts, std::vector<Json*>& passed) {
    passed.assign(1, &root);
    for (const std::string& part : parts) {
        Json* next = child(*passed.back(), part);
        if (next == nullptr) break;
        passed.push_back(next);
    }
    return passed.size() - 1;
}

void remove_child(Json& parent, const std::string& name) {
    if (parent.is_object()) {
        std::erase_if(parent.object(), [&](const JsonMember& m) { return m.name == name; });
    } else {
        const Json* gone = child(parent, name);
        auto& items = parent.array();
        items.erase(items.begin() + (gone - items.data()));
    }
}

Result<std::string> give_uri(Json& entity) {
    const Json* id = entity.find("id");
    const Json* type = entity.find("type");
    if (type != nullptr && type->is_array() && !type->array().empty()) {
        type = &type->array().front();
    }
    if (id == nullptr || !id->is_string() || id->string().empty() || type == nullptr ||
        !type->is_string()) {
        return Error{ErrorCode::BadRequest, "it needs an id and a type", "/id"};
    }
    const std::string urn =
        "urn:ngsi-ld:" + percent_encode(type->string()) + ":" + percent_encode(id->string());
    std::string what = "/id: \"" + id->string() + "\" is no URI; it is imported as " + urn;
    entity.set("id", urn);
    return what;
}

// A type that is none of NGSI-LD's: what has a value is a Property.
bool retype(Json& attribute, const std::string& where, std::string& what) {
    const Json* type = attribute.find("type");
    if (type == nullptr || !type->is_string() || type->string() == "Property" ||
        attribute.find("value") == nullptr) {
        return false;
    }
    what = where + ": the type \"" + type->string() +
           "\" is none of NGSI-LD; it is imported as a " + "Property";
    attribute.set("type", "Property");
    return true;
}

// Mends what one refusal speaks of, and says how.
Result<std::string> mend(Json& entity, const Error& error) {
    if (error.where == "/id") return give_uri(entity);
    const std::vector<std::string> parts = parts_of(error.where);
    std::vector<Json*> passed;
    const std::size_t depth = walk(entity, parts, passed);
    const bool whole = depth == 0 || (depth == 1 && (parts[0] == "type" || parts[0] == "id"));
    if (whole) return error;
    std::string what;
    if (depth >= 2 && parts[depth - 1] == "type" && passed[depth - 1]->is_object() &&
        retype(*passed[depth - 1], error.where, what)) {
        return what;
    }
    // What is missing is missing from the attribute: then that goes. So does what lost its type.
    std::size_t gone = depth;
    if (depth < parts.size() || parts[depth - 1] == "type") {
        while (gone > 1 && !(passed[gone]->is_object() && passed[gone]->find("type") != nullptr)) {
            --gone;
        }
    }
    std::string where;
    for (std::size_t i = 0; i < gone; ++i) where += "/" + parts[i];
    what = where + ": left out, since " + error.detail;
    remove_child(*passed[gone - 1], parts[gone - 1]);
    return what;
}

}  // namespace

Result<std::vector<std::string>> mend_entity(Json& entity) {
    std::vector<std::string> done;
    for (int i = 0; i < kMaxMends; ++i) {
        const auto read = read_entity(entity, *core_context());
        if (read) return done;
        done.push_back(TRY(mend(entity, read.error())));
    }
    return Error{ErrorCode::BadRequest, "too much of it would have to be mended"};
}

}  // namespace musubi

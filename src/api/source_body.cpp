#include "api/source_body.h"

#include <algorithm>
#include <array>

#include "model/ngsild/members.h"

namespace musubi {
namespace {

using ngsild::Member;

bool is_of_entity(std::string_view name) {
    constexpr std::array<std::string_view, 6> kOwn{"id",    "@id",   "type",
                                                   "@type", "scope", "expiresAt"};
    return std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end();
}

std::string rename(std::string_view name, const Context& from, const Context& to) {
    const std::string iri = from.expand(name);
    return iri.starts_with('@') ? std::string(name) : to.compact(iri);
}

// A term, or an array of them.
void rename_terms(Json& terms, const Context& from, const Context& to) {
    if (terms.is_string()) terms = rename(terms.string(), from, to);
    if (terms.is_array()) {
        for (Json& term : terms.array()) rename_terms(term, from, to);
    }
}

void rename_members(Json& json, const Context& from, const Context& to, bool entity);

// An attribute; what is a value alone stays as it is.
void rename_attribute(Json& json, const Context& from, const Context& to) {
    if (json.is_array() && ngsild::are_instances(json)) {
        for (Json& instance : json.array()) rename_attribute(instance, from, to);
    } else if (json.is_object() && ngsild::is_instance(json)) {
        rename_members(json, from, to, false);
    }
}

void rename_members(Json& json, const Context& from, const Context& to, bool entity) {
    for (JsonMember& member : json.object()) {
        if (entity && (member.name == "type" || member.name == "@type")) {
            rename_terms(member.value, from, to);
            continue;
        }
        if (entity && is_of_entity(member.name)) continue;
        switch (ngsild::member_of(member.name)) {
            case Member::Vocab:
            case Member::ObjectType:
            case Member::ValueType: rename_terms(member.value, from, to); break;
            case Member::Sub:
                member.name = rename(member.name, from, to);
                rename_attribute(member.value, from, to);
                break;
            default: break;
        }
    }
}

}  // namespace

Json cut_body(const Json& body, const Context& context, const std::vector<std::string>& names) {
    Json::Object out;
    for (const JsonMember& member : body.object()) {
        if (member.name == "@context") continue;
        const bool kept =
            is_of_entity(member.name) ||
            std::find(names.begin(), names.end(), context.expand(member.name)) != names.end();
        if (kept) out.push_back(member);
    }
    return Json{std::move(out)};
}

Json without_context(Json body) {
    if (body.is_object()) {
        std::erase_if(body.object(), [](const JsonMember& m) { return m.name == "@context"; });
    }
    return body;
}

Json renamed(Json body, const Context& from, const Context& to) {
    if (body.is_object()) rename_members(body, from, to, true);
    return body;
}

}  // namespace musubi

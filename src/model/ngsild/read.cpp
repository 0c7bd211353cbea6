#include <algorithm>
#include <utility>

#include "model/ngsild/attribute_reader.h"
#include "model/ngsild/names.h"
#include "model/ngsild/values.h"
#include "model/scope.h"

namespace musubi {
namespace {

using ngsild::AttributeReader;
using ngsild::bad_request;
using ngsild::JsonPath;
using ngsild::Member;
using ngsild::quoted;

/// Reads the members that an entity has beside its attributes (4.5.1, 5.2.4).
class EntityReader {
public:
    EntityReader(const Context& context, const ReadOptions& options)
        : context_{context},
          nulls_{options.nulls},
          recorded_{options.recorded},
          attributes_{context, options} {}

    Result<Entity> read(const Json::Object& members) {
        entity_.attributes.reserve(members.size());
        for (const JsonMember& m : members) TRY(read_member(m, {&root_, m.name}));
        TRY(attributes_.check_distinct(entity_.attributes, root_));
        return std::move(entity_);
    }

private:
    static constexpr std::size_t kMaxScopes = 256;

    Result<void> read_member(const JsonMember& member, const JsonPath& path) {
        const std::string_view name = member.name;
        if (name == "id" || name == "@id") return read_id(member.value, path);
        if (name == "type" || name == "@type") return read_types(member.value, path);
        if (name == "scope") return read_scopes(member.value, path);
        if (name == "expiresAt") return read_expiry(member.value, path);
        if (recorded_ && name == "createdAt") {
            entity_.created_at = TRY(ngsild::read_time(member.value, path));
            return {};
        }
        if (recorded_ && name == "modifiedAt") {
            entity_.modified_at = TRY(ngsild::read_time(member.value, path));
            return {};
        }
        // "@context" is the interface's affair; times are the broker's to set.
        if (name == "@context" || name == "createdAt" || name == "modifiedAt" ||
            name == "deletedAt") {
            return {};
        }
        std::string iri = context_.expand(name);
        if (iri == "@id") return read_id(member.value, path);  // by a word of the user's own
        if (iri == "@type") return read_types(member.value, path);
        TRY(attributes_.check_name(name, iri, path));
        if (is_own(iri)) {
            return bad_request(path, quoted(name) + " can not be the name of an attribute (4.5.1)");
        }
        return attributes_.read(entity_.attributes, Name{std::move(iri)}, member.value, path);
    }

    // Terms of the core that are no properties with a value of their own may name no attribute
    // (4.5.1). `value` and its like are free here: published models do have such attributes.
    static bool is_own(std::string_view iri) {
        constexpr std::string_view kScope = "https://uri.etsi.org/ngsi-ld/scope";
        const Member member = ngsild::member_meant(iri);
        const bool value = member >= Member::Value && member <= Member::ObjectList;
        return iri == kScope || (member != Member::Sub && !value);
    }

    Result<void> read_id(const Json& value, const JsonPath& path) {
        if (!value.is_string()) return bad_request(path, "the id of an entity is a URI, in quotes");
        if (value.string() == iri::kNull) {
            return bad_request(path, "NGSI-LD Null is the id of nothing (5.5.4)");
        }
        if (!is_uri(value.string())) {
            return bad_request(path, quoted(value.string()) +
                                         " is no URI; an id reads like urn:ngsi-ld:Type:name");
        }
        entity_.id = value.string();
        return {};
    }

    Result<void> read_expiry(const Json& value, const JsonPath& path) {
        entity_.lasts = nulls_ && value.is_string() && value.string() == iri::kNull;
        if (!entity_.lasts) entity_.expires_at = TRY(ngsild::read_time(value, path));
        return {};
    }

    Result<void> read_types(const Json& value, const JsonPath& path) {
        if (value.is_array()) {
            for (std::size_t i = 0; i < value.array().size(); ++i) {
                TRY(add_type(value.array()[i], {&path, {}, static_cast<std::int64_t>(i)}));
            }
        } else {
            TRY(add_type(value, path));
        }
        if (entity_.types.empty()) return bad_request(path, "an entity has at least one type");
        std::sort(entity_.types.begin(), entity_.types.end());
        entity_.types.erase(std::unique(entity_.types.begin(), entity_.types.end()),
                            entity_.types.end());
        return {};
    }

    Result<void> add_type(const Json& value, const JsonPath& path) {
        if (!value.is_string()) return bad_request(path, "the type of an entity is a string");
        if (!ngsild::is_name(value.string())) {
            return bad_request(path,
                               quoted(value.string()) + " can not be the name of a type (4.6.2)");
        }
        std::string iri = context_.expand(value.string());
        if (iri == iri::kNull) {
            return bad_request(path, "NGSI-LD Null is no type, and a type is not deleted (5.5.4)");
        }
        if (iri.starts_with('@')) {
            return bad_request(path, quoted(value.string()) + " is a keyword, no type");
        }
        entity_.types.push_back(std::move(iri));
        return {};
    }

    Result<void> read_scopes(const Json& value, const JsonPath& path) {
        entity_.unscoped = nulls_ && value.is_string() && value.string() == iri::kNull;
        if (entity_.unscoped) return {};
        if (!value.is_array()) return add_scope(value, path);
        for (std::size_t i = 0; i < value.array().size(); ++i) {
            TRY(add_scope(value.array()[i], {&path, {}, static_cast<std::int64_t>(i)}));
        }
        return {};
    }

    // `/level/level`: levels are names (4.18); the leading slash may be left out.
    Result<void> add_scope(const Json& value, const JsonPath& path) {
        if (!value.is_string()) return bad_request(path, "a scope is a string like /town/ward");
        if (!is_scope(value.string())) {
            return bad_request(
                path, quoted(value.string()) + " is no scope; it reads like /town/ward (4.18)");
        }
        auto& scopes = entity_.scopes;
        if (std::find(scopes.begin(), scopes.end(), value.string()) != scopes.end()) return {};
        if (scopes.size() == kMaxScopes) {
            return bad_request(path,
                               "an entity has at most " + std::to_string(kMaxScopes) + " scopes");
        }
        scopes.push_back(value.string());
        return {};
    }

    const Context& context_;
    bool nulls_;
    bool recorded_;
    AttributeReader attributes_;
    Entity entity_;
    JsonPath root_;
};

}  // namespace

Result<Entity> read_entity(const Json& json, const Context& context, const ReadOptions& options) {
    if (!json.is_object()) {
        return Error{ErrorCode::BadRequest, "an entity is a JSON object"};
    }
    Entity entity = TRY((EntityReader{context, options}.read(json.object())));
    if (options.as == ReadAs::Entity) {
        if (entity.id.empty()) {
            return Error{ErrorCode::BadRequest, "the entity has no \"id\"", "/id"};
        }
        if (entity.types.empty()) {
            return Error{ErrorCode::BadRequest, "the entity has no \"type\"", "/type"};
        }
    }
    return entity;
}

Result<Attributes> read_attribute(std::string_view name, std::string_view path, const Json& json,
                                  const Context& context, const ReadOptions& options) {
    const AttributeReader reader{context, options};
    const JsonPath root{nullptr, path};
    Attributes out;
    TRY(reader.read(out, name, json, root));
    TRY(reader.check_distinct(out, root));
    return out;
}

}  // namespace musubi

#include <algorithm>

#include "broker/temporal_commands.h"
#include "model/ngsild.h"
#include "model/ngsild/members.h"
#include "store/codec.h"

namespace musubi {
namespace {

bool is_null(const Json& value) { return value.is_string() && value.string() == iri::kNull; }

// Reads the entity reader's documents from a temporal one: the n-th has the n-th instance of each
// attribute.
class EvolutionReader {
public:
    explicit EvolutionReader(const Context& context) : context_{context} {}

    Result<Evolution> read(const Json& json, bool whole) {
        if (!json.is_object()) return Error{ErrorCode::BadRequest, "it is a JSON object"};
        for (const JsonMember& member : json.object()) TRY(take(member));
        for (std::size_t n = 0; n < rounds_.size(); ++n) TRY(read_round(n, whole));
        if (rounds_.empty()) TRY(read_head(Json{Json::Object{}}, whole));
        return std::move(evolution_);
    }

private:
    Json::Object& round(std::size_t n) {
        if (rounds_.size() <= n) rounds_.resize(n + 1);
        return rounds_[n];
    }

    Result<void> take(const JsonMember& member) {
        if (is_null(member.value)) {
            return Error{ErrorCode::BadRequest,
                         "\"urn:ngsi-ld:null\" is for the value of an instance (5.5.4)",
                         "/" + member.name};
        }
        const bool many = member.value.is_array() && ngsild::are_instances(member.value);
        if (member.name == "scope" && (many || ngsild::is_instance(member.value))) {
            return take_scopes(member.value);
        }
        if (!many || member.name == "type" || member.name == "@type") {
            round(0).push_back(member);
            return {};
        }
        const Json::Array& instances = member.value.array();
        for (std::size_t n = 0; n < instances.size(); ++n) {
            round(n).push_back({member.name, instances[n]});
        }
        return {};
    }

    Result<void> read_round(std::size_t n, bool whole) {
        Json document{std::move(rounds_[n])};
        if (n == 0) return read_head(document, whole);
        auto more = read_entity(document, context_, {.as = ReadAs::Fragment, .nulls = true});
        if (!more) {
            Error error = std::move(more).error();
            error.detail += " (instance " + std::to_string(n) + ")";
            return error;
        }
        return add(std::move(more->attributes));
    }

    Result<void> read_head(const Json& document, bool whole) {
        const ReadAs as = whole ? ReadAs::Entity : ReadAs::Fragment;
        evolution_.head = TRY(read_entity(document, context_, {.as = as, .nulls = true}));
        Attributes attributes = std::move(evolution_.head.attributes);
        evolution_.head.attributes.clear();
        return add(std::move(attributes));
    }

    Result<void> add(Attributes attributes) {
        for (std::size_t i = 0; i < attributes.size(); ++i) {
            const Attribute& a = attributes[i];
            // A member that asks for its own deletion belongs to partial updates alone.
            const bool null_time = a.extra.find(ngsild::kObservedAt) != nullptr;
            if (null_time || a.extra.find(ngsild::kUnitCode) != nullptr) {
                return Error{ErrorCode::BadRequest,
                             "an instance of history can not ask for the deletion of a member",
                             "/" + context_.compact(a.name)};
            }
            evolution_.instances.push_back(std::move(*attributes.take(i)));
        }
        return {};
    }

    // Instances of the scope are Properties with a scope or scopes as their value (4.5.6, 4.18).
    Result<void> take_scopes(const Json& json) {
        if (!json.is_array()) {
            evolution_.scopes.push_back(TRY(read_scope_instance(json, context_)));
            return {};
        }
        for (const Json& instance : json.array()) {
            evolution_.scopes.push_back(TRY(read_scope_instance(instance, context_)));
        }
        return {};
    }

    const Context& context_;
    std::vector<Json::Object> rounds_;
    Evolution evolution_;
};

}  // namespace

Result<Attribute> read_scope_instance(const Json& instance, const Context& context) {
    const Json* value = instance.find("value");
    if (value == nullptr) {
        return Error{ErrorCode::BadRequest, "an instance of the scope has a value", "/scope"};
    }
    Attribute scope;
    scope.name = iri::kScope;
    scope.value = iri::kNull;
    const bool none = is_null(*value) || (value->is_array() && value->array().empty());
    if (!none) {
        Json holder;
        holder.set("scope", *value);
        const Entity read = TRY(read_entity(holder, context, {.as = ReadAs::Fragment}));
        Json::Array scopes;
        for (const std::string& s : read.scopes) scopes.emplace_back(s);
        scope.value = std::move(scopes);
    }
    if (const Json* at = instance.find("observedAt")) {
        if (!at->is_string()) {
            return Error{ErrorCode::BadRequest, "it is a time", "/scope/observedAt"};
        }
        auto time = parse_time(at->string());
        if (!time) {
            return Error{ErrorCode::BadRequest, time.error().detail, "/scope/observedAt"};
        }
        scope.observed_at = *time;
    }
    return scope;
}

Result<Evolution> read_evolution(const Json& json, const Context& context, bool whole) {
    return EvolutionReader{context}.read(json, whole);
}

}  // namespace musubi

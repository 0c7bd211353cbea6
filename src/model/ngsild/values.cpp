#include "model/ngsild/values.h"

#include <algorithm>
#include <utility>

#include "model/query.h"

namespace musubi::ngsild {
namespace {

bool is_null_text(const Json& value) { return value.is_string() && value.string() == iri::kNull; }

// Each kind writes NGSI-LD Null in its own place (4.5.0, 4.6.5, 4.5.21, 4.5.22).
bool is_null_of(AttributeKind kind, const Json& value) {
    if (is_null_text(value)) return true;
    if (kind == AttributeKind::LanguageProperty) {
        const Json* none = value.find("@none");
        return none != nullptr && value.object().size() == 1 && is_null_text(*none);
    }
    const bool list =
        kind == AttributeKind::ListProperty || kind == AttributeKind::ListRelationship;
    if (!list || !value.is_array() || value.array().size() != 1) return false;
    const Json& item = value.array().front();
    const Json* object = item.find("object");
    return is_null_text(item) || (object != nullptr && is_null_text(*object));
}

// JSON null has no meaning inside a value (5.5.4), but in a JsonProperty.
bool holds_null(const Json& value) {
    if (value.is_null()) return true;
    if (value.is_array()) {
        return std::any_of(value.array().begin(), value.array().end(), holds_null);
    }
    return value.is_object() &&
           std::any_of(value.object().begin(), value.object().end(),
                       [](const JsonMember& m) { return holds_null(m.value); });
}

// NGSI-LD Null as the value of a member, at any depth.
bool holds_ngsild_null(const Json& value) {
    if (value.is_array()) {
        return std::any_of(value.array().begin(), value.array().end(), holds_ngsild_null);
    }
    return value.is_object() &&
           std::any_of(value.object().begin(), value.object().end(), [](const JsonMember& m) {
               return is_null_text(m.value) || holds_ngsild_null(m.value);
           });
}

Result<Json> read_geometry(const Json& value, const JsonPath& path) {
    if (value.is_string()) {  // the text of a geometry is taken for it (4.7.2)
        const auto inner = parse_json(value.string());
        if (inner && inner->is_object()) return read_geometry(*inner, path);
    }
    const Json* type = value.find("type");
    if (type != nullptr && type->is_string() && type->string() == "GeometryCollection") {
        return bad_request(path, "a GeometryCollection is no value in NGSI-LD (4.6.3)");
    }
    auto checked = check_geometry(value);
    if (!checked) {
        const Error& error = checked.error();
        return bad_request(
            path, error.where.empty() ? error.detail : error.detail + ", at " + error.where);
    }
    return value;
}

// A URI. Published models also point with texts that only look like one to the eye, such as
// `2020-03-17T08:45:00Z`; nothing is won by refusing them, so the scheme is not looked at further.
bool may_be_object(std::string_view text) {
    if (is_uri(text)) return true;
    return text.find(':') != std::string_view::npos && is_uri(std::string("urn:").append(text));
}

Result<std::string> read_uri(const Json& value, const JsonPath& path) {
    if (!value.is_string()) {
        return bad_request(path, "the object of a relationship is a URI, in quotes");
    }
    if (!may_be_object(value.string())) {
        return bad_request(path,
                           quoted(value.string()) + " is no URI; a relationship points to one");
    }
    return value.string();
}

// One URI, or several at once (4.5.3).
Result<Json> read_object(const Json& value, const JsonPath& path) {
    if (!value.is_array()) return Json{TRY(read_uri(value, path))};
    if (value.array().empty()) return bad_request(path, "a relationship needs at least one object");
    Json::Array out;
    out.reserve(value.array().size());
    for (const Json& item : value.array()) {
        const auto at = static_cast<std::int64_t>(out.size());
        out.push_back(TRY(read_uri(item, JsonPath{&path, {}, at})));
    }
    return Json{std::move(out)};
}

// Items are URIs, or objects with the one member "object" (4.5.22).
Result<Json> read_object_list(const Json& value, const JsonPath& path) {
    if (!value.is_array()) return bad_request(path, "\"objectList\" is an array");
    Json::Array out;
    out.reserve(value.array().size());
    for (const Json& item : value.array()) {
        const auto at = static_cast<std::int64_t>(out.size());
        const Json* object = item.find("object");
        out.push_back(TRY(read_uri(object == nullptr ? item : *object, JsonPath{&path, {}, at})));
    }
    return Json{std::move(out)};
}

bool is_text_or_texts(const Json& value) {
    if (value.is_string()) return true;
    return value.is_array() && std::all_of(value.array().begin(), value.array().end(),
                                           [](const Json& item) { return item.is_string(); });
}

// The shape of a language tag (RFC 5646, 2.1) or "@none"; whether it is registered is not asked.
bool is_language(std::string_view tag) {
    if (tag == "@none") return true;
    return !tag.empty() && tag.size() <= 64 && std::all_of(tag.begin(), tag.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    });
}

Result<Json> read_language_map(const Json& value, bool nulls, const JsonPath& path) {
    if (!value.is_object()) {
        return bad_request(path, "\"languageMap\" is an object of language tags and texts");
    }
    for (const JsonMember& m : value.object()) {
        const JsonPath place{&path, m.name};
        if (!is_language(m.name)) {
            return bad_request(place, quoted(m.name) + " is no language tag (RFC 5646)");
        }
        if (!is_text_or_texts(m.value)) {
            return bad_request(place, "a text, or an array of texts, belongs here");
        }
        if (!nulls && is_null_text(m.value)) {
            return bad_request(place, "NGSI-LD Null only stands in updates");
        }
    }
    return value;
}

Result<Json> read_json(const Json& value, const JsonPath& path) {
    const bool objects =
        value.is_object() ||
        (value.is_array() && std::all_of(value.array().begin(), value.array().end(),
                                         [](const Json& item) { return item.is_object(); }));
    if (!objects)
        return bad_request(path, "\"json\" is an object, or an array of objects (4.5.24)");
    return value;
}

}  // namespace

Result<Time> read_time(const Json& json, const JsonPath& path) {
    if (!json.is_string() || !json.string().ends_with('Z')) {
        return bad_request(path, "a time in UTC belongs here: 2021-08-14T08:50:00Z (4.6.3)");
    }
    auto time = parse_time(json.string());
    if (!time) return bad_request(path, time.error().detail);
    return *time;
}

Result<Json> read_terms(const Json& value, const Context& context, const JsonPath& path) {
    if (value.is_string()) return Json{context.expand(value.string())};
    if (!is_text_or_texts(value) || value.array().empty()) {
        return bad_request(path, "a term, or a filled array of terms, belongs here");
    }
    Json::Array out;
    out.reserve(value.array().size());
    for (const Json& item : value.array()) out.push_back(context.expand(item.string()));
    return Json{std::move(out)};
}

Result<Json> read_value(AttributeKind kind, const Json& value, const Context& context,
                        const ReadOptions& options, const JsonPath& path) {
    if (value.is_null()) {
        return bad_request(path, "null is no value; leave the attribute out, or delete it");
    }
    if (is_null_of(kind, value)) {
        if (!options.nulls) {
            return bad_request(path, "NGSI-LD Null only stands in updates (4.5.0)");
        }
        return Json{iri::kNull};
    }
    const bool plain = kind == AttributeKind::Property || kind == AttributeKind::ListProperty;
    if (plain && holds_null(value)) {
        return bad_request(path, "null has no place inside a value; leave the member out (5.5.4)");
    }
    if (plain && !options.merge && holds_ngsild_null(value)) {
        return bad_request(path, "NGSI-LD Null stands inside a value only in a merge (5.5.4)");
    }
    switch (kind) {
        case AttributeKind::Property: return value;
        case AttributeKind::GeoProperty: return read_geometry(value, path);
        case AttributeKind::Relationship: return read_object(value, path);
        case AttributeKind::LanguageProperty: return read_language_map(value, options.nulls, path);
        case AttributeKind::JsonProperty: return read_json(value, path);
        case AttributeKind::VocabProperty: return read_terms(value, context, path);
        case AttributeKind::ListProperty:
            if (!value.is_array()) return bad_request(path, "\"valueList\" is an array");
            return value;
        case AttributeKind::ListRelationship: return read_object_list(value, path);
    }
    return Error{ErrorCode::Internal, "an attribute of no known kind"};
}

}  // namespace musubi::ngsild

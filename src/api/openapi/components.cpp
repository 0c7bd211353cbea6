#include <algorithm>
#include <cstdlib>
#include <set>

#include "api/openapi/parts.h"
#include "api/problem.h"
#include "api/session_cookie.h"

// What the operations of the document refer to: parameters, bodies, answers, schemas.
namespace musubi::openapi {
namespace {

// The tables hold JSON that a test reads: it can be read.
Json read(std::string_view text) {
    auto json = parse_json(text);
    if (!json) std::abort();
    return std::move(json).value();
}

Json parameter_component(const Parameter& parameter) {
    Json out;
    out.set("name", parameter.name);
    out.set("in", parameter.in);
    if (parameter.in == "path" || parameter.required) out.set("required", true);
    out.set("description", parameter.en);
    out.set("x-description-ja", parameter.ja);
    Json schema = read(parameter.schema);
    if (parameter.in == "query" && schema.find("items") != nullptr) {
        out.set("style", "form").set("explode", false);
    }
    out.set("schema", std::move(schema));
    out.set("example", read(parameter.example));
    return out;
}

// A body of application/ld+json has its context with it.
Json with_context(Json example) {
    const auto add = [](Json& item) {
        if (!item.is_object() || item.find("@context") != nullptr) return;
        item.set("@context", "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld");
    };
    if (!example.is_array()) {
        add(example);
        return example;
    }
    Json::Array items = example.array();
    for (Json& item : items) add(item);
    return Json{std::move(items)};
}

Json feature_of(const Json& entity) {
    Json properties;
    Json geometry;
    for (const JsonMember& member : entity.object()) {
        if (member.name == "id") continue;
        properties.set(member.name, member.value);
    }
    if (const Json* location = entity.find("location")) geometry = *location->find("value");
    Json out;
    out.set("id", *entity.find("id"));
    out.set("type", "Feature");
    out.set("geometry", std::move(geometry));
    out.set("properties", std::move(properties));
    return out;
}

Json geojson(const Json& example) {
    if (!example.is_array()) return feature_of(example);
    Json::Array features;
    for (const Json& entity : example.array()) features.push_back(feature_of(entity));
    Json out;
    out.set("type", "FeatureCollection");
    out.set("features", Json{std::move(features)});
    return out;
}

Json media_of(const Content& content, bool answer) {
    Json out;
    for (const std::string_view media : words_of(content.media)) {
        const bool text = media.starts_with("text/");
        const bool geo = media == "application/geo+json";
        if (geo && !answer) continue;
        Json example = text ? Json{content.example} : read(content.example);
        if (media == "application/ld+json") example = with_context(std::move(example));
        std::string_view schema = content.schema;
        if (geo) {
            schema = example.is_array() ? "FeatureCollection" : "Feature";
            example = geojson(example);
        }
        Json one;
        one.set("schema", reference("schemas", schema));
        one.set("example", std::move(example));
        out.set(media, std::move(one));
    }
    return out;
}

Json headers_of(std::string_view names) {
    Json out;
    for (const std::string_view name : words_of(names)) out.set(name, reference("headers", name));
    return out;
}

// One that is used as an answer, and as a body.
Json answer_component(const Content& content) {
    Json out;
    out.set("description", content.en);
    if (!content.headers.empty()) out.set("headers", headers_of(content.headers));
    if (!content.media.empty()) out.set("content", media_of(content, true));
    return out;
}

Json problem_component(const Refusal& refusal) {
    Json media;
    media.set("schema", reference("schemas", "ProblemDetails"));
    media.set("example", problem_details(refusal.example));
    Json out;
    out.set("description", refusal.about);
    if (refusal.status == "401") out.set("headers", headers_of("WWW-Authenticate"));
    if (refusal.status == "503") out.set("headers", headers_of("Retry-After"));
    // Who takes nothing but application/json is given that.
    Json content;
    content.set("application/problem+json", media);
    content.set("application/json", std::move(media));
    out.set("content", std::move(content));
    return out;
}

// The answers and the bodies that the operations speak of, each once.
void add_contents(Json& responses, Json& bodies) {
    std::set<std::string_view> answered;
    std::set<std::string_view> taken;
    for (const auto& operations :
         {ngsild_operations(), own_operations(), loop_operations(), case_operations()}) {
        for (const Operation& operation : operations) {
            taken.insert(operation.body);
            for (const std::string_view word : words_of(operation.answers)) {
                answered.insert(word.substr(word.find('=') + 1));
            }
        }
    }
    for (const auto& all :
         {contents(), passkey_contents(), openid_contents(), machine_contents(), citizen_contents(),
          town_contents(), loop_contents(), case_contents(), measure_contents()}) {
        for (const Content& content : all) {
            if (answered.contains(content.key)) {
                responses.set(content.key, answer_component(content));
            }
            if (!taken.contains(content.key)) continue;
            Json body;
            body.set("description", content.en);
            body.set("required", true);
            body.set("content", media_of(content, false));
            bodies.set(content.key, std::move(body));
        }
    }
    for (const Refusal& refusal : refusals()) {
        responses.set(refusal.name, problem_component(refusal));
    }
    responses.set("LengthRequired",
                  Json{}.set("description", "The head does not tell the body's length (6.3.4)."));
    responses.set("NotAllowed", Json{}.set("description", "Allow says which methods there are."));
}

Json header_component(const Header& header) {
    Json out;
    out.set("description", header.en);
    out.set("schema", Json{}.set("type", "string"));
    out.set("example", header.example);
    return out;
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

Json reference(std::string_view kind, std::string_view name) {
    return Json{}.set("$ref", "#/components/" + std::string(kind) + "/" + std::string(name));
}

const std::vector<Refusal>& refusals() {
    static const std::vector<Refusal> kRefusals{
        {"400",
         "BadRequest",
         "The request breaks a rule; `instance` names the place.",
         {ErrorCode::BadRequest, "the id of an entity is a URI", "entityId"}},
        {"401",
         "Unauthorized",
         "A key is needed.",
         {ErrorCode::Unauthorized, "send a key: `Authorization: Bearer mk_...`"}},
        {"403",
         "Forbidden",
         "The key does not allow it, the entity is protected, or it is too much.",
         {ErrorCode::Forbidden, "this key may not write"}},
        {"404",
         "NotFound",
         "There is no such thing, or no such tenant.",
         {ErrorCode::NotFound, "there is no such entity", "urn:ngsi-ld:Gauge:none"}},
        {"406",
         "NotAcceptable",
         "The answer can not have a media type of Accept.",
         {ErrorCode::Unsupported, "the answer is application/json", std::string(kWhereAccept)}},
        {"409",
         "Conflict",
         "What is there stands against it.",
         {ErrorCode::AlreadyExists, "there is an entity with this id"}},
        {"413",
         "TooLarge",
         "The body is too large.",
         {ErrorCode::TooLarge, "at most 10,000 entities in one batch"}},
        {"415",
         "UnsupportedMediaType",
         "The body has another media type than it may have.",
         {ErrorCode::Unsupported, "the body must be application/json or application/ld+json",
          std::string(kWhereContentType)}},
        {"422",
         "NotSupported",
         "NGSI-LD has it, this server does not.",
         {ErrorCode::Unsupported, "this server does not do the query parameter 'via'", "via"}},
        {"500",
         "InternalError",
         "A fault of the server.",
         {ErrorCode::Internal, "the disk refused a write"}},
        {"503",
         "Busy",
         "A queue is full; Retry-After says when to try again.",
         {ErrorCode::Busy, "too much waits to be done; try again"}},
        {"508",
         "LoopDetected",
         "The request has come back to where it was (6.3.19).",
         {ErrorCode::Conflict, "registrations of context sources form a loop",
          std::string(kWhereVia)}},
        {"504",
         "ContextNotAvailable",
         "The JSON-LD context can not be had.",
         {ErrorCode::ContextNotAvailable, "the context could not be fetched",
          "https://example.org/gauges.jsonld"}},
    };
    return kRefusals;
}

Json components() {
    Json parts;
    for (const Parameter& parameter : parameters()) {
        parts.set(parameter.key, parameter_component(parameter));
    }
    Json answers;
    Json bodies;
    add_contents(answers, bodies);
    Json answer_headers;
    for (const Header& header : headers()) {
        answer_headers.set(header.name, header_component(header));
    }
    Json schemas;
    for (const auto& all : {ngsild_schemas(), own_schemas(), policy_schemas(), measure_schemas(),
                            passkey_schemas(), openid_schemas(), machine_schemas(),
                            citizen_schemas(), town_schemas(), loop_schemas(), case_schemas()}) {
        for (const Schema& schema : all) schemas.set(schema.name, read(schema.text));
    }
    Json key;
    key.set("type", "http");
    key.set("scheme", "bearer");
    key.set("description", "A key that `musubi key add` or POST /musubi/v1/keys made.");
    Json out;
    out.set("parameters", std::move(parts));
    out.set("headers", std::move(answer_headers));
    out.set("requestBodies", std::move(bodies));
    out.set("responses", std::move(answers));
    out.set("schemas", std::move(schemas));
    Json session;
    session.set("type", "apiKey").set("in", "cookie").set("name", kSessionCookie);
    session.set("description", "Of people: POST /musubi/v1/session sets it.");
    Json schemes;
    schemes.set("key", std::move(key)).set("session", std::move(session));
    out.set("securitySchemes", std::move(schemes));
    return out;
}

}  // namespace musubi::openapi

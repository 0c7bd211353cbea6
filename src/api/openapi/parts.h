#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "net/http.h"

// What the interface's document says beside the table of routes: tables that document.cpp joins
// with it. Texts of JSON are read when the document is made; a test reads them all.
namespace musubi::openapi {

/// One operation. `parameters` and `answers` are lists with blanks between their items.
struct Operation {
    HttpMethod method;
    std::string_view path;        ///< as the table of routes has it
    std::string_view en;          ///< what it does, in a few words
    std::string_view ja;          ///< the same
    std::string_view parameters;  ///< names of `Parameter`, or @groups of them
    std::string_view body;        ///< of a `Content`; empty: it takes none
    std::string_view answers;     ///< STATUS=CONTENT, or STATUS alone where a problem is told
};
/// Those of NGSI-LD, in the order of the table of routes.
[[nodiscard]] std::span<const Operation> ngsild_operations();
/// Those of the town and of running it; two of them are no routes: the live feed and the health.
[[nodiscard]] std::span<const Operation> own_operations();
[[nodiscard]] std::span<const Operation> loop_operations();
[[nodiscard]] std::span<const Operation> case_operations();

/// A parameter of the query string, the path or a header.
struct Parameter {
    std::string_view key;  ///< under which it is referred to
    std::string_view name;
    std::string_view in;
    std::string_view schema;   ///< JSON
    std::string_view example;  ///< JSON
    std::string_view en;
    std::string_view ja;
    bool required = false;  ///< in the query; in a path each is
};
[[nodiscard]] std::span<const Parameter> parameters();

/// Parameters that go together.
struct ParameterGroup {
    std::string_view name;  ///< with its @
    std::string_view parameters;
};
[[nodiscard]] std::span<const ParameterGroup> groups();

/// The body of a request, or an answer with its headers.
struct Content {
    std::string_view key;
    std::string_view en;
    std::string_view media;    ///< media types, with blanks between them; empty: no body
    std::string_view schema;   ///< the name of a `Schema`
    std::string_view example;  ///< JSON; for text/ types the text
    std::string_view headers;  ///< names of answer headers, with blanks between them
};
inline constexpr std::string_view kJson = "application/json";
[[nodiscard]] std::span<const Content> contents();
[[nodiscard]] std::span<const Content> measure_contents();
[[nodiscard]] std::span<const Content> machine_contents();
[[nodiscard]] std::span<const Content> passkey_contents();
[[nodiscard]] std::span<const Content> citizen_contents();
[[nodiscard]] std::span<const Content> town_contents();
[[nodiscard]] std::span<const Content> loop_contents();
[[nodiscard]] std::span<const Content> case_contents();
[[nodiscard]] std::span<const Content> openid_contents();

/// A schema (JSON Schema 2020-12, as OpenAPI 3.1 has it).
struct Schema {
    std::string_view name;
    std::string_view text;
};
[[nodiscard]] std::span<const Schema> ngsild_schemas();
[[nodiscard]] std::span<const Schema> own_schemas();
[[nodiscard]] std::span<const Schema> policy_schemas();
[[nodiscard]] std::span<const Schema> measure_schemas();
[[nodiscard]] std::span<const Schema> machine_schemas();
[[nodiscard]] std::span<const Schema> passkey_schemas();
[[nodiscard]] std::span<const Schema> citizen_schemas();
[[nodiscard]] std::span<const Schema> town_schemas();
[[nodiscard]] std::span<const Schema> loop_schemas();
[[nodiscard]] std::span<const Schema> case_schemas();
[[nodiscard]] std::span<const Schema> openid_schemas();

/// A header of an answer.
struct Header {
    std::string_view name;
    std::string_view example;
    std::string_view en;
};
[[nodiscard]] std::span<const Header> headers();

/// A problem as an operation may answer it.
struct Refusal {
    std::string_view status;
    std::string_view name;
    std::string_view about;
    Error example;
};
[[nodiscard]] const std::vector<Refusal>& refusals();

/// The document's `components`: all that its operations refer to.
[[nodiscard]] Json components();
/// A reference to one of them.
[[nodiscard]] Json reference(std::string_view kind, std::string_view name);
/// The parts of a list with blanks between its items.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view text);

}  // namespace musubi::openapi

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "project/loop/loop_vocabulary.h"

namespace musubi {

/// One thing of the project loop as people write it: all its members.
struct LoopThing {
    const LoopKind* kind = nullptr;
    std::string slug;  ///< lower-case letters, digits and '-', up to 64
    Json members;      ///< an object that its schema allows
    /// What it said when its writer read it (`loop_revision`), empty: it was not there. Nothing: it
    /// is written whatever it says by now.
    std::optional<std::string> revision = {};

    [[nodiscard]] std::string id() const;
    /// The text of a member; empty where there is none.
    [[nodiscard]] std::string text(std::string_view name) const;
    /// Where it stands in a document, for errors.
    [[nodiscard]] std::string place() const;
};

/// What is written at once, all of it or nothing.
struct LoopDocument {
    static constexpr std::size_t kMaxThings = 500;
    std::vector<LoopThing> things;  ///< what is referred to before what refers to it
    std::string why;                ///< why what was locked is changed; empty: nothing said
};

/// `urn:ngsi-ld:TYPE:slug`.
[[nodiscard]] std::string loop_id(std::string_view type, std::string_view slug);
/// The slug of an id of that type; empty where it is none.
[[nodiscard]] std::string_view loop_slug(std::string_view type, std::string_view id);
[[nodiscard]] bool is_loop_slug(std::string_view text);

/// Whether a text is a revision, or the empty one of what is not there.
[[nodiscard]] bool is_loop_revision(std::string_view text);

/// Reads `{"why": "...", "revisions": {"urn:ngsi-ld:Issue:flood": "..."}, "Issue": {"flood":
/// {...}}, "Project": {...}}` and holds each thing against its schema and the rules that it can be
/// held against alone: a logic model without circles, days in order, what a piece of evidence has
/// to say. Fails: BadRequest, TooLarge; `where` is a JSON pointer, the detail a sentence in
/// Japanese and English.
Result<LoopDocument> read_loop_document(const Json& json);
/// The same of one thing. Fails: likewise, the pointer from the thing on.
Result<LoopThing> read_loop_thing(const LoopKind& kind, std::string_view slug, const Json& members);

/// A refusal in Japanese and English.
[[nodiscard]] Error loop_error(ErrorCode code, std::string where, std::string_view ja,
                               std::string_view en);
/// Of BadRequest.
[[nodiscard]] Error loop_fault(std::string where, std::string_view ja, std::string_view en);
/// Of Conflict.
[[nodiscard]] Error loop_conflict(std::string where, std::string_view ja, std::string_view en);

}  // namespace musubi

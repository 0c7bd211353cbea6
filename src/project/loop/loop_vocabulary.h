#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace musubi {

/// What a member of an entity of the project loop holds.
enum class LoopValue {
    Line,        ///< a text on one line that is not blank, at most kMaxLoopLine characters
    Text,        ///< likewise of several lines, at most kMaxLoopText characters
    Name,        ///< a Line with a letter in it: of a person, or of whom they speak for
    Choice,      ///< one of the words of `allowed`
    Choices,     ///< some of them, each once
    Whole,       ///< a whole number within its bounds, else 0 to kMostLoopWhole
    Number,      ///< a finite number, within its bounds where it has some
    Day,         ///< YYYY-MM-DD, a day in Japan
    Hash,        ///< SHA-256 in hex, 64 digits
    Reference,   ///< the id of an entity of the kind `allowed`
    References,  ///< some of them, each once
    Lines,       ///< texts as Line, each once
    List,        ///< objects whose members are those of the list's own name
};
/// Lengths are counted in characters (Unicode code points), as JSON Schema counts them.
inline constexpr std::size_t kMaxLoopLine = 200;
inline constexpr std::size_t kMaxLoopText = 4'000;
inline constexpr std::size_t kMaxLoopList = 200;
inline constexpr std::int64_t kMostLoopWhole = 1'000'000;

/// From and to which a number may be, or a list may have items.
struct LoopBounds {
    double least = 0;
    double most = 0;
};

/// One member: what the program checks with, its JSON schema and its forms are made from.
struct LoopMember {
    std::string_view of;  ///< the kind, or kind and list: `LogicModel.nodes`
    std::string_view name;
    LoopValue value = LoopValue::Line;
    bool required = false;
    std::string_view allowed;  ///< Choice(s): words parted by '|'; Reference(s): the kind
    std::string_view ja;
    std::string_view en;
    std::optional<LoopBounds> bounds = {};
};
/// Those of its own or of its kind; nothing: any number.
[[nodiscard]] std::optional<LoopBounds> bounds_of(const LoopMember& member);

/// A kind of entity that people write (docs/project-loop.md). Gates and decisions are made by
/// commands alone.
struct LoopKind {
    std::string_view type;  ///< of the entity, such as `LogicModel`
    std::string_view path;  ///< in addresses, such as `logic-models`
    std::string_view ja;
    std::string_view en;
};

/// The version of the vocabulary, part of each schema's address. Raised when what was right before
/// would be refused.
inline constexpr std::string_view kLoopVersion = "loop-1";

[[nodiscard]] std::span<const LoopKind> loop_kinds();
/// Null where there is none.
[[nodiscard]] const LoopKind* loop_kind_of_type(std::string_view type);
[[nodiscard]] const LoopKind* loop_kind_of_path(std::string_view path);
/// Those of a kind or a list, in the order of a form.
[[nodiscard]] std::vector<const LoopMember*> loop_members(std::string_view of);
/// The words of `allowed`.
[[nodiscard]] std::vector<std::string_view> allowed_words(const LoopMember& member);

/// The JSON Schema (draft 2020-12) of a kind, with titles in Japanese and English.
[[nodiscard]] Json loop_schema(const LoopKind& kind);

}  // namespace musubi

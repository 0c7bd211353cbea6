#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "project/cases/search_terms.h"

namespace musubi {

/// A piece of a shown text; `hit`: it is what was looked for.
struct SnippetPiece {
    std::string text;
    bool hit = false;
};

struct CaseSnippet {
    /// About 80 kanji.
    static constexpr std::size_t kMaxBytes = 240;

    std::vector<SnippetPiece> pieces;  ///< joined they are the shown text
    std::size_t terms = 0;             ///< how many different ones are hit in it
};

/// The part of a text with the most different terms of `wanted`, the earliest such; its beginning
/// where there is none. At most CaseSnippet::kMaxBytes, cut between characters, with `…` where
/// something was left out. `text` is UTF-8, `tokens` are its own (TermCutter::cut).
[[nodiscard]] CaseSnippet snippet_of(std::string_view text, const std::vector<SearchToken>& tokens,
                                     const std::set<std::string, std::less<>>& wanted);

}  // namespace musubi

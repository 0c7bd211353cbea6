#include "project/cases/case_snippet.h"

#include <algorithm>

namespace musubi {
namespace {

constexpr std::size_t kBefore = 45;  // bytes shown before the first hit
constexpr std::string_view kLeftOut = "…";

struct Window {
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::size_t to_character(std::string_view text, std::size_t at) {
    if (at >= text.size()) return text.size();
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U) --at;
    return at;
}

Window window_at(std::string_view text, std::size_t hit) {
    if (text.size() <= CaseSnippet::kMaxBytes) return {0, text.size()};
    const std::size_t begin = to_character(text, hit > kBefore ? hit - kBefore : 0);
    return {begin, to_character(text, begin + CaseSnippet::kMaxBytes)};
}

std::size_t terms_in(const std::vector<const SearchToken*>& hits, std::size_t first,
                     const Window& window) {
    std::set<std::string_view> terms;
    for (std::size_t i = first; i < hits.size() && hits[i]->begin < window.end; ++i) {
        if (hits[i]->begin >= window.begin && hits[i]->end <= window.end) {
            terms.insert(hits[i]->term);
        }
    }
    return terms.size();
}

}  // namespace

CaseSnippet snippet_of(std::string_view text, const std::vector<SearchToken>& tokens,
                       const std::set<std::string, std::less<>>& wanted) {
    std::vector<const SearchToken*> hits;
    for (const SearchToken& token : tokens) {
        if (wanted.contains(token.term)) hits.push_back(&token);
    }
    Window shown = window_at(text, 0);
    CaseSnippet out;
    out.terms = terms_in(hits, 0, shown);
    for (std::size_t i = 0; i < hits.size() && out.terms < wanted.size(); ++i) {
        const Window window = window_at(text, hits[i]->begin);
        const std::size_t terms = terms_in(hits, 0, window);
        if (terms > out.terms) out.terms = terms, shown = window;
        if (window.end == text.size()) break;  // those after it show no more
    }
    const auto add = [&](std::string_view piece, bool hit) {
        if (piece.empty()) return;
        if (out.pieces.empty() || out.pieces.back().hit != hit) out.pieces.push_back({"", hit});
        out.pieces.back().text += piece;
    };
    if (shown.begin > 0) add(kLeftOut, false);
    std::size_t at = shown.begin;
    for (const SearchToken* hit : hits) {
        if (hit->begin < shown.begin || hit->end > shown.end || hit->end <= at) continue;
        if (hit->begin > at) add(text.substr(at, hit->begin - at), false);
        at = std::max(at, hit->begin);
        add(text.substr(at, hit->end - at), true);
        at = hit->end;
    }
    add(text.substr(at, shown.end - at), false);
    if (shown.end < text.size()) add(kLeftOut, false);
    return out;
}

}  // namespace musubi

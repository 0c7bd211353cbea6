#include "project/cases/search_terms.h"

#include <algorithm>
#include <array>

namespace musubi {

namespace search_terms {

enum class Script { None, Word, Kanji, Hiragana, Katakana };

}  // namespace search_terms

namespace {

using search_terms::Script;

constexpr char32_t kLongMark = U'ー';
constexpr std::size_t kMaxSigns = 40;    // of a word, so that a term keeps Xapian's 245 bytes
constexpr std::size_t kMaxPiece = 20;    // of kanji or kana in one word of a question
constexpr std::size_t kLongKanji = 4;    // from here on its pairs may stand apart
constexpr std::size_t kLeadingKana = 3;  // hiragana before anything else is a word from here on
constexpr std::array kParticles{U'の', U'が', U'を', U'は', U'に', U'で',
                                U'と', U'も', U'へ', U'や', U'か', U'な'};
constexpr std::array<std::string_view, 33> kCommon{
    "a",    "an",   "and",  "are",  "as", "at",  "be", "by",   "do",    "does", "for",
    "from", "has",  "have", "how",  "i",  "in",  "is", "it",   "of",    "on",   "or",
    "our",  "that", "the",  "this", "to", "was", "we", "what", "which", "with", "not"};

bool is_between(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

bool is_particle(char32_t c) {
    return std::find(kParticles.begin(), kParticles.end(), c) != kParticles.end();
}

bool is_kanji(char32_t c) {
    return is_between(c, 0x4e00, 0x9fff) || is_between(c, 0x3400, 0x4dbf) ||
           is_between(c, 0xf900, 0xfaff) || is_between(c, 0x20000, 0x3134f) || c == U'々' ||
           c == U'〆' || c == U'〇' || c == U'ヶ';
}

// A long mark goes with the kana before it.
Script script_of(char32_t c, Script before) {
    if (is_kanji(c)) return Script::Kanji;
    if (c == kLongMark) return before == Script::Hiragana ? before : Script::Katakana;
    if (c == U'・') return Script::None;
    if (is_between(c, 0x3041, 0x309f)) return Script::Hiragana;
    if (is_between(c, 0x30a1, 0x30ff) || is_between(c, 0x31f0, 0x31ff)) return Script::Katakana;
    return Xapian::Unicode::is_wordchar(c) ? Script::Word : Script::None;
}

char32_t folded(char32_t c) {
    return is_between(c, 0x30a1, 0x30f6) ? c - 0x60 : Xapian::Unicode::tolower(c);
}

bool is_japanese(Script script) { return script != Script::None && script != Script::Word; }

}  // namespace

struct TermCutter::Sign {
    char32_t sign = 0;  // folded
    Script script = Script::None;
    std::size_t begin = 0;
    std::size_t end = 0;
};

// Neighbours of Japanese script, or of any other.
struct TermCutter::Run {
    std::size_t first = 0;  // of signs
    std::size_t last = 0;   // the one after
    bool japanese = false;
    bool joined = false;  // a hyphen alone stands between it and the run before
};

std::vector<TermCutter::Sign> TermCutter::signs_of(std::string_view text) {
    std::vector<Sign> out;
    Script before = Script::None;
    Xapian::Utf8Iterator at{text.data(), text.size()};
    const Xapian::Utf8Iterator end;
    while (at != end) {
        const auto begin = static_cast<std::size_t>(at.raw() - text.data());
        const char32_t sign = *at;
        ++at;
        const std::size_t after =
            at == end ? text.size() : static_cast<std::size_t>(at.raw() - text.data());
        before = script_of(sign, before);
        out.push_back({folded(sign), before, begin, after});
    }
    return out;
}

std::vector<TermCutter::Run> TermCutter::runs_of(const std::vector<Sign>& signs) {
    std::vector<Run> out;
    for (std::size_t i = 0; i < signs.size();) {
        if (signs[i].script == Script::None) {
            ++i;
            continue;
        }
        Run run{i, i, is_japanese(signs[i].script), false};
        while (run.last < signs.size() && signs[run.last].script != Script::None &&
               is_japanese(signs[run.last].script) == run.japanese) {
            ++run.last;
        }
        run.joined = !run.japanese && !out.empty() && !out.back().japanese &&
                     out.back().last + 1 == i && signs[i - 1].sign == U'-';
        i = run.last;
        out.push_back(run);
    }
    return out;
}

namespace {

template <typename Signs>
std::string text_of(const Signs& signs, std::size_t first, std::size_t last) {
    std::string out;
    for (std::size_t i = first; i < std::min(last, first + kMaxSigns); ++i) {
        Xapian::Unicode::append_utf8(out, signs[i].sign);
    }
    return out;
}

bool is_english(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// A stem begins with Z: it is no word of its own (Xapian's own way). Snowball takes buses for
// several buse, which no bus is.
std::string stemmed(const Xapian::Stem& stem, const std::string& word) {
    if (word == "buses") return "Zbus";
    return is_english(word) ? "Z" + stem(word) : word;
}

// All pairs of neighbours; the sign itself where it is alone.
template <typename Signs>
std::vector<std::string> pairs_of(const Signs& signs, std::size_t first, std::size_t last) {
    if (last - first == 1) return {text_of(signs, first, last)};
    std::vector<std::string> out;
    for (std::size_t i = first; i + 1 < last; ++i) out.push_back(text_of(signs, i, i + 2));
    return out;
}

// The ways to lay pairs side by side, with one sign left over anywhere where the number is odd.
template <typename Signs>
std::vector<std::vector<std::string>> tiles_of(const Signs& signs, std::size_t first,
                                               std::size_t last) {
    std::vector<std::vector<std::string>> out;
    const bool odd = (last - first) % 2 == 1;
    for (std::size_t left = first; left < last; left += 2) {
        std::vector<std::string> way;
        for (std::size_t i = first; i + 1 < last; i += 2) {
            if (odd && i == left) ++i;
            if (i + 1 < last) way.push_back(text_of(signs, i, i + 2));
        }
        out.push_back(std::move(way));
        if (!odd) break;
    }
    return out;
}

bool is_common(const SearchWord& word) {
    std::string low;
    for (const char c : word.text) low += (c >= 'A' && c <= 'Z') ? static_cast<char>(c + 32) : c;
    return std::find(kCommon.begin(), kCommon.end(), low) != kCommon.end();
}

// Where a piece of a Japanese run ends: signs of one script; kanji takes in a single hiragana that
// is no particle (取り組み).
template <typename Signs>
std::size_t end_of_piece(const Signs& signs, std::size_t first, std::size_t last) {
    const Script script = signs[first].script;
    std::size_t i = first;
    while (i < last && i - first < kMaxPiece) {
        if (signs[i].script == script) {
            ++i;
            continue;
        }
        const bool ending = script == Script::Kanji && signs[i].script == Script::Hiragana &&
                            !is_particle(signs[i].sign) &&
                            (i + 1 == last || signs[i + 1].script != Script::Hiragana ||
                             is_particle(signs[i + 1].sign));
        if (!ending) break;
        ++i;
    }
    return i;
}

}  // namespace

std::string TermCutter::word_term(const std::vector<Sign>& signs, const Run& run) const {
    return stemmed(stem_, text_of(signs, run.first, run.last));
}

std::vector<SearchToken> TermCutter::cut(std::string_view text) const {
    const std::vector<Sign> signs = signs_of(text);
    std::vector<SearchToken> out;
    std::string joined;
    std::size_t joined_begin = 0;
    for (const Run& run : runs_of(signs)) {
        if (run.japanese) {
            for (std::size_t i = run.first; i < run.last; ++i) {
                out.push_back({text_of(signs, i, i + 1), signs[i].begin, signs[i].end});
                if (i + 1 == run.last) break;
                out.push_back({text_of(signs, i, i + 2), signs[i].begin, signs[i + 1].end});
            }
            continue;
        }
        const std::size_t end = signs[run.last - 1].end;
        out.push_back({word_term(signs, run), signs[run.first].begin, end});
        if (!run.joined) {
            joined.clear();
            joined_begin = signs[run.first].begin;
        }
        joined += text_of(signs, run.first, run.last);
        if (run.joined && joined.size() <= kMaxSigns) {
            out.push_back({stemmed(stem_, joined), joined_begin, end});
        }
    }
    return out;
}

SearchWord TermCutter::plain_word(std::string_view text, const std::vector<Sign>& signs,
                                  const std::vector<Run>& chain) const {
    const std::size_t begin = signs[chain.front().first].begin;
    SearchWord out{std::string{text.substr(begin, signs[chain.back().last - 1].end - begin)}, {}};
    std::string joined;
    std::vector<std::string> parts;
    for (const Run& run : chain) {
        parts.push_back(word_term(signs, run));
        joined += text_of(signs, run.first, run.last);
    }
    out.ways.push_back(std::move(parts));
    if (chain.size() > 1 && joined.size() <= kMaxSigns) {
        out.ways.push_back({stemmed(stem_, joined)});
    }
    return out;
}

void TermCutter::add_japanese(std::vector<SearchWord>& out, std::string_view text,
                              const std::vector<Sign>& signs, const Run& run) {
    const auto add = [&](std::size_t first, std::size_t last) {
        const bool kanji_alone =
            std::all_of(signs.begin() + static_cast<std::ptrdiff_t>(first),
                        signs.begin() + static_cast<std::ptrdiff_t>(last),
                        [](const Sign& sign) { return sign.script == Script::Kanji; });
        SearchWord word{
            std::string{text.substr(signs[first].begin, signs[last - 1].end - signs[first].begin)},
            {}};
        if (kanji_alone && last - first >= kLongKanji) {
            word.ways = tiles_of(signs, first, last);
        } else {
            word.ways.push_back(pairs_of(signs, first, last));
        }
        out.push_back(std::move(word));
    };
    bool found = false;
    for (std::size_t first = run.first; first < run.last;) {
        const std::size_t end = end_of_piece(signs, first, run.last);
        std::size_t last = end;
        const bool kana = signs[first].script == Script::Hiragana;
        const bool whole = first == run.first && end == run.last;
        if (kana && !found && end - first >= kLeadingKana && is_particle(signs[last - 1].sign)) {
            --last;
        }
        if (!kana && end - first > 2 && signs[last - 1].sign == kLongMark) --last;
        if (!kana || whole || (!found && end - first >= kLeadingKana)) {
            add(first, last);
            found = true;
        }
        first = end;
    }
    // Two hiragana and a particle or the like: better them than nothing.
    if (!found) add(run.first, std::min(run.last, run.first + kMaxPiece));
}

std::vector<SearchWord> TermCutter::words(std::string_view question) const {
    const std::vector<Sign> signs = signs_of(question);
    const std::vector<Run> runs = runs_of(signs);
    std::vector<SearchWord> all;
    for (std::size_t i = 0; i < runs.size();) {
        if (runs[i].japanese) {
            add_japanese(all, question, signs, runs[i++]);
            continue;
        }
        std::vector<Run> chain{runs[i++]};
        while (i < runs.size() && runs[i].joined) chain.push_back(runs[i++]);
        all.push_back(plain_word(question, signs, chain));
    }
    std::vector<SearchWord> out;
    const bool others = !std::all_of(all.begin(), all.end(), is_common);
    for (SearchWord& word : all) {
        if (others && is_common(word)) continue;
        const bool there = std::any_of(out.begin(), out.end(), [&](const SearchWord& before) {
            return before.ways == word.ways;
        });
        if (!there && out.size() < kMaxWords) out.push_back(std::move(word));
    }
    return out;
}

}  // namespace musubi

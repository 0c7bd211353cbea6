#pragma once

#include <xapian.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace musubi {

/// A piece of a text by which it is found.
struct SearchToken {
    std::string term;       ///< as it stands in the index
    std::size_t begin = 0;  ///< bytes of the text
    std::size_t end = 0;
};

/// A word that is looked for. A text has it where it has all terms of one of the ways.
struct SearchWord {
    std::string text;  ///< as it was written
    std::vector<std::vector<std::string>> ways;
};

/// Cuts Japanese and English into terms. Texts are to be in NFKC (to_nfkc), so that full-width
/// letters and half-width kana are one with the others.
/// Kanji and kana become single characters and pairs of neighbours; katakana counts as hiragana.
/// Other scripts become words without the difference of large and small letters, English ones
/// their stem (Snowball); what is joined by hyphens also counts as one word (Wi-Fi, wifi).
/// An object is used by one thread at a time.
class TermCutter {
public:
    static constexpr std::size_t kMaxWords = 32;

    /// What a text is found by.
    [[nodiscard]] std::vector<SearchToken> cut(std::string_view text) const;
    /// The words of a question, each once, at most kMaxWords. Japanese is cut where the script
    /// changes: a particle or an ending in hiragana is left out, and so are the commonest English
    /// words, where anything else is there. Of four kanji and more, what stands side by side may
    /// stand apart in the text: 鳥獣被害対策 finds 鳥獣被害の対策.
    [[nodiscard]] std::vector<SearchWord> words(std::string_view question) const;

private:
    struct Sign;
    struct Run;
    static std::vector<Sign> signs_of(std::string_view text);
    static std::vector<Run> runs_of(const std::vector<Sign>& signs);
    [[nodiscard]] std::string word_term(const std::vector<Sign>& signs, const Run& run) const;
    [[nodiscard]] SearchWord plain_word(std::string_view text, const std::vector<Sign>& signs,
                                        const std::vector<Run>& chain) const;
    static void add_japanese(std::vector<SearchWord>& out, std::string_view text,
                             const std::vector<Sign>& signs, const Run& run);

    Xapian::Stem stem_{"english"};
};

}  // namespace musubi

#include "project/diagnosis/known_words.h"

#include <algorithm>
#include <array>

#include "project/diagnosis/diagnosis_view.h"

namespace musubi {
namespace {

// In normal form. Not 情報 or 技術 or 開発 alone: they are of press offices, masons and housing
// too.
constexpr std::array<std::string_view, 13> kJapanese{
    "デジタル", "システム", "ネットワーク", "データ",   "エンジニア", "プログラム", "ソフトウェア",
    "人工知能", "情報通信", "情報化",       "情報政策", "情報担当",   "通信"};
constexpr std::array<std::string_view, 17> kLatin{
    "ai",  "cio", "data",    "developer", "digital",    "dx",       "engineer", "engineers", "ict",
    "iot", "it",  "network", "networks",  "programmer", "software", "system",   "systems"};

struct LinkWord {
    std::string_view word;
    std::string_view function;
};
constexpr std::array kLinkWords{
    LinkWord{"halow", "wifi-halow"},    LinkWord{"802.11ah", "wifi-halow"},
    LinkWord{"ローカル5g", "local-5g"}, LinkWord{"local 5g", "local-5g"},
    LinkWord{"local-5g", "local-5g"},   LinkWord{"衛星", "satellite"},
    LinkWord{"satellite", "satellite"}};

bool is_latin(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool has_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool begins = at == 0 || !is_latin(text[at - 1]);
        if (begins && (end == text.size() || !is_latin(text[end]))) return true;
    }
    return false;
}

}  // namespace

bool tells_of_digital_knowledge(std::string_view text) {
    const std::string normal = normal_name(text);
    return std::ranges::any_of(
               kJapanese,
               [&](std::string_view word) { return normal.find(word) != std::string::npos; }) ||
           std::ranges::any_of(kLatin,
                               [&](std::string_view word) { return has_word(normal, word); });
}

std::string link_function(std::string_view name) {
    const std::string normal = normal_name(name);
    const auto found = std::ranges::find_if(kLinkWords, [&](const LinkWord& one) {
        return normal.find(one.word) != std::string::npos;
    });
    return std::string{found == kLinkWords.end() ? "other" : found->function};
}

}  // namespace musubi

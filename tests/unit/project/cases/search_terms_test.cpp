#include "project/cases/search_terms.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "cases_fixture.h"
#include "project/cases/case_snippet.h"

namespace musubi {
namespace {

using testing::Strings;
using Ways = std::vector<std::vector<std::string>>;

std::vector<std::string> terms_of(std::string_view text) {
    std::vector<std::string> out;
    for (const SearchToken& token : TermCutter{}.cut(text)) out.push_back(token.term);
    return out;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out;
    for (const SearchWord& word : TermCutter{}.words(text)) out.push_back(word.text);
    return out;
}

Ways ways_of(std::string_view text) {
    const auto words = TermCutter{}.words(text);
    return words.size() == 1 ? words[0].ways : Ways{};
}

TEST(TermCutter, CutsKanjiAndKanaIntoSignsAndPairs) {
    EXPECT_EQ(terms_of("水位計"), (Strings{"水", "水位", "位", "位計", "計"}));
    EXPECT_EQ(terms_of("ゴミの日"), (Strings{"ご", "ごみ", "み", "みの", "の", "の日", "日"}));
    EXPECT_EQ(terms_of("雪、雨・風"), (Strings{"雪", "雨", "風"}));
}

TEST(TermCutter, CutsOtherScriptsIntoWordsAndStems) {
    EXPECT_EQ(terms_of("Snow SNOWING 5G"), (Strings{"Zsnow", "Zsnow", "5g"}));
    EXPECT_EQ(terms_of("Wi-Fi HaLow"), (Strings{"Zwi", "Zfi", "Zwifi", "Zhalow"}));
    EXPECT_EQ(terms_of("ローカル5Gの"),
              (Strings{"ろ", "ろー", "ー", "ーか", "か", "かる", "る", "5g", "の"}));
    EXPECT_EQ(terms_of("снег"), (Strings{"снег"}));
    EXPECT_TRUE(terms_of(" 、。!?").empty());
    EXPECT_TRUE(terms_of("").empty());
}

TEST(TermCutter, TellsWhereATermStands) {
    const std::string text = "a 水位";
    const auto tokens = TermCutter{}.cut(text);
    ASSERT_EQ(tokens.size(), 4U);
    EXPECT_EQ(text.substr(tokens[2].begin, tokens[2].end - tokens[2].begin), "水位");
}

TEST(TermCutter, KeepsTermsShort) {
    for (const std::string& term :
         terms_of(std::string(10'000, 'x') + "-" + std::string(99, 'y'))) {
        EXPECT_LE(term.size(), 245U);
    }
}

TEST(TermCutter, CutsAQuestionWhereTheScriptChanges) {
    EXPECT_EQ(words_of("除雪の人手不足について"), (Strings{"除雪", "人手不足"}));
    EXPECT_EQ(words_of("除雪の人手が足りない"), (Strings{"除雪", "人手", "足り"}));
    EXPECT_EQ(words_of("イノシシ被害"), (Strings{"イノシシ", "被害"}));
    EXPECT_EQ(words_of("いのししの被害"), (Strings{"いのしし", "被害"}));
    EXPECT_EQ(words_of("取り組みを広げる"), (Strings{"取り組み", "広"}));
    EXPECT_EQ(words_of("How does the town clear snow?"), (Strings{"town", "clear", "snow"}));
    EXPECT_EQ(words_of("the of"), (Strings{"the", "of"}));  // better than nothing
    EXPECT_EQ(words_of("ので"), (Strings{"ので"}));
    EXPECT_EQ(words_of("雪"), (Strings{"雪"}));
    EXPECT_EQ(words_of("snow Snow SNOWING"), (Strings{"snow"}));  // each once
    EXPECT_TRUE(words_of("  ?!「」").empty());
}

TEST(TermCutter, LetsLongKanjiStandApart) {
    EXPECT_EQ(ways_of("水位"), (Ways{{"水位"}}));
    EXPECT_EQ(ways_of("水位計"), (Ways{{"水位", "位計"}}));
    EXPECT_EQ(ways_of("鳥獣被害"), (Ways{{"鳥獣", "被害"}}));
    EXPECT_EQ(ways_of("高齢者対策"), (Ways{{"齢者", "対策"}, {"高齢", "対策"}, {"高齢", "者対"}}));
    EXPECT_EQ(ways_of("センサー"), (Ways{{"せん", "んさ"}}));  // センサ too
    EXPECT_EQ(ways_of("取り組み"), (Ways{{"取り", "り組", "組み"}}));
    EXPECT_EQ(ways_of("Wi-Fi"), (Ways{{"Zwi", "Zfi"}, {"Zwifi"}}));
}

TEST(TermCutter, TakesNoMoreThanItsWords) {
    std::string many;
    for (int i = 0; i < 100; ++i) many += "w" + std::to_string(i) + " ";
    EXPECT_EQ(words_of(many).size(), TermCutter::kMaxWords);
}

std::string marked(const CaseSnippet& snippet) {
    std::string out;
    for (const SnippetPiece& piece : snippet.pieces) {
        out += piece.hit ? "[" + piece.text + "]" : piece.text;
    }
    return out;
}

CaseSnippet snippet(const std::string& text, const std::set<std::string, std::less<>>& terms) {
    return snippet_of(text, TermCutter{}.cut(text), terms);
}

TEST(Snippet, MarksWhatWasFound) {
    EXPECT_EQ(marked(snippet("川の水位計を置く", {"水位", "位計"})), "川の[水位計]を置く");
    EXPECT_EQ(marked(snippet("Snow fell", {"Zsnow"})), "[Snow] fell");
    EXPECT_EQ(marked(snippet("nothing", {"Zsnow"})), "nothing");
    EXPECT_EQ(marked(snippet("", {"Zsnow"})), "");
    EXPECT_EQ(snippet("川の水位", {"水位", "川"}).terms, 2U);
}

TEST(Snippet, ShowsThePlaceWithTheMost) {
    std::string text;
    for (int i = 0; i < 100; ++i) text += "前の話。";
    text += "雪が降る。";
    for (int i = 0; i < 100; ++i) text += "中の話。";
    text += "雪の除雪車が動く。";
    for (int i = 0; i < 100; ++i) text += "後の話。";
    const CaseSnippet shown = snippet(text, {"雪", "除雪"});
    EXPECT_EQ(shown.terms, 2U);
    std::string all;
    for (const SnippetPiece& piece : shown.pieces) all += piece.text;
    EXPECT_NE(all.find("除雪車"), std::string::npos) << all;
    EXPECT_TRUE(all.starts_with("…") && all.ends_with("…")) << all;
    EXPECT_LE(all.size(), CaseSnippet::kMaxBytes + 6);
    EXPECT_TRUE(is_utf8(all));
}

}  // namespace
}  // namespace musubi

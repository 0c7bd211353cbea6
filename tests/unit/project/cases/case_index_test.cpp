#include "project/cases/case_index.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

#include "cases_fixture.h"

namespace musubi {
namespace {

using testing::case_with;
using testing::Strings;
using testing::whole_case;

class Cases : public ::testing::Test {
protected:
    void add(CaseText text) {
        const auto put = index.put(std::move(text));
        ASSERT_TRUE(put) << to_text(put.error());
    }
    CaseHits hits(const CaseQuestion& question) {
        auto found = index.search(question);
        EXPECT_TRUE(found) << to_text(found.error());
        return found ? *found : CaseHits{};
    }
    CaseHits hits(const std::string& text) {
        CaseQuestion question;
        question.text = text;
        return hits(question);
    }
    // The ends of the ids, in their order.
    static Strings slugs(const CaseHits& all) {
        Strings out;
        for (const CaseHit& hit : all.hits) {
            out.push_back(hit.text->id.substr(hit.text->id.rfind(':') + 1));
        }
        EXPECT_EQ(all.total, out.size());
        return out;
    }
    Strings found(const std::string& text) { return slugs(hits(text)); }

    CaseIndex index;
};

TEST_F(Cases, AreFoundInJapanese) {
    add(case_with("river", "河川の水位を見張る", "アンダーパスの冠水を知らせる"));
    add(case_with("snow", "除雪車の位置を見せる", "除雪の人手が足りない。ｺﾞﾐも。"));
    EXPECT_EQ(found("水位"), Strings{"river"});
    EXPECT_EQ(found("冠水"), Strings{"river"});
    EXPECT_EQ(found("除雪の人手"), Strings{"snow"});
    EXPECT_EQ(found("アンダーパス"), Strings{"river"});
    EXPECT_EQ(found("あんだーぱす"), Strings{"river"});
    EXPECT_EQ(found("ｱﾝﾀﾞｰﾊﾟｽ"), Strings{"river"});  // half-width kana
    EXPECT_EQ(found("雪"), Strings{"snow"});         // one character
    EXPECT_EQ(found("ごみ"), Strings{"snow"});
    EXPECT_EQ(found("鹿"), Strings{});
    EXPECT_EQ(found("冠水や除雪").size(), 2U);
    EXPECT_EQ(found("位水"), Strings{});  // pairs, not a heap of characters
}

TEST_F(Cases, AreFoundInEnglishByTheStem) {
    add(case_with("bus", "Self-driving buses", "Remote monitoring of four vehicles"));
    add(case_with("tractor", "Tractors on large fields", "Farmers are few"));
    EXPECT_EQ(found("bus"), Strings{"bus"});
    EXPECT_EQ(found("MONITORED"), Strings{"bus"});
    EXPECT_EQ(found("ｔｒａｃｔｏｒ"), Strings{"tractor"});  // full-width letters
    EXPECT_EQ(found("selfdriving"), Strings{"bus"});
    EXPECT_EQ(found("the vehicles of the farmer"), found("vehicle farmers"));
    EXPECT_EQ(found("vehicle farmers").size(), 2U);
    EXPECT_EQ(found("drives"), Strings{"bus"});
    EXPECT_EQ(found("tract"), Strings{});  // no parts of words
}

TEST_F(Cases, AreFoundWhereBothLanguagesMix) {
    add(case_with("5g", "ローカル5Gで建設機械を動かす"));
    add(case_with("halow", "Wi-Fi HaLowでイノシシを見張る"));
    EXPECT_EQ(found("5Gの建設"), Strings{"5g"});
    EXPECT_EQ(found("wifi"), Strings{"halow"});
    EXPECT_EQ(found("HaLow イノシシ"), Strings{"halow"});
    EXPECT_EQ(hits("HaLow イノシシ 鹿").hits.at(0).words, (Strings{"HaLow", "イノシシ"}));
}

TEST_F(Cases, AreFoundByEachOfTheirTextsAndCodes) {
    add(whole_case());
    for (const char* word : {"イノシシ", "見回り", "猟友会", "尾根", "道", "batteries", "無線",
                             "鳥獣", "人手不足", "sensors", "18207", "stopped", "生産性"}) {
        EXPECT_EQ(found(word), Strings{"boar"}) << word;
    }
}

TEST_F(Cases, WithMoreOfTheWordsAndInTheTitleComeFirst) {
    add(case_with("summary", "町の取り組み", "除雪の話"));
    add(case_with("title", "除雪の取り組み", "町の話"));
    add(case_with("both", "除雪と水位", "町の話"));
    EXPECT_EQ(found("除雪"), (Strings{"both", "title", "summary"}));  // equal: by id
    EXPECT_EQ(found("除雪 水位").at(0), "both");
    const CaseHits all = hits("除雪 水位");
    EXPECT_EQ(all.words, (Strings{"除雪", "水位"}));
    EXPECT_EQ(all.hits[0].words, (Strings{"除雪", "水位"}));
    EXPECT_EQ(all.hits[1].words, (Strings{"除雪"}));
    EXPECT_EQ(all.hits[0].rank, 1U);
    EXPECT_EQ(all.hits[2].rank, 3U);
}

TEST_F(Cases, ShowWhereTheWordsStand) {
    add(whole_case());
    const CaseHits all = hits("電池");
    ASSERT_EQ(all.hits.size(), 1U);
    EXPECT_EQ(all.hits[0].place, "/hurdles/1/hurdle");
    const auto& pieces = all.hits[0].snippet.pieces;
    ASSERT_EQ(pieces.size(), 2U);
    EXPECT_EQ(pieces[0].text, "電池");
    EXPECT_TRUE(pieces[0].hit);
    EXPECT_EQ(pieces[1].text, "が冬に切れる");
    EXPECT_FALSE(pieces[1].hit);
}

TEST_F(Cases, AreFiltered) {
    CaseText old = case_with("old", "雪");
    old.fiscal_year = 2020;
    old.functions = {"three-d"};
    old.field = "防災";
    CaseText fresh = case_with("fresh", "雪");
    fresh.fiscal_year = 2024;
    fresh.challenge = "hands";
    fresh.outcome = "stop";
    fresh.kind = "learning";
    fresh.field = "ＡＩ";
    add(old);
    add(fresh);
    add(case_with("undated", "雪"));
    const auto with = [&](auto set, const std::string& text) {
        CaseQuestion question;
        question.text = text;
        set(question);
        Strings out = slugs(hits(question));
        std::ranges::sort(out);
        return out;
    };
    for (const char* text : {"雪", ""}) {
        EXPECT_EQ(with([](auto& q) { q.challenge = "hands"; }, text), Strings{"fresh"});
        EXPECT_EQ(with([](auto& q) { q.function = "three-d"; }, text), Strings{"old"});
        EXPECT_EQ(with([](auto& q) { q.outcome = "stop"; }, text), Strings{"fresh"});
        EXPECT_EQ(with([](auto& q) { q.kind = "learning"; }, text), Strings{"fresh"});
        EXPECT_EQ(with([](auto& q) { q.field = "防災"; }, text), Strings{"old"});
        EXPECT_EQ(with([](auto& q) { q.field = "ai"; }, text), Strings{"fresh"});
        EXPECT_EQ(with([](auto& q) { q.first_year = 2021; }, text), Strings{"fresh"});
        EXPECT_EQ(with([](auto& q) { q.last_year = 2021; }, text), Strings{"old"});
        EXPECT_EQ(
            with([](auto& q) { q.may_see = [](const CaseText& t) { return t.outcome != "stop"; }; },
                 text),
            (Strings{"old", "undated"}));
        EXPECT_EQ(with([](auto&) {}, text), (Strings{"fresh", "old", "undated"}));
    }
}

TEST_F(Cases, AreListedByTheNewestYearWithoutWords) {
    for (const int year : {2021, 2024, 2020, 2024}) {
        CaseText text = case_with(fmt::format("{}-{}", year, index.size()), "雪");
        text.fiscal_year = year;
        add(text);
    }
    add(case_with("undated", "雪"));
    EXPECT_EQ(found(""), (Strings{"2024-1", "2024-3", "2021-0", "2020-2", "undated"}));
    EXPECT_EQ(hits("").hits[0].place, "/title");
    EXPECT_TRUE(hits("").hits[0].words.empty());
}

TEST_F(Cases, ArePaged) {
    for (int i = 0; i < 25; ++i) add(case_with(fmt::format("c{:02}", i), "雪"));
    CaseQuestion question;
    question.text = "雪";
    question.limit = 10;
    question.offset = 20;
    const CaseHits page = hits(question);
    EXPECT_EQ(page.total, 25U);
    ASSERT_EQ(page.hits.size(), 5U);
    EXPECT_EQ(page.hits[0].text->id, "urn:ngsi-ld:Case:c20");
    EXPECT_EQ(page.hits[0].rank, 21U);
    question.offset = 1000;
    EXPECT_TRUE(hits(question).hits.empty());
    EXPECT_EQ(hits(question).total, 25U);
}

TEST_F(Cases, AreReplacedAndErased) {
    add(case_with("a", "雪"));
    add(case_with("b", "雪"));
    add(case_with("a", "水位"));
    EXPECT_EQ(found("雪"), Strings{"b"});
    EXPECT_EQ(found("水位"), Strings{"a"});
    EXPECT_TRUE(*index.erase("urn:ngsi-ld:Case:b"));
    EXPECT_FALSE(*index.erase("urn:ngsi-ld:Case:b"));
    EXPECT_EQ(found("雪"), Strings{});
    add(case_with("c", "除雪"));
    add(case_with("d", "雪"));
    EXPECT_EQ(found("雪").size(), 2U);
    EXPECT_EQ(found("水位"), Strings{"a"});
    EXPECT_EQ(index.size(), 3U);
    EXPECT_EQ(index.find("urn:ngsi-ld:Case:c")->title, "除雪");
    EXPECT_EQ(index.find("urn:ngsi-ld:Case:b"), nullptr);
    EXPECT_EQ(index.all().size(), 3U);
}

// A word of erased cases is as rare as if they had never been.
TEST_F(Cases, AreForgottenWhenErased) {
    add(case_with("a", "雪"));
    add(case_with("b", "鹿"));
    for (int i = 0; i < 20; ++i) add(case_with("gone" + std::to_string(i), "雪"));
    EXPECT_EQ(hits("雪 鹿").hits.at(0).text->title, "鹿");
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(*index.erase("urn:ngsi-ld:Case:gone" + std::to_string(i)));
    }
    EXPECT_EQ(found("雪 鹿"), (Strings{"a", "b"}));
}

TEST_F(Cases, AnswerAlikeInWhateverOrderTheyCame) {
    const auto one = [](int i) {
        CaseText text = case_with("c" + std::to_string(i), i % 3 == 0 ? "雪と水位" : "雪",
                                  i % 2 == 0 ? "除雪の人手" : "snow and people");
        text.fiscal_year = 2020 + i % 4;
        return text;
    };
    for (int i = 0; i < 60; ++i) add(one(i));
    const Strings forward = [&] {
        CaseQuestion question;
        question.text = "雪 水位 除雪 people";
        question.limit = 100;
        return slugs(hits(question));
    }();
    CaseIndex other;
    for (int i = 59; i >= 0; --i) ASSERT_TRUE(other.put(one(i)));
    for (int i = 0; i < 60; i += 7) {
        ASSERT_TRUE(*other.erase(one(i).id));
        ASSERT_TRUE(other.put(one(i)));
    }
    CaseQuestion question;
    question.text = "雪 水位 除雪 people";
    question.limit = 100;
    EXPECT_EQ(slugs(*other.search(question)), forward);
}

TEST_F(Cases, RefuseQuestionsThatCanNotBeAnswered) {
    const auto refused = [&](auto set) {
        CaseQuestion question;
        set(question);
        const auto answer = index.search(question);
        return answer ? "answered" : std::string{name_of(answer.error().code)};
    };
    const std::string bad{name_of(ErrorCode::BadRequest)};
    EXPECT_EQ(refused([](auto& q) { q.text = "、。"; }), bad);
    EXPECT_EQ(refused([](auto& q) { q.text = "\xff\xfe"; }), bad);
    EXPECT_EQ(refused([](auto& q) { q.text = std::string(201, 'a'); }), bad);
    EXPECT_EQ(refused([](auto& q) { q.challenge = "luck"; }), bad);
    EXPECT_EQ(refused([](auto& q) { q.limit = 0; }), bad);
    EXPECT_EQ(refused([](auto& q) { q.limit = 101; }), bad);
    EXPECT_EQ(refused([](auto&) {}), "answered");
}

TEST_F(Cases, TakeHostileQuestionsAsWords) {
    add(case_with("a", "雪 AND 水位", "title:x"));
    for (const std::string text :
         {"雪 AND", "NOT 雪", "\"雪", "(((雪", "雪*", "+雪 -水位", "title:雪", "Z雪", "XC雪",
          "雪\" OR 1=1 --", "雪 NEAR/99999 水", "<b>雪</b>", "雪\\"}) {
        EXPECT_EQ(found(text), Strings{"a"}) << text;
    }
    EXPECT_EQ(found(std::string("a\0b", 3)), Strings{});
    EXPECT_EQ(found("Zsnow"), Strings{});
}

TEST_F(Cases, AreBounded) {
    CaseText big = case_with("big", "雪");
    for (int i = 0; i < 50; ++i) big.learnt.push_back(std::string(4000, 'x'));
    const auto put = index.put(big);
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, ErrorCode::TooLarge);
    CaseText broken = case_with("broken", "雪\xff");
    EXPECT_EQ(index.put(broken).error().code, ErrorCode::BadRequest);
    EXPECT_EQ(index.size(), 0U);
    for (std::size_t i = 0; i < CaseIndex::kMaxCases; ++i) {
        ASSERT_TRUE(index.put(case_with(std::to_string(i), "雪")));
    }
    EXPECT_EQ(index.put(case_with("one-more", "雪")).error().code, ErrorCode::TooLarge);
    EXPECT_TRUE(index.put(case_with("7", "水位")));  // in the place of its own
    EXPECT_EQ(found("水位"), Strings{"7"});
}

TEST_F(Cases, AreBoundedTogether) {
    const auto big = [](std::size_t i) {
        CaseText text = case_with(std::to_string(i), "雪");
        text.learnt.assign(30, std::string(4000, 'x'));
        return text;
    };
    std::size_t taken = 0;
    while (taken < CaseIndex::kMaxCases && index.put(big(taken))) ++taken;
    EXPECT_NEAR(static_cast<double>(taken), CaseIndex::kMaxBytes / 120'000.0, 2);
    EXPECT_EQ(index.put(big(taken)).error().code, ErrorCode::TooLarge);
    EXPECT_TRUE(index.put(big(0)));  // in the place of its own
    ASSERT_TRUE(*index.erase(big(1).id));
    EXPECT_TRUE(index.put(big(taken)));
}

TEST_F(Cases, AreSearchedWhileTheyChange) {
    for (int i = 0; i < 50; ++i) add(case_with(std::to_string(i), "雪"));
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i) {
                const std::string slug = std::to_string((i * 7 + t) % 50);
                if (t % 2 == 0) {
                    EXPECT_TRUE(index.put(case_with(slug, "雪と水位")));
                } else {
                    EXPECT_EQ(index.search({.text = i % 2 == 0 ? "雪" : ""})->total, 50U);
                }
            }
        });
    }
    threads.clear();
    EXPECT_EQ(index.size(), 50U);
}

// What is printed is for people to look at: no test fails on a time.
TEST_F(Cases, OfATownAreFoundSoon) {
    const Strings words{"除雪", "水位", "イノシシ", "冠水", "高齢者", "見守り", "バス", "診療所",
                        "赤潮", "養殖", "農家",     "人手", "snow",   "river",  "bus",  "sensor"};
    const auto now = [] { return std::chrono::steady_clock::now(); };
    const auto ms = [](auto d) { return std::chrono::duration<double, std::milli>(d).count(); };
    const auto begun = now();
    for (std::size_t i = 0; i < 5000; ++i) {
        CaseText text = case_with(fmt::format("c{:04}", i), words[i % words.size()] + "の取り組み");
        for (std::size_t n = 0; n < 20; ++n) {
            text.summary += words[(i * 7 + n * n) % words.size()] + "について、住民に聞いた。";
            if (n % 4 == 0) text.learnt.push_back(text.summary);
        }
        add(std::move(text));
    }
    const auto filled = now();
    std::size_t total = 0;
    for (const std::string& word : words) total += hits(word + " 住民").total;
    const auto searched = now();
    std::cout << "5,000 cases put in " << ms(filled - begun) << " ms; "
              << ms(searched - filled) / static_cast<double>(words.size()) << " ms a search\n";
    EXPECT_EQ(total, 5000 * words.size());
}

TEST_F(Cases, AreShownAsJson) {
    add(whole_case());
    EXPECT_EQ(to_text(to_json(hits("電池"))),
              R"({"words":["電池"],"total":1,"hits":[{"rank":1,"case":{)"
              R"("id":"urn:ngsi-ld:Case:boar","kind":"learning","title":"イノシシ被害を減らす",)"
              R"("challenge":"hands","field":"鳥獣被害対策","fiscalYear":2023,"townCode":"18207",)"
              R"("outcome":"stop"},"words":["電池"],"place":"/hurdles/1/hurdle",)"
              R"("snippet":[{"text":"電池","hit":true},{"text":"が冬に切れる","hit":false}]}]})");
}

}  // namespace
}  // namespace musubi

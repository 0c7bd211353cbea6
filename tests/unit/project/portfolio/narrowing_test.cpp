#include "project/portfolio/narrowing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

#include "support/replaced.h"

namespace musubi {
namespace {

using test::replaced;

NarrowingCandidate candidate(const std::string& id, std::int64_t cost, std::int64_t score,
                             const std::string& field = "") {
    NarrowingCandidate one;
    one.id = one.ja = one.en = id;
    one.cost = cost;
    one.score = score;
    one.field = field;
    one.reviewers = 1;
    return one;
}

Narrowing candidates(std::vector<NarrowingCandidate> all) {
    Narrowing narrowing;
    narrowing.unit = "千円";
    narrowing.candidates = std::move(all);
    return narrowing;
}

std::string ids_of(const Narrowing& narrowing, const Result<Narrowed>& narrowed) {
    if (!narrowed) return to_text(narrowed.error());
    std::string out;
    for (std::size_t i = 0; i < narrowing.candidates.size(); ++i) {
        if (narrowed->chosen[i]) out += narrowing.candidates[i].id;
    }
    return out;
}
std::string chosen(const Narrowing& narrowing, std::int64_t budget) {
    return ids_of(narrowing, narrow(narrowing, budget));
}

TEST(Narrowing, TakesTheHighestScoreNotTheBestFirst) {
    // The best single one, a, would keep out the two that together are better.
    const auto narrowing = candidates(
        {candidate("a", 10, 11), candidate("b", 6, 7), candidate("c", 4, 5), candidate("d", 1, 0)});
    EXPECT_EQ(chosen(narrowing, 10), "bc");
    EXPECT_EQ(chosen(narrowing, 9), "b");
    EXPECT_EQ(chosen(narrowing, 0), "");
    EXPECT_EQ(chosen(narrowing, 100), "abc");  // d brings nothing and costs
}

// The other choice for each candidate: its score, what comes in beside it and what goes.
std::string otherwise(const Narrowing& narrowing, std::int64_t budget) {
    const auto narrowed = narrow(narrowing, budget);
    const auto other = narrow_otherwise(narrowing, *narrowed, budget);
    return other ? to_text(to_json(narrowing, *narrowed, *other)) : to_text(other.error());
}

TEST(Narrowing, TellsWhatTheOtherDecisionOnEachComesTo) {
    auto narrowing = candidates({candidate("a", 10, 11), candidate("b", 6, 7), candidate("c", 4, 5),
                                 candidate("e", 12, 9)});
    EXPECT_EQ(otherwise(narrowing, 10),
              R"({"a":{"score":11,"cost":10,"in":[],"out":["b","c"]},)"
              R"("b":{"score":11,"cost":10,"in":["a"],"out":["c"]},)"
              R"("c":{"score":11,"cost":10,"in":["a"],"out":["b"]},"e":null})");
    // What has to be there cannot be left out.
    narrowing.candidates[1].field = "care";
    narrowing.limits = {{"field", "care", 1, std::nullopt}};
    EXPECT_EQ(otherwise(narrowing, 10),
              R"({"a":null,"b":null,"c":{"score":7,"cost":6,"in":[],"out":[]},"e":null})");
}

TEST(Narrowing, TheOtherDecisionOfEachIsTheBestOfAllThatThereAre) {
    std::uint32_t seed = 7;
    const auto next = [&seed](std::uint32_t below) {
        seed = seed * 1664525U + 1013904223U;
        return static_cast<std::int64_t>((seed >> 8U) % below);
    };
    for (int round = 0; round < 20; ++round) {
        std::vector<NarrowingCandidate> all;
        for (int i = 0; i < 8; ++i) {
            all.push_back(
                candidate(std::string(1, static_cast<char>('a' + i)), 1 + next(9), next(12)));
        }
        const Narrowing narrowing = candidates(std::move(all));
        const std::int64_t budget = 5 + next(20);
        const auto narrowed = narrow(narrowing, budget);
        const auto other = narrow_otherwise(narrowing, *narrowed, budget);
        ASSERT_TRUE(other);
        for (std::size_t i = 0; i < 8; ++i) {
            std::int64_t best = -1;
            for (unsigned set = 0; set < 256; ++set) {
                if (((set >> i) & 1U) == static_cast<unsigned>(narrowed->chosen[i])) continue;
                std::int64_t cost = 0;
                std::int64_t score = 0;
                for (std::size_t k = 0; k < 8; ++k) {
                    if (((set >> k) & 1U) == 0) continue;
                    cost += narrowing.candidates[k].cost;
                    score += narrowing.candidates[k].score;
                }
                if (cost <= budget) best = std::max(best, score);
            }
            ASSERT_TRUE((*other)[i]);
            ASSERT_EQ((*other)[i]->has_value(), best >= 0) << round << " " << i;
            if (best < 0) continue;
            EXPECT_EQ((**(*other)[i]).score, best) << round << " " << i;
        }
    }
}

TEST(Narrowing, KeepsLimitsAndExclusions) {
    auto narrowing = candidates({candidate("a", 1, 9, "farm"), candidate("b", 1, 8, "farm"),
                                 candidate("c", 1, 7, "care"), candidate("d", 1, 1, "bus")});
    narrowing.candidates[2].functions = {"ai", "cameras"};
    EXPECT_EQ(chosen(narrowing, 2), "ab");
    narrowing.limits = {{"field", "farm", std::nullopt, 1}};
    EXPECT_EQ(chosen(narrowing, 2), "ac");
    narrowing.limits.push_back({"field", "bus", 1, std::nullopt});
    EXPECT_EQ(chosen(narrowing, 2), "ad");
    narrowing.limits = {{"function", "ai", 1, 1}};
    EXPECT_EQ(chosen(narrowing, 2), "ac");
    narrowing.exclusions = {{0, 2}};
    EXPECT_EQ(chosen(narrowing, 2), "bc");
}

TEST(Narrowing, BreaksTiesByCostAndThenByTheOrderOfTheFile) {
    EXPECT_EQ(chosen(candidates({candidate("a", 5, 4), candidate("b", 3, 4)}), 5), "b");
    EXPECT_EQ(chosen(candidates({candidate("a", 3, 4), candidate("b", 3, 4)}), 5), "a");
    EXPECT_EQ(chosen(candidates({candidate("a", 3, 5), candidate("b", 2, 3), candidate("c", 1, 2),
                                 candidate("d", 3, 5)}),
                     3),
              "a");
    std::vector<NarrowingCandidate> many;
    for (char id = 'a'; id < 'a' + 20; ++id) many.push_back(candidate(std::string(1, id), 2, 3));
    EXPECT_EQ(chosen(candidates(many), 7), "abc");
    EXPECT_EQ(chosen(candidates(many), 35), "abcdefghijklmnopq");
}

TEST(Narrowing, SaysWhichConditionsCanNotBeKeptTogether) {
    auto narrowing = candidates(
        {candidate("a", 6, 9, "farm"), candidate("b", 7, 8, "farm"), candidate("c", 1, 7, "care")});
    narrowing.limits = {{"field", "farm", 2, std::nullopt}, {"field", "care", 1, std::nullopt}};
    const std::string dear = chosen(narrowing, 12);
    EXPECT_NE(dear.find("budget 12 千円; at least 2 of field farm"), std::string::npos) << dear;
    EXPECT_EQ(dear.find("care"), std::string::npos) << dear;  // which does not stand in the way
    EXPECT_NE(dear.find("予算 12 千円、分野「farm」は2件以上"), std::string::npos) << dear;
    narrowing.exclusions = {{0, 1}};
    const std::string apart = chosen(narrowing, 100);
    EXPECT_NE(apart.find("at least 2 of field farm; not both a and b"), std::string::npos) << apart;
    EXPECT_EQ(apart.find("budget"), std::string::npos) << apart;
    narrowing.limits = {{"field", "sea", 1, std::nullopt}};
    EXPECT_NE(chosen(narrowing, 100).find("kept together: at least 1 of field sea"),
              std::string::npos);
    EXPECT_EQ(narrow(narrowing, 100).error().code, ErrorCode::Conflict);
    EXPECT_EQ(narrow(narrowing, -1).error().code, ErrorCode::BadRequest);
}

// All sets, one by one.
std::string by_force(const Narrowing& narrowing, std::int64_t budget) {
    const std::size_t items = narrowing.candidates.size();
    std::optional<std::tuple<std::int64_t, std::int64_t, std::string>> best;
    std::string found = "none";
    for (std::uint32_t set = 0; set < (1U << items); ++set) {
        std::int64_t cost = 0;
        std::int64_t score = 0;
        std::string order;  // earlier candidates first: 0 where chosen, so that it is smaller
        std::string ids;
        for (std::size_t i = 0; i < items; ++i) {
            const bool in = (set >> i & 1U) != 0;
            order += in ? '0' : '1';
            if (!in) continue;
            cost += narrowing.candidates[i].cost;
            score += narrowing.candidates[i].score;
            ids += narrowing.candidates[i].id;
        }
        bool fits = cost <= budget;
        for (const NarrowingLimit& limit : narrowing.limits) {
            std::int64_t count = 0;
            for (std::size_t i = 0; i < items; ++i) {
                count += (set >> i & 1U) != 0 && narrowing.candidates[i].field == limit.name;
            }
            fits = fits && (!limit.least || count >= *limit.least) &&
                   (!limit.most || count <= *limit.most);
        }
        for (const auto& [a, b] : narrowing.exclusions) {
            fits = fits && ((set >> a & 1U) == 0 || (set >> b & 1U) == 0);
        }
        const auto rank = std::tuple{-score, cost, order};
        if (!fits || (best && *best <= rank)) continue;
        best = rank;
        found = ids;
    }
    return found;
}

class Dice {
public:
    std::int64_t below(std::int64_t end) {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::int64_t>((state_ >> 33U) % static_cast<std::uint64_t>(end));
    }

private:
    std::uint64_t state_ = 11;
};

TEST(Narrowing, AgreesWithTryingEverySet) {
    Dice dice;
    int impossible = 0;
    for (int round = 0; round < 60; ++round) {
        std::vector<NarrowingCandidate> all;
        const std::int64_t items = 3 + dice.below(13);
        const std::int64_t scale = round % 3 == 0 ? 5 : 900'000;  // many ties, or large numbers
        std::int64_t total = 0;
        for (std::int64_t i = 0; i < items; ++i) {
            const std::string id(1, static_cast<char>('a' + i));
            const std::string field = dice.below(2) == 0 ? "x" : "y";
            all.push_back(candidate(id, 1 + dice.below(scale), dice.below(scale), field));
            total += all.back().cost;
        }
        Narrowing narrowing = candidates(std::move(all));
        narrowing.limits = {{"field", "x", dice.below(4), std::nullopt},
                            {"field", "y", std::nullopt, dice.below(5)}};
        const auto a = static_cast<std::size_t>(dice.below(items));
        const auto b = static_cast<std::size_t>(dice.below(items));
        if (a != b) narrowing.exclusions.emplace_back(a, b);
        const std::int64_t budget = dice.below(total + 1);
        const auto narrowed = narrow(narrowing, budget);
        const std::string expected = by_force(narrowing, budget);
        if (expected == "none") {
            ++impossible;
            ASSERT_FALSE(narrowed);
            EXPECT_EQ(narrowed.error().code, ErrorCode::Conflict);
        } else {
            EXPECT_EQ(ids_of(narrowing, narrowed), expected) << round;
        }
    }
    EXPECT_GT(impossible, 2);
    EXPECT_LT(impossible, 40);
}

const std::string kFile = R"(
[narrowing]
[[criterion]]
id = "need"
ja = "切実さ"
en = "need"
weight = 3
[[criterion]]
id = "stands"
ja = "自走"
en = "stands"
weight = 1
[[candidate]]
id = "bus"
ja = "バス"
en = "bus"
cost = 10
[[candidate]]
id = "boar"
ja = "イノシシ"
en = "boar"
cost = 8
[[score]]
candidate = "bus"
reviewer = "a"
points = { need = 5, stands = 1 }
[[score]]
candidate = "bus"
reviewer = "b"
points = { need = 4, stands = 2 }
[[score]]
candidate = "boar"
reviewer = "a"
points = { need = 3, stands = 5 }
)";

TEST(NarrowingFile, ScoresAreMeansOfThoseWhoScored) {
    const auto narrowing = read_narrowing(kFile, "n.toml");
    ASSERT_TRUE(narrowing) << to_text(narrowing.error());
    EXPECT_EQ(narrowing->unit, "千円");
    const auto narrowed = narrow(*narrowing, 10);
    ASSERT_TRUE(narrowed);
    const Json result = to_json(*narrowing, *narrowed, 10);
    // bus: 3 * 4.5 + 1 * 1.5 = 15; boar: 3 * 3 + 5 = 14
    EXPECT_EQ(result.find("score")->number(), 15);
    EXPECT_EQ(result.find("chosen")->array()[0].find("id")->string(), "bus");
    EXPECT_EQ(result.find("others")->array()[0].find("score")->number(), 14);
    EXPECT_EQ(result.find("cost")->integer(), 10);
}

TEST(NarrowingFile, RefusesWhatItDoesNotKnowNamingTheLine) {
    const std::vector<std::array<std::string, 3>> wrong{
        {"candidate = \"boar\"", "candidate = \"boat\"", "there is no candidate boat (n.toml:32)"},
        {"reviewer = \"b\"", "reviewer = \"a\"", "a scored bus twice"},
        {"need = 5, ", "", "the points of need are missing"},
        {"need = 5", "need = 5, luck = 1", "there is no criterion luck"},
        {"need = 5", "need = 101", "need is a whole number from 0 to 100"},
        {"weight = 3", "weight = -3", "weight is a whole number from 0 to 100"},
        {"cost = 10", "cost = 1000001", "cost is a whole number from 0 to 1000000"},
        {"id = \"boar\"", "id = \"bus\"", "candidate bus is there twice"},
        {"id = \"stands\"", "id = \"need\"", "criterion need is there twice"},
        {"[[score]]\ncandidate = \"boar\"\nreviewer = \"a\"\npoints = { need = 3, stands = 5 }\n",
         "", "boar has no score"},
        {"[narrowing]", "[narrowing]\nunti = \"円\"", "there is no key 'unti' here"}};
    for (const auto& [from, to, words] : wrong) {
        const auto narrowing = read_narrowing(replaced(kFile, from, to), "n.toml");
        ASSERT_FALSE(narrowing) << to;
        const std::string said = to_text(narrowing.error());
        EXPECT_NE(said.find(words), std::string::npos) << to << ": " << said;
    }
    for (const char* more : {"[[limit]]\nof = \"field\"\nname = \"x\"\n",
                             "[[limit]]\nof = \"colour\"\nname = \"x\"\nmost = 1\n",
                             "[[exclude]]\ncandidates = [\"bus\", \"bus\"]\n",
                             "[[exclude]]\ncandidates = [\"bus\", \"ship\"]\n"}) {
        EXPECT_FALSE(read_narrowing(kFile + more, "n.toml")) << more;
    }
}

}  // namespace
}  // namespace musubi

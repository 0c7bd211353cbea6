#include "project/cases/case_fit.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <tuple>

#include "project/cases/case_evidence.h"

namespace musubi {
namespace {

constexpr std::array kCriteria{
    FitCriterion{"challenge", 25, "課題", "the challenge"},
    FitCriterion{"functions", 15, "機能", "functions"},
    FitCriterion{"people", 15, "人", "people"},
    FitCriterion{"town", 15, "町", "the town"},
    FitCriterion{"outcome", 10, "結末", "how it ended"},
    FitCriterion{"evidence", 10, "効果の証拠", "evidence of an effect"},
    FitCriterion{"money", 10, "お金", "money"},
};
static_assert(std::accumulate(kCriteria.begin(), kCriteria.end(), 0,
                              [](int sum, const FitCriterion& one) { return sum + one.weight; }) ==
              100);

constexpr double kAlike = 0.75;  // nearer than three quarters of the others
constexpr double kRather = 0.5;
constexpr std::size_t kGapsShown = 3;

struct Words {
    std::string ja;
    std::string en;

    void add(std::string_view more_ja, std::string_view more_en) {
        ja += (ja.empty() ? "" : "、") + std::string{more_ja};
        en += (en.empty() ? "" : ", ") + std::string{more_en};
    }
    [[nodiscard]] bool empty() const { return ja.empty(); }
};

Words words_of_term(std::span<const CaseTerm> terms, std::string_view code) {
    const CaseTerm* term = find_case_term(terms, code);
    if (term == nullptr) return {std::string{code}, std::string{code}};
    return {std::string{term->ja}, std::string{term->en}};
}

bool has(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

class Fitting {
public:
    Fitting(const CaseText& text, const OurSituation& ours) : text_{text}, ours_{ours} {}

    CaseFit fit(const std::optional<TownLikeness>& towns) {
        out_.stopped = text_.outcome == "stop";
        end();  // first, so that a stop stands before all else
        challenge();
        functions();
        people();
        town(towns);
        evidence();
        money();
        if (out_.compared > 0)
            out_.score = static_cast<int>(std::lround(100 * sum_ / out_.compared));
        return std::move(out_);
    }

private:
    void reason(std::string_view criterion, std::string ja, std::string en) {
        out_.reasons.push_back({criterion, std::move(ja), std::move(en)});
    }
    void objection(std::string_view criterion, std::string ja, std::string en) {
        out_.objections.push_back({criterion, std::move(ja), std::move(en)});
    }
    void unknown(std::string_view criterion, std::string ja, std::string en) {
        out_.not_compared.push_back({criterion, std::move(ja), std::move(en)});
    }
    // The criterion was compared, and so much of it speaks for the case.
    void count(std::string_view criterion, double share) {
        const auto found = std::ranges::find(kCriteria, criterion, &FitCriterion::code);
        out_.compared += found->weight;
        sum_ += found->weight * share;
    }

    void end();
    void challenge();
    void functions();
    void people();
    void town(const std::optional<TownLikeness>& towns);
    void town_features_of(const TownLikeness& towns);
    void evidence();
    void money();
    std::optional<double> amount(const std::optional<double>& needed,
                                 const std::optional<double>& there, std::string_view ja,
                                 std::string_view en);

    const CaseText& text_;
    const OurSituation& ours_;
    CaseFit out_;
    double sum_ = 0;
};

void Fitting::end() {
    const std::string_view outcome = text_.outcome;
    if (outcome == "go") {
        count("outcome", 1);
        reason("outcome", "事例は次の段階へ進みました。", "It went on to its next stage.");
    } else if (outcome == "handover") {
        count("outcome", 1);
        reason("outcome", "事例は引き継がれ、続いています。", "It was handed over, and goes on.");
    } else if (outcome == "change") {
        count("outcome", 0.5);
        reason("outcome",
               "事例は、変えるところを変えて進みました。何を変えたかを確かめてください。",
               "It went on after changes: look at what was changed.");
    } else if (outcome == "hold") {
        count("outcome", 0.25);
        objection("outcome", "事例は見合わせになりました。", "It was put on hold.");
    } else {
        count("outcome", 0);
        objection("outcome",
                  "事例はやめることになりました。なぜやめたかを読んでから決めてください。",
                  "It was stopped. Read why before you decide.");
    }
}

void Fitting::challenge() {
    const Words theirs = words_of_term(case_challenges(), text_.challenge);
    if (ours_.challenge.empty()) {
        unknown("challenge", "こちらの課題が書かれていません。", "Our challenge was not said.");
    } else if (text_.challenge.empty()) {
        unknown("challenge", "事例の課題が書かれていません。", "Its challenge was not said.");
    } else if (ours_.challenge == text_.challenge) {
        count("challenge", 1);
        reason("challenge", fmt::format("課題が同じです（{}）。", theirs.ja),
               fmt::format("The challenge is the same ({}).", theirs.en));
    } else {
        const Words our = words_of_term(case_challenges(), ours_.challenge);
        count("challenge", 0);
        objection(
            "challenge",
            fmt::format("課題が違います。事例は「{}」、こちらは「{}」です。", theirs.ja, our.ja),
            fmt::format("The challenge is another: theirs was {}, ours is {}.", theirs.en, our.en));
    }
}

void Fitting::functions() {
    if (text_.functions.empty()) {
        return unknown("functions", "事例に、使った機能の記載がありません。",
                       "The case does not say which functions it used.");
    }
    if (!ours_.functions) {
        return unknown("functions", "こちらにある機能が書かれていません。",
                       "It was not said which functions we have.");
    }
    Words there;
    Words lacking;
    double share = 0;
    for (const std::string& function : text_.functions) {
        const Words words = words_of_term(case_functions(), function);
        const bool at_hand = has(*ours_.functions, function);
        (at_hand ? there : lacking).add(words.ja, words.en);
        if (at_hand) share += 1 / static_cast<double>(text_.functions.size());
    }
    count("functions", share);
    if (!there.empty()) {
        reason("functions", fmt::format("使われた機能のうち、こちらにあるもの: {}。", there.ja),
               fmt::format("Functions it used that we have: {}.", there.en));
    }
    if (!lacking.empty()) {
        objection("functions",
                  fmt::format("使われた機能のうち、こちらにないもの: {}。", lacking.ja),
                  fmt::format("Functions it used that we lack: {}.", lacking.en));
    }
}

void Fitting::people() {
    if (text_.people.empty()) {
        return unknown("people", "事例に、必要だった人の記載がありません。",
                       "The case does not say whom it needed.");
    }
    if (!ours_.tiers) {
        return unknown("people", "こちらの手の届く人材が書かれていません。",
                       "It was not said which people we can reach.");
    }
    Words there;
    Words lacking;
    double share = 0;
    for (const CasePerson& person : text_.people) {
        const Words tier = words_of_term(case_tiers(), person.tier);
        const bool in_reach = has(*ours_.tiers, person.tier);
        (in_reach ? there : lacking)
            .add(fmt::format("{}（{}）", person.role, tier.ja),
                 fmt::format("{} ({})", person.role, tier.en));
        if (in_reach) share += 1 / static_cast<double>(text_.people.size());
    }
    count("people", share);
    if (!there.empty()) {
        reason("people", fmt::format("必要だった人のうち、手の届く人: {}。", there.ja),
               fmt::format("People it needed, within our reach: {}.", there.en));
    }
    if (!lacking.empty()) {
        objection("people", fmt::format("必要だった人のうち、手の届かない人: {}。", lacking.ja),
                  fmt::format("People it needed, out of our reach: {}.", lacking.en));
    }
}

void Fitting::town(const std::optional<TownLikeness>& towns) {
    if (!towns || (!towns->same && towns->others == 0)) {
        return unknown("town", "二つの町を比べる統計がありません。",
                       "There are no statistics to compare the towns by.");
    }
    if (towns->same) {
        count("town", 1);
        return reason("town", fmt::format("同じ町です（{}）。", towns->name),
                      fmt::format("It is the same town ({}).", towns->name));
    }
    const double share =
        1 - static_cast<double>(towns->nearer) / static_cast<double>(towns->others);
    count("town", share);
    const std::string ja = fmt::format("{}より近い町は、比べた {} のうち {} です。", towns->name,
                                       towns->others, towns->nearer);
    const std::string en = fmt::format("Of {} towns compared, {} are nearer to ours than {}.",
                                       towns->others, towns->nearer, towns->name);
    if (share >= kAlike) {
        reason("town", "町が似ています。" + ja, "The towns are alike. " + en);
    } else if (share >= kRather) {
        reason("town", "町はどちらかといえば似ています。" + ja,
               "The towns are rather alike. " + en);
    } else {
        objection("town", "町はあまり似ていません。" + ja, "The towns are not much alike. " + en);
    }
    town_features_of(*towns);
}

// What separates the towns most, and what least: both are said, whatever the distance is.
void Fitting::town_features_of(const TownLikeness& towns) {
    const auto features = town_features();
    const auto words = [&](const TownLikeness::Gap& gap) {
        const TownFeature& feature = features[gap.feature];
        const std::string ours = shown_figure(gap.ours);
        const std::string theirs = shown_figure(gap.theirs);
        return Words{
            fmt::format("{}（こちら {}{}、事例 {}{}）", feature.ja, ours, feature.unit_ja, theirs,
                        feature.unit_ja),
            fmt::format("{} (ours {}, theirs {} {})", feature.en, ours, theirs, feature.unit_en)};
    };
    Words far;
    Words near;
    const std::size_t each = std::min(kGapsShown, towns.gaps.size() / 2);
    for (std::size_t i = 0; i < each; ++i) {
        const Words wide = words(towns.gaps[i]);
        if (towns.gaps[i].part > 0) far.add(wide.ja, wide.en);
        const Words narrow = words(towns.gaps[towns.gaps.size() - 1 - i]);
        near.add(narrow.ja, narrow.en);
    }
    if (!near.empty()) {
        reason("town", fmt::format("最も似ているところ: {}。", near.ja),
               fmt::format("Most alike in: {}.", near.en));
    }
    if (!far.empty()) {
        objection("town", fmt::format("最も違うところ: {}。", far.ja),
                  fmt::format("Most different in: {}.", far.en));
    }
}

void Fitting::evidence() {
    if (text_.found.empty()) {
        count("evidence", 0);
        return objection("evidence", "効果の推定がありません。効いたかどうかは分かっていません。",
                         "No effect was estimated: whether it worked is not known.");
    }
    double share = 0;
    for (const CaseFinding& finding : text_.found) {
        const FindingWords words = judge(finding);
        switch (words.verdict) {
            case FindingVerdict::Good:
                share += 1;
                reason("evidence", words.ja, words.en);
                break;
            case FindingVerdict::Moved:
                share += 0.5;
                unknown("evidence", words.ja, words.en);
                break;
            case FindingVerdict::Unclear:
            case FindingVerdict::Bad: objection("evidence", words.ja, words.en); break;
        }
    }
    count("evidence", share / static_cast<double>(text_.found.size()));
}

std::optional<double> Fitting::amount(const std::optional<double>& needed,
                                      const std::optional<double>& there, std::string_view ja,
                                      std::string_view en) {
    if (!needed || !there) return std::nullopt;
    const std::string theirs = shown_figure(*needed);
    const std::string ours = shown_figure(*there);
    if (*needed <= *there) {
        reason("money",
               fmt::format("{}は足ります（事例 {}千円、こちら {}千円）。", ja, theirs, ours),
               fmt::format("{} is enough (theirs {}, ours {} thousand yen).", en, theirs, ours));
        return 1;
    }
    objection("money",
              fmt::format("{}が足りません（事例 {}千円、こちら {}千円）。", ja, theirs, ours),
              fmt::format("{} is not enough (theirs {}, ours {} thousand yen).", en, theirs, ours));
    return std::max(0.0, *there) / *needed;
}

void Fitting::money() {
    const auto set_up =
        amount(text_.money.set_up, ours_.money.set_up, "初期の費用", "The money to set it up");
    const auto yearly =
        amount(text_.money.yearly, ours_.money.yearly, "毎年の費用", "The money of each year");
    if (!set_up && !yearly) {
        return unknown("money", "費用は、事例かこちらのどちらかに記載がありません。",
                       "The money of the case, or ours, was not said.");
    }
    count("money", std::min(set_up.value_or(1), yearly.value_or(1)));
}

Json to_json(const std::vector<FitReason>& reasons) {
    Json::Array out;
    for (const FitReason& reason : reasons) {
        Json one;
        one.set("criterion", reason.criterion);
        one.set("ja", reason.ja);
        one.set("en", reason.en);
        out.push_back(std::move(one));
    }
    return Json{std::move(out)};
}

}  // namespace

std::span<const FitCriterion> fit_criteria() { return kCriteria; }

CaseFit fit(const CaseText& text, const OurSituation& ours,
            const std::optional<TownLikeness>& towns) {
    return Fitting{text, ours}.fit(towns);
}

std::vector<FittingCase> fit_all(std::span<const CaseTextPtr> cases, const OurSituation& ours,
                                 const LikenessOf& likeness) {
    std::vector<FittingCase> out;
    for (const CaseTextPtr& text : cases) {
        const auto towns = text->town_code.empty() ? std::nullopt : likeness(text->town_code);
        out.push_back({text, fit(*text, ours, towns)});
    }
    std::ranges::sort(out, [](const FittingCase& a, const FittingCase& b) {
        return std::tuple{b.fit.score, b.fit.compared, std::string_view{a.text->id}} <
               std::tuple{a.fit.score, a.fit.compared, std::string_view{b.text->id}};
    });
    return out;
}

Json to_json(const CaseFit& fit) {
    Json out;
    out.set("score", fit.score ? Json{*fit.score} : Json{nullptr});
    out.set("compared", fit.compared);
    out.set("stopped", fit.stopped);
    out.set("for", to_json(fit.reasons));
    out.set("against", to_json(fit.objections));
    out.set("notCompared", to_json(fit.not_compared));
    return out;
}

}  // namespace musubi

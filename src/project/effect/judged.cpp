#include "project/effect/judged.h"

#include <fmt/format.h>

#include <array>
#include <cassert>

namespace musubi {
namespace {

struct RuleWords {
    EffectRule rule;
    std::string_view code;
    std::string_view ja;
    std::string_view en;
};

// {found}, {needed} and {place} stand for the refusal's own.
constexpr std::array kRules{
    RuleWords{EffectRule::NoReadings, "no_readings", "読み取れる値がひとつもありません。",
              "There is not one value to read."},
    RuleWords{
        EffectRule::TooManyPlaces, "too_many_places",
        "地域が{needed}を超えています。この方法で扱えるのは{needed}までです。地域をまとめるか、"
        "比べる地域を選んでください。",
        "There are more than {needed} places, the most that this method takes. Sum places "
        "up, or choose those to compare with."},
    RuleWords{
        EffectRule::TooManyPeriods, "too_many_periods",
        "期間が{needed}を超えています。この方法で扱えるのは{needed}までです。期間をまとめるか、"
        "短くしてください。",
        "There are more than {needed} periods, the most that this method takes. Sum periods "
        "up, or take a shorter time."},
    RuleWords{
        EffectRule::NotANumber, "not_a_number",
        "{place} の値が数ではありません。空欄や「－」は、値を入れるか、その行を除いてください。",
        "The value of {place} is no number. Fill it in, or leave the row out."},
    RuleWords{EffectRule::TooLarge, "too_large",
              "{place} の値が大きすぎて計算できません（10 の 100 乗まで）。打ち間違いでなければ、"
              "単位を大きくしてください。",
              "The value of {place} is too large to compute with (10 to the power of 100 is the "
              "most). If "
              "it is no slip, take a larger unit."},
    RuleWords{EffectRule::UnreadablePeriod, "unreadable_period",
              "期間「{place}」が読めません。年（2024）、年月（2024-04）、年月日（2024-04-01）、"
              "または通し番号で書いてください。",
              "The period \"{place}\" can not be read. Write a year (2024), a month (2024-04), a "
              "day (2024-04-01) or a running number."},
    RuleWords{EffectRule::GivenTwice, "given_twice",
              "{place} の値が二つあります。どちらか一つにしてください。",
              "There are two values of {place}. Keep one."},
    RuleWords{EffectRule::PlacesUnsaid, "places_unsaid",
              "期間「{place}」の値がいくつもあります。地域がいくつもある表なら、地域の列の名前"
              "（--unit）と、取り組みを行った地域（--treated）を示してください。",
              "There are several values of the period \"{place}\". If the table has several "
              "places, say which column names them (--unit) and which has the project "
              "(--treated)."},
    RuleWords{
        EffectRule::Gap, "gap",
        "{place} の値がありません。抜けている値は推測しません。値を入れるか、その地域を除くか、"
        "期間を短くしてください。",
        "The value of {place} is missing, and none is guessed. Fill it in, leave the place "
        "out, or take a shorter time."},
    RuleWords{EffectRule::UnevenPeriods, "uneven_periods",
              "{place} の間があいています。期間は等しい間隔で続いている必要があります。",
              "There is a hole between {place}. Periods must follow each other evenly."},
    RuleWords{EffectRule::UnknownUnit, "unknown_unit",
              "「{place}」という地域はデータにありません。",
              "The data have no place named \"{place}\"."},
    RuleWords{EffectRule::UnknownPeriod, "unknown_period",
              "「{place}」という期間はデータにありません。",
              "The data have no period \"{place}\"."},
    RuleWords{EffectRule::NobodyTreated, "nobody_treated",
              "取り組みを行った地域と、始まった期間が示されていません。",
              "It is not said which place has the project, and from which period on."},
    RuleWords{
        EffectRule::NotOneStart, "not_one_start",
        "取り組みの始まりが地域によって違います（{place}）。同じ期間に始まった地域だけで調べて"
        "ください。",
        "The project does not begin everywhere at once ({place}). Judge only places that "
        "began in the same period."},
    RuleWords{EffectRule::TreatmentEnds, "treatment_ends",
              "{place} で取り組みが途中で止まっています。止まる前までの期間で調べてください。",
              "The project stops in between at {place}. Judge the time before it stopped."},
    RuleWords{EffectRule::BadLevel, "bad_level",
              "信頼水準 {found} は使えません。0.5 から 0.999 までの数にしてください。",
              "The level of confidence {found} can not be used: give one from 0.5 to 0.999."},
    RuleWords{
        EffectRule::BadSeason, "bad_season",
        "季節の長さ {found} は使えません。2 から {needed} までの整数にしてください。",
        "A season of {found} periods can not be used: give a whole number from 2 to {needed}."},
    RuleWords{EffectRule::TooFewBefore, "too_few_before",
              "取り組みの前の期間が{found}しかありません。少なくとも{needed}必要です。",
              "There are only {found} periods before the project; at least {needed} are needed."},
    RuleWords{EffectRule::TooFewAfter, "too_few_after",
              "取り組みの後の期間が{found}しかありません。少なくとも{needed}必要です。",
              "There are only {found} periods since the project began; at least {needed} are "
              "needed."},
    RuleWords{EffectRule::TooFewSeasons, "too_few_seasons",
              "季節を考えるには、前の期間が少なくとも{needed}必要ですが、{found}しかありません。",
              "To take the seasons out, {needed} periods before are needed; there are {found}."},
    RuleWords{
        EffectRule::NoVariation, "no_variation",
        "値が機械的に並んでいて、偶然のゆれがありません（{place}）。効果と偶然とを比べられません。",
        "The values follow a rule without any chance in them ({place}): an effect can not be "
        "told from chance."},
    RuleWords{EffectRule::BeforeBends, "before_bends",
              "取り組みの前から、すでに傾向が曲がっています（p = {found}、基準 {needed}）。"
              "まっすぐな傾向を延ばして比べることはできません。",
              "The trend bent already before the project (p = {found}, limit {needed}): it can not "
              "be drawn on as a straight line."},
    RuleWords{EffectRule::HangsTogether, "hangs_together",
              "となり合う値どうしの結びつきが強すぎます（自己相関 {found} まであり得る、"
              "限度 {needed}）。この長さでは、傾向と偶然を見分けられません。",
              "Each value hangs on the one before it too much (autocorrelation may be {found}, "
              "limit {needed}): so few can not tell a trend from chance."},
    RuleWords{EffectRule::TooFewComparisons, "too_few_comparisons",
              "比べる地域が{found}しかありません。この水準で言うには、少なくとも{needed}必要です。",
              "There are only {found} places to compare with; to say anything at this level at "
              "least {needed} are needed."},
    RuleWords{EffectRule::TooFewWays, "too_few_ways",
              "取り組みを行った地域の選び方が{found}通りしかなく、偶然と比べられません"
              "（{needed}通り必要）。比べる地域を増やしてください。",
              "There are only {found} ways in which the places could have been picked, too few to "
              "compare with chance ({needed} are needed). Add places to compare with."},
    RuleWords{EffectRule::TrendsDiffer, "trends_differ",
              "取り組みの前から、地域どうしの動きが違います（p = {found}、基準 {needed}）。"
              "後の違いを取り組みのためとは言えません。",
              "The places moved differently already before the project (p = {found}, limit "
              "{needed}): the difference after it can not be put down to it."},
    RuleWords{EffectRule::SeveralTreated, "several_treated",
              "取り組みを行った地域が{found}あります。合成コントロール法は一つだけを扱います。"
              "sdid か did を使ってください。",
              "{found} places have the project; synthetic control judges one. Use sdid or did."},
    RuleWords{EffectRule::PoorFit, "poor_fit",
              "ほかの地域を組み合わせても、取り組みの前の動きを再現できません（前の誤差 {found}、"
              "限度 {needed}）。比べる相手がいません。",
              "No mix of the other places repeats the time before the project (error {found}, "
              "limit {needed}): there is nothing to compare with."},
};

const RuleWords& words_of(EffectRule rule) {
    const RuleWords& words = kRules[static_cast<std::size_t>(rule)];
    assert(words.rule == rule);
    return words;
}

}  // namespace

std::string_view code_of(EffectRule rule) { return words_of(rule).code; }

std::string to_text(const EffectRefusal& refusal, bool japanese) {
    const RuleWords& words = words_of(refusal.rule);
    return fmt::format(fmt::runtime(japanese ? words.ja : words.en),
                       fmt::arg("found", fmt::format("{:.4g}", refusal.found)),
                       fmt::arg("needed", fmt::format("{:.4g}", refusal.needed)),
                       fmt::arg("place", refusal.place));
}

Error to_error(const EffectRefusal& refusal) {
    return {ErrorCode::Unsupported, to_text(refusal, false), std::string(code_of(refusal.rule))};
}

}  // namespace musubi

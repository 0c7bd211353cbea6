#include <algorithm>
#include <array>
#include <cassert>

#include "project/effect/estimate.h"

namespace musubi {
namespace {

struct CodeWords {
    std::string_view code;
    std::string_view ja;
    std::string_view en;
};

constexpr std::array kMethods{
    CodeWords{"its", "前後比較（傾向を延ばして比べる）", "before and after, against the trend"},
    CodeWords{"did", "差の差（ほかの地域の変化と比べる）", "difference in differences"},
    CodeWords{"sc", "合成コントロール（ほかの地域を混ぜて比べる）", "synthetic control"},
    CodeWords{"sdid", "合成差の差（地域と期間に重みを付けて比べる）",
              "synthetic difference in differences"},
};
constexpr std::array kMadeBy{
    CodeWords{"by_noise_trial",
              "ニューイ・ウエスト誤差。臨界値は、取り組みがなく、となり合う値が結びついたゆれだけの"
              "場合を計算機で繰り返して求めた",
              "Newey-West errors; critical values from repeated trials with noise that hangs "
              "together and no project"},
    CodeWords{"by_clusters", "地域ごとにまとめた誤差（CR2）とスチューデントの t",
              "errors clustered by place (CR2) with Student's t"},
    CodeWords{"by_ways", "取り組みを行った地域を入れ替えた、すべての選び方との比較（並べ替え検定）",
              "comparison with the ways in which other places could have been picked (permutation "
              "test)"},
    CodeWords{"by_placebo_error",
              "ほかの地域で取り組みがあったと仮定した計算のばらつき（プラセボ標準誤差）と正規分布",
              "the spread of the same computation on places without the project (placebo standard "
              "error), normal"},
    CodeWords{"by_placebo_ratio",
              "ほかの地域で同じ計算をしたときの、後と前の誤差の比の順位（プラセボ検定）",
              "rank of the error after over that before, among the same computation on places "
              "without the project"},
    CodeWords{"by_placebo_rank",
              "ほかの地域で同じ計算をしたときの効果の大きさの順位（プラセボ検定）",
              "rank of the size of the effect among the same computation on places without the "
              "project"},
};
constexpr std::array kNumbers{
    CodeWords{"level_change", "始まりでの段差", "step at the start"},
    CodeWords{"slope_change", "一期間あたりの傾きの変化", "change of the slope a period"},
    CodeWords{"lag", "ニューイ・ウエストのラグ", "Newey-West lag"},
    CodeWords{"degrees_of_freedom", "自由度", "degrees of freedom"},
    CodeWords{"autocorrelation", "残差の自己相関", "autocorrelation of the residuals"},
    CodeWords{"autocorrelation_used", "用いた自己相関（あり得る値の上から四分の一）",
              "autocorrelation taken (upper quartile of what it may be)"},
    CodeWords{"draws", "繰り返しの回数", "trials"},
    CodeWords{"season", "季節の長さ（期間）", "periods of a season"},
    CodeWords{"bend_p", "前の傾向の曲がりの p", "p of a bend before"},
    CodeWords{"ways", "選び方の数", "ways of picking"},
    CodeWords{"leads", "前の動きを比べた区間の数", "leads tested"},
    CodeWords{"pre_trend_p", "前の動きの違いの p", "p of the leads"},
    CodeWords{"placebos", "比べた地域の数", "placebos"},
    CodeWords{"ratio", "後と前の誤差の比", "error after over error before"},
    CodeWords{"median_placebo_rmse", "ほかの地域の前の誤差（中央値）",
              "error before, of the other places (median)"},
    CodeWords{"zeta", "重みをならす強さ", "regularisation of the weights"},
    CodeWords{"gap", "最適化の残り（双対ギャップ）", "what optimisation left (duality gap)"},
};
constexpr std::array kAssumptions{
    CodeWords{"trend_goes_on", "取り組みがなければ、前の傾向がまっすぐ続いたはずである。",
              "Without the project the trend would have gone on in a straight line."},
    CodeWords{
        "nothing_else_began",
        "同じ時期に、結果を動かすほかの出来事（制度の変更、災害、別の事業）は始まっていない。",
        "Nothing else that moves the outcome (a law, a disaster, another project) began at the "
        "same time."},
    CodeWords{"measured_alike", "測り方は、前と後で、どの地域でも同じである。",
              "It was measured in the same way before and after, and everywhere."},
    CodeWords{"noise_is_ar1", "偶然のゆれは、一つ前の値とだけ直接結びつき、大きさは変わらない。",
              "What is chance hangs directly on the one value before alone, and is of one size."},
    CodeWords{"season_repeats", "季節の動きは毎年同じである。", "Each season is like the last."},
    CodeWords{"level_alone", "取り組みは水準だけを動かし、傾きは変えない。",
              "The project moves the level alone, not the slope."},
    CodeWords{"bend_not_checked",
              "前の期間が短く、前の傾向が曲がっていないかは確かめられなかった。",
              "The time before was too short to see whether its trend bends."},
    CodeWords{"trends_alike",
              "取り組みがなければ、地域どうしは同じように動いたはずである。前の動きに違いが"
              "見つからなかったことは、その証明ではない。",
              "Without the project the places would have moved alike. That no difference was found "
              "before it is no proof."},
    CodeWords{"no_spillover", "取り組みは、比べる地域には及んでいない。",
              "The project does not reach the places compared with."},
    CodeWords{"units_apart", "一つの地域の偶然は、ほかの地域の偶然と関わりがない。",
              "Chance in one place has nothing to do with chance in another."},
    CodeWords{"units_alike",
              "取り組みの有無を除けば、どの地域の偶然のゆれも同じくらいの大きさである。",
              "But for the project, chance is of the same size in each place."},
    CodeWords{
        "mix_goes_on",
        "前の動きを再現した地域の組み合わせは、取り組みがなければ、後の動きも再現したはずである。",
        "The mix of places that repeats the time before would have repeated the time after "
        "too."},
    CodeWords{
        "inside_the_others",
        "取り組みを行った地域は、ほかの地域の平均で表せる範囲にある（重みは 0 以上、合計 1）。",
        "The place lies within what averages of the others can reach (weights of 0 or more "
        "that sum to 1)."},
};

template <std::size_t N>
const CodeWords* find_in(const std::array<CodeWords, N>& table, std::string_view code) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const CodeWords& words) { return words.code == code; });
    return found == table.end() ? nullptr : &*found;
}

}  // namespace

std::string_view effect_words(std::string_view code, bool japanese) {
    for (const CodeWords* words : {find_in(kMethods, code), find_in(kMadeBy, code),
                                   find_in(kNumbers, code), find_in(kAssumptions, code)}) {
        if (words != nullptr) return japanese ? words->ja : words->en;
    }
    assert(false && "a code without words");
    return code;
}

std::string_view code_of(EffectMethod method) {
    return kMethods[static_cast<std::size_t>(method)].code;
}

}  // namespace musubi

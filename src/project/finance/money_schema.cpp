#include "base/toml_schema.h"
#include "project/finance/money_plan.h"

namespace musubi {
namespace money_tables {
namespace {

using enum TomlValue;

constexpr TomlTable kTables[] = {
    {"plan", true, false, "計画そのもの。", "The plan itself."},
    {"alternative", false, true, "比べる案。最初のものが提案する案。書かなければ案は一つ。",
     "Alternatives to compare; the first is the one proposed. Without any there is one."},
    {"input", false, true, "確かでない数。収支はこれを名前で使います。",
     "Uncertain numbers, which flows use by name."},
    {"correlation", false, true, "二つの入力がどれほど共に動くか。",
     "How far two inputs go together."},
    {"flow", true, true, "収入または支出。", "Money that comes in or goes out."},
    {"outcome", false, false, "成果の数。成果一つあたりの費用に使います。",
     "What is achieved, counted: for the cost of one outcome."},
};

constexpr std::string_view kDistributions =
    "fixed|uniform|triangular|pert|normal|lognormal|bernoulli|discrete";

constexpr TomlKey kKeys[] = {
    {"plan", "name", Text, true, "", "", "名前。", "Name."},
    {"plan", "first_year", Integer, true, "", "", "最初の年度（4月から翌年3月まで）。",
     "The first fiscal year, from April to March."},
    {"plan", "years", Integer, true, "", "", "年数。1〜50。", "How many years, 1 to 50."},
    {"plan", "discount", Number, false, "", "0.04", "年の割引率。0.04 は4%。",
     "Discount rate a year; 0.04 is 4 %."},
    {"plan", "opening", Number, false, "", "0", "始まる前の手元の現金（千円）。",
     "Cash at hand before the first month (千円)."},
    {"plan", "example", Boolean, false, "", "false", "例であって本物でないなら true。",
     "True where it is an example, not a real plan."},
    {"plan", "note", Text, false, "", "", "覚え書き。", "A note."},

    {"alternative", "name", Text, true, "", "", "案の名前。", "Name of the alternative."},
    {"alternative", "note", Text, false, "", "", "覚え書き。", "A note."},

    {"input", "name", Text, true, "", "", "名前。", "Name."},
    {"input", "distribution", Text, true, kDistributions, "", "分布。", "Its distribution."},
    {"input", "value", Number, false, "", "bernoulli: 1",
     "`fixed` の値。`bernoulli` では起きた時の値（起きなければ 0）。",
     "The value of `fixed`; of `bernoulli`, where it happens (0 where not)."},
    {"input", "low", Number, false, "", "", "最小（`uniform`、`triangular`、`pert`）。",
     "The least (`uniform`, `triangular`, `pert`)."},
    {"input", "mode", Number, false, "", "", "最もありそうな値（`triangular`、`pert`）。",
     "The likeliest (`triangular`, `pert`)."},
    {"input", "high", Number, false, "", "", "最大（`uniform`、`triangular`、`pert`）。",
     "The greatest (`uniform`, `triangular`, `pert`)."},
    {"input", "mean", Number, false, "", "",
     "平均（`normal`、`lognormal`）。値そのものの平均です。",
     "Mean (`normal`, `lognormal`), of the number itself."},
    {"input", "deviation", Number, false, "", "",
     "標準偏差（`normal`、`lognormal`）。値そのものの標準偏差です。",
     "Standard deviation (`normal`, `lognormal`), of the number itself."},
    {"input", "probability", Number, false, "", "", "起きる確率（`bernoulli`）。",
     "How likely it happens (`bernoulli`)."},
    {"input", "values", Array, false, "", "", "あり得る値（`discrete`）。100まで。",
     "The values there are (`discrete`), up to 100."},
    {"input", "weights", Array, false, "", "等しい / equal", "それぞれの重み（`discrete`）。",
     "The weight of each (`discrete`)."},
    {"input", "unit", Text, false, "", "", "単位。", "Unit."},
    {"input", "note", Text, false, "", "", "根拠。", "Where it comes from."},

    {"correlation", "between", Texts, true, "", "", "二つの入力の名前。", "Names of two inputs."},
    {"correlation", "value", Number, true, "", "", "−1 と 1 の間。", "Between -1 and 1."},
    {"correlation", "of", Text, false, "ranks|normal", "`ranks`",
     "順位の相関か、背後の正規分布の相関（正規コピュラ）か。",
     "The correlation of ranks, or of the normal values behind (Gaussian copula)."},

    {"flow", "name", Text, true, "", "", "名前。", "Name."},
    {"flow", "kind", Text, true,
     "grant|subsidy|fee|staff|maintenance|equipment|communication|other", "",
     "交付金、補助・繰入、利用料は収入。人件費、保守、機器、通信、その他は支出。",
     "`grant`, `subsidy` and `fee` come in; the others go out."},
    {"flow", "direction", Text, false, "in|out", "kind による / by its kind",
     "`other` を収入にする時だけ `in`。", "`in` makes an `other` come in."},
    {"flow", "amount", Number, false, "", "1", "金額（千円）。`times` があれば掛けます。0以上。",
     "Amount (千円), 0 or more; multiplied by `times`."},
    {"flow", "times", Texts, false, "", "", "掛ける入力の名前。8つまで。例: 単価と利用者数。",
     "Names of inputs to multiply with, up to 8: such as price and users."},
    {"flow", "per", Text, false, "month|year|once", "`year`（`every` があれば `once`）",
     "月ごと、年ごと、一度だけ。年ごとは `month` が無ければ12か月に等しく分けます。",
     "The amount is of a month, of a year, or paid once. That of a year is spread evenly over its "
     "months unless `month` is there."},
    {"flow", "month", Integer, false, "", "", "年ごとの金額を払う月。1〜12。",
     "The month in which the amount of a year is paid, 1 to 12."},
    {"flow", "every", Integer, false, "", "",
     "機器の更新など、何年ごとに繰り返すか。最初は `start`。",
     "Repeated every so many years, first at `start`: as equipment is replaced."},
    {"flow", "start", Text, false, "", "計画の最初 / the plan's",
     "始まり。`2027-04`、または年度で `2027`。",
     "Its first month, `2027-04`, or fiscal year, `2027`."},
    {"flow", "end", Text, false, "", "計画の最後 / the plan's",
     "終わり（その月、その年度を含む）。", "Its last month or fiscal year, which it includes."},
    {"flow", "growth", Number, false, "", "0", "年度ごとの伸び。0.02 は2%。",
     "Growth with each fiscal year; 0.02 is 2 %."},
    {"flow", "growth_of", Text, false, "", "", "伸びとして使う入力の名前。",
     "Name of an input that is the growth."},
    {"flow", "alternatives", Texts, false, "", "すべて / all", "この収支がある案の名前。",
     "Names of the alternatives it is part of."},
    {"flow", "note", Text, false, "", "", "覚え書き。", "A note."},

    {"outcome", "name", Text, true, "", "", "名前。例: 見守りを受けた世帯。",
     "Name, such as households reached."},
    {"outcome", "unit", Text, false, "", "", "単位。", "Unit."},
    {"outcome", "per_year", Number, false, "", "1", "1年の数。`times` があれば掛けます。0以上。",
     "How many a year, 0 or more; multiplied by `times`."},
    {"outcome", "times", Texts, false, "", "", "掛ける入力の名前。",
     "Names of inputs to multiply with."},
    {"outcome", "start", Text, false, "", "計画の最初 / the plan's", "始まり。",
     "Its first month."},
    {"outcome", "end", Text, false, "", "計画の最後 / the plan's", "終わり。", "Its last month."},
    {"outcome", "growth", Number, false, "", "0", "年度ごとの伸び。",
     "Growth with each fiscal year."},
    {"outcome", "growth_of", Text, false, "", "", "伸びとして使う入力の名前。",
     "Name of an input that is the growth."},
};

constexpr TomlSchema kSchema{kTables, kKeys};

}  // namespace
}  // namespace money_tables

const TomlSchema& money_schema() { return money_tables::kSchema; }

}  // namespace musubi

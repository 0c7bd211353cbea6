#include <array>

#include "base/toml_schema.h"
#include "project/measures/measure_text.h"

namespace musubi {
namespace measure_tables {
namespace {

using enum TomlValue;

constexpr std::array kTables{
    TomlTable{"measures", true, false, "このファイル。", "This file."},
    TomlTable{"measure", true, true, "指標。数値ではなく、数え方の定義です。",
              "A measure: not a number, but how it is counted."},
    TomlTable{"measure.part", false, true, "指標の部分。どの読み取りから、何を数えるか。",
              "A part of a measure: which readings it takes, and what it makes of them."},
    TomlTable{"measure.goal", false, true, "いつまでに、どの値に。最後のものが目標です。",
              "Which value, by when; in order. The last one is the target."},
};

constexpr std::array kKeys{
    TomlKey{"measures", "version", Text, true, "", "", "この版の名前。", "Name of this version."},
    TomlKey{"measures", "context", Text, true, "", "", "型と属性の名前を展開する @context の URL。",
            "URL of the @context by which types and attributes are expanded."},

    TomlKey{"measure", "id", Text, true, "", "", "名前。英小文字・数字・`-`、64字まで。",
            "Name: lower-case letters, digits, `-`, up to 64."},
    TomlKey{"measure", "ja", Text, true, "", "", "名前（日本語）。", "Its name, Japanese."},
    TomlKey{"measure", "en", Text, true, "", "", "名前（英語）。", "Its name, English."},
    TomlKey{"measure", "unit", Text, true, "", "",
            "値の単位（UN/CEFACT 符号。割合は `P1`、数は `C62`）。",
            "Unit of its value (UN/CEFACT code; per cent is `P1`, a number of things `C62`)."},
    TomlKey{"measure", "direction", Text, true, "up|down", "", "どちらが良いか。",
            "Which way is better."},
    TomlKey{"measure", "period", Text, true, kPeriodWords, "",
            "一つの値の期間。日本の暦で、年度は4月1日から。",
            "What one value is of: by the calendar of Japan, fiscal years from 1 April."},
    TomlKey{"measure", "formula", Text, true, "", "",
            "部分の名前、数、`+ - * /`、括弧、`min(a, b)`、`max(a, b)`。",
            "Names of parts, numbers, `+ - * /`, parentheses, `min(a, b)`, `max(a, b)`."},
    TomlKey{"measure", "decimals", Integer, false, "", "1", "示す小数の桁（0から6）。",
            "Decimals that are shown, 0 to 6."},
    TomlKey{
        "measure", "by", Text, false, "", "全体 / all as one",
        "内訳。この属性の今の値が同じエンティティごとに値を出します。",
        "Break-down: one value for the entities whose attribute of this name says the same now."},
    TomlKey{"measure", "smallest", Integer, false, "", "1",
            "これより少ないエンティティの組は、値を示しません。",
            "Of a group of fewer entities no value is shown."},
    TomlKey{
        "measure", "across", Text, false, "median|mean", "なし / none",
        "式をエンティティごとに計算し、その値の中央値（median）か平均（mean）をとります。"
        "部分の欠けたものは数えません。",
        "The formula has a value for each entity, and the measure is their median or mean. Those "
        "that lack a part do not count."},
    TomlKey{"measure", "each", Text, false, "", "エンティティ / entity",
            "across：一つの値がだれのものか。この属性の今の値が同じエンティティを一つにします。",
            "across: whom one value is of. Entities whose attribute of this name says the same now "
            "are taken together."},
    TomlKey{"measure", "missing", Text, false, "as-is|no-value", "as-is",
            "読み取りが足りないとき：あるものから計算する（as-is）か、値を出さない（no-value）か。",
            "Where readings are missing: computed from those there are (as-is), or no value "
            "(no-value)."},
    TomlKey{"measure", "least_share", Number, false, "", "0.8",
            "no-value：部分の一つでも、届いたものがあるはずのものに対してこの割合より少なければ、"
            "値を出しません。`every` のある部分は読み取りを、ほかは読み取りのあったエンティティを"
            "数えます。",
            "no-value: where of some part less than this share came of what was due there is no "
            "value. Of a part with `every` readings are counted, of others entities that had one."},
    TomlKey{"measure", "baseline_from", Text, false, "", "なし / none",
            "比べる元の期間の初日（`2025-04-01`）。", "First day of what it is compared with."},
    TomlKey{"measure", "baseline_to", Text, false, "", "なし / none", "その次の日。",
            "The day after the last one of it."},
    TomlKey{"measure", "baseline", Number, false, "", "なし / none",
            "比べる元の値。ほかから分かっているとき。",
            "The value it is compared with, where it is known from elsewhere."},
    TomlKey{"measure", "part", Array, true, "", "", "`[[measure.part]]`。", "`[[measure.part]]`."},
    TomlKey{"measure", "goal", Array, false, "", "なし / none", "`[[measure.goal]]`。",
            "`[[measure.goal]]`."},

    TomlKey{"measure.part", "name", Text, true, "", "", "式の中の名前。英小文字・数字・`_`。",
            "Its name in the formula: lower-case letters, digits, `_`."},
    TomlKey{"measure.part", "type", Text, true, "", "", "エンティティの型。",
            "Type of the entities."},
    TomlKey{"measure.part", "attribute", Text, true, "", "", "読み取る属性。",
            "The attribute whose readings are taken."},
    TomlKey{"measure.part", "is", Text, true, kPartWords, "",
            "何を数えるか：読み取りの数、異なる値の数、読み取りのあるエンティティの数、エンティティ"
            "の数、届いた数（間隔ごとに一つまで）、あるはずの数、"
            "合計、平均、最小、最大、分位点、割合、時間、変化、速さ。",
            "What is made of them: how many readings, different values, entities with a reading, "
            "entities, readings that came (one each interval at most), "
            "readings there should be; sum, mean, least, greatest, quantile; share or hours beyond "
            "a bound; change, and change an hour."},
    TomlKey{"measure.part", "q", Text, false, "", "全部 / all",
            "どのエンティティか（NGSI-LD の `q`、今の状態で）。",
            "Which entities (NGSI-LD's `q`, as they are now)."},
    TomlKey{"measure.part", "scope", Text, false, "", "全部 / all",
            "どの区分のエンティティか（`scopeQ`）。", "Of which scopes (`scopeQ`)."},
    TomlKey{"measure.part", "georel", Text, false, "", "どこでも / anywhere",
            "場所の条件（`within`、`near;maxDistance==2000` など）。`geometry` と `coordinates` "
            "も書きます。",
            "Where they are (`within`, `near;maxDistance==2000`, ...), with `geometry` and "
            "`coordinates`."},
    TomlKey{"measure.part", "geometry", Text, false, "", "", "`Point`、`Polygon` など。",
            "`Point`, `Polygon`, ..."},
    TomlKey{"measure.part", "coordinates", Text, false, "", "", "GeoJSON の座標。",
            "Coordinates as in GeoJSON."},
    TomlKey{"measure.part", "unit", Text, false, "", "どれでも / any",
            "読み取りの単位。違う単位が来たら値を出しません。",
            "Unit of the readings. Where another one comes there is no value."},
    TomlKey{"measure.part", "ago", Integer, false, "", "0",
            "いくつ前の期間の読み取りか（0から60）。1は、月ごとの指標なら前の月。",
            "Of how many periods before, 0 to 60: 1 is last month where the measure is monthly."},
    TomlKey{
        "measure.part", "less_attribute", Text, false, "", "なし / none",
        "読み取りから、同じエンティティのこの属性の今の値を引きます。日時は秒になります。",
        "From each reading what this attribute of the same entity says now is taken away. Times "
        "are in seconds."},
    TomlKey{"measure.part", "quantile", Number, false, "", "0.5", "分位点（0から1）。",
            "Which quantile, 0 to 1."},
    TomlKey{"measure.part", "above", Number, false, "", "",
            "この値以上のもの（share、time-beyond）。", "At this or above (share, time-beyond)."},
    TomlKey{"measure.part", "below", Number, false, "", "", "この値以下のもの。",
            "At this or below."},
    TomlKey{"measure.part", "above_attribute", Text, false, "", "",
            "同じエンティティのこの属性の今の値以上のもの。",
            "At what this attribute of the same entity says now, or above."},
    TomlKey{"measure.part", "below_attribute", Text, false, "", "", "その値以下のもの。",
            "At that or below."},
    TomlKey{"measure.part", "hold", Duration, false, "", "PT1H",
            "time-beyond：次の読み取りまで、長くてもこれだけ値が続くとみなします。",
            "time-beyond: a value lasts until the next one, but at most for so long."},
    TomlKey{"measure.part", "every", Duration, false, "", "PT10M",
            "arrived、expected、または missing が no-value "
            "のとき：一つのエンティティの読み取りの間隔。",
            "arrived, expected, or where missing is no-value: how often an entity has a reading."},

    TomlKey{"measure.goal", "by", Text, true, "", "", "期日（`2027-03-31`）。", "The day."},
    TomlKey{"measure.goal", "value", Number, true, "", "", "値。", "The value."},
};

constexpr TomlSchema kSchema{kTables, kKeys};

}  // namespace
}  // namespace measure_tables

const TomlSchema& measure_schema() { return measure_tables::kSchema; }

}  // namespace musubi

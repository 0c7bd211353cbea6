#include <array>

#include "base/toml_schema.h"
#include "project/portfolio/narrowing.h"

namespace musubi {
namespace narrowing_tables {
namespace {

using enum TomlValue;

constexpr std::array kTables{
    TomlTable{"narrowing", true, false, "絞り込み全体。", "The narrowing as a whole."},
    TomlTable{"criterion", true, true, "審査の観点。", "What is judged."},
    TomlTable{"candidate", true, true, "候補。並べた順が、最後の決め手になります。",
              "A candidate. Their order is the last thing that decides."},
    TomlTable{"score", true, true, "一人の審査員が一つの候補に付けた点。",
              "The points that one reviewer gave one candidate."},
    TomlTable{"limit", false, true, "分野・地域・機能ごとの件数の下限と上限。",
              "At least, and at most, so many of a field, a region or a function."},
    TomlTable{"exclude", false, true, "両方は選べない二つの候補。",
              "Two candidates of which not both can be chosen."},
};

constexpr std::string_view kNone = "なし / none";

constexpr std::array kKeys{
    TomlKey{"narrowing", "unit", Text, false, "", "千円", "費用と予算の単位。",
            "The unit of costs and of the budget."},
    TomlKey{"criterion", "id", Text, true, "", "", "名前。英小文字・数字・`-`、64字まで。",
            "Name: lower-case letters, digits, `-`, up to 64."},
    TomlKey{"criterion", "ja", Text, true, "", "", "日本語での呼び名。", "In Japanese."},
    TomlKey{"criterion", "en", Text, true, "", "", "英語での呼び名。", "In English."},
    TomlKey{"criterion", "weight", Integer, true, "", "", "重み。0 から 100 までの整数。",
            "Its weight, a whole number from 0 to 100."},
    TomlKey{"candidate", "id", Text, true, "", "", "名前。", "Name, as of a criterion."},
    TomlKey{"candidate", "ja", Text, true, "", "", "日本語での呼び名。", "In Japanese."},
    TomlKey{"candidate", "en", Text, true, "", "", "英語での呼び名。", "In English."},
    TomlKey{"candidate", "cost", Integer, true, "", "", "費用。1,000,000 までの整数。",
            "What it costs, a whole number up to 1,000,000."},
    TomlKey{"candidate", "field", Text, false, "", kNone, "分野。", "Its field."},
    TomlKey{"candidate", "region", Text, false, "", kNone, "地域。", "Its region."},
    TomlKey{"candidate", "functions", Texts, false, "", kNone, "使う機能。",
            "The functions it uses."},
    TomlKey{"score", "candidate", Text, true, "", "", "どの候補か。", "Which candidate."},
    TomlKey{"score", "reviewer", Text, true, "", "",
            "審査員。利害のある候補には点を書かず、残りの人の平均になります。",
            "Who. Whoever has an interest in a candidate gives none; the mean is of the others."},
    TomlKey{"score", "points", Table, true, "", "", "観点ごとの点。0 から 100 までの整数。",
            "Points by criterion, whole numbers from 0 to 100."},
    TomlKey{"limit", "of", Text, true, "field|region|function", "", "何の件数か。",
            "What is counted."},
    TomlKey{"limit", "name", Text, true, "", "", "どの分野・地域・機能か。", "Which one."},
    TomlKey{"limit", "least", Integer, false, "", kNone, "下限。", "At least."},
    TomlKey{"limit", "most", Integer, false, "", kNone, "上限。", "At most."},
    TomlKey{"exclude", "candidates", Texts, true, "", "", "二つの候補。", "Two candidates."},
};

constexpr TomlSchema kSchema{kTables, kKeys};

}  // namespace
}  // namespace narrowing_tables

const TomlSchema& narrowing_schema() { return narrowing_tables::kSchema; }

}  // namespace musubi

#include <array>

#include "base/toml_schema.h"
#include "project/portfolio/portfolio.h"

namespace musubi {
namespace portfolio_tables {
namespace {

using enum TomlValue;

constexpr std::array kTables{
    TomlTable{"portfolio", true, false, "このファイルが何を並べたものか。", "What the file lists."},
    TomlTable{"field", false, true, "分野。", "A field."},
    TomlTable{"function", false, true, "機能。", "A function."},
    TomlTable{"region", false, true, "地域。", "A region."},
    TomlTable{"year", false, true, "件数だけが分かっている年度。",
              "A year of which only numbers are known."},
    TomlTable{"project", false, true, "一つのプロジェクト。", "One project."},
};

constexpr std::string_view kUnsaid = "記載なし / not said";

#define MUSUBI_TERM_KEYS(table)                                                                   \
    TomlKey{table,                                                                                \
            "id",                                                                                 \
            Text,                                                                                 \
            true,                                                                                 \
            "",                                                                                   \
            "",                                                                                   \
            "名前。英小文字・数字・`-`、64字まで。",                                              \
            "Name: lower-case letters, digits, `-`, up to 64."},                                  \
        TomlKey{table, "ja", Text, true, "", "", "日本語での呼び名。", "In Japanese."}, TomlKey { \
        table, "en", Text, true, "", "", "英語での呼び名。", "In English."                        \
    }

constexpr std::array kKeys{
    TomlKey{"portfolio", "source", Text, true, "", "", "出典。どの文書のどこか。",
            "Where it is said: which document, which place."},
    TomlKey{"portfolio", "pilots", Integer, false, "", "確かめない / not checked",
            "件数の総計。合わなければ断ります。", "All pilots of the file; refused where wrong."},
    TomlKey{"portfolio", "projects", Integer, false, "", "確かめない / not checked",
            "プロジェクトの数。合わなければ断ります。",
            "How many projects the file has; refused where wrong."},
    MUSUBI_TERM_KEYS("field"),
    MUSUBI_TERM_KEYS("function"),
    TomlKey{"function", "projects", Integer, false, "", "確かめない / not checked",
            "この機能を使うプロジェクトの数。合わなければ断ります。",
            "How many projects use it; refused where wrong."},
    MUSUBI_TERM_KEYS("region"),
    TomlKey{"year", "year", Integer, true, "", "", "年度（西暦）。", "The fiscal year."},
    TomlKey{"year", "name", Text, true, "", "", "出典での呼び名。", "As the source calls it."},
    TomlKey{"year", "pilots", Table, true, "", "", "分野ごとの件数。書かない分野は 0。",
            "Pilots by field; a field that is not there has none."},
    TomlKey{"year", "total", Integer, true, "", "", "合計。合わなければ断ります。",
            "Their sum as the source has it; refused where wrong."},
    MUSUBI_TERM_KEYS("project"),
    TomlKey{"project", "year", Integer, true, "", "", "年度（西暦）。", "The fiscal year."},
    TomlKey{"project", "stage", Text, true, "plan|pilot|rollout", "",
            "段階。計画策定、社会実証、実装・展開。", "Planning, pilot, or rollout."},
    TomlKey{"project", "field", Text, false, "", kUnsaid, "分野。", "Its field."},
    TomlKey{"project", "region", Text, false, "", kUnsaid, "地域。", "Its region."},
    TomlKey{"project", "functions", Texts, true, "", "", "使う機能。", "The functions it uses."},
};

#undef MUSUBI_TERM_KEYS

constexpr TomlSchema kSchema{kTables, kKeys};

}  // namespace
}  // namespace portfolio_tables

const TomlSchema& portfolio_schema() { return portfolio_tables::kSchema; }

}  // namespace musubi

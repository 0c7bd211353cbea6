#include <algorithm>
#include <array>

#include "base/toml_schema.h"
#include "trust/policies/policy.h"

namespace musubi {
namespace policy_tables {
namespace {

using enum TomlValue;

constexpr std::array kTables{
    TomlTable{"policies", true, false, "ポリシー全体。", "The policies as a whole."},
    TomlTable{"permission", false, true,
              "許可。許可が一つでもある型は、許可されたものだけが見え、変えられます。",
              "What is permitted. Of a type that any permission speaks of nothing else is."},
    TomlTable{"prohibition", false, true, "禁止。許可に優先します。",
              "What is prohibited; it wins over permissions."},
    TomlTable{"personal", false, true, "個人情報の型。目的と根拠を示さない利用は断られます。",
              "A personal type. A use without purpose and ground is refused."},
    TomlTable{"my-number", false, false,
              "個人番号（マイナンバー）。検査数字の合う12桁の文は、どの型でも受け付けません。",
              "Individual Numbers. A text of twelve digits whose check digit fits is refused, "
              "whatever the type."},
};

constexpr std::string_view kActionWords = "read|modify|delete";
constexpr std::string_view kRoleWords =
    "operator|reader|device|data-owner|privacy-officer|auditor|independent-body|member|reviewer|"
    "citizen";
constexpr std::string_view kAssuranceWords = "1|2|3";
constexpr std::string_view kEverybody = "だれでも / anybody";
constexpr std::string_view kAlways = "いつでも / always";
constexpr std::string_view kEvery = "すべて / all";

// What permissions and prohibitions have in common; `table` is either.
#define MUSUBI_POLICY_KEYS(table)                                                                  \
    TomlKey{table,                                                                                 \
            "id",                                                                                  \
            Text,                                                                                  \
            true,                                                                                  \
            "",                                                                                    \
            "",                                                                                    \
            "名前。英小文字・数字・`-`、64字まで。",                                               \
            "Name: lower-case letters, digits, `-`, up to 64."},                                   \
        TomlKey{table,                                                                             \
                "ja",                                                                              \
                Text,                                                                              \
                false,                                                                             \
                "",                                                                                \
                "",                                                                                \
                "何をする決まりか（日本語）。",                                                    \
                "What it is for, Japanese."},                                                      \
        TomlKey{table,                                                                             \
                "en",                                                                              \
                Text,                                                                              \
                false,                                                                             \
                "",                                                                                \
                "",                                                                                \
                "何をする決まりか（英語）。",                                                      \
                "What it is for, English."},                                                       \
        TomlKey{table,                                                                             \
                "action",                                                                          \
                Texts,                                                                             \
                true,                                                                              \
                kActionWords,                                                                      \
                "",                                                                                \
                "動作（odrl:read, odrl:modify, odrl:delete）。",                                   \
                "Actions (odrl:read, odrl:modify, odrl:delete)."},                                 \
        TomlKey{table, "type", Texts, false, "", kEvery, "対象の型。", "Types it is about."},      \
        TomlKey{table, "attrs", Texts,          false,                                             \
                "",    kEvery,  "対象の属性。", "Attributes it is about."},                        \
        TomlKey{table,                                                                             \
                "idPattern",                                                                       \
                Text,                                                                              \
                false,                                                                             \
                "",                                                                                \
                kEvery,                                                                            \
                "対象の識別子（正規表現）。",                                                      \
                "Ids it is about, a regular expression."},                                         \
        TomlKey{table,                                                                             \
                "scope",                                                                           \
                Text,                                                                              \
                false,                                                                             \
                "",                                                                                \
                kEvery,                                                                            \
                "対象のスコープ（scopeQ）。",                                                      \
                "Scopes it is about (scopeQ, GS CIM 009 4.19)."},                                  \
        TomlKey{table,                                                                             \
                "q",                                                                               \
                Text,                                                                              \
                false,                                                                             \
                "",                                                                                \
                kEvery,                                                                            \
                "対象の条件（q）。",                                                               \
                "A condition on what it is about (q, GS CIM 009 4.9)."},                           \
        TomlKey{table,                                                                             \
                "geo",                                                                             \
                Table,                                                                             \
                false,                                                                             \
                "",                                                                                \
                kEvery,                                                                            \
                "対象の場所。`georel`、`geometry`、`coordinates`、`geoproperty`。",                \
                "Where it is: `georel`, `geometry`, `coordinates`, `geoproperty` (4.10)."},        \
        TomlKey{table,                                                                             \
                "role",                                                                            \
                Texts,                                                                             \
                false,                                                                             \
                kRoleWords,                                                                        \
                kEverybody,                                                                        \
                "だれに：役割。",                                                                  \
                "Whom it concerns, by role."},                                                     \
        TomlKey{table,                                                                             \
                "organisation",                                                                    \
                Texts,                                                                             \
                false,                                                                             \
                "",                                                                                \
                kEverybody,                                                                        \
                "だれに：組織。",                                                                  \
                "Whom it concerns, by organisation."},                                             \
        TomlKey{table,                                                                             \
                "subject",                                                                         \
                Texts,                                                                             \
                false,                                                                             \
                "",                                                                                \
                kEverybody,                                                                        \
                "だれに：`person:...`、`key:...`、`machine:...`。",                                \
                "Whom it concerns: `person:...`, `key:...`, `machine:...`."},                      \
        TomlKey{table,                                                                             \
                "purpose",                                                                         \
                Texts,                                                                             \
                false,                                                                             \
                "",                                                                                \
                kEvery,                                                                            \
                "利用目的（odrl:purpose）。",                                                      \
                "Purposes it holds for (odrl:purpose)."},                                          \
        TomlKey{table,                                                                             \
                "assurance",                                                                       \
                Texts,                                                                             \
                false,                                                                             \
                kAssuranceWords,                                                                   \
                kEvery,                                                                            \
                "本人確認の水準：`1`、`2`、`3`。それ以上も含めるなら並べて書く。",                 \
                "How surely it is them: `1`, `2`, `3`; each that is meant is named."},             \
        TomlKey{table,                                                                             \
                "from",                                                                            \
                Time,                                                                              \
                false,                                                                             \
                "",                                                                                \
                kAlways,                                                                           \
                "この時から（odrl:dateTime）。",                                                   \
                "Since when (odrl:dateTime)."},                                                    \
        TomlKey{table, "until", Time, false, "", kAlways, "この時まで。", "Until when."},          \
        TomlKey {                                                                                  \
        table, "hours", Text, false, "", kAlways, "一日のうちの時間帯。日本時間。`08:30-17:15`。", \
            "Hours of the day in Japan's time, `08:30-17:15`."                                     \
    }

constexpr std::array kKeys{
    TomlKey{"policies", "version", Text, true, "", "", "この版の名前。", "Name of this version."},
    TomlKey{"policies", "context", Text, false, "", "NGSI-LDコア / the NGSI-LD core",
            "型と属性の名前を展開する @context の URL。",
            "URL of the @context by which names are expanded."},
    MUSUBI_POLICY_KEYS("permission"),
    TomlKey{"permission", "coarsen", Table, false, "", "そのまま / as it is",
            "粗くして見せる属性。場所は `\"500 "
            "m\"`（標準地域メッシュ：80000、10000、1000、500、250、125）、"
            "時刻は `\"PT1H\"`、数は `0.5` のような刻み。`observedAt` はすべての時刻。",
            "Attributes that are shown coarser: a place as `\"500 m\"` (standard area mesh: 80000, "
            "10000, 1000, 500, 250, 125), a time as `\"PT1H\"`, a number by steps such as `0.5`. "
            "`observedAt` stands for all times."},
    TomlKey{"permission", "count", Integer, false, "", "何度でも / any number of times",
            "一人（一つの鍵）が使える回数（odrl:count）。読むだけの許可に付けます。",
            "How often each caller may use it (odrl:count). For permissions to read alone."},
    TomlKey{"permission", "each", Text, false, "", "通算 / in all",
            "回数を数え直す間隔。`PT1H`、`P1D`。日本時間で区切ります。",
            "The span after which it is counted anew, `PT1H`, `P1D`, in Japan's time."},
    MUSUBI_POLICY_KEYS("prohibition"),
    TomlKey{"personal", "type", Texts, true, "", "", "型。", "The types."},
    TomlKey{"personal", "purpose", Texts, true, "", "", "あらかじめ示した利用目的。",
            "The purposes it was collected for."},
    TomlKey{"personal", "ja", Text, false, "", "", "何の情報か（日本語）。",
            "What it is about, Japanese."},
    TomlKey{"personal", "en", Text, false, "", "", "何の情報か（英語）。",
            "What it is about, English."},
    TomlKey{
        "personal", "person", Texts, false, "", "示さない / not told",
        "だれについての情報かを示す属性。値は "
        "`urn:musubi:person:ID`。あれば、本人が「わたしの情報」"
        "で、保管されている情報と見た記録を見られます。",
        "Attributes that name whom an entity is about, as `urn:musubi:person:ID`. With them people "
        "see, under “My data”, what is held about them and who looked."},
    TomlKey{"my-number", "except", Texts, true, "", "",
            "12桁が個人番号でない型（機器の番号など）。",
            "Types whose twelve digits are something else, such as numbers of devices."},
};

#undef MUSUBI_POLICY_KEYS

constexpr TomlSchema kSchema{kTables, kKeys};

}  // namespace
}  // namespace policy_tables

namespace {

constexpr std::array kGrounds{
    Ground{"within-purpose", false, "利用目的の範囲内", "within the stated purpose"},
    Ground{"law", false, "法令に基づく", "by law"},
    Ground{"consent", true, "本人の同意（第69条2項1号）", "consent (art. 69, 2-1)"},
    Ground{"own-duty", true, "法令の定める事務に内部で利用（第69条2項2号）",
           "own duty under the law (art. 69, 2-2)"},
    Ground{"public-body", true, "他の行政機関等への提供（第69条2項3号）",
           "another public body (art. 69, 2-3)"},
    Ground{"statistics", true, "統計の作成・学術研究（第69条2項4号）",
           "statistics or research (art. 69, 2-4)"},
};

}  // namespace

const TomlSchema& policy_schema() { return policy_tables::kSchema; }

std::span<const Ground> grounds() { return kGrounds; }

const Ground* find_ground(std::string_view name) {
    const auto found = std::find_if(kGrounds.begin(), kGrounds.end(),
                                    [&](const Ground& ground) { return ground.name == name; });
    return found == kGrounds.end() ? nullptr : &*found;
}

}  // namespace musubi

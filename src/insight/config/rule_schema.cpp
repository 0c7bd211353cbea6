#include "insight/config/rule_schema.h"

#include <array>

namespace musubi {
namespace {

using enum RuleValue;

constexpr std::array kKinds{
    RuleKindWords{"threshold", "値が同じエンティティの基準の属性に達したか。",
                  "A value against a threshold that is an attribute of the same entity."},
    RuleKindWords{"q", "NGSI-LD の `q` による条件。", "A condition in NGSI-LD's `q` language."},
    RuleKindWords{"lookahead", "値が基準に近づき、見通しの時間内に届きそうか。職員向けの参考。",
                  "A value that moves towards a threshold and may reach it within the horizon. For "
                  "staff, for reference."},
    RuleKindWords{"silent", "値が届かなくなったか。", "A value that no longer arrives."},
};

constexpr std::array kKeys{
    RuleKey{"rules", "version", Text, true, "", "", "", "この版の名前。", "Name of this version."},
    RuleKey{"rules", "context", Text, true, "", "", "",
            "型と属性の名前を展開する @context の URL。",
            "URL of the @context by which types and attributes are expanded."},
    RuleKey{"rules", "levels", Text, false, "", "", "なし / none",
            "警戒レベル相当の表（このファイルの場所から）。",
            "The table of alert levels, seen from this file."},
    RuleKey{"rule", "id", Text, true, "", "", "",
            "名前。英小文字・数字・`-`、64字まで。状態はこの名前で残ります。",
            "Name: lower-case letters, digits, `-`, up to 64. Its state is kept under it."},
    RuleKey{
        "rule", "group", Text, false, "", "", "id",
        "同じ組の規則は、エンティティごとに一つのお知らせを分け合います。先に書いたものが重い。",
        "Rules of one group share one alert for each entity. The one written first is the "
        "gravest."},
    RuleKey{"rule", "type", Text, true, "", "", "", "エンティティの型。", "Type of the entities."},
    RuleKey{"rule", "kind", Text, true, "threshold|q|lookahead|silent", "", "", "種類。",
            "What kind of rule it is."},
    RuleKey{"rule", "value", Text, false, "", "threshold|lookahead|silent", "",
            "見る属性。必ず書きます。", "The attribute that is watched; required."},
    RuleKey{"rule", "threshold", Text, false, "", "threshold|lookahead", "",
            "基準の属性。必ず書きます。持たないエンティティには何もしません。",
            "The attribute that holds the threshold; required. Nothing happens for entities "
            "without it."},
    RuleKey{"rule", "hysteresis", Number, false, "", "threshold|lookahead", "0",
            "基準をこれより多く下回ったら終わりとします（値の単位）。",
            "It is over below the threshold by more than this, in the unit of the value."},
    RuleKey{"rule", "q", Text, false, "", "q", "", "始まりの条件。必ず書きます。",
            "The condition under which it opens; required."},
    RuleKey{"rule", "until", Text, false, "", "q", "q が成り立たないとき / when q fails",
            "終わりの条件。", "The condition under which it closes."},
    RuleKey{"rule", "hold", Duration, false, "", "threshold|q", "PT0S",
            "これだけ続いたら始まりとします。届いた最後の値が続くとみなします。",
            "It opens once the condition has held for so long; the last value goes on until "
            "another is known."},
    RuleKey{"rule", "parameters", Text, false, "", "lookahead", "lookahead.toml",
            "見通しの係数（このファイルの場所から）。",
            "The numbers of the look-ahead, seen from this file."},
    RuleKey{"rule", "horizon", Duration, false, "", "lookahead", "PT1H",
            "見通す時間。係数を求めたときと同じでなければなりません。",
            "How far it looks; must be what the parameters were fitted for."},
    RuleKey{"rule", "neighbours", Text, false, "", "lookahead", "threshold",
            "近くの観測所の、どの基準への近さを見るか。",
            "Which threshold of the gauges around is looked at."},
    RuleKey{"rule", "after", Duration, false, "", "silent", "PT1H",
            "これより長く届かなければ、届かないとみなします。",
            "Silent once nothing has come for longer than this."},
    RuleKey{"rule", "share", Number, false, "", "silent", "0.5",
            "同じ供給でこの割合より多くが同時に止まれば、まとめて一つのお知らせにします。",
            "Where more than this share of one feed is silent at once, it is one alert."},
    RuleKey{"rule", "at_least", Integer, false, "", "silent", "3", "まとめるのに最低限必要な数。",
            "... and at least so many are."},
    RuleKey{"rule", "severity", Text, true, "informational|low|medium|high|critical", "", "",
            "重さ（Smart Data Models）。", "Severity (Smart Data Models)."},
    RuleKey{"rule", "category", Text, false,
            "traffic|naturalDisaster|weather|environment|health|security|agriculture", "",
            "naturalDisaster (silent: environment)", "分類（Smart Data Models）。",
            "Category (Smart Data Models)."},
    RuleKey{"rule", "sub_category", Text, false, "", "threshold|q",
            "threshold: 基準の属性 / its attribute; q: id", "細分類。`subCategory` に出ます。",
            "What `subCategory` says."},
    RuleKey{"rule", "level", Integer, false, "", "q", "なし / none",
            "警戒レベル相当（1から5）。threshold では levels の表から取ります。",
            "Alert level, 1 to 5. Of a threshold it comes from the table of levels."},
    RuleKey{"rule", "staff_only", Boolean, false, "", "", "false (lookahead: true)",
            "職員だけに見せます。見通しは常に職員だけです。",
            "For staff alone; a look-ahead always is."},
    RuleKey{"rule", "ja", Text, true, "", "", "",
            "お知らせの文（日本語）。`{name} {value} {threshold} {unit} {minutes} {count}` "
            "が使えます。",
            "Words, Japanese, with `{name} {value} {threshold} {unit} {minutes} {count}`."},
    RuleKey{"rule", "en", Text, true, "", "", "", "お知らせの文（英語）。", "Words, English."},
    RuleKey{"rule", "feed_ja", Text, false, "", "silent", "",
            "まとめたお知らせの文（日本語）。必ず書きます。",
            "Words of the one alert, Japanese; required."},
    RuleKey{"rule", "feed_en", Text, false, "", "silent", "",
            "まとめたお知らせの文（英語）。必ず書きます。",
            "Words of the one alert, English; required."},
};

std::string joined(std::string_view list, std::string_view between) {
    std::string out;
    for (const char c : list) {
        if (c == '|') {
            out += between;
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

std::span<const RuleKey> rule_keys() { return kKeys; }
std::span<const RuleKindWords> rule_kinds() { return kKinds; }

const RuleKey* find_rule_key(std::string_view table, std::string_view name) {
    for (const RuleKey& key : kKeys) {
        if (key.table == table && key.name == name) return &key;
    }
    return nullptr;
}

std::string_view name_of(RuleValue value) {
    switch (value) {
        case Text: return "text";
        case Integer: return "whole number";
        case Number: return "number";
        case Boolean: return "true or false";
        case RuleValue::Duration: return "duration";
    }
    return "value";
}

std::string rule_reference() {
    std::string out = "| kind | 意味 | meaning |\n|---|---|---|\n";
    for (const RuleKindWords& kind : kKinds) {
        out += "| `" + std::string{kind.name} + "` | " + std::string{kind.ja} + " | " +
               std::string{kind.en} + " |\n";
    }
    for (const std::string_view table : {"rules", "rule"}) {
        out += table == "rules" ? "\n### `[rules]`\n\n" : "\n### `[[rule]]`\n\n";
        out += "| key | value | default | 意味 | meaning |\n|---|---|---|---|---|\n";
        for (const RuleKey& key : kKeys) {
            if (key.table != table) continue;
            out += "| `" + std::string{key.name} + "`" + (key.required ? " (required)" : "");
            out += " | " + (key.allowed.empty() ? std::string{name_of(key.value)}
                                                : "`" + joined(key.allowed, "`, `") + "`");
            out += " | " + std::string{key.standard} + " | " + std::string{key.ja} + " | " +
                   std::string{key.en};
            if (!key.kinds.empty()) out += " (" + joined(key.kinds, "/") + ")";
            out += " |\n";
        }
    }
    return out;
}

}  // namespace musubi

#include "sense/config/feed_schema.h"

#include <array>

namespace musubi {
namespace {

constexpr std::array kTables{
    FeedTable{"feed", true, false, "供給（フィード）そのもの。", "The feed itself."},
    FeedTable{"source", true, true, "読み取る元。上から順に読みます。",
              "Where rows come from; read from the top down."},
    FeedTable{"source.entity", true, false, "一行がどのエンティティになるか。",
              "Which entity a row speaks of."},
    FeedTable{"source.time", false, false,
              "観測時刻の列。無ければ値は時刻を持ちません（名称や基準水位など）。",
              "The column of the event time. Without it values have no time (names, thresholds)."},
    FeedTable{"source.attribute", true, true, "一つの属性。", "One attribute."},
};

using enum FeedValue;

constexpr std::array kKeys{
    FeedKey{"feed", "name", Text, true, "", "", "",
            "名前。英小文字・数字・`-`、64字まで。位置と検疫の記録はこの名前で残ります。",
            "Name: lower-case letters, digits, `-`, up to 64. Positions and quarantine are kept "
            "under it."},
    FeedKey{"feed", "title_ja", Text, false, "", "", "name", "画面に出る名前（日本語）。",
            "Name on the page, Japanese."},
    FeedKey{"feed", "title_en", Text, false, "", "", "name", "画面に出る名前（英語）。",
            "Name on the page, English."},
    FeedKey{"feed", "tenant", Text, false, "", "", "既定のテナント / the default tenant",
            "書き込む先のテナント。", "The tenant it writes to."},
    FeedKey{"feed", "mode", Text, false, "live|replay", "", "live",
            "`live`：現在は実時刻。`replay`：現在は読んだ最新の観測時刻で、外への通知はしません。",
            "`live`: now is the wall clock. `replay`: now is the newest event time read, and "
            "nobody outside is told."},
    FeedKey{"feed", "speed", Number, false, "", "", "0 (できるだけ速く / as fast as it can)",
            "再生の速さ。600 なら10分を1秒で。`mode = \"replay\"` のときだけ。",
            "Speed of a replay: 600 shows ten minutes in a second. Only with "
            "`mode = \"replay\"`."},
    FeedKey{"feed", "context", Text, false, "", "", "NGSI-LDコア / the NGSI-LD core",
            "属性名と型名を展開する @context の URL。",
            "URL of the @context by which names are expanded."},
    FeedKey{"feed", "attribution", Text, false, "", "", "", "出典の表示。",
            "Whom to credit for the data."},
    FeedKey{"source", "name", Text, true, "", "", "", "名前。フィードの中で一つ。",
            "Name, one in the feed."},
    FeedKey{"source", "kind", Text, true, "file|folder|url|synthetic", "", "",
            "`file` 一つのファイル、`folder` フォルダー、`url` 取りに行く先、`synthetic` 模擬。",
            "`file`, `folder`, `url` that is polled, or `synthetic`."},
    FeedKey{"source", "path", Text, false, "", "file|folder", "folder: `.`",
            "ファイルまたはフォルダー。相対なら `--feed` のフォルダー（無ければこの TOML の場所）"
            "から。",
            "File or folder; a relative one is seen from the folder of `--feed`, else from this "
            "file."},
    FeedKey{"source", "url", Text, false, "", "url", "",
            "http または https。`%Y %m %d %H` は `zone` の今日に置き換わります。",
            "http or https. `%Y %m %d %H` stand for today in `zone`."},
    FeedKey{"source", "daily", Text, false, "", "folder", "",
            "`--feed` に URL が渡されたとき、その下の一日分のファイル名（`%Y-%m-%d.csv`）。",
            "Where `--feed` is a URL: the name of one day's file below it (`%Y-%m-%d.csv`)."},
    FeedKey{"source", "glob", Text, false, "", "folder", "*",
            "読むファイル名の型。名前の順に読みます。",
            "Pattern of file names; read in the order of names."},
    FeedKey{"source", "format", Text, false, "csv|json", "file|folder|url", "csv", "書式。",
            "Format."},
    FeedKey{"source", "encoding", Text, false, "auto|utf-8|cp932", "file|folder|url", "auto",
            "文字コード。`auto` は BOM と内容から決めます。",
            "Encoding; `auto` decides from the byte order mark and the bytes."},
    FeedKey{"source", "delimiter", Text, false, "", "file|folder|url", ",",
            "CSV の区切り（ASCII一文字、`\\t` も可）。", "Delimiter of CSV, one ASCII character."},
    FeedKey{"source", "header_line", Integer, false, "", "file|folder|url", "1",
            "列名の行。0 なら列名は無く、列は `#1`、`#2` と呼びます。",
            "The line with the names of columns; 0: none, columns are called `#1`, `#2`."},
    FeedKey{"source", "rows", Text, false, "", "file|folder|url", "\"\"",
            "JSON の行の並びを指す JSON Pointer（RFC 6901）。",
            "JSON Pointer (RFC 6901) to the array of rows in JSON."},
    FeedKey{"source", "missing", Texts, false, "", "", "[]",
            "欠測を表す文字。前後の空白は見ません。空欄は常に欠測です。",
            "Words for a missing value, spaces around them ignored. An empty cell is always "
            "missing."},
    FeedKey{"source", "poll", Duration, false, "", "", "PT10S (url: PT1M)",
            "次に見に行くまでの間隔。`mode = \"live\"` のときだけ使います。",
            "How long until it looks again, with `mode = \"live\"`."},
    FeedKey{"source", "settle", Duration, false, "", "file|folder", "PT1M",
            "改行の無い最後の行を、書きかけでないとみなすまでの時間。",
            "How long a last line without its end must rest before it counts as whole."},
    FeedKey{"source", "max_bytes", Integer, false, "", "file|folder|url", "8388608",
            "JSON のファイルと、取得する応答の大きさの上限。",
            "Limit of a JSON file or of an answer."},
    FeedKey{"source", "stations", Text, false, "", "synthetic", "stations.csv",
            "模擬する観測所の表（この TOML の場所から）。",
            "The table of simulated stations, seen from this file."},
    FeedKey{"source", "seed", Integer, false, "", "synthetic", "1", "乱数の種。",
            "Seed of chance."},
    FeedKey{"source", "cycle", Duration, false, "", "synthetic", "PT15M", "大雨の周期。",
            "From storm to storm."},
    FeedKey{"source", "interval", Duration, false, "", "synthetic", "PT10S", "観測の間隔。",
            "From reading to reading."},
    FeedKey{"source", "backfill", Duration, false, "", "synthetic", "P7D",
            "初めての起動で作る過去の長さ（10分ごと）。",
            "How much past is made at the first start, every ten minutes."},
    FeedKey{"source.entity", "id", Text, true, "", "", "",
            "識別子の型。`{列名}` の列が同一性の鍵です。",
            "Pattern of the id; the columns in `{column}` are the key."},
    FeedKey{"source.entity", "type", Text, true, "", "", "", "エンティティの型。",
            "Type of the entity."},
    FeedKey{"source.time", "column", Text, false, "", "", "", "時刻の列。", "The column."},
    FeedKey{"source.time", "columns", Texts, false, "", "", "",
            "時刻が分かれているときの列（日付、時刻）。空白でつなぎます。",
            "The columns where date and time are apart; joined by a space."},
    FeedKey{"source.time", "formats", Texts, false, "", "", "[\"auto\"]",
            "`auto` か `%Y %m %d %H %M %S` の型。`24:00` は翌日の0時です。",
            "`auto`, or patterns of `%Y %m %d %H %M %S`. `24:00` is the next day's 0:00."},
    FeedKey{"source.time", "zone", Text, false, "", "", "JST",
            "書かれていないときの時差。`JST`、`Asia/Tokyo`、`UTC`、`+09:00`。",
            "The zone where none is written: `JST`, `Asia/Tokyo`, `UTC`, `+09:00`."},
    FeedKey{"source.time", "max_ahead", Duration, false, "", "", "PT1H",
            "実時刻よりこれ以上先の観測は検疫します。`mode = \"live\"` のとき。",
            "A reading further ahead of the wall clock is refused, with `mode = \"live\"`."},
    FeedKey{"source.attribute", "name", Text, true, "", "", "", "属性名。", "Name."},
    FeedKey{"source.attribute", "column", Text, false, "", "", "",
            "値の列。JSON では `/a/b` も可。", "The column; in JSON also a pointer like `/a/b`."},
    FeedKey{"source.attribute", "columns", Texts, false, "", "", "",
            "`as = \"lon-lat\"` の経度と緯度の列。", "Longitude and latitude for `lon-lat`."},
    FeedKey{"source.attribute", "fixed", Scalar, false, "", "", "", "列の代わりに、いつも同じ値。",
            "Instead of a column: always this value."},
    FeedKey{"source.attribute", "as", Text, false,
            "number|text|boolean|relationship|geo3x3|geo3x3-south|lon-lat", "", "text",
            "値の読み方。`geo3x3` は北から、`geo3x3-south` は南から数えた旧い符号。",
            "How to read it. `geo3x3` counts rows from the north, `geo3x3-south` is the former "
            "coding that counts them from the south."},
    FeedKey{"source.attribute", "unit", Text, false, "", "", "", "単位（UN/CEFACT、m は `MTR`）。",
            "Unit (UN/CEFACT; metre is `MTR`)."},
    FeedKey{"source.attribute", "observed", Boolean, false, "", "",
            "時刻があれば true / true with a time", "観測時刻を持つか。",
            "Whether it carries the event time."},
    FeedKey{"source.attribute", "required", Boolean, false, "", "", "false",
            "欠測なら行ごと検疫するか。", "Refuse the row where it is missing."},
    FeedKey{"source.attribute", "min", Number, false, "", "", "", "ありうる最小の値。",
            "Smallest plausible value."},
    FeedKey{"source.attribute", "max", Number, false, "", "", "", "ありうる最大の値。",
            "Largest plausible value."},
    FeedKey{"source.attribute", "divide", Number, false, "", "", "1",
            "この数で割ります（cm を m にするなら 100）。",
            "Divide by this (100 to make metres of centimetres)."},
};

std::string with_bars_as(std::string_view list, std::string_view between) {
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

std::string heading_of(const FeedTable& table) {
    std::string out = "### `";
    out += table.repeated ? "[[" : "[";
    out += table.name;
    out += table.repeated ? "]]`\n\n" : "]`\n\n";
    out += std::string{table.ja} + "\n" + std::string{table.en} + "\n\n";
    return out;
}

std::string row_of(const FeedKey& key) {
    std::string out = "| `" + std::string{key.name} + "`" + (key.required ? " (required)" : "");
    out += " | ";
    if (key.allowed.empty()) {
        out += name_of(key.value);
    } else {
        out += "`" + with_bars_as(key.allowed, "`, `") + "`";
    }
    out += " | " + std::string{key.standard} + " | " + std::string{key.ja} + " | ";
    out += key.en;
    if (!key.kinds.empty()) out += " (" + with_bars_as(key.kinds, "/") + ")";
    out += " |\n";
    return out;
}

}  // namespace

std::span<const FeedTable> feed_tables() { return kTables; }
std::span<const FeedKey> feed_keys() { return kKeys; }

const FeedKey* find_feed_key(std::string_view table, std::string_view name) {
    for (const FeedKey& key : kKeys) {
        if (key.table == table && key.name == name) return &key;
    }
    return nullptr;
}

bool is_one_of(std::string_view word, std::string_view list) {
    while (!list.empty()) {
        const std::size_t bar = list.find('|');
        if (list.substr(0, bar) == word) return true;
        if (bar == std::string_view::npos) break;
        list.remove_prefix(bar + 1);
    }
    return false;
}

std::string_view name_of(FeedValue value) {
    switch (value) {
        case Text: return "text";
        case Texts: return "list of texts";
        case Integer: return "whole number";
        case Number: return "number";
        case Boolean: return "true or false";
        case FeedValue::Duration: return "duration";
        case Scalar: return "text, number, true or false";
    }
    return "value";
}

std::string feed_reference() {
    std::string out;
    for (const FeedTable& table : kTables) {
        out += heading_of(table);
        out += "| key | value | default | 意味 | meaning |\n|---|---|---|---|---|\n";
        for (const FeedKey& key : kKeys) {
            if (key.table == table.name) out += row_of(key);
        }
        out += "\n";
    }
    return out;
}

}  // namespace musubi

#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::string_view kText = R"({"type": "string"})";
constexpr std::string_view kTexts = R"({"type": "array", "items": {"type": "string"}})";
constexpr std::string_view kUri = R"({"type": "string", "format": "uri"})";
constexpr std::string_view kTime = R"({"type": "string", "format": "date-time"})";
constexpr std::string_view kFlag = R"({"type": "boolean", "default": false})";
constexpr std::string_view kCount = R"({"type": "integer", "minimum": 1})";

constexpr std::array kParameters{
    // paths
    Parameter{"entityId", "entityId", "path", kUri, R"("urn:ngsi-ld:Gauge:bridge")", "The entity.",
              "エンティティの識別子"},
    Parameter{"attrId", "attrId", "path", kText, R"("level")", "The attribute.", "属性の名前"},
    Parameter{"instanceId", "instanceId", "path", kUri, R"("urn:ngsi-ld:Instance:1")",
              "One instance of the attribute's history.", "履歴の一件の識別子"},
    Parameter{"typeName", "type", "path", kText, R"("Gauge")", "The entity type.",
              "エンティティの型"},
    Parameter{"attributeName", "attrId", "path", kText, R"("level")", "The attribute.",
              "属性の名前"},
    Parameter{"contextId", "contextId", "path", kText, R"("core")",
              "The context: its localId, or its URL, percent-encoded.",
              "文脈の localId、または符号化した URL"},
    Parameter{"subscriptionId", "subscriptionId", "path", kUri,
              R"("urn:ngsi-ld:Subscription:bridge")", "The subscription.", "購読の識別子"},
    Parameter{"registrationId", "registrationId", "path", kUri,
              R"("urn:ngsi-ld:ContextSourceRegistration:neighbour")", "The registration.",
              "登録の識別子"},
    Parameter{"sourceSubscriptionId", "subscriptionId", "path", kUri,
              R"("urn:ngsi-ld:Subscription:sources")", "The subscription.", "購読の識別子"},
    Parameter{"id", "id", "path", kText, R"("example")", "Its id, as the list has it.",
              "一覧にある識別子"},
    Parameter{"letterId", "id", "path", kText, R"("60-1-1764061200000")",
              "The notification, as the list has it.", "一覧にある通知の識別子"},
    Parameter{"tenantName", "name", "path", kText, R"("school")", "The tenant.", "テナントの名前"},
    Parameter{"contextUrl", "url", "path", kText, R"("https://example.org/gauges.jsonld")",
              "The context's URL, percent-encoded.", "文脈の URL（符号化したもの）"},
    // which entities
    Parameter{"ids", "id", "query", kTexts, R"(["urn:ngsi-ld:Gauge:bridge"])",
              "These entities, with commas between them.", "識別子（コンマ区切り）"},
    Parameter{"idPattern", "idPattern", "query", kText, R"("^urn:ngsi-ld:Gauge:")",
              "Ids that match this regular expression.", "識別子の正規表現"},
    Parameter{"type", "type", "query", kText, R"("Gauge")",
              "A type or a selection of types: A,B or A;(B|C) (4.17).", "型、または型の選択"},
    Parameter{"attrs", "attrs", "query", kTexts, R"(["level"])",
              "Entities that have one of these attributes; the answer has these alone.",
              "この属性を持つもの（答えもこの属性だけ）"},
    Parameter{"q", "q", "query", kText, R"("level>1.5")", "A condition on attributes (4.9).",
              "属性の条件"},
    Parameter{"csf", "csf", "query", kText, R"("operator==\"town\"")",
              "A condition on the sources that are asked (4.9).", "情報源の条件"},
    Parameter{"scopeQ", "scopeQ", "query", kText, R"("/Rivers/#")", "A condition on scopes (4.19).",
              "範囲（スコープ）の条件"},
    Parameter{"georel", "georel", "query", kText, R"("near;maxDistance==2000")",
              "How it lies to the geometry; distances in metres (4.10).",
              "図形との位置関係（距離はメートル）"},
    Parameter{"geometry", "geometry", "query", kText, R"("Point")",
              "The geometry's kind; goes with georel.", "図形の種類（georel と使う）"},
    Parameter{"coordinates", "coordinates", "query", kText, R"("[135.53,36.58]")",
              "The geometry's coordinates as GeoJSON has them: longitude, latitude.",
              "図形の座標（経度, 緯度）"},
    Parameter{"geoproperty", "geoproperty", "query", kText, R"("location")",
              "Which GeoProperty is compared.", "比べる GeoProperty"},
    Parameter{"expandValues", "expandValues", "query", kTexts, R"(["category"])",
              "Attributes whose values in q are names of the context.",
              "q の中の値を文脈で読む属性"},
    Parameter{"jsonKeys", "jsonKeys", "query", kTexts, R"(["details"])",
              "Attributes whose members in q are not names of the context.",
              "q の中で文脈を使わない属性"},
    Parameter{"local", "local", "query", kFlag, "true",
              "Only what is kept here; no other source is asked (6.3.18).",
              "ここにあるものだけを見る"},
    // order and page
    Parameter{"orderBy", "orderBy", "query", kText, R"("level;desc")",
              "The order: attributes, each with ;asc or ;desc (4.23).", "並べ方"},
    Parameter{"collation", "collation", "query", kText, R"("ja")",
              "The language by whose rules texts are put in order.", "文字の並べ方の言語"},
    Parameter{"orderFrom", "orderFrom", "query", kText, R"("[135.53,36.58]")",
              "Where distances are measured from, for orderBy of a GeoProperty.",
              "距離を測る起点の座標"},
    Parameter{"orderGeometry", "orderGeometry", "query", kText, R"("Point")",
              "The kind of the geometry of orderFrom.", "起点の図形の種類"},
    Parameter{"idOrder", "orderBy", "query",
              R"({"type": "string", "enum": ["id", "id;asc", "id;desc"]})", R"("id;desc")",
              "The order: by id alone (5.7.4.4).", "並べ方（id のみ）"},
    Parameter{"limit", "limit", "query",
              R"({"type": "integer", "minimum": 0, "maximum": 1000, "default": 20})", "20",
              "How many a page has at most.", "一度に返す数"},
    Parameter{"offset", "offset", "query", R"({"type": "integer", "minimum": 0, "default": 0})",
              "0", "How many are passed over.", "飛ばす数"},
    Parameter{"count", "count", "query", kFlag, "true",
              "Tell in NGSILD-Results-Count how many there are.", "全部の数も返す"},
    // shape of the answer
    Parameter{"options", "options", "query", kTexts, R"(["concise", "sysAttrs"])",
              "normalized, concise, simplified (keyValues); sysAttrs adds the times of the system.",
              "表し方（normalized・concise・simplified）と sysAttrs"},
    Parameter{"format", "format", "query",
              R"({"type": "string", "enum": ["normalized", "concise", "simplified", "keyValues"]})",
              R"("simplified")", "The representation (6.3.7).", "表し方"},
    Parameter{"sysOptions", "options", "query",
              R"({"type": "array", "items": {"type": "string", "enum": ["sysAttrs"]}})",
              R"(["sysAttrs"])", "sysAttrs adds when it was made and last changed.",
              "sysAttrs: 作成と変更の時刻を加える"},
    Parameter{"pick", "pick", "query", kTexts, R"(["id", "type", "level"])",
              "The members to be in the answer (4.21).", "答えに入れる項目"},
    Parameter{"omit", "omit", "query", kTexts, R"(["location"])",
              "The members to be left out of the answer (4.21).", "答えから除く項目"},
    Parameter{"lang", "lang", "query", kText, R"("ja")",
              "The language in which LanguageProperties are told.", "言語の選択"},
    Parameter{"datasetId", "datasetId", "query", kTexts, R"(["@none"])",
              "Instances of these datasets; @none is the one without.", "データセットの選択"},
    Parameter{"join", "join", "query", R"({"type": "string", "enum": ["flat", "inline", "none"]})",
              R"("inline")", "Whether linked entities come too, and where (4.5.23).",
              "つながるエンティティも返すか"},
    Parameter{"joinLevel", "joinLevel", "query",
              R"({"type": "integer", "minimum": 1, "maximum": 10, "default": 1})", "1",
              "How far relationships are followed.", "つながりをたどる深さ"},
    Parameter{"containedBy", "containedBy", "query", kTexts, R"(["urn:ngsi-ld:River:yui"])",
              "Entities that were met already and are not joined again.",
              "すでに出たエンティティ（二度は返さない）"},
    Parameter{"geometryProperty", "geometryProperty", "query", kText, R"("location")",
              "Which GeoProperty is the geometry of a GeoJSON answer.",
              "GeoJSON の図形にする GeoProperty"},
    // history
    Parameter{"timerel", "timerel", "query",
              R"({"type": "string", "enum": ["before", "after", "between"]})", R"("after")",
              "How the time lies to timeAt (4.11).", "時間の関係"},
    Parameter{"timeAt", "timeAt", "query", kTime, R"("2026-01-01T00:00:00Z")", "The time.", "時刻"},
    Parameter{"endTimeAt", "endTimeAt", "query", kTime, R"("2036-01-01T00:00:00Z")",
              "The end, with timerel=between.", "終わりの時刻（between のとき）"},
    Parameter{"timeproperty", "timeproperty", "query",
              R"({"type": "string", "enum": ["observedAt", "createdAt", "modifiedAt", )"
              R"("deletedAt"], "default": "observedAt"})",
              R"("observedAt")", "Which time is compared.", "比べる時刻の種類"},
    Parameter{"lastN", "lastN", "query", kCount, "5", "The last so many instances of each.",
              "それぞれの最後の何件か"},
    Parameter{"aggrMethods", "aggrMethods", "query",
              R"({"type": "array", "items": {"type": "string", "enum": ["totalCount", )"
              R"("distinctCount", "sum", "avg", "min", "max", "stddev", "sumsq"]}})",
              R"(["avg", "max"])", "What is computed of each period (4.5.19).", "まとめ方"},
    Parameter{"aggrPeriodDuration", "aggrPeriodDuration", "query", kText, R"("PT1H")",
              "How long a period is (ISO 8601); PT0S: the whole time.", "まとめる期間の長さ"},
    Parameter{"temporalOptions", "options", "query",
              R"({"type": "array", "items": {"type": "string", "enum": ["temporalValues", )"
              R"("aggregatedValues", "sysAttrs"]}})",
              R"(["temporalValues"])", "temporalValues, aggregatedValues; sysAttrs.",
              "表し方（temporalValues・aggregatedValues）と sysAttrs"},
    Parameter{"temporalFormat", "format", "query",
              R"({"type": "string", "enum": ["normalized", "temporalValues", )"
              R"("aggregatedValues"]})",
              R"("temporalValues")", "The representation (6.3.7).", "表し方"},
    // what is changed
    Parameter{"noOverwrite", "options", "query", R"({"type": "string", "enum": ["noOverwrite"]})",
              R"("noOverwrite")", "noOverwrite leaves the attributes alone that are there.",
              "noOverwrite: すでにある属性は変えない"},
    Parameter{"upsertOptions", "options", "query",
              R"({"type": "string", "enum": ["replace", "update"], "default": "replace"})",
              R"("update")", "What happens to an entity that is there.",
              "すでにあるエンティティを置き換えるか、更新するか"},
    Parameter{"deleteAll", "deleteAll", "query", kFlag, "true",
              "All instances of the attribute, whatever their dataset.",
              "すべてのデータセットを消す"},
    Parameter{"dataset", "datasetId", "query", kUri, R"("urn:ngsi-ld:Dataset:upstream")",
              "The instance of this dataset.", "データセット"},
    Parameter{"drop", "drop", "query", kTexts, R"(["level"])",
              "Not the entities but these attributes of them.", "消す属性"},
    Parameter{"keep", "keep", "query", kTexts, R"(["name"])",
              "Not the entities but all attributes of them except these.", "残す属性"},
    // lists
    Parameter{"details", "details", "query", kFlag, "true", "Tell more of each.", "詳しく返す"},
    Parameter{"kind", "kind", "query",
              R"({"type": "string", "enum": ["Hosted", "Cached", "ImplicitlyCreated"]})",
              R"("Cached")", "Contexts of this kind.", "文脈の種類"},
    Parameter{"reload", "reload", "query", kFlag, "true", "Fetch the cached context anew instead.",
              "消さずに取り直す"},
    Parameter{"rows", "limit", "query",
              R"({"type": "integer", "minimum": 0, "maximum": 1000, "default": 100})", "100",
              "How many rows at most.", "行の数"},
    Parameter{"types", "types", "query", kTexts, R"(["Gauge"])", "Entities of these types.",
              "エンティティの型"},
    // headers
    Parameter{"Link", "Link", "header", kText,
              R"("<https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld>; )"
              R"(rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"")",
              "The JSON-LD context of the names (6.3.5); not with a body of application/ld+json.",
              "名前の文脈（JSON-LD）"},
    Parameter{"Tenant", "NGSILD-Tenant", "header", kText, R"("school")",
              "The tenant (6.3.14); without it the key's own.", "テナント（なければ鍵のもの）"},
    Parameter{"Prefer", "Prefer", "header", kText, R"("ngsi-ld=1.8")",
              "The version of NGSI-LD that the caller knows (6.3.6); body=json for GeoJSON.",
              "相手が知る NGSI-LD の版"},
    Parameter{"LastEventId", "Last-Event-ID", "header", kText, R"("0")",
              "The last event that was heard; the feed goes on after it.",
              "最後に受け取った出来事の番号"},
};

constexpr std::array kGroups{
    ParameterGroup{"@selection",
                   "ids idPattern type attrs q csf scopeQ georel geometry coordinates geoproperty "
                   "expandValues jsonKeys local"},
    ParameterGroup{"@order", "orderBy collation orderFrom orderGeometry"},
    ParameterGroup{"@page", "limit offset count"},
    ParameterGroup{"@format", "options format lang datasetId geometryProperty"},
    ParameterGroup{"@members", "pick omit join joinLevel containedBy"},
    ParameterGroup{"@time", "timerel timeAt endTimeAt timeproperty"},
    ParameterGroup{
        "@temporal",
        "lastN aggrMethods aggrPeriodDuration temporalOptions temporalFormat pick omit lang "
        "datasetId"},
};

constexpr std::array kHeaders{
    Header{"Location", "/ngsi-ld/v1/entities/urn:ngsi-ld:Gauge:bridge", "Where what was made is."},
    Header{"Link",
           "</ngsi-ld/v1/entities?limit=20&offset=20&type=Gauge>; rel=\"next\"; "
           "type=\"application/json\"",
           "The context of the names; the next and the previous page."},
    Header{"NGSILD-Results-Count", "42", "How many there are in all, where count=true."},
    Header{"NGSILD-Tenant", "school", "The tenant that was spoken of."},
    Header{"Content-Range", "date-time 2026-01-01T00:00:00-2026-02-01T00:00:00/*",
           "Which part of the time the answer has, where it could not have all (6.3.10)."},
    Header{"Preference-Applied", "ngsi-ld=1.8", "The version that was heeded."},
    Header{"Retry-After", "1", "So many seconds later it may go better."},
    Header{"WWW-Authenticate", "Bearer", "How to say who one is."},
};

}  // namespace

std::span<const Parameter> parameters() { return kParameters; }
std::span<const ParameterGroup> groups() { return kGroups; }
std::span<const Header> headers() { return kHeaders; }

}  // namespace musubi::openapi

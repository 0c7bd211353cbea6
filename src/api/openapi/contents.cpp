#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kBoth = "application/json application/ld+json";
constexpr std::string_view kAll = "application/json application/ld+json application/geo+json";
constexpr std::string_view kData = "Link NGSILD-Tenant";
constexpr std::string_view kVersioned =
    "Link NGSILD-Tenant Preference-Applied NGSILD-EntityMap NGSILD-Warning";
constexpr std::string_view kFound =
    "Link NGSILD-Results-Count NGSILD-Tenant Preference-Applied NGSILD-EntityMap NGSILD-Warning";
constexpr std::string_view kPages = "Link NGSILD-Results-Count NGSILD-Tenant";

constexpr std::string_view kEntity = R"({
  "id": "urn:ngsi-ld:Gauge:bridge",
  "type": "Gauge",
  "name": {"type": "Property", "value": "結橋"},
  "level": {"type": "Property", "value": 1.62, "unitCode": "MTR",
            "observedAt": "2026-11-25T09:00:00Z"},
  "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [135.53, 36.58]}}
})";
constexpr std::string_view kEntities = R"([{
  "id": "urn:ngsi-ld:Gauge:weir",
  "type": "Gauge",
  "level": {"type": "Property", "value": 0.84, "unitCode": "MTR",
            "observedAt": "2026-11-25T09:00:00Z"}
}])";
constexpr std::string_view kFragment = R"({
  "level": {"type": "Property", "value": 1.71, "unitCode": "MTR",
            "observedAt": "2026-11-25T09:10:00Z"}
})";
constexpr std::string_view kAttribute = R"({
  "type": "Property", "value": 1.74, "unitCode": "MTR", "observedAt": "2026-11-25T09:20:00Z"
})";
constexpr std::string_view kQuery = R"({
  "type": "Query",
  "entities": [{"type": "Gauge"}],
  "q": "level>1",
  "geoQ": {"geometry": "Point", "coordinates": [135.53, 36.58], "georel": "near;maxDistance==2000"}
})";
constexpr std::string_view kTemporalQuery = R"({
  "type": "Query",
  "entities": [{"type": "Gauge"}],
  "attrs": ["level"],
  "temporalQ": {"timerel": "after", "timeAt": "2026-01-01T00:00:00Z"}
})";
constexpr std::string_view kEvolution = R"({
  "id": "urn:ngsi-ld:Gauge:bridge",
  "type": "Gauge",
  "level": [
    {"type": "Property", "value": 1.55, "unitCode": "MTR", "observedAt": "2026-11-25T08:40:00Z"},
    {"type": "Property", "value": 1.58, "unitCode": "MTR", "observedAt": "2026-11-25T08:50:00Z"}
  ]
})";
constexpr std::string_view kEvolutionFragment = R"({
  "level": [
    {"type": "Property", "value": 1.52, "unitCode": "MTR", "observedAt": "2026-11-25T08:30:00Z"}
  ]
})";
constexpr std::string_view kSubscription = R"({
  "id": "urn:ngsi-ld:Subscription:bridge",
  "type": "Subscription",
  "entities": [{"type": "Gauge"}],
  "watchedAttributes": ["level"],
  "q": "level>2",
  "notification": {"endpoint": {"uri": "http://127.0.0.1:9090/notify",
                                "accept": "application/json"}}
})";
constexpr std::string_view kSourceSubscription = R"({
  "id": "urn:ngsi-ld:Subscription:sources",
  "type": "Subscription",
  "entities": [{"type": "Gauge"}],
  "notification": {"endpoint": {"uri": "http://127.0.0.1:9090/sources",
                                "accept": "application/json"}}
})";
constexpr std::string_view kRegistration = R"({
  "id": "urn:ngsi-ld:ContextSourceRegistration:neighbour",
  "type": "ContextSourceRegistration",
  "information": [{"entities": [{"type": "Weather"}]}],
  "endpoint": "http://127.0.0.1:9090",
  "mode": "inclusive",
  "operations": ["retrieveOps"]
})";
constexpr std::string_view kBatchResult = R"({
  "success": ["urn:ngsi-ld:Gauge:weir"],
  "errors": [{"entityId": "urn:ngsi-ld:Gauge:none",
              "error": {"type": "https://uri.etsi.org/ngsi-ld/errors/ResourceNotFound",
                        "title": "Not found", "status": 404, "detail": "there is no such entity"}}]
})";
constexpr std::string_view kContext =
    R"({"@context": {"level": "https://example.org/gauges/level"}})";

constexpr std::array kContents{
    // of NGSI-LD
    Content{"Entity", "An entity.", kAll, "Entity", kEntity, kVersioned},
    Content{"Entities", "Entities.", kAll, "Entities", kEntities, kFound},
    Content{"Fragment", "Attributes of an entity.", kBoth, "Fragment", kFragment, ""},
    Content{"Attribute", "An attribute.", kBoth, "Attribute", kAttribute, kData},
    Content{"AttributeFragment", "What of an attribute is to change.", kBoth, "AttributeFragment",
            R"({"value": 1.73, "observedAt": "2026-11-25T09:15:00Z"})", ""},
    Content{"UpdateResult", "Which attributes were written and which not.", kBoth, "UpdateResult",
            R"({"updated": ["level"], "notUpdated": [{"attributeName": "name",
                "reason": "the attribute exists"}]})",
            kData},
    Content{"Ids", "Ids of entities.", kBoth, "Uris", R"(["urn:ngsi-ld:Gauge:weir"])", kData},
    Content{"BatchResult", "What was done and what was not.", kBoth, "BatchResult", kBatchResult,
            kData},
    Content{"Query", "A query (5.2.23).", kBoth, "Query", kQuery, ""},
    Content{"TemporalQuery", "A query of histories (5.2.23).", kBoth, "Query", kTemporalQuery, ""},
    Content{"Types", "The types: a list of names, or with details each.", kBoth, "Types",
            R"({"id": "urn:ngsi-ld:EntityTypeList:1", "type": "EntityTypeList",
                "typeList": ["Gauge"]})",
            kPages},
    Content{"Type", "What is known of a type.", kBoth, "EntityTypeInfo",
            R"({"id": "https://uri.etsi.org/ngsi-ld/default-context/Gauge",
                "type": "EntityTypeInfo", "typeName": "Gauge", "entityCount": 2,
                "attributeDetails": [{"id": "https://uri.etsi.org/ngsi-ld/default-context/level",
                  "type": "Attribute", "attributeName": "level",
                  "attributeTypes": ["Property"]}]})",
            kData},
    Content{"Attributes", "The attributes: a list of names, or with details each.", kBoth,
            "AttributeList",
            R"({"id": "urn:ngsi-ld:AttributeList:1", "type": "AttributeList",
                "attributeList": ["level", "location", "name"]})",
            kPages},
    Content{"AttributeInfo", "What is known of an attribute.", kBoth, "AttributeInfo",
            R"({"id": "https://uri.etsi.org/ngsi-ld/default-context/level", "type": "Attribute",
                "attributeName": "level", "typeNames": ["Gauge"], "attributeCount": 2,
                "attributeTypes": ["Property"]})",
            kData},
    Content{"SourceIdentity", "Who this source is.", kBoth, "SourceIdentity",
            R"({"id": "urn:ngsi-ld:ContextSourceIdentity:musubi-1", "type": "ContextSourceIdentity",
                "contextSourceAlias": "musubi-1", "contextSourceUptime": "PT3M41S",
                "contextSourceTimeAt": "2026-11-25T09:00:00Z"})",
            kData},
    Content{"Context", "A JSON-LD context, or with details what is told of it.", kBoth, "Context",
            kContext, "NGSILD-Tenant"},
    Content{"ContextList", "URLs of contexts, or with details each.", kBoth, "ContextList",
            R"(["https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld"])",
            "NGSILD-Tenant"},
    Content{"Evolution", "An entity's history.", kBoth, "Evolution", kEvolution,
            "Link NGSILD-Tenant Content-Range"},
    Content{"Evolutions", "Histories.", kBoth, "Evolutions",
            R"([{"id": "urn:ngsi-ld:Gauge:bridge", "type": "Gauge",
                 "level": [{"type": "Property", "value": 1.62, "unitCode": "MTR",
                            "observedAt": "2026-11-25T09:00:00Z",
                            "instanceId": "urn:ngsi-ld:Instance:1-0"}]}])",
            "Link NGSILD-Results-Count NGSILD-Tenant Content-Range"},
    Content{"EvolutionFragment", "Instances of attributes.", kBoth, "Fragment", kEvolutionFragment,
            ""},
    Content{"InstanceFragment", "What of an instance is to change.", kBoth, "Fragment",
            R"({"level": {"type": "Property", "value": 1.53}})", ""},
    Content{"Subscription", "A subscription (5.2.12).", kBoth, "Subscription", kSubscription,
            kData},
    Content{"Subscriptions", "Subscriptions.", kBoth, "Subscriptions",
            R"([{"id": "urn:ngsi-ld:Subscription:bridge", "type": "Subscription",
                 "entities": [{"type": "Gauge"}], "status": "active",
                 "notification": {"endpoint": {"uri": "http://127.0.0.1:9090/notify"}}}])",
            kPages},
    Content{"SubscriptionFragment", "What of a subscription is to change.", kBoth, "Fragment",
            R"({"isActive": false})", ""},
    Content{"SourceSubscription", "A subscription to registrations.", kBoth, "Subscription",
            kSourceSubscription, kData},
    Content{"SourceSubscriptions", "Subscriptions to registrations.", kBoth, "Subscriptions",
            R"([{"id": "urn:ngsi-ld:Subscription:sources", "type": "Subscription",
                 "entities": [{"type": "Gauge"}],
                 "notification": {"endpoint": {"uri": "http://127.0.0.1:9090/sources"}}}])",
            kPages},
    Content{"Registration", "A registration (5.2.9).", kBoth, "Registration", kRegistration, kData},
    Content{"Registrations", "Registrations.", kBoth, "Registrations",
            R"([{"id": "urn:ngsi-ld:ContextSourceRegistration:neighbour",
                 "type": "ContextSourceRegistration",
                 "information": [{"entities": [{"type": "Weather"}]}],
                 "endpoint": "http://127.0.0.1:9090"}])",
            kPages},
    Content{"RegistrationFragment", "What of a registration is to change.", kBoth, "Fragment",
            R"({"description": "the next town"})", ""},
    Content{"Created", "It is made; Location says where.", "", "", "", "Location NGSILD-Tenant"},
    Content{"Done", "It is done.", "", "", "", "NGSILD-Tenant"},
    Content{"EntityMap", "What a query found, and where.", kBoth, "EntityMap",
            R"({"id": "urn:ngsi-ld:EntityMap:1", "type": "EntityMap",
                "expiresAt": "2026-11-25T09:10:00Z",
                "entityMap": {"urn:ngsi-ld:Gauge:bridge": ["@none"]}, "linkedMaps": {}})",
            "Location Link NGSILD-Tenant NGSILD-Warning"},
    Content{"EntityMapFragment", "A new end.", kBoth, "Fragment",
            R"({"expiresAt": "2026-11-25T09:20:00Z"})", ""},
    Content{"Snapshot", "What queries found at one moment.", kBoth, "Snapshot",
            R"({"id": "urn:ngsi-ld:Snapshot:1", "type": "Snapshot",
                "snapshotQueries": [{"type": "Query", "entities": [{"type": "Gauge"}]}]})",
            "Location Link NGSILD-Tenant"},
    Content{"SnapshotFragment", "Another priority, another end.", kBoth, "Fragment",
            R"({"type": "Snapshot", "snapshotPriority": 9})", ""},
    Content{"SourceNotification", "What a source tells (5.3.1).", kBoth, "Notification",
            R"({"id": "urn:ngsi-ld:Notification:1", "type": "Notification",
                "subscriptionId": "urn:ngsi-ld:Subscription:remote",
                "notifiedAt": "2026-11-25T09:00:00Z", "data": []})",
            ""},
    Content{"Taken", "It is passed on.", "", "", "", ""},
    // of ours
    Content{"Made", "It is made.", "", "", "", ""},
    Content{"DeadLetters", "Notifications that were given up.", kJson, "DeadLetters",
            R"([{"id": "60-1-1764061200000", "subscriptionId": "urn:ngsi-ld:Subscription:bridge",
                 "entityId": "urn:ngsi-ld:Gauge:bridge", "dueAt": "2026-11-25T09:00:00Z",
                 "diedAt": "2026-11-25T10:00:00Z", "attempts": 12,
                 "reason": "the receiver refused the connection"}])",
            "Link NGSILD-Results-Count"},
    Content{"Town", "The town as the page begins with it.", kJson, "Town",
            R"({"name": {"ja": "結川町", "en": "Yuigawa"}, "pack": "river",
                "context": "https://musubi.example/contexts/river-v1.jsonld", "synthetic": true,
                "drill": false, "mode": "live", "present": "2026-11-25T09:00:00Z",
                "now": "2026-11-25T09:00:00Z", "tiles": null, "levels": {}, "feeds": [],
                "sequence": 60, "role": "operator"})",
            ""},
    Content{"LiveFeed", "Events: change, town, reset.", "text/event-stream", "Text",
            "id: 60\nevent: change\ndata: {\"sequence\": 60, \"operation\": \"updated\"}\n\n", ""},
    Content{"Take", "Who takes it over.", kJson, "Take",
            R"({"by": "総務課 山田", "note": "現地へ向かう"})", ""},
    Content{"Record", "Who did what.", kJson, "Record",
            R"({"by": "総務課 山田", "text": "消防団に現地確認を依頼"})", ""},
    Content{"Alert", "The alert as it is now, with the names of the pack.", kJson, "Entity",
            R"({"id": "urn:ngsi-ld:Alert:river:yuigawa:1:level:20261118T235000Z", "type": "Alert",
                "status": "taken", "subCategory": "alertLevel"})",
            ""},
    Content{"Feeds", "Where data come from, and how it goes.", kJson, "Feeds",
            R"([{"name": "yuigawa", "title": {"ja": "結川町", "en": "Yuigawa"},
                 "attribution": "Musubi", "mode": "live", "synthetic": true, "state": "waiting",
                 "detail": {"ja": "待機中", "en": "waiting"}, "rows": 12, "readings": 12,
                 "quarantined": 0, "progress": 1}])",
            ""},
    Content{"Quarantine", "Rows that were not taken, the newest first.", kJson, "Quarantine",
            R"({"total": 1, "dropped": 0, "rows": [{"number": 1, "source": "levels",
                "file": "2021-08-14.csv", "line": 7, "reason": "bad_number",
                "words": {"ja": "数字ではありません", "en": "it is no number"}, "detail": "欠測",
                "row": "2021-08-14T18:00,欠測,1", "at": "2026-11-25T09:00:00Z"}]})",
            ""},
    Content{"Keys", "The keys; what they open is not told again.", kJson, "Keys",
            R"([{"id": "k1", "tenant": "", "role": "reader", "label": "dashboard", "types": [],
                 "createdAt": "2026-11-25T09:00:00Z"}])",
            ""},
    Content{"NewKey", "What the key is for.", kJson, "NewKey",
            R"({"role": "reader", "label": "dashboard", "types": ["Gauge"]})", ""},
    Content{"MadeKey", "The key: it is shown only now.", kJson, "MadeKey",
            R"({"key": "mk_example", "note": "this key is shown only now; keep it safe"})", ""},
    Content{"PolicyText", "The text (TOML), and why.", kJson, "PolicyText",
            R"({"text": "[policies]\nversion = \"2026-04\"\n", "note": "a first text"})", ""},
    Content{"PolicyVersion", "A version of the policies.", kJson, "PolicyVersion",
            R"({"number": 1, "state": "proposed", "version": "2026-04", "note": "a first text",
                "policies": 0, "proposedBy": "key:abcdefghij",
                "proposedAt": "2026-11-25T09:00:00Z", "signatures": []})",
            ""},
    Content{"PolicyVersions", "The newest first.", kJson, "PolicyVersions",
            R"([{"number": 1, "state": "proposed", "version": "2026-04", "note": "",
                 "policies": 0, "proposedBy": "key:abcdefghij",
                 "proposedAt": "2026-11-25T09:00:00Z", "signatures": []}])",
            ""},
    Content{"Odrl", "A Set of ODRL 2.2.", "application/ld+json", "Any",
            R"({"@context": ["http://www.w3.org/ns/odrl.jsonld"], "@type": "Set",
                "uid": "urn:musubi:policies:1", "profile": "urn:musubi:odrl:1"})",
            ""},
    Content{"DryRun", "Who would gain or lose what.", kJson, "DryRun",
            R"({"uses": 12, "days": 31, "changes": [{"subject": "key:abcdefghij",
                "action": "read", "type": "Gauge", "times": 40, "before": "all", "after": "part",
                "entities": 3, "shownBefore": 3, "shownAfter": 3, "attributes": ["name"]}]})",
            ""},
    Content{"AccessDecision", "The decision and what it came from.", kJson, "AccessDecision",
            R"({"action": "read", "entity": "urn:ngsi-ld:Gauge:bridge", "decision": "permitted",
                "decidedBy": "policies", "policies": [], "hidden": [], "coarser": [],
                "subject": "key:abcdefghij"})",
            ""},
    Content{"NewTenant", "Its name.", kJson, "NewTenant", R"({"name": "school"})", ""},
    Content{"Names", "Names.", kJson, "Texts", R"(["school"])", ""},
    Content{"LoadedContext", "A context and its URL.", kJson, "LoadedContext",
            R"({"url": "https://example.org/gauges.jsonld",
                "document": {"@context": {"level": "https://example.org/gauges/level"}}})",
            ""},
    Content{"JournalEntries", "Entries; Link has the next ones.", kJson, "JournalEntries", "[]",
            "Link"},
    Content{"JournalEntry", "The entry as it stands in the journal (docs/journal.md).", kJson,
            "JournalEntry",
            R"({"at": "2026-11-26T09:00:00.000001Z", "details": {"key": "abcdefghij"},
                "hash": "3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8553",
                "kind": "key-made", "number": 3,
                "previous": "a3c0b44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "salt": "000102030405060708090a0b0c0d0e0f",
                "sealed": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "subject": "key:k1", "tenant": ""})",
            ""},
    Content{"JournalLines", "One entry a line; Link has the next ones, the last page is signed.",
            "text/plain", "Text", "{}\n", "Link"},
    Content{"JournalReason", "Why; it stays in the journal.", kJson, "JournalReason",
            R"({"why": "the address of somebody else"})", ""},
    Content{"SigningKeys", "A set of JSON Web Keys (RFC 7517, RFC 8037).", kJson, "SigningKeys",
            R"({"keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
                "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}]})",
            ""},
    Content{"Explanation", "Which index, and how much was looked at.", kJson, "Explanation",
            R"({"index": "types", "narrowedBy": ["level"], "rowsScanned": 12, "entitiesRead": 3,
                "entitiesAnswered": 3, "milliseconds": 0.09})",
            ""},
    Content{"Backup", "The folder, on the server's disk, that is to be made.", kJson, "Backup",
            R"({"folder": "/var/backups/musubi/2026-11-25"})", ""},
    Content{"Figures", "Sizes and numbers.", kJson, "Figures",
            R"({"sequence": 60, "firstSequence": 1, "entities": 258, "openSeries": 755,
                "openPoints": 5571, "names": 26, "syncs": 73, "freeBytes": 80526135296,
                "spaces": {"meta": {"diskBytes": 0, "memoryBytes": 1050624}}})",
            ""},
    Content{"Metrics", "Prometheus' text format.", "text/plain", "Text",
            "musubi_live_listeners 1\n", ""},
    Content{"Health", "It serves.", kJson, "Health", R"({"status": "up"})", ""},
    Content{"Document", "OpenAPI 3.1.", "application/openapi+json", "Any",
            R"({"openapi": "3.1.0"})", ""},
};

}  // namespace

std::span<const Content> contents() { return kContents; }

}  // namespace musubi::openapi

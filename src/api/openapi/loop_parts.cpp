// Schemas, bodies and answers about projects, their stages and gates.
#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::array kLoopSchemas{
    Schema{"LoopKinds", R"({
  "type": "object",
  "properties": {
    "version": {"type": "string", "description": "Of the vocabulary."},
    "kinds": {"type": "array", "items": {"type": "object", "properties": {
      "type": {"type": "string"},
      "path": {"type": "string", "description": "In addresses."},
      "title": {"$ref": "#/components/schemas/Words"},
      "schema": {"type": "object", "additionalProperties": true, "description": "JSON Schema (draft 2020-12)."}},
      "required": ["type", "path", "title", "schema"]}},
    "slots": {"type": "array", "items": {"type": "object", "properties": {
      "slot": {"type": "string"},
      "stage": {"enum": ["plan", "pilot", "rollout"]},
      "title": {"$ref": "#/components/schemas/Words"},
      "reconstructed": {"type": "boolean"},
      "needs": {"enum": ["asked", "means", "hurdles", "points"], "description": "The list that its artefact has to fill."}},
      "required": ["slot", "title", "reconstructed"]}}
  },
  "required": ["version", "kinds", "slots"]
})"},
    Schema{"LoopDocument", R"({
  "type": "object",
  "properties": {
    "why": {"type": "string", "minLength": 1, "maxLength": 4000,
      "description": "Why what was locked is changed."},
    "revisions": {"type": "object", "additionalProperties": {"type": "string"},
      "description": "By id, the revision that was read; empty: it was not there. Where one says something else by now, nothing is written."}
  },
  "additionalProperties": {"type": ["object", "string"]},
  "description": "By type, then by name: what is written, all of it or nothing."
})"},
    Schema{"LoopMembers", R"({
  "type": "object",
  "additionalProperties": true,
  "description": "The members of a thing, as its schema in GET /musubi/v1/loop has them."
})"},
    Schema{"LoopThing", R"({
  "type": "object",
  "properties": {
    "id": {"type": "string", "format": "uri"},
    "type": {"type": "string"},
    "slug": {"type": "string", "description": "Its name in addresses."},
    "createdAt": {"type": "string", "format": "date-time"},
    "modifiedAt": {"type": "string", "format": "date-time"},
    "revision": {"type": "string", "description": "Of what people wrote: SHA-256 of those members as canonical JSON. Given back when it is written or taken away, nobody's change is lost."}
  },
  "required": ["id", "type", "slug", "createdAt", "modifiedAt"],
  "additionalProperties": true,
  "description": "With its members, and those that the server keeps."
})"},
    Schema{"LoopList", R"({
  "type": "object",
  "properties": {
    "items": {"type": "array", "items": {"$ref": "#/components/schemas/LoopThing"}},
    "more": {"type": "boolean", "description": "There are more than these 1,000."}
  },
  "required": ["items", "more"]
})"},
    Schema{"LoopWritten", R"({
  "type": "object",
  "properties": {
    "written": {"type": "array", "items": {"type": "string", "format": "uri"}},
    "notes": {"type": "array", "items": {"$ref": "#/components/schemas/Words"},
              "description": "What is worth knowing, such as people who give more than all of their time."}},
  "required": ["written"]
})"},
    Schema{"GateOpening", R"({
  "type": "object",
  "properties": {"stage": {"type": "string", "description": "The name of a stage under way."}},
  "required": ["stage"],
  "additionalProperties": false
})"},
    Schema{"GateEvidence", R"({
  "type": "object",
  "properties": {
    "evidence": {"type": "object", "additionalProperties": true},
    "decision": {"type": "object", "additionalProperties": true},
    "key": {"type": "string"},
    "signature": {"type": "string"}
  },
  "required": ["evidence", "key", "signature"]
})"},
    Schema{"DecisionProposal", R"({
  "type": "object",
  "properties": {
    "outcome": {"enum": ["go", "change", "hold", "stop", "hand-over"]},
    "reason": {"type": "string", "minLength": 1, "maxLength": 4000},
    "draftNumber": {"type": "string", "maxLength": 200},
    "approvalNumber": {"type": "string", "maxLength": 200}
  },
  "required": ["outcome", "reason"],
  "additionalProperties": false
})"},
    Schema{"MoneyText", R"({
  "type": "object",
  "properties": {"text": {"type": "string", "description": "docs/money.md has the format."}},
  "required": ["text"],
  "additionalProperties": false
})"},
    Schema{"ProjectMoney", R"({
  "type": "object",
  "properties": {
    "text": {"type": "string"},
    "figures": {"type": "object", "additionalProperties": true},
    "tornado": {"type": "object", "additionalProperties": true},
    "monteCarlo": {"type": "object", "properties": {
      "cashDraws": {"type": "integer", "description": "Of how many draws the cash by year is."},
      "cash": {"type": "array", "items": {"$ref": "#/components/schemas/CashBand"}},
      "cashWithoutGrant": {"type": "array", "items": {"$ref": "#/components/schemas/CashBand"}}},
      "additionalProperties": true}
  },
  "required": ["text", "figures", "tornado"]
})"},
    Schema{"CashBand", R"({
  "type": "object",
  "description": "Quantiles of the cash at the end of a fiscal year, in thousand yen.",
  "properties": {
    "fiscalYear": {"type": "integer"},
    "q05": {"type": "number"},
    "q25": {"type": "number"},
    "q50": {"type": "number"},
    "q75": {"type": "number"},
    "q95": {"type": "number"}
  },
  "required": ["fiscalYear", "q05", "q25", "q50", "q75", "q95"]
})"},
    Schema{"AssetFigures", R"({
  "type": "object",
  "properties": {
    "text": {"type": "string", "description": "docs/assets.md has the format; empty: there is none."},
    "figures": {"type": "object", "additionalProperties": true}
  },
  "required": ["text"]
})"},
    Schema{"ProjectKit", R"({
  "type": "object",
  "properties": {
    "project": {"$ref": "#/components/schemas/LoopThing"},
    "devices": {"type": "array", "items": {"type": "object", "properties": {
      "id": {"type": "string"}, "lastReading": {"type": "string", "format": "date-time"}},
      "required": ["id"]}},
    "handOver": {"type": "array", "items": {"$ref": "#/components/schemas/Words"}},
    "closing": {"type": "array", "items": {"$ref": "#/components/schemas/Words"}}
  },
  "required": ["project", "devices", "handOver", "closing"],
  "additionalProperties": true
})"},
    Schema{"ProjectExport", R"({
  "type": "object",
  "properties": {
    "format": {"const": "musubi-project-export-1"},
    "exportedAt": {"type": "string", "format": "date-time"},
    "partial": {"type": "boolean", "description": "Whether there may be more than who exports it sees."},
    "issue": {"$ref": "#/components/schemas/LoopThing"},
    "logicModel": {"$ref": "#/components/schemas/LoopThing"},
    "evidence": {"type": "array", "items": {"type": "object", "properties": {
      "gate": {"type": "string"},
      "decision": {"type": "string"},
      "file": {"$ref": "#/components/schemas/GateEvidence"},
      "readings": {"type": "string", "description": "Where the readings behind it are."}},
      "required": ["gate", "file", "readings"]}},
    "cases": {"type": "array", "items": {"$ref": "#/components/schemas/LoopThing"}},
    "kit": {"type": "object", "additionalProperties": true,
            "description": "As GET /musubi/v1/projects/{}/kit has it: stages, decisions, people."}
  },
  "required": ["format", "exportedAt", "partial", "evidence", "cases", "kit"]
})"},
    Schema{"Diagnosis", R"({
  "type": "object",
  "properties": {
    "project": {"type": "string"},
    "at": {"type": "string", "format": "date-time"},
    "findings": {"type": "array", "items": {"type": "object", "additionalProperties": true}},
    "notJudged": {"type": "array", "items": {"type": "object", "additionalProperties": true}}
  },
  "required": ["project", "at", "findings", "notJudged"]
})"},
    Schema{"TaskClosing", R"({
  "type": "object",
  "properties": {"words": {"type": "string", "minLength": 1, "description": "What was done."}},
  "required": ["words"],
  "additionalProperties": false
})"},
    Schema{"TaskAssignment", R"({
  "type": "object",
  "properties": {
    "owner": {"type": "string"},
    "due": {"type": "string", "format": "date"}
  },
  "additionalProperties": false
})"},
    Schema{"Heartbeats", R"({
  "type": "object",
  "properties": {
    "domain": {"type": "string", "description": "What is signed begins with it and a line feed."},
    "heartbeats": {"type": "array", "items": {"type": "object", "properties": {
      "statement": {"type": "object", "additionalProperties": true},
      "key": {"type": "string"},
      "signature": {"type": "string"}},
      "required": ["statement", "key", "signature"]}},
    "more": {"type": "boolean", "description": "There are more than the first 1,000, in the order of their ids."}
  },
  "required": ["domain", "heartbeats", "more"]
})"},
    Schema{"ReadingLines", R"({"type": "string"})"},
};

constexpr std::string_view kStage =
    R"({"id": "urn:ngsi-ld:Stage:pilot", "type": "Stage", "slug": "pilot", "state": "open",
        "createdAt": "2026-06-01T00:00:00Z", "modifiedAt": "2026-06-01T00:00:00Z"})";
constexpr std::string_view kGate =
    R"({"id": "urn:ngsi-ld:Gate:pilot-1", "type": "Gate", "slug": "pilot-1", "state": "open",
        "look": 1, "createdAt": "2026-06-30T00:00:00Z", "modifiedAt": "2026-06-30T00:00:00Z"})";
constexpr std::string_view kDecision =
    R"({"id": "urn:ngsi-ld:Decision:pilot-1-1", "type": "Decision", "slug": "pilot-1-1",
        "state": "proposed", "outcome": "go", "createdAt": "2026-07-01T00:00:00Z",
        "modifiedAt": "2026-07-01T00:00:00Z"})";

constexpr std::array kLoopContents{
    Content{"LoopKinds", "The kinds of things with their schemas.", kJson, "LoopKinds",
            R"({"version": "loop-1", "kinds": [{"type": "Issue", "path": "issues",
                "title": {"ja": "課題", "en": "issue"}, "schema": {"type": "object"}}],
                "slots": [{"slot": "plan.reason", "stage": "plan", "reconstructed": false,
                "title": {"ja": "取り組む理由", "en": "The reason"}}]})",
            ""},
    Content{"LoopDocument", "Several things at once.", kJson, "LoopDocument",
            R"({"Issue": {"flood": {"title": "水があふれる", "challenge": "safety",
                "role": "living", "description": "大雨のたびに"}},
                "Project": {"river": {"title": "河川の見守り", "owner": "結川町",
                "leads": "public", "ofIssue": "urn:ngsi-ld:Issue:flood"}},
                "Stage": {"pilot": {"ofProject": "urn:ngsi-ld:Project:river", "kind": "pilot",
                "from": "2026-06-01", "to": "2099-03-31"}}})",
            ""},
    Content{"LoopMembers", "One thing, whole.", kJson, "LoopMembers",
            R"({"title": "水があふれる", "challenge": "safety", "role": "living",
                "description": "大雨のたびに"})",
            ""},
    Content{"LoopWritten", "What was written.", kJson, "LoopWritten",
            R"({"written": ["urn:ngsi-ld:Issue:flood"]})", ""},
    Content{"LoopList", "Things of a kind.", kJson, "LoopList", R"({"items": [], "more": false})",
            ""},
    Content{"LoopThing", "One thing.", kJson, "LoopThing", kStage, ""},
    Content{"GateOpening", "Which stage is looked at.", kJson, "GateOpening",
            R"({"stage": "pilot"})", ""},
    Content{"Gate", "The gate.", kJson, "LoopThing", kGate, ""},
    Content{"GateMade", "The gate that was opened.", kJson, "LoopThing", kGate, "Location"},
    Content{"GateEvidence", "The evidence as one file.", kJson, "GateEvidence",
            R"({"evidence": {"format": "musubi-gate-evidence-1"}, "key": "ed25519:AAAA",
                "signature": "AAAA"})",
            ""},
    Content{"ReadingLines", "The readings behind it, a line of JSON each.", "application/x-ndjson",
            "ReadingLines", R"("{}")", "Musubi-Next"},
    Content{"DecisionProposal", "How the gate is to be decided.", kJson, "DecisionProposal",
            R"({"outcome": "go", "reason": "見えた", "draftNumber": "総務第12号"})", ""},
    Content{"DecisionMade", "The decision that was proposed.", kJson, "LoopThing", kDecision,
            "Location"},
    Content{
        "MoneyText", "The plan as text.", kJson, "MoneyText",
        R"({"text": "[plan]\nname = \"川\"\nfirst_year = 2027\nyears = 5\ndiscount = 0.04\n[[alternative]]\nname = \"町が持つ\"\n[[flow]]\nname = \"保守\"\nkind = \"staff\"\namount = 100\n"})",
        ""},
    Content{"ProjectMoney", "The plan, and what it comes to.", kJson, "ProjectMoney",
            R"({"text": "[plan]", "figures": {}, "tornado": {}})", ""},
    Content{"BudgetPage", "A page that prints; with `format` a table or a workbook.", "text/html",
            "ReadingLines", "<html></html>", ""},
    Content{"ProjectKit", "What it takes to hand it over or to close it.", kJson, "ProjectKit",
            R"({"project": {"id": "urn:ngsi-ld:Project:river", "type": "Project", "slug": "river",
                "createdAt": "2026-06-01T00:00:00Z", "modifiedAt": "2026-06-01T00:00:00Z"},
                "devices": [], "handOver": [{"ja": "渡す", "en": "hand over"}],
                "closing": [{"ja": "閉じる", "en": "close"}]})",
            ""},
    Content{
        "ProjectExport", "What it was, showed and came to, with the signed evidence.", kJson,
        "ProjectExport",
        R"({"format": "musubi-project-export-1", "exportedAt": "2026-06-01T00:00:00Z", "partial": false,
                "evidence": [], "cases": [], "kit": {}})",
        ""},
    Content{"Diagnosis", "What threatens it, and what clears that.", kJson, "Diagnosis",
            R"({"project": "urn:ngsi-ld:Project:river", "at": "2026-06-01T00:00:00Z",
                "findings": [], "notJudged": []})",
            ""},
    Content{
        "AssetText", "The register as text; docs/assets.md.", kJson, "MoneyText",
        R"({"text": "[register]\nname = \"川\"\nyear = 2027\n[[asset]]\nname = \"水位計\"\nkind = \"sensor\"\nbought = 2024\nprice = 450\nlife = 7\nyearly_cost = 10\nasset_by = \"町\"\noperation_by = \"町\"\ndata_by = \"町\"\nrisk_by = \"町\"\n"})",
        ""},
    Content{"AssetFigures", "The register, and what it comes to.", kJson, "AssetFigures",
            R"({"text": ""})", ""},
    Content{"TaskClosing", "What was done.", kJson, "TaskClosing", R"({"words": "電池を替えた"})",
            ""},
    Content{"TaskAssignment", "Who, and until when.", kJson, "TaskAssignment",
            R"({"owner": "佐藤", "due": "2026-12-01"})", ""},
    Content{"Task", "The task.", kJson, "LoopThing",
            R"({"id": "urn:ngsi-ld:Task:river-0a1b2c3d4e", "type": "Task",
                "slug": "river-0a1b2c3d4e", "state": "closed",
                "createdAt": "2026-07-01T00:00:00Z", "modifiedAt": "2026-07-01T00:00:00Z"})",
            ""},
    Content{"Heartbeats", "How projects are after their grants.", kJson, "Heartbeats",
            R"({"domain": "musubi heartbeat 1", "heartbeats": [], "more": false})", ""},
    Content{"Decision", "The decision.", kJson, "LoopThing", kDecision, ""},
};

constexpr std::array kLoopOperations{
    Operation{HttpMethod::Get, "/musubi/v1/loop", "The kinds of things of a project",
              "事業の項目の種類", "", "", "200=LoopKinds"},
    Operation{HttpMethod::Post, "/musubi/v1/loop", "Write several things at once", "まとめて書く",
              "", "LoopDocument", "200=LoopWritten 404 409"},
    Operation{HttpMethod::Get, "/musubi/v1/loop/{}", "List things of a kind", "一覧", "ofProject",
              "", "200=LoopList"},
    Operation{HttpMethod::Get, "/musubi/v1/loop/{}/{}", "One thing", "一つ", "", "",
              "200=LoopThing"},
    Operation{HttpMethod::Put, "/musubi/v1/loop/{}/{}", "Write one thing, whole", "一つを書く",
              "movedWhy readRevision", "LoopMembers", "200=LoopWritten 404 409"},
    Operation{HttpMethod::Delete, "/musubi/v1/loop/{}/{}", "Take away what is not promised yet",
              "消す", "readRevision", "", "204=Done 409"},
    Operation{HttpMethod::Post, "/musubi/v1/stages/{}/enter", "Begin a stage: lock its promises",
              "段階を始める", "readRevision", "", "200=LoopThing 409"},
    Operation{HttpMethod::Get, "/musubi/v1/gates", "List the gates", "ゲートの一覧", "ofProject",
              "", "200=LoopList"},
    Operation{HttpMethod::Post, "/musubi/v1/gates", "Open a gate", "ゲートを開く", "",
              "GateOpening", "201=GateMade 404 409"},
    Operation{HttpMethod::Get, "/musubi/v1/gates/{}", "A gate", "ゲート", "", "", "200=Gate"},
    Operation{HttpMethod::Get, "/musubi/v1/gates/{}/evidence", "Its evidence, as it was signed",
              "ゲートの証拠", "ofDecision", "", "200=GateEvidence"},
    Operation{HttpMethod::Get, "/musubi/v1/gates/{}/readings", "The readings behind it",
              "証拠の元の読み取り", "readingsAfter", "", "200=ReadingLines"},
    Operation{HttpMethod::Post, "/musubi/v1/gates/{}/decisions", "Propose a decision",
              "決定を起案する", "", "DecisionProposal", "201=DecisionMade 404 409"},
    Operation{HttpMethod::Put, "/musubi/v1/projects/{}/money", "Put a project's money plan",
              "事業の収支計画を置く", "", "MoneyText", "204=Done 404"},
    Operation{HttpMethod::Get, "/musubi/v1/projects/{}/money", "What a project's money comes to",
              "事業の収支", "alternative draws", "", "200=ProjectMoney"},
    Operation{HttpMethod::Get, "/musubi/v1/projects/{}/budget",
              "The budget as a page, a table or a workbook", "予算要求（頁、表、Excel）",
              "budgetLanguage budgetFormat", "", "200=BudgetPage"},
    Operation{HttpMethod::Get, "/musubi/v1/projects/{}/diagnosis",
              "Which causes of failure threaten a project", "つまずきの診断", "", "",
              "200=Diagnosis"},
    Operation{HttpMethod::Get, "/musubi/v1/assets", "The asset register", "資産の台帳", "", "",
              "200=AssetFigures"},
    Operation{HttpMethod::Put, "/musubi/v1/assets", "Put the asset register", "資産の台帳を置く",
              "", "AssetText", "204=Done"},
    Operation{HttpMethod::Get, "/musubi/v1/projects/{}/assets", "A project's own asset register",
              "事業の資産の台帳", "", "", "200=AssetFigures"},
    Operation{HttpMethod::Put, "/musubi/v1/projects/{}/assets", "Put a project's asset register",
              "事業の資産の台帳を置く", "", "AssetText", "204=Done 404"},
    Operation{HttpMethod::Get, "/musubi/v1/projects/{}/kit", "To hand it over, or to close it",
              "引き渡しと閉じ方の一式", "", "", "200=ProjectKit"},
    Operation{HttpMethod::Get, "/musubi/v1/projects/{}/export", "A project as one file",
              "事業を一つのファイルで書き出す", "", "", "200=ProjectExport"},
    Operation{HttpMethod::Get, "/musubi/v1/tasks", "List the tasks", "課題への対応の一覧",
              "ofProject", "", "200=LoopList"},
    Operation{HttpMethod::Post, "/musubi/v1/tasks/{}/close", "Close a task", "対応を閉じる", "",
              "TaskClosing", "200=Task 404 409"},
    Operation{HttpMethod::Post, "/musubi/v1/tasks/{}/assign", "Say who does it until when",
              "担当と期限を決める", "", "TaskAssignment", "200=Task 404 409"},
    Operation{HttpMethod::Get, "/musubi/v1/heartbeats", "How projects are after their grants",
              "生存台帳", "allHeartbeats", "", "200=Heartbeats"},
    Operation{HttpMethod::Get, "/musubi/v1/decisions", "List the decisions", "決定の一覧",
              "ofProject", "", "200=LoopList"},
    Operation{HttpMethod::Post, "/musubi/v1/decisions/{}/sign", "Sign a decision", "決定に署名する",
              "", "", "200=Decision 409"},
};

}  // namespace

std::span<const Schema> loop_schemas() { return kLoopSchemas; }
std::span<const Content> loop_contents() { return kLoopContents; }
std::span<const Operation> loop_operations() { return kLoopOperations; }

}  // namespace musubi::openapi

// Schemas, bodies and answers about cases.
#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::array kCaseSchemas{
    Schema{"CaseMembers", R"({
  "type": "object",
  "properties": {
    "kind": {"enum": ["learning", "success"]},
    "title": {"type": "string"},
    "challenge": {"type": "string"},
    "outcome": {"enum": ["go", "change", "hold", "stop", "handover"]},
    "summary": {"type": "string"},
    "interview": {"type": "object", "additionalProperties": {"type": "string"}}
  },
  "required": ["kind", "title", "challenge", "outcome"],
  "additionalProperties": true,
  "description": "docs/cases.md has all members."
})"},
    Schema{"CaseHits", R"({
  "type": "object",
  "properties": {
    "words": {"type": "array", "items": {"type": "string"}},
    "total": {"type": "integer"},
    "hits": {"type": "array", "items": {"type": "object", "additionalProperties": true}}
  },
  "required": ["words", "total", "hits"]
})"},
    Schema{"ReviewScores", R"({
  "type": "object",
  "properties": {
    "scores": {"type": "array", "items": {"type": "object", "properties": {
      "candidate": {"type": "string"},
      "points": {"type": "object", "additionalProperties": {"type": "integer"}}},
      "required": ["candidate", "points"]}}
  },
  "required": ["scores"],
  "additionalProperties": false
})"},
    Schema{"AllReviewScores", R"({
  "type": "object",
  "properties": {
    "reviewers": {"type": "array", "items": {"type": "object", "properties": {
      "reviewer": {"type": "string"},
      "scores": {"type": "array", "items": {"type": "object", "additionalProperties": true}}},
      "required": ["reviewer", "scores"]}},
    "you": {"type": "string", "description": "Who asks, as a reviewer is named."},
    "given": {"type": "integer", "description": "How many reviewers gave points, seen or not."},
    "mayGive": {"type": "boolean", "description": "Whether the caller may give points now."}
  },
  "required": ["reviewers", "you", "given", "mayGive"]
})"},
    Schema{"FittingCases", R"({
  "type": "object",
  "properties": {
    "cases": {"type": "array", "items": {"type": "object", "properties": {
      "case": {"type": "object", "additionalProperties": true},
      "fit": {"type": "object", "additionalProperties": true}},
      "required": ["case", "fit"]}}
  },
  "required": ["cases"]
})"},
};

constexpr std::array kCaseContents{
    Content{"CaseMembers", "What an interview told.", kJson, "CaseMembers",
            R"({"kind": "learning", "title": "水位計の見守り", "challenge": "safety",
                "outcome": "stop", "summary": "電池が冬に切れた"})",
            ""},
    Content{"CaseHits", "Cases, the best first.", kJson, "CaseHits",
            R"({"words": [], "total": 0, "hits": []})", ""},
    Content{"ReviewScores", "The points of one reviewer.", kJson, "ReviewScores",
            R"({"scores": [{"candidate": "boar", "points": {"need": 80}}]})", ""},
    Content{"AllReviewScores", "One's own; of a closed round all.", kJson, "AllReviewScores",
            R"({"reviewers": [], "you": "person:1", "given": 0, "mayGive": false})", ""},
    Content{"RoundClosed", "The round with its result.", kJson, "LoopThing",
            R"({"id": "urn:ngsi-ld:Round:first", "type": "Round", "slug": "first",
                "createdAt": "2026-07-01T00:00:00Z", "modifiedAt": "2026-07-01T00:00:00Z"})",
            ""},
    Content{"FittingCases", "All cases with what speaks for and against each.", kJson,
            "FittingCases", R"({"cases": []})", ""},
    Content{"CaseThing", "The case.", kJson, "LoopThing",
            R"({"id": "urn:ngsi-ld:Case:river", "type": "Case", "slug": "river",
                "createdAt": "2026-07-01T00:00:00Z", "modifiedAt": "2026-07-01T00:00:00Z"})",
            ""},
};

constexpr std::array kCaseOperations{
    Operation{HttpMethod::Put, "/musubi/v1/cases/{}", "Write a case", "事例を書く", "",
              "CaseMembers", "204=Done 409"},
    Operation{HttpMethod::Get, "/musubi/v1/cases", "Search the cases", "事例を探す",
              "caseText caseKind caseChallenge caseFunction caseOutcome caseField caseFrom caseTo "
              "caseOffset caseLimit",
              "", "200=CaseHits"},
    Operation{HttpMethod::Get, "/musubi/v1/cases/{}", "A case", "事例", "", "", "200=CaseThing"},
    Operation{HttpMethod::Put, "/musubi/v1/rounds/{}/scores", "Give points, unseen by others",
              "点を付ける", "", "ReviewScores", "204=Done 404 409"},
    Operation{HttpMethod::Get, "/musubi/v1/rounds/{}/scores", "The points one may see",
              "見てよい点", "", "", "200=AllReviewScores"},
    Operation{HttpMethod::Post, "/musubi/v1/rounds/{}/close", "Close a round and choose",
              "審査を終えて絞り込む", "", "", "200=RoundClosed 404 409"},
    Operation{HttpMethod::Get, "/musubi/v1/fitting-cases", "Which case fits us, and why not",
              "うちに合う事例", "caseChallenge fitFunctions fitTiers fitTown", "",
              "200=FittingCases"},
};

}  // namespace

std::span<const Schema> case_schemas() { return kCaseSchemas; }
std::span<const Content> case_contents() { return kCaseContents; }
std::span<const Operation> case_operations() { return kCaseOperations; }

}  // namespace musubi::openapi

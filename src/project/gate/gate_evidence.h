#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "trust/signing/person_key.h"
#include "trust/signing_key.h"

namespace musubi {

/// The format of the evidence of a gate: one file, canonical JSON (RFC 8785), an object of
/// `evidence` (what was there when the gate was opened), `decision` (once there is one), `key` (the
/// server's) and `signature` (Ed25519 over kEvidenceDomain, 0A and the canonical JSON of the rest).
/// docs/project-loop.md has the members.
inline constexpr std::string_view kEvidenceFormat = "musubi-gate-evidence-1";
inline constexpr std::string_view kEvidenceDomain = "musubi gate evidence 1";
inline constexpr std::string_view kDecisionDomain = "musubi gate decision 1";
inline constexpr std::size_t kMaxEvidenceBytes = 64U << 20U;
/// The version of how evidence is made of values: part of it. The first one named periods by their
/// number in refusals.
inline constexpr std::string_view kGateCode = "gate-2";
inline constexpr std::string_view kFirstGateCode = "gate-1";

/// The bytes that the server signs of a file without its signature. Fails: as canonical_json.
Result<std::string> evidence_signed_text(const Json& unsigned_file);
/// The file: canonical JSON and a line feed.
Result<std::string> evidence_text(const Json& file);
/// Of the file's bytes, in hex: by what the next evidence names it.
[[nodiscard]] std::string evidence_hash(std::string_view text);

/// What people sign of a decision.
struct GateDecision {
    std::string gate;           ///< id
    std::string evidence_hash;  ///< of the canonical JSON of `evidence`
    std::string outcome;        ///< go, change, hold, stop, hand-over
    std::string reason;
    std::string draft_number;     ///< 起案番号
    std::string approval_number;  ///< 決裁番号
};
[[nodiscard]] Statement decision_statement(const GateDecision& decision, const std::string& tenant);
/// Whether it is go, change, hold, stop or hand-over.
[[nodiscard]] bool is_outcome(std::string_view word);
/// Signatures a decision needs, of people of as many organisations; the independent body stops
/// alone.
inline constexpr std::size_t kDecisionSignatures = 2;

/// A signature with all that it takes to check it.
struct DecisionSignature {
    PersonSignature signature;
    PersonKey key;
    std::string name;
    std::string organisation;
    bool independent = false;  ///< of the independent body
};
[[nodiscard]] Json decision_json(const GateDecision& decision,
                                 const std::vector<DecisionSignature>& signatures,
                                 const std::string& tenant);

}  // namespace musubi

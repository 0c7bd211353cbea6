#include "project/gate/gate_evidence.h"

#include <algorithm>
#include <array>

#include "base/canonical_json.h"
#include "trust/encoding.h"

namespace musubi {

Result<std::string> evidence_signed_text(const Json& unsigned_file) {
    std::string out{kEvidenceDomain};
    out += '\n';
    TRY(append_canonical_json(out, unsigned_file));
    return out;
}

Result<std::string> evidence_text(const Json& file) {
    std::string out = TRY(canonical_json(file));
    out += '\n';
    return out;
}

std::string evidence_hash(std::string_view text) { return to_hex(sha256({text})); }

bool is_outcome(std::string_view word) {
    constexpr std::array<std::string_view, 5> kOutcomes{"go", "change", "hold", "stop",
                                                        "hand-over"};
    return std::find(kOutcomes.begin(), kOutcomes.end(), word) != kOutcomes.end();
}

Statement decision_statement(const GateDecision& decision, const std::string& tenant) {
    Statement statement{.domain = kDecisionDomain, .tenant = tenant, .what = {}};
    statement.what.set("gate", decision.gate);
    statement.what.set("evidenceHash", decision.evidence_hash);
    statement.what.set("outcome", decision.outcome);
    statement.what.set("reason", decision.reason);
    statement.what.set("draftNumber", decision.draft_number);
    statement.what.set("approvalNumber", decision.approval_number);
    return statement;
}

Json decision_json(const GateDecision& decision, const std::vector<DecisionSignature>& signatures,
                   const std::string& tenant) {
    Json out = decision_statement(decision, tenant).what;
    out.set("tenant", tenant);
    Json::Array list;
    for (const DecisionSignature& one : signatures) {
        Json item;
        item.set("subject", one.signature.subject);
        item.set("name", one.name);
        item.set("organisation", one.organisation);
        item.set("independentBody", one.independent);
        item.set("at", to_iso(one.signature.at));
        item.set("signature", one.signature.signature);
        item.set("key", to_jwk(one.key));
        list.push_back(std::move(item));
    }
    out.set("signatures", std::move(list));
    return out;
}

}  // namespace musubi

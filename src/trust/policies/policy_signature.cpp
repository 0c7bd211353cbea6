#include "trust/policies/policy_signature.h"

#include "trust/encoding.h"

namespace musubi {

Statement policy_statement(const PolicyVersion& version, std::string tenant) {
    Json what;
    what.set("note", to_hex(sha256({version.note})));
    what.set("number", static_cast<std::int64_t>(version.number));
    what.set("proposedAt", to_iso(version.proposed_at));
    what.set("proposedBy", version.proposed_by);
    what.set("text", to_hex(sha256({version.text})));
    return {.domain = "musubi policy signature 1",
            .tenant = std::move(tenant),
            .what = std::move(what)};
}

}  // namespace musubi

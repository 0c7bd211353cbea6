#include "api/policies.h"

#include <charconv>

#include "api/admin_json.h"
#include "api/handlers.h"
#include "api/record.h"
#include "api/sign_in.h"
#include "base/both_words.h"
#include "trust/people/grant.h"
#include "trust/policies/compile.h"
#include "trust/policies/contradictions.h"
#include "trust/policies/odrl.h"
#include "trust/policies/policy_signature.h"

namespace musubi::api {

Result<void> need_insight(const ApiCall& call) {
    if (call.caller.access->may_know_why) return {};
    return Error{
        ErrorCode::Forbidden,
        both_texts(
            "決まりを読めるのは、運用者、データ責任者、個人情報保護責任者、独立監査人、独立した機関"
            "です",
            "policies are read by operators, data owners, privacy officers, auditors and the "
            "independent body")};
}

Result<void> need_overview(const ApiCall& call) {
    if (is_independent(call.caller.role) && call.caller.access->has_all_types()) return {};
    return need_whole_tenant(call);
}

namespace {

// With `proof` all that it takes to check it (docs/policies.md).
Json signature_view(const App& app, const Statement& statement, const PersonSignature& signature,
                    bool proof) {
    Json item;
    item.set("subject", signature.subject);
    item.set("at", to_iso(signature.at));
    if (signature.key.empty()) return item;  // from before people had keys
    item.set("key", signature.key);
    item.set("signature", signature.signature);
    if (!proof) return item;
    const auto text = signed_text(statement, signature);
    item.set("signed", text ? *text : std::string{});
    item.set("holds", app.signing_keys.verify(statement, signature));
    return item;
}

// What the text names and nobody knows: it takes effect on no one.
void add_unknown(const App& app, const Policy& policy, std::vector<PolicyWarning>& out) {
    const auto warn = [&](const std::string& name, std::string_view ja, std::string_view en) {
        if (out.size() >= kMaxPolicyWarnings) return;
        out.push_back(
            {{policy.id},
             "「" + policy.id + "」の" + std::string(ja) + " " + name + " はありません",
             "'" + policy.id + "' names " + std::string(en) + " that is not there: " + name});
    };
    for (const std::string& subject : policy.subjects) {
        const std::string_view person = person_of(subject);
        const bool known = person.empty() ? app.authority.caller_of(subject, {}).has_value()
                                          : app.people.find(person) != nullptr;
        if (!known) warn(subject, "相手", "somebody");
    }
    for (const std::string& id : policy.organisations) {
        if (!app.people.organisation(id)) warn(id, "組織", "an organisation");
    }
}

Json warnings_of(const App& app, const PolicySet& set) {
    std::vector<PolicyWarning> warnings = find_contradictions(set);
    for (const Policy& policy : set.policies) add_unknown(app, policy, warnings);
    Json::Array out;
    for (const PolicyWarning& warning : warnings) {
        Json item;
        Json::Array ids;
        for (const std::string& id : warning.policies) ids.emplace_back(id);
        item.set("policies", std::move(ids));
        item.set("words", both_words(warning.ja, warning.en));
        out.push_back(std::move(item));
    }
    return Json{std::move(out)};
}

// `whole`: with its text, and whether its signatures hold.
Json version_view(const App& app, const ApiCall& call, const PolicyVersion& version, bool whole) {
    Json out;
    out.set("number", static_cast<std::int64_t>(version.number));
    out.set("tenant", call.caller.tenant);
    out.set("state", name_of(version.state));
    out.set("version", version.set.version);
    out.set("note", version.note);
    out.set("policies", static_cast<std::int64_t>(version.set.policies.size()));
    out.set("proposedBy", version.proposed_by);
    out.set("proposedAt", to_iso(version.proposed_at));
    const Statement statement = policy_statement(version, call.caller.tenant);
    Json::Array signatures;
    for (const PersonSignature& signature : version.signatures) {
        signatures.push_back(signature_view(app, statement, signature, whole));
    }
    out.set("signatures", std::move(signatures));
    if (version.in_force_at) out.set("inForceAt", to_iso(*version.in_force_at));
    if (version.ended_at) out.set("endedAt", to_iso(*version.ended_at));
    if (whole) {
        out.set("text", version.text);
        out.set("warnings", warnings_of(app, version.set));
    }
    return out;
}

Result<std::uint32_t> version_in(const ApiCall& call) {
    const std::string& text = call.path.front();
    std::uint32_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec == std::errc{} && read.ptr == text.data() + text.size()) return number;
    return Error{
        ErrorCode::NotFound,
        both_texts("この版の決まりはありません", "there is no such version of the policies"), text};
}

// The context by which a text names what it speaks of.
Result<ContextPtr> context_of_text(const App& app, const ApiCall& call, const std::string& text) {
    const std::string url = TRY(context_of_policies(text, "policies"));
    return app.contexts.resolve_url(url, context_use(call));
}

// What the journal keeps of a change of policies.
JournalEntry policy_entry(const ApiCall& call, std::string_view what, std::string_view number) {
    JournalEntry entry{.kind = journal_kind::kPolicyChanged,
                       .tenant = call.caller.tenant,
                       .subject = {},
                       .details = {}};
    entry.details.set("what", what);
    entry.details.set("number", shortened(number));
    return entry;
}

}  // namespace

Result<Answer> list_policies(const App& app, const ApiCall& call) {
    TRY(need_insight(call));
    Json::Array out;
    for (const PolicyVersion& version : TRY(app.policies.versions(app.store, call.caller))) {
        out.push_back(version_view(app, call, version, false));
    }
    return Answer{plain_json(Json{std::move(out)})};
}

// {"text": "...", "note": "..."}
Result<Answer> post_policies(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    std::optional<Signer> signer;
    TRY(may_decide(call.caller, nullptr, {}));
    if (call.session) signer = TRY(need_signer(app, call));
    Policies::Proposal proposal;
    proposal.text = TRY(need_text(body, "text"));
    proposal.note = text_or(body, "note", "");
    proposal.file = "policies";
    proposal.signer = signer ? &*signer : nullptr;
    const ContextPtr context = TRY(context_of_text(app, call, proposal.text));
    proposal.record = [&](const PolicyVersion& version) {
        JournalEntry entry = policy_entry(call, "proposed", std::to_string(version.number));
        entry.details.set("note", shortened(version.note));
        return record(app, call, std::move(entry));
    };
    const PolicyVersion made =
        TRY(app.policies.propose(app.store, call.caller, proposal, *context));
    Json out = version_view(app, call, made, false);
    out.set("warnings", warnings_of(app, made.set));
    HttpResponse response = plain_json(out, 201);
    response.headers.emplace_back("Location", "/musubi/v1/policies/" + std::to_string(made.number));
    return Answer{std::move(response)};
}

Result<Answer> get_policies(const App& app, const ApiCall& call) {
    TRY(need_insight(call));
    const PolicyVersion version =
        TRY(app.policies.version(app.store, call.caller, TRY(version_in(call))));
    return Answer{plain_json(version_view(app, call, version, true))};
}

Result<Answer> get_policies_odrl(const App& app, const ApiCall& call) {
    TRY(need_insight(call));
    const PolicyVersion version =
        TRY(app.policies.version(app.store, call.caller, TRY(version_in(call))));
    HttpResponse response = plain_json(to_odrl(version));
    response.headers.front().second = "application/ld+json";
    return Answer{std::move(response)};
}

Result<Answer> sign_policies(const App& app, const ApiCall& call) {
    const std::uint32_t number = TRY(version_in(call));
    TRY(may_decide(call.caller, nullptr, {}));
    const Signer signer = TRY(need_signer(app, call));
    const auto standing = [&](const std::string& subject) {
        Caller who;
        who.tenant = call.caller.tenant;
        who.subject = subject;
        return app.authority.standing(who);
    };
    PolicyVersion version;
    TRY(recorded(app, call, policy_entry(call, "signed", call.path.front()), [&]() -> Result<void> {
        version = TRY(app.policies.sign(app.store, call.caller, number, signer, standing));
        return {};
    }));
    return Answer{plain_json(version_view(app, call, version, false))};
}

Result<Answer> withdraw_policies(const App& app, const ApiCall& call) {
    const std::uint32_t number = TRY(version_in(call));
    PolicyVersion version;
    TRY(recorded(app, call, policy_entry(call, "withdrawn", call.path.front()),
                 [&]() -> Result<void> {
                     version = TRY(app.policies.withdraw(app.store, call.caller, number));
                     return {};
                 }));
    return Answer{plain_json(version_view(app, call, version, false))};
}

}  // namespace musubi::api

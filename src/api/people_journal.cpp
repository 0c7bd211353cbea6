#include "api/people_journal.h"

#include "api/people_json.h"
#include "base/both_words.h"
#include "trust/people/grant.h"
#include "trust/people/sessions.h"
#include "trust/signing/person_key.h"

namespace musubi {
namespace {

Result<void> write_down(const App& app, const JournalEntry& entry) {
    TRY(app.journal.write(entry));
    return {};
}

// What a role lets do, where, and until when; `details` say already whose it is.
Result<void> record_right(const App& app, const Caller& caller, const Grant& grant,
                          std::string_view change, Json details) {
    details.set("grant", grant.id);
    details.set("change", change);
    if (grant.role != Role::Service) details.set("role", name_of(grant.role));
    details.set("in", grant.tenant);
    Json::Array types;
    for (const std::string& type : grant.only_types) types.emplace_back(type);
    details.set("types", std::move(types));
    set_scopes(details, grant.only_scopes);
    if (grant.until) details.set("until", to_iso(*grant.until));
    if (grant.lender) details.set("lentBy", grant.lender->person);
    return write_down(app, {.kind = journal_kind::kRoleChanged,
                            .tenant = caller.tenant,
                            .subject = caller.subject,
                            .details = std::move(details)});
}

}  // namespace

Result<void> record_person(const App& app, const Caller& caller, std::string_view person,
                           std::string_view change, Json more) {
    more.set("person", person);
    more.set("change", change);
    return write_down(app, {.kind = journal_kind::kPersonChanged,
                            .tenant = caller.tenant,
                            .subject = caller.subject,
                            .details = std::move(more)});
}

Result<void> record_passkey(const App& app, const Caller& caller, std::string_view person,
                            std::string_view passkey, std::string_view change) {
    Json details;
    details.set("person", person);
    details.set("passkey", passkey);
    details.set("change", change);
    return write_down(app, {.kind = journal_kind::kPersonChanged,
                            .tenant = caller.tenant,
                            .subject = caller.subject,
                            .details = std::move(details)});
}

Result<void> record_role(const App& app, const Caller& caller, std::string_view person,
                         const Grant& grant, std::string_view change) {
    Json details;
    details.set("person", person);
    return record_right(app, caller, grant, change, std::move(details));
}

Result<void> record_invitation(const App& app, const Caller& caller, const Invitation& invitation,
                               std::string_view change) {
    Json details;
    details.set("invitation", invitation.id);
    details.set("ends", to_iso(invitation.until));
    if (!invitation.organisation.empty()) details.set("organisation", invitation.organisation);
    TRY(record_person(app, caller, invitation.person, change, std::move(details)));
    for (const Grant& grant : invitation.grants) {
        Json role;
        role.set("invitation", invitation.id);
        TRY(record_right(app, caller, grant, change, std::move(role)));
    }
    return {};
}

Result<void> record_organisation(const App& app, const Caller& caller,
                                 const Organisation& organisation, std::string_view change,
                                 const Organisation* former) {
    Json details;
    details.set("organisation", organisation.id);
    details.set("change", change);
    details.set("name", both_words(organisation.ja, organisation.en));
    if (former != nullptr) details.set("formerName", both_words(former->ja, former->en));
    return write_down(app, {.kind = journal_kind::kOrganisationChanged,
                            .tenant = caller.tenant,
                            .subject = caller.subject,
                            .details = std::move(details)});
}

Result<void> record_signing_key(const App& app, const Caller& caller, const PersonKey& key,
                                std::string_view former) {
    Json details;
    details.set("person", key.person);
    details.set("key", key.half.id());
    if (!former.empty()) details.set("former", former);
    return write_down(app, {.kind = former.empty() ? journal_kind::kSigningKeyMade
                                                   : journal_kind::kSigningKeyReplaced,
                            .tenant = caller.tenant,
                            .subject = caller.subject,
                            .details = std::move(details)});
}

Result<void> record_sign_in(const App& app, const Session& session) {
    Json details;
    details.set("method", name_of(session.method));
    details.set("session", session.id);
    details.set("assurance", static_cast<std::int64_t>(session.assurance));
    if (!session.provider.empty()) details.set("provider", session.provider);
    return write_down(app, {.kind = journal_kind::kSignIn,
                            .tenant = {},
                            .subject = person_subject(session.person),
                            .details = std::move(details)});
}

Result<void> record_link(const App& app, std::string_view person, std::string_view provider,
                         std::string_view change) {
    Json details;
    details.set("person", person);
    details.set("change", change);
    details.set("provider", provider);
    return write_down(app, {.kind = journal_kind::kPersonChanged,
                            .tenant = {},
                            .subject = person_subject(person),
                            .details = std::move(details)});
}

void note_refused_openid(const App& app, const RefusedOpenId& refused) {
    Json details;
    details.set("what", refused.what);
    details.set("method", name_of(SignInMethod::OpenId));
    details.set("provider", refused.provider);
    details.set("why", refused.why);
    if (!refused.at.empty()) details.set("at", refused.at);
    details.set("from", refused.address);
    app.refusals.note("openid " + std::string(refused.why) + " " + std::string(refused.address),
                      {.kind = journal_kind::kRefusal,
                       .tenant = {},
                       .subject = {},
                       .details = std::move(details)});
}

void note_refused_sign_in(const App& app, std::string_view person, std::string_view method,
                          std::string_view address) {
    Json details;
    details.set("what", "sign-in");
    details.set("method", method);
    details.set("from", address);
    app.refusals.note("sign-in " + std::string(address),
                      {.kind = journal_kind::kRefusal,
                       .tenant = {},
                       .subject = person.empty() ? std::string{} : person_subject(person),
                       .details = std::move(details)});
}

void note_copied_passkey(const App& app, std::string_view person, std::string_view passkey,
                         std::string_view address) {
    Json details;
    details.set("what", "sign-in");
    details.set("method", name_of(SignInMethod::Passkey));
    details.set("passkey", passkey);
    details.set("why", "counter");
    details.set("from", address);
    app.refusals.note("passkey-counter " + std::string(passkey), {.kind = journal_kind::kRefusal,
                                                                  .tenant = {},
                                                                  .subject = person_subject(person),
                                                                  .details = std::move(details)});
}

}  // namespace musubi

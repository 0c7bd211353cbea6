#include "api/acceptance.h"

#include "api/people_journal.h"
#include "api/people_json.h"
#include "trust/people/grant.h"

namespace musubi {
namespace {

// Who gave it would not be let do so now: it falls with them.
Result<void> still_given(const App& app, const Invitation& invitation, Time now) {
    for (const Grant& grant : invitation.grants) {  // a tenant made anew is another one
        const auto tenant = app.store.tenant(grant.tenant);
        if (!tenant || *tenant != grant.number) return no_such_invitation();
    }
    const std::string& giver = invitation.given_by;
    if (giver.find(':') == std::string::npos) return {};  // a service, or `serve --open`
    auto caller = app.authority.caller_of(giver, invitation.given_in);
    if (!caller) return no_such_invitation();
    if (operates_all(*caller)) caller->tenant = invitation.given_in;
    for (const Grant& grant : invitation.grants) {
        const bool watched = app.people.is_watched(grant.tenant, now);
        if (!may_give(*caller, grant, watched)) return no_such_invitation();
    }
    return {};
}

}  // namespace

Result<Person> read_newcomer(const App& app, const MemberReader& reader,
                             const Invitation& invitation) {
    Person person;
    person.id = random_token(app.random).substr(0, 10);
    const bool named = reader.find("name") != nullptr;
    if (named && !invitation.name.empty()) {
        return reader.bad("name", "who invited you has chosen the name to sign in by");
    }
    person.name = invitation.name.empty() ? TRY(read_sign_in_name(TRY(need_text(reader, "name"))))
                                          : invitation.name;
    person.display_name =
        reader.find("displayName") != nullptr
            ? TRY(read_display_name(TRY(need_text(reader, "displayName")), "/displayName"))
            : invitation.display_name;
    if (person.display_name.empty()) person.display_name = person.name;
    return person;
}

Result<Invitation> take_invitation(const App& app, Transaction& tx, std::string_view id) {
    Invitation taken = TRY(app.invitations.take(tx, id));
    TRY(still_given(app, taken, tx.now()));
    return taken;
}

Result<void> add_newcomer(const App& app, Transaction& tx, const Invitation& taken, Person person) {
    person.organisation = taken.organisation;
    person.created_at = tx.now();
    person.grants = taken.grants;
    for (Grant& grant : person.grants) grant.given_at = tx.now();
    TRY(app.people.add(tx, person));
    Caller newcomer;
    newcomer.subject = person_subject(person.id);
    newcomer.tenant = taken.given_in;
    TRY(record_person(app, newcomer, person.id, "accepted"));
    for (const Grant& grant : taken.grants) {
        TRY(record_role(app, newcomer, person.id, grant, "given"));
    }
    return {};
}

}  // namespace musubi

#pragma once

#include "api/app.h"
#include "broker/member_reader.h"
#include "trust/people/invitations.h"

namespace musubi {

// What each way to accept an invitation shares.

/// The account that somebody new asks for with an invitation: "name" where the invitation has none,
/// and "displayName" if they like. Fails: BadRequest.
Result<Person> read_newcomer(const App& app, const MemberReader& reader,
                             const Invitation& invitation);

/// Within a transaction: the invitation is used up, if who gave it would be let give it now. Fails:
/// NotFound.
Result<Invitation> take_invitation(const App& app, Transaction& tx, std::string_view id);
/// Within a transaction: the person is there with the roles of the invitation, and in the journal.
/// Fails: AlreadyExists (the name), TooLarge, Io.
Result<void> add_newcomer(const App& app, Transaction& tx, const Invitation& taken, Person person);

}  // namespace musubi

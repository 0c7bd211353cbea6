#pragma once

#include "api/call.h"
#include "broker/member_reader.h"

namespace musubi {

/// What opens the town to programs is for: {"role", "tenant", "types", "label", "organisation",
/// "until"}; the tenant is the caller's own where none is named. Fails: BadRequest with the place,
/// NotFound (organisation), Forbidden (it is more, or would last longer, than what the caller has).
Result<KeySpec> read_key_spec(const App& app, const ApiCall& call, const Json& json);

/// Fails: Forbidden unless the caller looks after keys and machines of their tenant.
Result<void> need_key_manager(const ApiCall& call);
/// Whether the caller makes, or takes away, a key or machine with this spec: of the independent
/// roles where there is an independent body, it alone. Fails: Forbidden.
Result<void> may_change_key(const App& app, const ApiCall& call, const KeySpec& spec);

/// Puts them into what is told of a key or a machine, with names compacted; "holds" is false once
/// its end has come.
void add_key_spec(const App& app, const Context& context, const KeySpec& spec, Json& out);
/// The same for the journal, with names as they are.
void add_key_details(const KeySpec& spec, Json& details);

}  // namespace musubi

#include "api/handlers.h"
#include "api/parameters.h"
#include "broker/source_identity.h"

namespace musubi::api {

// GET /info/sourceIdentity (5.15.1, 5.2.40). Also of a tenant that is not there yet, for who may
// make it.
Result<Answer> get_source_identity(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {}));
    const std::string alias = app.identity.alias(call.caller.tenant);
    Json out;
    if (call.wants_ld) out.set("@context", call.context->source());
    out.set("id", "urn:ngsi-ld:ContextSourceIdentity:" + alias);
    out.set("type", "ContextSourceIdentity");
    out.set("contextSourceAlias", alias);
    out.set("contextSourceUptime", to_iso(app.identity.uptime()));
    out.set("contextSourceTimeAt", to_iso(app.clock.now()));
    return Answer{json_response(call, to_text(out))};
}

}  // namespace musubi::api

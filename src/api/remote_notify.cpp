#include "api/handlers.h"
#include "broker/distribution/remote_notifications.h"
#include "broker/distribution/remote_reactor.h"

namespace musubi::api {

// POST /ngsi-ld/ex/remote-notify: ours; what a context source tells, by a subscription that was
// made there (5.8.1.4). It needs no key: the source shows the token that it was given.
Result<Answer> take_remote_notification(const App& app, const ApiCall& call) {
    const Body body = TRY(read_body(app, call));
    TRY(app.remote_notifications.take(
        body.json, *body.context,
        {.token = call.request.header(kRemoteTokenHeader), .trusted = app.open}));
    return Answer{HttpResponse{200, {}, {}}};
}

}  // namespace musubi::api

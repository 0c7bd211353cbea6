#include "api/connection_machine.h"

#include "trust/machines/machines.h"

namespace musubi {

Result<MachinePtr> machine_of_connection(const App& app, const HttpRequest& request) {
    if (request.certificate == nullptr) return MachinePtr{};
    const PeerCertificate& shown = *request.certificate;
    const Time now = app.clock.now();
    if (now < shown.not_before) {
        return Error{ErrorCode::Unauthorized, "the certificate of the client is not valid before " +
                                                  to_iso(shown.not_before) + ": is a clock wrong?"};
    }
    if (shown.not_after <= now) {
        return Error{ErrorCode::Unauthorized, "the certificate of the client ended at " +
                                                  to_iso(shown.not_after) + ": renew it"};
    }
    if (auto machine = app.machines.machines.find_by_thumbprint(shown.thumbprint)) return machine;
    if (!shown.chain_fault.empty()) {
        return Error{ErrorCode::Unauthorized,
                     "the certificate of the client is not accepted (" + shown.chain_fault +
                         "): have it signed by the authority of client_ca, or register it"};
    }
    return app.machines.machines.find_by_subject(shown.subject);
}

}  // namespace musubi

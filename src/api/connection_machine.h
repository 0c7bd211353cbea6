#pragma once

#include "api/app.h"
#include "net/http.h"
#include "trust/machines/machine.h"

namespace musubi {

/// The machine that the certificate of the request's connection is of: by that very certificate, or
/// by its subject where the trusted authority vouches for it (RFC 8705, 2). Null: no certificate
/// was shown, or no machine has it. Fails: Unauthorized where the certificate is over, is not valid
/// yet, or nobody vouches for it.
Result<MachinePtr> machine_of_connection(const App& app, const HttpRequest& request);

/// SHA-256 of the certificate of the connection; empty: none was shown.
[[nodiscard]] inline std::string_view thumbprint_of(const HttpRequest& request) {
    return request.certificate == nullptr ? std::string_view{}
                                          : std::string_view{request.certificate->thumbprint};
}

}  // namespace musubi

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace musubi {

/// Who this server is to authenticators (WebAuthn, 4, "relying party"): passkeys are made for its
/// id, and only its pages may ask for them.
struct RelyingParty {
    std::string id;                    ///< the host, in small letters, without a port
    std::vector<std::string> origins;  ///< of its pages, as browsers write them (RFC 6454, 6.2)
};

/// By `public_url`; where that is empty the server is only known on the machine itself, and the
/// `host` of the request must be localhost, with or without a port. Fails: Conflict where there is
/// no name to make passkeys for: browsers take no address for one.
Result<RelyingParty> relying_party(std::string_view public_url, std::string_view host);

}  // namespace musubi

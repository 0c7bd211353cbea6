#pragma once

#include "net/http.h"

struct x509_st;  // OpenSSL's

namespace musubi {

/// What a certificate says (RFC 5280). Requires one.
[[nodiscard]] PeerCertificate read_certificate(const x509_st* certificate);
/// The same of a certificate in PEM; of several, the first. Fails: BadRequest.
Result<PeerCertificate> read_certificate_pem(std::string_view pem);

}  // namespace musubi

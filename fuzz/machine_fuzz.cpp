// Reads the bytes as what machines are registered and prove themselves with: the record of one, a
// thumbprint, a subject, a certificate in PEM, a set of keys, an assertion, a token, Basic's
// base64. What is accepted survives being written and read again.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/certificate.h"
#include "trust/encoding.h"
#include "trust/machines/access_tokens.h"
#include "trust/machines/assertion.h"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

void check_record(std::string_view text) {
    const auto machine = musubi::decode_machine("aaaaaaaaaa", text);
    if (!machine) return check(machine.error().code == musubi::ErrorCode::Corrupt);
    const std::string written = musubi::encode(*machine);
    const auto again = musubi::decode_machine("aaaaaaaaaa", written);
    check(again && musubi::encode(*again) == written);
}

void check_proofs(std::string_view text) {
    const auto thumbprint = musubi::read_thumbprint(text);
    if (thumbprint) {
        check(thumbprint->size() == 32);
        check(*musubi::read_thumbprint(musubi::to_hex(*thumbprint)) == *thumbprint);
    }
    const auto subject = musubi::read_subject_name(text);
    if (subject) check(*musubi::read_subject_name(*subject) == *subject);
    const auto certificate = musubi::read_certificate_pem(text);
    if (certificate) check(certificate->thumbprint.size() == 32);
    const auto bytes = musubi::from_base64(text);
    if (bytes) check(bytes->size() <= text.size());
}

void check_assertion(std::string_view text) {
    static_cast<void>(musubi::claimed_machine(text));
    musubi::Machine machine;
    machine.id = "aaaaaaaaaa";
    machine.proof = musubi::MachineProof::Keys;
    machine.proven_by = R"({"keys": [{"kty": "EC", "crv": "P-256", "kid": "1",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]})";
    check(!musubi::check_assertion(text, machine, {"https://x"}, {}));
    machine.proven_by = text;
    check(!musubi::check_assertion("a.b.c", machine, {"https://x"}, {}));
    static const musubi::AccessTokens kTokens;
    check(!kTokens.find(text, "", {}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    check_record(text);
    check_proofs(text);
    check_assertion(text);
    return 0;
}

// What browsers and authenticators send of a passkey: whatever the bytes, an answer; and a key that
// is taken is taken again as it stands.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "trust/passkeys/authenticator_data.h"
#include "trust/passkeys/ceremony.h"

namespace {

void read_key(std::string_view bytes) {
    using namespace musubi;
    const auto key = CoseKey::parse(bytes);
    if (!key) return;
    assert(bytes.size() <= CoseKey::kMaxBytes);
    static_cast<void>(key->verify("message", bytes));
}

void read_data(std::string_view bytes) {
    using namespace musubi;
    const auto data = read_authenticator_data(bytes);
    if (!data) return;
    assert(data->rp_id_hash.size() == 32);
    if (!data->attested) return;
    assert(data->attested->credential_id.size() <= AuthenticatorData::kMaxCredentialId);
    const auto again = CoseKey::parse(data->attested->public_key);
    assert(again && again->algorithm() == data->attested->key.algorithm());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace musubi;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    read_key(bytes);
    read_data(bytes);
    if (const auto object = read_attestation_object(bytes)) read_data(object->authenticator_data);
    if (const auto client = read_client_data(bytes)) {
        const RelyingParty party{"localhost", {client->origin}};
        PasskeyCreation given;
        given.client_data = bytes;
        static_cast<void>(verify_registration(given, *client, party));
    }
    return 0;
}

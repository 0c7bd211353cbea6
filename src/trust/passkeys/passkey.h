#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"

namespace musubi {

/// A credential by which a person signs in without a password (a credential record: WebAuthn
/// Level 3, 4). The other half of its key never leaves the authenticator.
struct Passkey {
    static constexpr std::size_t kMaxOfPerson = 20;
    static constexpr std::size_t kMaxTransports = 8;

    std::string id;             ///< by which lists and paths name it
    std::string credential_id;  ///< bytes, as the authenticator made it
    std::string public_key;     ///< a COSE_Key
    std::uint32_t sign_count = 0;
    bool backup_eligible = false;
    bool backed_up = false;
    std::vector<std::string> transports;  ///< how the browser reaches it, in its words
    std::string name;                     ///< by the person
    Time added_at;
    std::optional<Time> used_at;  ///< to sign in
};

/// A part of the record of a person. Marks the reader as failed where it is none.
void write_passkey(ByteWriter& w, const Passkey& passkey);
Passkey read_passkey(ByteReader& r);

}  // namespace musubi

#include "trust/passkeys/passkey.h"

namespace musubi {

void write_passkey(ByteWriter& w, const Passkey& passkey) {
    w.text(passkey.id);
    w.text(passkey.credential_id);
    w.text(passkey.public_key);
    w.number(passkey.sign_count);
    w.byte(passkey.backup_eligible ? 1 : 0);
    w.byte(passkey.backed_up ? 1 : 0);
    w.number(passkey.transports.size());
    for (const std::string& transport : passkey.transports) w.text(transport);
    w.text(passkey.name);
    w.signed_number(passkey.added_at.us);
    w.byte(passkey.used_at ? 1 : 0);
    if (passkey.used_at) w.signed_number(passkey.used_at->us);
}

Passkey read_passkey(ByteReader& r) {
    Passkey out;
    out.id = r.text();
    out.credential_id = r.text();
    out.public_key = r.text();
    const std::uint64_t count = r.number();
    if (count > UINT32_MAX) r.fail();
    out.sign_count = static_cast<std::uint32_t>(count);
    out.backup_eligible = r.byte() != 0;
    out.backed_up = r.byte() != 0;
    const std::uint64_t transports = r.number();
    for (std::uint64_t i = 0; i < transports && !r.failed(); ++i) {
        out.transports.emplace_back(r.text());
    }
    out.name = r.text();
    out.added_at = Time{r.signed_number()};
    if (r.byte() != 0) out.used_at = Time{r.signed_number()};
    return out;
}

}  // namespace musubi

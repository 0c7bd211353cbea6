#include "trust/machines/machine.h"

#include <algorithm>

#include "trust/encoding.h"

namespace musubi {
namespace {

constexpr std::uint8_t kMachineFormat = 1;
constexpr std::string_view kSubjectPrefix = "machine:";

}  // namespace

std::string_view method_of(MachineProof proof) {
    switch (proof) {
        case MachineProof::Secret: return "client_secret_basic";
        case MachineProof::Keys: return "private_key_jwt";
        case MachineProof::Certificate: return "self_signed_tls_client_auth";
        case MachineProof::Subject: return "tls_client_auth";
    }
    return "unknown";
}

std::string machine_subject(std::string_view id) {
    return std::string(kSubjectPrefix) + std::string(id);
}

std::string_view machine_of(std::string_view subject) {
    if (!subject.starts_with(kSubjectPrefix)) return {};
    return subject.substr(kSubjectPrefix.size());
}

std::string encode(const Machine& machine) {
    std::string value;
    ByteWriter w{value};
    w.byte(kMachineFormat);
    write_spec(w, machine.spec);
    w.number(machine.tenant);
    w.byte(static_cast<std::uint8_t>(machine.proof));
    w.text(machine.proven_by);
    w.signed_number(machine.created_at.us);
    w.byte(machine.used_at ? 1 : 0);
    if (machine.used_at) w.signed_number(machine.used_at->us);
    return value;
}

Result<Machine> decode_machine(std::string_view id, std::string_view value) {
    ByteReader r{value};
    Machine machine;
    if (r.byte() != kMachineFormat) r.fail();
    machine.id = id;
    machine.spec = read_spec(r);
    machine.tenant = static_cast<TenantId>(r.number());
    machine.proof = static_cast<MachineProof>(r.byte());
    machine.proven_by = r.text();
    machine.created_at = Time{r.signed_number()};
    if (r.byte() != 0) machine.used_at = Time{r.signed_number()};
    if (r.failed() || !r.at_end() || machine.proof > kLastProof) {
        return Error{ErrorCode::Corrupt, "the record of a machine is malformed", std::string(id)};
    }
    return machine;
}

Result<std::string> read_subject_name(std::string_view text) {
    constexpr std::size_t kLeast = 3;
    constexpr std::size_t kMost = 1000;
    const bool one_line = std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    const bool named = text.find('=') != std::string_view::npos;
    if (text.size() >= kLeast && text.size() <= kMost && one_line && named) {
        return std::string(text);
    }
    return Error{ErrorCode::BadRequest,
                 "it is the subject of a certificate as `openssl x509 -noout -subject -nameopt "
                 "RFC2253,-esc_msb,utf8` prints it, such as CN=gauge-1,O=Aoi"};
}

Result<std::string> read_thumbprint(std::string_view text) {
    constexpr std::size_t kBytes = 32;
    std::string plain;
    for (const char c : text) {
        if (c == ':') continue;
        plain += c;
    }
    std::string small = plain;
    for (char& c : small) {
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
    if (small.size() == 2 * kBytes) {
        if (auto bytes = from_hex(small)) return std::move(*bytes);
    }
    if (auto bytes = from_base64url(plain); bytes && bytes->size() == kBytes) {
        return std::move(*bytes);
    }
    return Error{ErrorCode::BadRequest,
                 "it is the SHA-256 of a certificate: 64 hex digits, as `openssl x509 -noout "
                 "-fingerprint -sha256` prints it, or base64url"};
}

}  // namespace musubi
